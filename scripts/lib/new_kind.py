"""Write the skeleton of a device family; see scripts/new_kind."""

import argparse
import json
import keyword
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATES = REPOSITORY / "scripts" / "lib" / "skeleton"
LANGUAGES = ("en", "fi", "de", "es")

# What the first menu and the system health show until the title is translated.
TITLES = {
    "en": "{}",
    "fi": "Laite: {}",
    "de": "Gerät: {}",
    "es": "Dispositivo: {}",
}
DESCRIPTIONS = {
    "en": "{}: a device that is polled over HTTP.",
    "fi": "{}: laite, jota kysellään HTTP:llä.",
    "de": "{}: ein Gerät, das über HTTP abgefragt wird.",
    "es": "{}: un dispositivo que se consulta por HTTP.",
}
COUNTS = {
    "en": "{}, working / all",
    "fi": "{}, toimivia / kaikkiaan",
    "de": "{}, funktionierend / insgesamt",
    "es": "{}, en funcionamiento / total",
}
ENTRY = """\
    "{kind}": {{"data": {{"host": "127.0.0.1:1"}}}},
"""
QUIET = """\
    "{kind}": lambda: patch(
        "custom_components.jannenkoti.kinds.{kind}.client.Client.async_state",
        return_value=SimpleNamespace(serial="A1", temperature=21.5),
    ),
"""


class Skeleton:
    """Writes all parts of one family below a repository."""

    def __init__(self, root: Path, kind: str, title: str) -> None:
        """Initialize the writer; nothing is written."""
        self.root = root
        self.kind = kind
        self.title = title
        self.words = {
            "@kind@": kind,
            "@Kind@": "".join(part.capitalize() for part in kind.split("_")),
            "@title@": title,
        }

    def write(self) -> None:
        """Write the files, then add the lines that name the family elsewhere."""
        self._folder("kind", f"custom_components/jannenkoti/kinds/{self.kind}")
        self._file("tests/test_model.py", f"tests/pure/{self.kind}/test_model.py")
        for name in ("conftest.py", "test_flow.py", "test_sensor.py"):
            self._file(f"tests/{name}", f"tests/kinds/{self.kind}/{name}")
        for folder in ("pure", "kinds"):
            (self.root / "tests" / folder / self.kind / "__init__.py").touch()
        self._file("demo/fake.py", f"demo/fakes/{self.kind}.py")
        self._file("demo/kind.py", f"demo/kinds/{self.kind}.py")
        self._file("docs.md", f"docs/{self.kind}.md")
        self._register()
        for language in LANGUAGES:
            self._name(language)
        self._one_of_each()

    def _folder(self, source: str, target: str) -> None:
        """Write all files of a folder of templates."""
        for path in sorted((TEMPLATES / source).rglob("*.tmpl")):
            inside = path.relative_to(TEMPLATES / source).with_suffix("")
            self._file(f"{source}/{inside}", f"{target}/{inside}")

    def _file(self, source: str, target: str) -> None:
        """Write a file from its template."""
        text = (TEMPLATES / f"{source}.tmpl").read_text(encoding="utf-8")
        for word, value in self.words.items():
            text = text.replace(word, value)
        path = self.root / target
        if path.exists():
            sys.exit(f"{path} exists already.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _insert(self, file: str, before: str, text: str) -> None:
        """Insert a text before the first place where another one stands."""
        path = self.root / file
        old = path.read_text(encoding="utf-8")
        if before not in old:
            sys.exit(f"{file} has no {before!r} any more: adapt scripts/new_kind.")
        path.write_text(old.replace(before, text + before, 1), encoding="utf-8")

    def _register(self) -> None:
        """Add the family to `KINDS`."""
        path = self.root / "custom_components/jannenkoti/registry.py"
        text = path.read_text(encoding="utf-8")
        found = re.search(r"^KINDS.*?^\}", text, re.MULTILINE | re.DOTALL)
        if found is None:
            sys.exit("registry.py has no KINDS any more: adapt scripts/new_kind.")
        at = found.end() - 1
        line = f'    "{self.kind}": 1,\n'
        path.write_text(text[:at] + line + text[at:], encoding="utf-8")

    def _name(self, language: str) -> None:
        """Add the name to the first menu and the system health."""
        path = self.root / f"custom_components/jannenkoti/texts/{language}.json"
        tree = json.loads(path.read_text(encoding="utf-8"))
        menu = tree["config"]["step"]["user"]
        title = TITLES[language].format(self.title)
        menu["menu_options"][self.kind] = title
        about = DESCRIPTIONS[language].format(title)
        menu["menu_option_descriptions"][self.kind] = about
        tree["system_health"]["info"][self.kind] = COUNTS[language].format(title)
        text = json.dumps(tree, ensure_ascii=False, indent=2) + "\n"
        path.write_text(text, encoding="utf-8")

    def _one_of_each(self) -> None:
        """Add an entry to the tests that hold for all families."""
        file = "tests/one_of_each.py"
        names = {"kind": self.kind}
        first = '    "air_conditioner": {\n        "data": {"driver"'
        self._insert(file, first, ENTRY.format_map(names))
        self._insert(file, "}\n# End of the quiet kinds.", QUIET.format_map(names))
        if "SimpleNamespace" not in (self.root / file).read_text().split("ENTRIES")[0]:
            self._insert(
                file, "from typing import", "from types import SimpleNamespace\n"
            )


def arguments() -> argparse.Namespace:
    """Return the arguments; an impossible name ends the program."""
    parser = argparse.ArgumentParser(prog="scripts/new_kind")
    parser.add_argument("name", help="of the folder, such as heat_pump")
    parser.add_argument("--title", help="that users read (default: made of the name)")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="repository")
    given = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", given.name):
        parser.error("a name has lowercase letters, digits and single underscores")
    if keyword.iskeyword(given.name):
        parser.error("a name cannot be a word of Python")
    kinds = given.root / "custom_components/jannenkoti/kinds"
    for other in (path.name for path in kinds.iterdir() if path.is_dir()):
        if other.startswith(f"{given.name}_") or given.name.startswith(f"{other}_"):
            parser.error(
                f"{given.name} and {other}: one would be a prefix of the other"
            )
    return given


def main() -> int:
    """Write the skeleton and assemble the texts."""
    given = arguments()
    title = given.title or given.name.replace("_", " ").capitalize()
    Skeleton(given.root, given.name, title).write()
    assemble = given.root / "scripts" / "assemble"
    subprocess.run([sys.executable, assemble], check=True)  # noqa: S603 - our own
    print(f"{given.name} is there. Next: scripts/lint --fix, then scripts/test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
