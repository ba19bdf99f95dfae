"""What an entity of another integration shows of a printer: its role.

Roles are found by attributes that integrations set: translation keys, unique ids,
device classes and units. Names and entity ids belong to the user and their language.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


CONF_KEY: Final = "key"
"""Identifies the printer."""
CONF_ROLES: Final = "roles"
"""Its entities by their roles: ids of the entity registry."""
CONF_NAMES: Final = "names"
"""Their entity ids when they were chosen, for a message that one is missing."""


class Role(StrEnum):
    """What an entity of a printer is for."""

    STATE = "state"
    STAGE = "stage"
    """What the printer does inside a print; only some printers have it."""
    PROGRESS = "progress"
    LAYER = "layer"
    TOTAL_LAYERS = "total_layers"
    REMAINING = "remaining"
    FINISH = "finish"
    FILE = "file"
    NOZZLE = "nozzle"
    """The temperatures of all nozzles."""
    NOZZLE_TARGET = "nozzle_target"
    BED = "bed"
    CAMERA = "camera"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


MANY: Final = frozenset({Role.NOZZLE, Role.NOZZLE_TARGET})
"""Roles that several entities can have."""

CONTROLS: Final = (Role.PAUSE, Role.RESUME, Role.STOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entity, as far as it is the same in every home."""

    entity: str
    """Identifies the entity for the caller."""
    domain: str
    platform: str
    """The integration."""
    unique_id: str
    entry_id: str = ""
    """The config entry of the entity; some unique ids begin with it."""
    translation_key: str = ""
    device_class: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    """The states of an enumeration."""

    @property
    def own_key(self) -> str:
        """Return the unique id without the config entry's."""
        return self.unique_id.removeprefix(f"{self.entry_id}_")

    @property
    def words(self) -> frozenset[str]:
        """Return the words of translation key and unique id, in lower case."""
        text = f"{self.translation_key} {self.unique_id}"[:_LONGEST]
        parted = _HUMP.sub(r"\1 \2", text).casefold()
        return frozenset(word for word in _WORD.findall(parted))


_LONGEST: Final = 500
_HUMP: Final = re.compile(r"([a-z])([A-Z])")
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One way to recognize a role."""

    role: Role
    domain: str
    key: re.Pattern[str]


def row(role: Role, domain: str, *keys: str) -> Row:
    """Return a row for keys, each a regular expression for the whole key."""
    return Row(role=role, domain=domain, key=re.compile("|".join(keys)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """How the entities of an integration are recognized."""

    key: Callable[[Candidate], str]
    """Return what names an entity within the integration."""
    rows: tuple[Row, ...]
    """The first row that matches an entity of a role counts."""


_GUESSED: Final = 1000
"""The rank of a guess; helpers of other integrations can be on the same device."""


def recognize(
    candidates: Iterable[Candidate],
    integrations: Mapping[str, Integration],
    guess: Callable[[Candidate], Role | None],
) -> dict[Role, list[str]]:
    """Return the entities of each role; `guess` is for other integrations."""
    found: dict[Role, list[tuple[int, str]]] = {}
    for candidate in candidates:
        known = integrations.get(candidate.platform)
        if known is None:
            places = [(_GUESSED, role)] if (role := guess(candidate)) else []
        else:
            places = _places(candidate, known)
        for place, role in places:
            found.setdefault(role, []).append((place, candidate.entity))
    return {role: _chosen(role, entities) for role, entities in found.items()}


def _places(candidate: Candidate, known: Integration) -> list[tuple[int, Role]]:
    """Return the first row that matches; its place is its rank."""
    key = known.key(candidate)
    return [
        (place, each.role)
        for place, each in enumerate(known.rows)
        if candidate.domain == each.domain and each.key.fullmatch(key)
    ][:1]


def _chosen(role: Role, entities: list[tuple[int, str]]) -> list[str]:
    """Return all entities of the best row, or only the first of them."""
    best = min(place for place, _entity in entities)
    fitting = [entity for place, entity in entities if place == best]
    return fitting if role in MANY else fitting[:1]
