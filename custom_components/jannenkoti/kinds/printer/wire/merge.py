"""Merge the partial reports of a printer into its complete state.

X1 sends everything in each report, P1 and A1 only what has changed.
"""

from typing import Any, Final

_DEEPEST: Final = 20
"""Levels; real reports have six."""

_MOST_KEYS: Final = 1000
"""Keys of one object; further ones are ignored."""

_MISSING: Final = object()

_KEYS_OF_ITEMS: Final = ("id", "node")
"""What identifies the items of a list: AMS units and trays, lights."""


def merge(state: dict[str, Any], changes: dict[str, Any], depth: int = 0) -> set[str]:
    """Merge changes into a state in place; return the keys of what is different."""
    changed = set[str]()
    for key, value in changes.items():
        old = state.get(key, _MISSING)
        if type(old) is type(value) and old == value:
            continue  # Most of a complete report is as before.
        if old is _MISSING and len(state) >= _MOST_KEYS:
            continue
        if isinstance(value, dict) and isinstance(old, dict):
            if depth < _DEEPEST and merge(old, value, depth + 1):
                changed.add(key)
        elif (
            isinstance(value, list)
            and isinstance(old, list)
            and (by := _identified(old, value)) is not None
        ):
            if _merge_items(old, value, by, depth):
                changed.add(key)
        elif _fits(old, value):
            state[key] = value
            changed.add(key)
    return changed


def _fits(old: object, new: object) -> bool:
    """Return whether a value can replace another: nothing replaces an object or list.

    So that one unreadable report does not lose what earlier ones have reported.
    """
    if isinstance(old, dict):
        return False  # A new object was merged.
    return not isinstance(old, list) or isinstance(new, list)


def _identified(old: list[Any], new: list[Any]) -> str | None:
    """Return the key that identifies the items of both lists, if there is one."""
    if not (old and new):
        return None
    return next(
        (
            key
            for key in _KEYS_OF_ITEMS
            if all(isinstance(item, dict) and key in item for item in (*old, *new))
        ),
        None,
    )


def _merge_items(old: list[Any], new: list[Any], by: str, depth: int) -> bool:
    """Merge lists of objects; items that are not in the new list stay."""
    changed = False
    there = {str(item[by]): item for item in old}
    for item in new[:_MOST_KEYS]:
        name = str(item[by])
        if (mine := there.get(name)) is not None:
            if depth < _DEEPEST:
                changed |= bool(merge(mine, item, depth + 1))
        elif len(old) < _MOST_KEYS:
            old.append(item)
            there[name] = item
            changed = True
    return changed
