"""The integration's own source, for the tests that read it instead of running it."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parent.parent
INTEGRATION = REPOSITORY / "custom_components" / "jannenkoti"
PACKAGE = "custom_components.jannenkoti"


def python_files() -> list[Path]:
    """Return all modules of the integration."""
    return sorted(INTEGRATION.rglob("*.py"))


def shown(path: Path) -> str:
    """Return a path as a test names it."""
    return str(path.relative_to(REPOSITORY))


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """Return the dotted name of a module of the integration."""
    parts = path.relative_to(INTEGRATION).with_suffix("").parts
    inner = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join((PACKAGE, *inner))


def imports(path: Path) -> Iterator[str]:
    """Yield the absolute names of all that a module imports, also for its types."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def strings(path: Path) -> Iterator[str]:
    """Yield all literal strings of a module."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield all calls of a module with the name of what is called."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.attr, node
            elif isinstance(called, ast.Name):
                yield called.id, node


def argument(call: ast.Call, name: str, position: int | None = None) -> str | None:
    """Return a literal string that is handed to a call."""
    found = next((kw.value for kw in call.keywords if kw.arg == name), None)
    if found is None and position is not None and len(call.args) > position:
        found = call.args[position]
    if isinstance(found, ast.Constant) and isinstance(found.value, str):
        return found.value
    return None
