"""One source per device, so that a message updates its entities only; and the store."""

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HassJob, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from ...occurrences import Occurrence, async_report_occurrence
from ...push import PushSource, SilenceWatch
from ...timers import detached
from .claims.claim import NO_MODEL, from_data, to_data
from .const import DEVICE, KIND_NAME, SIMULATED
from .devices.device import Device
from .devices.device_types import canonical_name, device_type_of, quantity_of
from .entry_coordinator import BurstWriter
from .wire.payload import MAX_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .claims.claim import Claim
    from .devices.device_rules import DeviceRules
    from .devices.device_types import Quantity
    from .devices.outcome import MessageOutcome
    from .wire.payload import Scalar


def device_key(entry: ConfigEntry, serial: str) -> str:
    """Return what identifies a device in the device registry."""
    return f"{entry.unique_id}_{serial}"


@callback
def async_register_device(
    hass: HomeAssistant,
    entry: ConfigEntry,
    device: DeviceCoordinator,
    area_id: str | None = None,
) -> None:
    """Add a device to the device registry, or update it there."""
    identity = device.rules.device.identity
    registry = dr.async_get(hass)
    registered = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=device.subentry_id,
        identifiers={(DOMAIN, device_key(entry, device.serial))},
        name=identity.name,
        model=None if identity.model == NO_MODEL else identity.model,
        serial_number=device.serial,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, str(entry.unique_id)), config_entry_id=entry.entry_id
        ),
    )
    if area_id is not None:
        registry.async_update_device(registered.id, area_id=area_id)


@callback
def async_report_claimed(
    hass: HomeAssistant, entry: ConfigEntry, serials: Iterable[str]
) -> None:
    """Let the triggers of newly claimed devices run."""
    for serial in serials:
        async_report_occurrence(
            hass,
            f"{KIND_NAME}_device_claimed",
            Occurrence(
                entry_id=entry.entry_id,
                device_key=device_key(entry, serial),
                details={"serial": serial},
            ),
        )


@callback
def async_add_subentry(hass: HomeAssistant, entry: ConfigEntry, claim: Claim) -> None:
    """Store a claim; the change of the entry then adds the device."""
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(to_data(claim)),
            subentry_type=DEVICE,
            title=claim.identity.name or claim.serial,
            unique_id=claim.serial,
        ),
    )


@callback
def async_rename_subentry(
    hass: HomeAssistant, entry: ConfigEntry, device: DeviceCoordinator
) -> None:
    """Store the name, type, model and description of a device."""
    subentry = entry.subentries[device.subentry_id]
    identity = device.rules.device.identity
    claim = replace(from_data(subentry.title, subentry.data), identity=identity)
    hass.config_entries.async_update_subentry(
        entry, subentry, title=identity.name or device.serial, data=to_data(claim)
    )


@callback
def async_restore_claim(hass: HomeAssistant, entry: ConfigEntry, claim: Claim) -> None:
    """Store a claim or a name that Home Assistant had not saved before it ended."""
    for subentry in entry.subentries.values():
        if subentry.unique_id == claim.serial:
            there = from_data(subentry.title, subentry.data)
            hass.config_entries.async_update_subentry(
                entry,
                subentry,
                title=claim.identity.name or claim.serial,
                data=to_data(replace(there, identity=claim.identity)),
            )
            return
    async_add_subentry(hass, entry, claim)


class DeviceCoordinator(PushSource[Device]):
    """The state of one device, its timers, and the entities that show it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subentry: ConfigSubentry,
        rules: DeviceRules,
    ) -> None:
        """Initialize with the rules of the device."""
        super().__init__(rules.device)
        self.entry = entry
        self.rules = rules
        self.serial = rules.device.serial
        self.device_type = device_type_of(self.serial)
        self.subentry_id = subentry.subentry_id
        self.is_simulated = subentry.subentry_type == SIMULATED
        self._hass = hass
        self._by_parameter: dict[str, CALLBACK_TYPE] = {}
        self._may_skip: set[CALLBACK_TYPE] = set()
        self._burst = BurstWriter(hass)
        self._names: dict[str, str] = {}
        """The device's own name of a parameter, where it is not the canonical one."""
        self._shown: set[str] = set()
        self._edge_passed: Callable[[str], None] | None = None
        self._silence = SilenceWatch(hass, self._async_is_silent, self.serial)
        self._edge = HassJob(
            self._async_edge, f"schedule of {self.serial}", cancel_on_shutdown=True
        )
        self._stop_edge: CALLBACK_TYPE | None = None
        self._edge_at: datetime | None = None
        self._find_names()
        self.async_plan()

    @callback
    def async_subscribe_edges(self, edge_passed: Callable[[str], None]) -> None:
        """Call a function with the serial number after each edge of the schedule."""
        self._edge_passed = edge_passed

    # --- parameters ------------------------------------------------------------------

    def parameter(self, name: str) -> Scalar | None:
        """Return the value of a parameter by its canonical name."""
        return self.data.parameters.get(self._names.get(name, name))

    def _find_names(self) -> None:
        """Find the device's own names of canonical parameters."""
        values = self.data.parameters
        self._names = {
            canonical: name
            for name in values
            if (canonical := canonical_name(name)) != name and canonical not in values
        }

    @callback
    def async_listen_to_parameter(
        self, name: str, listener: CALLBACK_TYPE, *, may_skip: bool = False
    ) -> CALLBACK_TYPE:
        """Call the listener when the parameter has another value than before.

        With ``may_skip`` a burst of messages skips values, but never the latest.
        """
        self._by_parameter[name] = listener
        if may_skip:
            self._may_skip.add(listener)

        @callback
        def remove() -> None:
            """Remove the listener."""
            if self._by_parameter.get(name) is listener:
                del self._by_parameter[name]
            self._may_skip.discard(listener)
            self._burst.async_discard(listener)

        return remove

    @callback
    def async_new_parameters(self, *, binary: bool) -> list[tuple[str, Quantity]]:
        """Return the parameters of one sort that have no entity yet."""
        values = self.data.parameters
        found: list[tuple[str, Quantity]] = []
        canonical_names = (canonical_name(name) for name in values)
        for name in dict.fromkeys((*self.device_type.parameters, *canonical_names)):
            if name in self._shown or name == self.device_type.own_parameter:
                continue
            if len(self._shown) >= MAX_PARAMETERS:
                break  # A device that renames its parameters must not fill the home.
            quantity = quantity_of(name, self.parameter(name))
            if quantity is not None and quantity.is_binary is binary:
                self._shown.add(name)
                found.append((name, quantity))
        return found

    # --- updates ---------------------------------------------------------------------

    @callback
    def async_received(self, outcome: MessageOutcome) -> None:
        """Show what a message changed, and watch for the next one."""
        before, self.data = self.data, self.rules.device
        is_burst = self._burst.async_message()
        if outcome.other_names:
            self._find_names()
        if outcome.more:
            self.async_update_listeners()
        else:
            self._async_parameters_changed(outcome.parameters, is_burst=is_burst)
        if self.data.silent:  # a last will
            self._silence.async_stop()
        else:
            if before.silent and before.last_seen is not None:
                LOGGER.info("Device %s reports again", self.serial)
            self.async_watch()
        # No timer notices that the clock was set, or another schedule of the device.
        if self.rules.next_change(dt_util.utcnow()) != self._edge_at:
            self._async_edge_passed()

    @callback
    def _async_parameters_changed(
        self, names: tuple[str, ...], *, is_burst: bool
    ) -> None:
        """Show the parameters that have another value than before."""
        for name in names:
            listener = self._by_parameter.get(name)
            if listener is None:
                listener = self._by_parameter.get(canonical_name(name))
            if listener is None:
                continue
            if is_burst and listener in self._may_skip:
                self._burst.async_write_later(listener)
            else:
                listener()

    @callback
    def async_publish(self) -> None:
        """Show the current state after a change that is not a message."""
        self.data = self.rules.device
        self._find_names()
        self.async_plan()
        self.async_update_listeners()

    @callback
    def async_watch(self) -> None:
        """Wait for the next message."""
        self._silence.async_reported(self.rules.rhythm.silent_after.total_seconds())

    @callback
    def _async_is_silent(self) -> None:
        """Make the entities unavailable."""
        LOGGER.info(
            "Device %s has not reported for %.0f s",
            self.serial,
            self.rules.rhythm.silent_after.total_seconds(),
        )
        self.rules.fall_silent()
        self.async_publish()

    # --- the schedule ----------------------------------------------------------------

    @callback
    def async_plan(self) -> None:
        """Wait for the next edge of the schedule, or the end of a hold."""
        if self._stop_edge is not None:
            self._stop_edge()
            self._stop_edge = None
        self._edge_at = at = self.rules.next_change(dt_util.utcnow())
        if at is not None:
            self._stop_edge = detached(
                async_track_point_in_utc_time, self._hass, self._edge, at
            )

    @callback
    def _async_edge(self, now: datetime) -> None:
        """End a hold that is over, and plan the next change."""
        self._stop_edge = None
        self.rules.tick(now)
        self._async_edge_passed()

    @callback
    def _async_edge_passed(self) -> None:
        """Show the change, and notify the subscriber."""
        self.async_publish()
        if self._edge_passed is not None:
            self._edge_passed(self.serial)

    @callback
    def async_stop(self) -> None:
        """Stop all timers."""
        self._silence.async_stop()
        self._burst.async_stop()
        if self._stop_edge is not None:
            self._stop_edge()
            self._stop_edge = None
        self._edge_passed = None
