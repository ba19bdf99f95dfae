"""Which lights the targets mean, their states, and actions that switch them."""

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_SUPPORTED_COLOR_MODES,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.components.light import DOMAIN as LIGHT
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    ATTR_SUPPORTED_FEATURES,
    EVENT_CALL_SERVICE,
    SERVICE_TOGGLE,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
)
from homeassistant.core import DOMAIN as HOME_ASSISTANT
from homeassistant.core import callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from ...push import Throttle
from .lights.look import Look
from .lights.states import Abilities, Phase, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.core import (
        CALLBACK_TYPE,
        Context,
        Event,
        EventStateChangedData,
        HomeAssistant,
        State,
    )

_PHASES: Final = {STATE_ON: Phase.ON, STATE_OFF: Phase.OFF}
_NO_COLOR: Final = {ColorMode.ONOFF, ColorMode.BRIGHTNESS, ColorMode.UNKNOWN}

# The fields of an action that do not set brightness or color.
_NO_LOOK: Final = {
    ATTR_ENTITY_ID,
    "device_id",
    "area_id",
    "floor_id",
    "label_id",
    ATTR_TRANSITION,
}
# Registry changes come in bursts, s.
_RESOLVE_INTERVAL: Final = 2.0
# Reports of the last commands can still arrive.
_CONTEXTS_KEPT: Final = 64


class Listener(Protocol):
    """Receives what happens to the lights."""

    def lights_are(self, light_ids: set[str]) -> None:
        """Take the lights that the targets mean now."""
        ...

    def reported(self, light_id: str, report: Report) -> None:
        """Take a state."""
        ...

    def off_requested(self, light_ids: set[str]) -> None:
        """Record that an action turns lights off."""
        ...

    def on_requested(self, light_ids: set[str], *, explicit: bool) -> None:
        """Record that an action turns lights on."""
        ...


class LightsCoordinator:
    """Subscribes to the lights of a target."""

    def __init__(
        self, hass: HomeAssistant, targets: Mapping[str, list[str]], listener: Listener
    ) -> None:
        """Initialize; nothing is followed yet."""
        self._hass = hass
        self._targets = TargetSelection(dict(targets))
        self._listener = listener
        self._lights: set[str] = set()
        self._groups: dict[str, set[str]] = {}
        self._contexts: deque[str] = deque(maxlen=_CONTEXTS_KEPT)
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._untrack: CALLBACK_TYPE | None = None
        self._throttle = Throttle(
            hass, _RESOLVE_INTERVAL, self.async_resolve, "targets"
        )

    @callback
    def async_start(self) -> None:
        """Find the lights and subscribe to them."""
        listen = self._hass.bus.async_listen
        for event in (
            er.EVENT_ENTITY_REGISTRY_UPDATED,
            dr.EVENT_DEVICE_REGISTRY_UPDATED,
            ar.EVENT_AREA_REGISTRY_UPDATED,
        ):
            self._unsubscribe.append(listen(event, self._async_registry_changed))
        self._unsubscribe.append(listen(EVENT_CALL_SERVICE, self._async_called))
        self.async_resolve()

    @callback
    def async_stop(self) -> None:
        """Unsubscribe from all lights."""
        self._throttle.async_stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe.clear()
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def add_context(self, context: Context) -> None:
        """Recognize the states that a command of ours will cause."""
        self._contexts.append(context.id)

    def is_on(self, light_id: str) -> bool:
        """Return whether a light is on, as Home Assistant shows it now."""
        return self._hass.states.is_state(light_id, STATE_ON)

    def rooms(self) -> dict[str, set[str]]:
        """Return the rooms and zones of Hue bridges with their lights.

        One with a lamp that Home Assistant has no entity of is left out: nothing would
        show whether that lamp is off.
        """
        return {
            state.entity_id: members
            for state in self._hass.states.async_all(LIGHT)
            if state.attributes.get("is_hue_group")
            and state.state != STATE_UNAVAILABLE
            and len(members := members_of(state))
            >= len(state.attributes.get("lights") or ())
        }

    @callback
    def async_resolve(self) -> None:
        """Find the lights that the targets mean, and report their states if new."""
        selected = async_extract_referenced_entity_ids(self._hass, self._targets)
        lights, groups = self._expand(
            selected.referenced | selected.indirectly_referenced
        )
        if self._untrack is not None and (lights, groups) == (
            self._lights,
            self._groups,
        ):
            return
        new = lights - self._lights
        self._lights, self._groups = lights, groups
        if self._untrack is not None:
            self._untrack()
        self._untrack = async_track_state_change_event(
            self._hass, lights | groups.keys(), self._async_state_changed
        )
        self._listener.lights_are(lights)
        for light_id in sorted(new):
            if (state := self._hass.states.get(light_id)) is not None:
                self._listener.reported(light_id, self._report(state))

    def _expand(
        self, entity_ids: Iterable[str]
    ) -> tuple[set[str], dict[str, set[str]]]:
        """Return single lights and groups; each light once, however often it is named.

        Groups are replaced by their members, so that each can be paused by itself.
        """
        lights: set[str] = set()
        groups: dict[str, set[str]] = {}
        left = [each for each in entity_ids if each.startswith(f"{LIGHT}.")]
        while left:
            entity_id = left.pop()
            if entity_id in groups or entity_id in lights:
                continue
            state = self._hass.states.get(entity_id)
            if state is not None and (members := members_of(state)):
                groups[entity_id] = members
                left.extend(members)
            else:
                lights.add(entity_id)
        return lights, groups

    @callback
    def _async_registry_changed(self, _event: Event[Any]) -> None:
        """Find the lights again."""
        self._throttle.async_request()

    @callback
    def _async_state_changed(self, event: Event[EventStateChangedData]) -> None:
        """Report a state, or find the members of a group again."""
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        members = set() if state is None else members_of(state)
        if members != self._groups.get(entity_id, set()):
            self.async_resolve()
        elif entity_id in self._lights:
            report = Report(phase=Phase.GONE) if state is None else self._report(state)
            self._listener.reported(entity_id, report)

    def _report(self, state: State) -> Report:
        """Return a state as the rules take it."""
        context, attributes = state.context, state.attributes
        ours = context.id in self._contexts
        modes = set(attributes.get(ATTR_SUPPORTED_COLOR_MODES) or ())
        features = attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        return Report(
            phase=_PHASES.get(state.state, Phase.GONE),
            look=Look(
                brightness=_whole(attributes.get(ATTR_BRIGHTNESS)),
                kelvin=_whole(attributes.get(ATTR_COLOR_TEMP_KELVIN)),
                xy=_point(attributes.get(ATTR_XY_COLOR)),
            ),
            abilities=Abilities(
                dims=bool(modes - {ColorMode.ONOFF, ColorMode.UNKNOWN}),
                colors=bool(modes - _NO_COLOR),
                fades=bool(features & LightEntityFeature.TRANSITION),
            ),
            ours=ours,
            by_user=not ours
            and (context.user_id is not None or context.parent_id is not None),
        )

    @callback
    def _async_called(self, event: Event[Any]) -> None:
        """Take note of an action on our lights, before it is carried out."""
        data = event.data
        if data[ATTR_DOMAIN] not in {LIGHT, HOME_ASSISTANT}:
            return
        service, given = data[ATTR_SERVICE], data[ATTR_SERVICE_DATA]
        services = {SERVICE_TURN_ON, SERVICE_TURN_OFF, SERVICE_TOGGLE}
        if service not in services or event.context.id in self._contexts:
            return
        selected = async_extract_referenced_entity_ids(
            self._hass, TargetSelection(given)
        )
        named = selected.referenced | selected.indirectly_referenced
        lights = self._expand(named)[0] & self._lights
        if "all" in named or given.get(ATTR_ENTITY_ID) == "all":
            lights = set(self._lights)
        if not lights:
            return
        to_off = set[str]()
        if service == SERVICE_TURN_OFF or _means_off(given):
            to_off = lights
        elif service == SERVICE_TOGGLE:
            to_off = {each for each in lights if self.is_on(each)}
        if to_off:
            self._listener.off_requested(to_off)
        if to_on := lights - to_off:
            explicit = bool(given.keys() - _NO_LOOK)
            self._listener.on_requested(to_on, explicit=explicit)


def members_of(state: State) -> set[str]:
    """Return the lights of a group of lights, such as a Hue room; empty for others."""
    members = state.attributes.get(ATTR_ENTITY_ID)
    if not isinstance(members, list | tuple | set | frozenset):
        return set()
    return {
        each
        for each in members
        if isinstance(each, str)
        and each.startswith(f"{LIGHT}.")
        and each != state.entity_id
    }


def _means_off(data: Mapping[str, Any]) -> bool:
    """Return whether turning on is turning off, as with a brightness of 0."""
    return any(data.get(key) in {0, "0"} for key in (ATTR_BRIGHTNESS, "brightness_pct"))


def _whole(value: object) -> int | None:
    """Return a number of a state as a whole one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if 0 < value < 1_000_000 else None  # noqa: PLR2004 - no kelvin


def _point(value: object) -> tuple[float, float] | None:
    """Return a color of a state as a point."""
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004
        return None
    x, y = value
    if isinstance(x, int | float) and isinstance(y, int | float):
        return float(x), float(y)
    return None
