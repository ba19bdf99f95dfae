"""Keep the resources of a bridge up to date by its events."""

from typing import TYPE_CHECKING, Any, Final

from ..wire.events import Change
from .reader import Resource, read_lamps, read_rooms, read_scenes, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..model import BridgeData
    from ..wire.events import Event

_TYPES: Final = frozenset(
    {"light", "device", "room", "zone", "grouped_light", "scene"}
    | {"zigbee_connectivity"}
)
MOST_RESOURCES: Final = 5000
"""A bridge has at most 63 lamps and 200 scenes; newer ones three times that."""
_DEEPEST: Final = 8


class Inventory:
    """The resources that lamps, rooms and scenes are read of."""

    def __init__(self) -> None:
        """Initialize with nothing known."""
        self._all: dict[str, Resource] = {}

    def replace(self, resources: Iterable[dict[str, Any]]) -> None:
        """Take the whole state of a bridge."""
        self._all = {}
        for resource in resources:
            self._put(resource)

    def take(self, events: Iterable[Event]) -> set[str]:
        """Take events; return the ids of the resources that were deleted."""
        gone = set[str]()
        for event in events:
            for resource in event.resources:
                found_id = text_of(resource.get("id"))
                if found_id is None:
                    continue
                if event.change is Change.DELETE:
                    self._all.pop(found_id, None)
                    gone.add(found_id)
                elif event.change is Change.ADD:
                    self._put(resource)
                elif (known := self._all.get(found_id)) is not None:
                    self._all[found_id] = _merged(known, resource)
        return gone

    def _put(self, resource: dict[str, Any]) -> None:
        """Take a whole resource of a type that is read."""
        found_id = text_of(resource.get("id"))
        if found_id is None or len(self._all) >= MOST_RESOURCES:
            return
        if isinstance(kind := resource.get("type"), str) and kind in _TYPES:
            self._all[found_id] = resource

    def read(self, data: BridgeData) -> BridgeData:
        """Return new data; what is connected stays as it is."""
        by_type: dict[str, dict[str, Resource]] = {kind: {} for kind in _TYPES}
        for found_id, resource in self._all.items():
            by_type[resource["type"]][found_id] = resource
        lamps = read_lamps(by_type)
        rooms = read_rooms(by_type, lamps)
        return type(data)(
            connected=data.connected,
            lamps=lamps,
            rooms=rooms,
            scenes=read_scenes(by_type, rooms),
        )


def _merged(old: Resource, new: Resource, depth: int = 0) -> Resource:
    """Return a resource with the new values of an update; the type stays."""
    result = dict(old)
    for key, value in new.items():
        if depth == 0 and key in {"id", "type"}:
            continue
        before = old.get(key)
        if isinstance(before, dict) and isinstance(value, dict) and depth < _DEEPEST:
            result[key] = _merged(before, value, depth + 1)
        else:
            result[key] = value
    return result
