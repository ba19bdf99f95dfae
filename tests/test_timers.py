"""The actions of timers and subscriptions run in the event loop.

Home Assistant runs a function that is neither a coroutine nor marked as a callback in
another thread, where it may not write states. A lambda cannot be marked.
"""

import ast
from typing import TYPE_CHECKING

from .source import calls, parsed, python_files, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTERS = (
    "async_call_later", "async_track_", "async_listen", "async_dispatcher_connect",
    "async_at_start", "HassJob",
)  # fmt: skip


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def actions(path: Path) -> Iterator[ast.expr]:
    """Yield what a module lets Home Assistant call later."""
    for called, call in calls(path):
        starters = [called, *map(name_of, call.args)]
        if any(name.startswith(STARTERS) for name in starters):
            yield from call.args


def plain_functions(tree: ast.Module) -> set[str]:
    """Return the names of functions that are neither coroutines nor callbacks."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and "callback" not in map(name_of, node.decorator_list)
    }


def test_actions_of_timers_run_in_the_event_loop() -> None:
    wrong = [
        f"{shown(path)}:{action.lineno}: {ast.unparse(action)}"
        for path in python_files()
        for plain in [plain_functions(parsed(path))]
        for action in actions(path)
        if isinstance(action, ast.Lambda)
        or (isinstance(action, ast.Name | ast.Attribute) and name_of(action) in plain)
    ]
    assert not wrong
