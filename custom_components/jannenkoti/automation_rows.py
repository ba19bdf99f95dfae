"""The triggers and conditions of all kinds as rows: ``kinds/<kind>/automations.json``.

They are data, so that Home Assistant can offer those of a kind before the home has an
entry of it, without loading the kind. `scripts/assemble` merges them into one file.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH: Final = Path(__file__).parent / "automations.json"


class When(StrEnum):
    """When a trigger fires."""

    BECOMES = "becomes"
    """The state is one of the values, and was none of them."""
    LEAVES = "leaves"
    """The state is none of the values, and was one of them."""
    CHANGES = "changes"
    """The state is another one."""
    HAPPENS = "happens"
    """The event entity has an event of one of these types."""
    REACHES = "reaches"
    """The whole number is at least what the user entered, and was less."""
    OCCURS = "occurs"
    """The kind reports an occurrence of this name; no entity shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A trigger or a condition."""

    name: str
    """What users call it; carries the kind."""
    when: When
    platform: str
    """The platform of the entities that it is about, such as ``sensor``."""
    translation_key: str
    """The translation key of these entities, which carries the kind."""
    values: frozenset[str]
    """The states or event types that it is about."""
    lost: frozenset[str]
    """The states in which nothing is known, as when it is unavailable."""
    attributes: Mapping[str, str]
    """What the attributes of the event must be."""
    option: str
    """The field with the number that the user enters."""

    @classmethod
    def parse(cls, name: str, row: Mapping[str, Any]) -> Self:
        """Return the parsed row of the file."""
        platform, _, translation_key = row.get("entity", "").partition(".")
        return cls(
            name=name,
            when=When(row.get("type", When.BECOMES)),
            platform=platform,
            translation_key=translation_key,
            values=frozenset(row.get("values", ())),
            lost=frozenset(row.get("lost", ())),
            attributes=row.get("attributes", {}),
            option=row.get("option", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All of them."""

    triggers: tuple[Row, ...]
    conditions: tuple[Row, ...]


@cache
def read_rows() -> Rows:
    """Return the rows; reads a file the first time."""
    found = json.loads(_PATH.read_text(encoding="utf-8"))
    return Rows(
        triggers=tuple(Row.parse(*row) for row in found["triggers"].items()),
        conditions=tuple(Row.parse(*row) for row in found["conditions"].items()),
    )
