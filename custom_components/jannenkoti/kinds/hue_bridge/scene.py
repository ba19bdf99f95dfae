"""The scenes of a bridge."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.scene import ATTR_TRANSITION, Scene
from homeassistant.core import callback

from .entity import HueEntity, fade_time, room_device

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HueBridgeConfigEntry, HueCoordinator
    from .model import Room
    from .model import Scene as HueScene


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HueBridgeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the scenes, also those that the bridge has later."""
    coordinator = entry.runtime_data
    known = set[str]()

    @callback
    def add_new() -> None:
        """Add what is not there yet; what was deleted can come again."""
        data = coordinator.data
        rooms = {room.room_id: room for room in data.rooms.values()}
        new = data.scenes.keys() - known
        known.intersection_update(data.scenes)
        known.update(new)
        found = [
            HueSceneEntity(coordinator, scene, rooms[scene.room_id])
            for scene_id, scene in data.scenes.items()
            if scene_id in new
        ]
        if found:
            async_add_entities(found)

    add_new()
    entry.async_on_unload(coordinator.async_add_listener(add_new))


class HueSceneEntity(HueEntity, Scene):
    """A scene of a room."""

    # No generated page needs all scenes of all rooms.
    _attr_entity_registry_visible_default = False

    def __init__(
        self, coordinator: HueCoordinator, scene: HueScene, room: Room
    ) -> None:
        """Initialize a scene, named as in the Hue app."""
        super().__init__(
            coordinator,
            device_info=room_device(coordinator, room),
            device_key=scene.scene_id,
            key="scene",
        )
        self._scene_id = scene.scene_id
        self._attr_translation_placeholders = {"scene": scene.name}

    @property
    @override
    def available(self) -> bool:
        """Return whether the bridge has the scene."""
        return super().available and self._scene_id in self.bridge.scenes

    @property
    @override
    def written(self) -> object:
        """Return nothing: a scene has no state of its own."""
        return None

    @override
    async def async_activate(self, **kwargs: Any) -> None:
        """Activate it."""
        duration = fade_time(kwargs.get(ATTR_TRANSITION))
        link = self.coordinator.link
        await self.coordinator.async_send(link.async_recall(self._scene_id, duration))
