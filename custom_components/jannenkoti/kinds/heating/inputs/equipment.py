"""Read catalogues of equipment: the built-in one, and one that the user writes.

The text of a user is untrusted: it is read as YAML nodes, from which no object is ever
made, within limits of size, depth and length. Everything found wrong has a line.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import yaml

from ....lib.reading import read_number
from ..options import MOST_STAGES, NUMBERS, POWERS, PV_LIMIT, VOLUMES
from .option_values import NumberOption
from .solar_options import MODULE_WATTS, SOLAR_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_BYTES: Final = 64 * 1024
MOST_ITEMS: Final = 200
_DEEPEST: Final = 5
_MOST_TEXT: Final = 60
_SHOWN: Final = 40
_KEY: Final = "equipment"


class ItemType(StrEnum):
    """What an item of the catalogue is."""

    HEATER = "heater"
    TANK = "tank"
    MODULE = "module"
    INVERTER = "inverter"


FACTOR: Final = NumberOption(default=1, minimum=0.1, maximum=10, step=0.01, unit="")

_NUMBERS: Final[Mapping[str, NumberOption]] = {
    "watts": POWERS,
    "volume": VOLUMES,
    "factor": FACTOR,
    "module_watts": SOLAR_NUMBERS[MODULE_WATTS],
    "limit": NUMBERS[PV_LIMIT],
}
"""The number fields of an item with their limits; ``watts`` of a stage."""

_OF_TYPE: Final[Mapping[ItemType, frozenset[str]]] = {
    ItemType.HEATER: frozenset({"stages", "factor", "volume"}),
    ItemType.TANK: frozenset({"volume"}),
    ItemType.MODULE: frozenset({"module_watts"}),
    ItemType.INVERTER: frozenset({"limit"}),
}
_REQUIRED: Final[Mapping[ItemType, str]] = {
    ItemType.HEATER: "stages",
    ItemType.TANK: "volume",
    ItemType.MODULE: "module_watts",
    ItemType.INVERTER: "limit",
}
_TEXTS: Final = ("type", "manufacturer", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of equipment."""

    type: ItemType
    manufacturer: str
    model: str
    stages: tuple[float, ...] = ()
    """What each stage consumes (W), the factor included."""
    volume: float | None = None
    """L."""
    module_watts: float | None = None
    limit: float | None = None
    """What an inverter delivers at most (W)."""

    @property
    def name(self) -> str:
        """Return manufacturer and model."""
        return f"{self.manufacturer} {self.model}"


class Problem(StrEnum):
    """What is wrong with a catalogue."""

    SIZE = "size"
    YAML = "yaml"
    FIELD = "field"


class CatalogueError(Exception):
    """A catalogue, or one item of it, cannot be used."""

    def __init__(
        self, problem: Problem, line: int = 1, field: str = "", allowed: str = ""
    ) -> None:
        """Initialize with the line, counted from 1, the field, and what it allows."""
        super().__init__(f"{problem} in line {line}: {field}")
        self.problem = problem
        self.line = line
        self.field = field[:_SHOWN]
        self.allowed = allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Equipment by name, and the first thing wrong with the user's file."""

    items: Mapping[str, Item]
    error: CatalogueError | None = None

    def of_type(self, wanted: ItemType) -> list[str]:
        """Return the names of all items of a type, in order."""
        names = (name for name, item in self.items.items() if item.type is wanted)
        return sorted(names, key=str.casefold)


def merge(built_in: bytes, user: bytes | None) -> Catalogue:
    """Return both lists as one; an item of the user replaces one of the same name."""
    items, error = read_catalogue(built_in)
    if user is not None:
        own, error = read_catalogue(user)
        items = {**items, **own}
    return Catalogue(items=items, error=error)


def read_catalogue(raw: bytes) -> tuple[dict[str, Item], CatalogueError | None]:
    """Return the items that can be used, and the first error; never raises.

    An item that is wrong is left out, and the others count. A file that is no YAML, or
    too large, has no items.
    """
    found: dict[str, Item] = {}
    try:
        rows = _rows(raw)
    except CatalogueError as err:
        return found, err
    first: CatalogueError | None = None
    for row in rows:
        try:
            item = _item(row)
        except CatalogueError as err:
            first = first or err
        else:
            found[item.name] = item
    return found, first


def _rows(raw: bytes) -> Sequence[yaml.Node]:
    """Return the nodes of the items; raises CatalogueError."""
    if len(raw) > MOST_BYTES:
        raise CatalogueError(Problem.SIZE, allowed=f"{MOST_BYTES // 1024} KB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise CatalogueError(Problem.YAML, line) from err
    try:
        _check_events(yaml.parse(text, Loader=yaml.SafeLoader))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        raise CatalogueError(Problem.YAML, mark.line + 1 if mark else 1) from err
    except yaml.reader.ReaderError as err:
        line = text.count("\n", 0, err.position) + 1
        raise CatalogueError(Problem.YAML, line) from err
    if root is None:
        return ()
    rows = _fields(root, {_KEY}).get(_KEY)
    if not isinstance(rows, yaml.SequenceNode):
        raise CatalogueError(Problem.FIELD, _line(root), _KEY, "list")
    if len(rows.value) > MOST_ITEMS:
        raise CatalogueError(Problem.SIZE, _line(rows), _KEY, str(MOST_ITEMS))
    nodes: Sequence[yaml.Node] = rows.value
    return nodes


def _check_events(events: Iterable[yaml.Event]) -> None:
    """Raise CatalogueError for anchors, tags, and lists in lists without end."""
    depth = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise CatalogueError(Problem.YAML, line)
        if getattr(event, "tag", None):
            raise CatalogueError(Problem.YAML, line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise CatalogueError(Problem.YAML, line)


def _item(row: yaml.Node) -> Item:
    """Return the item of a node; raises CatalogueError."""
    fields = _fields(row, {*_TEXTS, "stages", *_NUMBERS} - {"watts"})
    texts = {key: _text(row, fields, key) for key in _TEXTS}
    types = ", ".join(ItemType)
    if texts["type"] not in set(ItemType):
        raise CatalogueError(Problem.FIELD, _line(fields["type"]), "type", types)
    kind = ItemType(texts["type"])
    for key in fields.keys() - {*_TEXTS} - _OF_TYPE[kind]:
        allowed = ", ".join(sorted(_OF_TYPE[kind]))
        raise CatalogueError(Problem.FIELD, _line(fields[key]), key, allowed)
    if _REQUIRED[kind] not in fields:
        needed = _REQUIRED[kind]
        raise CatalogueError(Problem.FIELD, _line(row), needed, needed)
    numbers = {
        key: _number(fields[key], key) for key in fields.keys() & _NUMBERS.keys()
    }
    factor = numbers.pop("factor", FACTOR.default)
    return Item(
        type=kind,
        manufacturer=texts["manufacturer"],
        model=texts["model"],
        stages=_stages(fields.get("stages"), factor),
        **numbers,
    )


def _stages(node: yaml.Node | None, factor: float) -> tuple[float, ...]:
    """Return the powers of the stages; raises CatalogueError."""
    if node is None:
        return ()
    nodes = node.value if isinstance(node, yaml.SequenceNode) else []
    if not 0 < len(nodes) <= MOST_STAGES:
        raise CatalogueError(Problem.FIELD, _line(node), "stages", f"1-{MOST_STAGES}")
    watts = (round(_number(each, "watts") * factor) for each in nodes)
    return tuple(float(min(max(x, POWERS.minimum), POWERS.maximum)) for x in watts)


def _fields(node: yaml.Node, allowed: set[str]) -> dict[str, yaml.Node]:
    """Return the fields of a mapping; raises CatalogueError for others or twice."""
    names = ", ".join(sorted(allowed))
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError(Problem.FIELD, _line(node), str(node.value), names)
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name not in allowed or name in found:
            raise CatalogueError(Problem.FIELD, _line(key), name, names)
        found[name] = value
    return found


def _text(row: yaml.Node, fields: Mapping[str, yaml.Node], key: str) -> str:
    """Return a text of an item; raises CatalogueError."""
    node = fields.get(key)
    if node is None:
        raise CatalogueError(Problem.FIELD, _line(row), key, f"1-{_MOST_TEXT}")
    text = " ".join(node.value.split()) if isinstance(node, yaml.ScalarNode) else ""
    if not 0 < len(text) <= _MOST_TEXT or not text.isprintable():
        raise CatalogueError(Problem.FIELD, _line(node), key, f"1-{_MOST_TEXT}")
    return text


def _number(node: yaml.Node, key: str) -> float:
    """Return a number within its limits; raises CatalogueError."""
    limits = _NUMBERS[key]
    value = read_number(node.value) if isinstance(node, yaml.ScalarNode) else None
    if value is None or not limits.minimum <= value <= limits.maximum:
        allowed = f"{limits.minimum:g}-{limits.maximum:g} {limits.unit}".strip()
        raise CatalogueError(Problem.FIELD, _line(node), key, allowed)
    return value


def _line(node: yaml.Node) -> int:
    """Return the line of a node, counted from 1."""
    line: int = node.start_mark.line + 1
    return line
