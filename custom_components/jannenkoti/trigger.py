"""Triggers of all kinds, made of the rows in ``kinds/<kind>/automations.json``.

Those about states follow entities of this integration only, found by their translation
keys. Like Home Assistant's own, they do not fire on what follows a state that was
unknown or unavailable, nor one in which the device was not reachable.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Final, override

import voluptuous as vol
from homeassistant.components.event import EventEntityStateAttribute
from homeassistant.const import (
    ATTR_CONFIG_ENTRY_ID,
    CONF_DEVICE_ID,
    CONF_OPTIONS,
    CONF_TARGET,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTriggerBase,
    StatelessEntityTriggerBase,
    Trigger,
)

from .automation_rows import Row, When, read_rows
from .occurrences import Occurrence, async_listen_occurrences
from .own_entities import check_named_entities, own_entities, targeted_devices

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State
    from homeassistant.helpers.trigger import (
        NotTriggeredReasonReporter,
        TriggerActionRunner,
        TriggerConfig,
        TriggerNotTriggeredReporter,
    )
    from homeassistant.helpers.typing import ConfigType

# The layers of a print a meter high.
_GREATEST: Final = 100_000


class _OfOwnEntities(EntityTriggerBase):
    """A trigger about one sort of entity of this integration."""

    row: ClassVar[Row]
    # A device or area as the target includes its diagnostic entities.
    _primary_entities_only = False

    def __init_subclass__(cls, row: Row | None = None, **kwargs: object) -> None:
        """Take the row of the trigger in."""
        super().__init_subclass__(**kwargs)
        if row is not None:
            cls.row = row
            cls._domain_specs = {row.platform: DomainSpec()}
            cls._excluded_from_states |= row.lost

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Return the checked configuration; a named entity must be a suitable one."""
        checked = await super().async_validate_config(hass, config)
        check_named_entities(hass, checked[CONF_TARGET], cls.row)
        return checked

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep those of this integration with the translation key."""
        found = super().entity_filter(entities)
        return own_entities(self._hass, found, self.row.translation_key)


def _becomes(row: Row) -> type[Trigger]:
    class Becomes(_OfOwnEntities, row=row):
        """The state is one of them, and was none of them."""

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Return whether the state is one of them."""
            return state.state in row.values

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return whether the state was none of them."""
            return from_state.state not in row.values

    return Becomes


def _leaves(row: Row) -> type[Trigger]:
    class Leaves(_OfOwnEntities, row=row):
        """The state is none of them, and was one of them."""

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Return whether the state is none of them."""
            return state.state not in row.values | row.lost

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return whether the state was one of them."""
            return from_state.state in row.values

    return Leaves


def _changes(row: Row) -> type[Trigger]:
    class Changes(_OfOwnEntities, row=row):
        """The state is another one."""

    return Changes


def _happens(row: Row) -> type[Trigger]:
    class Happens(_OfOwnEntities, StatelessEntityTriggerBase, row=row):
        """An event of one of these types occurs."""

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Return whether the event is such a one."""
            event_type = state.attributes.get(EventEntityStateAttribute.EVENT_TYPE)
            return event_type in row.values and all(
                state.attributes.get(key) == value
                for key, value in row.attributes.items()
            )

    return Happens


def _reaches(row: Row) -> type[Trigger]:
    number = vol.All(vol.Coerce(int), vol.Range(min=1, max=_GREATEST))

    class Reaches(_OfOwnEntities, row=row):
        """The number is reached; some may be skipped."""

        _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
            {vol.Required(CONF_OPTIONS): {vol.Required(row.option): number}}
        )
        # It is unknown before it begins to rise.
        _excluded_from_states: ClassVar[frozenset[str]] = frozenset({STATE_UNAVAILABLE})

        def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
            """Initialize with the number."""
            super().__init__(hass, config)
            self._wanted: int = self._options[row.option]

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Return whether the number is reached."""
            return _whole(state) >= self._wanted

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return whether it was not reached before.

            What follows an unknown state may have been reached long ago.
            """
            if from_state.state == STATE_UNKNOWN:
                return _whole(to_state) == self._wanted
            return _whole(from_state) < self._wanted

    return Reaches


def _whole(state: State) -> int:
    """Return a number, 0 for what is none."""
    return int(state.state) if state.state.isdecimal() else 0


_OCCURRENCE_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_TARGET): cv.TARGET_FIELDS,
        vol.Required(CONF_OPTIONS, default={}): {
            vol.Optional(CONF_DEVICE_ID): vol.All(cv.ensure_list, [cv.string])
        },
    }
)


class _OfOccurrences(Trigger):
    """A trigger about occurrences, of all devices or of chosen ones."""

    name: ClassVar[str]

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Return the checked configuration."""
        checked: ConfigType = _OCCURRENCE_SCHEMA(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize with the devices and other targets; none means all."""
        super().__init__(hass, config)
        self._devices: list[str] = (config.options or {}).get(CONF_DEVICE_ID, [])
        self._target = config.target or {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action at each occurrence."""

        @callback
        def occurred(occurrence: Occurrence) -> None:
            devices = {*self._devices, *targeted_devices(self._hass, self._target)}
            chosen = bool(self._devices or self._target)
            if not chosen or any(occurrence.is_of(self._hass, x) for x in devices):
                payload: dict[str, Any] = {
                    **occurrence.details,
                    ATTR_CONFIG_ENTRY_ID: occurrence.entry_id,
                }
                run_action(payload, self.name.replace("_", " "))

        return async_listen_occurrences(self._hass, self.name, occurred)


def _occurs(row: Row) -> type[Trigger]:
    class Occurs(_OfOccurrences):
        """The kind reports an occurrence."""

        name = row.name

    return Occurs


_MADE_BY: Final[dict[When, Callable[[Row], type[Trigger]]]] = {
    When.BECOMES: _becomes,
    When.LEAVES: _leaves,
    When.CHANGES: _changes,
    When.HAPPENS: _happens,
    When.REACHES: _reaches,
    When.OCCURS: _occurs,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their names, which carry the kind."""
    rows = await hass.async_add_executor_job(read_rows)
    return {row.name: _MADE_BY[row.when](row) for row in rows.triggers}
