"""Subentry flows: claimed devices and simulated devices."""

from random import SystemRandom
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import ConfigEntryState, UnknownSubEntry

from ...flow import KindSubentryFlow, async_ask
from ...lib.plain_text import without_links
from . import forms
from .claims.claim import CONFIGURATION, Claim, Identity, from_form, to_data
from .const import (
    CONF_AREA,
    CONF_NAME,
    CONF_SERIAL,
    DEVICE,
    SIMULATED,
)
from .details_form import details_form, suggested
from .devices.device_types import DEVICE_TYPES
from .devices.modes import Update
from .devices.simulator import MARK, new_serial

if TYPE_CHECKING:
    from homeassistant.config_entries import SubentryFlowResult

    from .coordinator import MqttDevices


class DeviceFlow(KindSubentryFlow):
    """Claim a device from the list or by the text of its QR code; change it later."""

    _picked: Claim

    @property
    def _devices(self) -> MqttDevices | None:
        """Return the devices of the entry, None if it is not loaded."""
        entry = self.flow.entry
        if entry.state is not ConfigEntryState.LOADED:
            return None
        devices: MqttDevices = entry.runtime_data
        return devices

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which device."""
        if (devices := self._devices) is None:
            return self.flow.async_abort(reason="mqtt_devices_not_loaded")
        return await async_ask(
            self.flow,
            "user",
            forms.pick_form(devices),
            user_input,
            then=self._async_picked,
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for name and area of a device that has reported."""
        return await self._async_ask_details("details", user_input)

    async def async_step_never_received(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for name and area of a device that has never reported."""
        return await self._async_ask_details("never_received", user_input)

    async def _async_ask_details(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        """Ask for name and area."""
        return await async_ask(
            self.flow,
            step_id,
            details_form(self._picked.configuration),
            user_input,
            then=self._async_create,
            suggested=suggested(self._picked),
            placeholders={
                "serial": without_links(self._picked.serial),
                "entry": self.flow.entry.title,
            },
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the name and the settings of a device."""
        if (devices := self._devices) is None:
            return self.flow.async_abort(reason="mqtt_devices_not_loaded")
        try:
            serial = self.flow.changed_subentry.data[CONF_SERIAL]
        except UnknownSubEntry:  # removed while the form was open
            return self.flow.async_abort(reason="mqtt_devices_gone")
        device = devices.devices[serial].data
        return await async_ask(
            self.flow,
            "reconfigure",
            details_form(device.configuration.document, device),
            user_input,
            then=self._async_change,
            suggested=suggested(
                Claim(
                    serial=serial,
                    identity=device.identity,
                    configuration=device.configuration.document,
                )
            ),
            placeholders={"serial": serial},
        )

    async def _async_picked(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Ask for the details of the picked device."""
        self._picked = answers["claim"]
        devices: MqttDevices = self.flow.entry.runtime_data
        if not devices.has_room():
            return self.flow.async_abort(reason="mqtt_devices_too_many_entities")
        if self._picked.serial in devices.registry.unclaimed:
            return await self.async_step_details()
        return await self.async_step_never_received()

    async def _async_create(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Claim the device."""
        claim = from_form(self._picked.serial, answers)
        if (devices := self._devices) is not None:
            devices.areas[claim.serial] = answers[CONF_AREA]
        return self.flow.async_create_entry(
            title=answers[CONF_NAME], data=to_data(claim), unique_id=claim.serial
        )

    async def _async_change(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Update the device, which also changes its subentry."""
        subentry, devices = self.flow.changed_subentry, self._devices
        if devices is None:
            return self.flow.async_abort(reason="mqtt_devices_not_loaded")
        claim = from_form(subentry.data[CONF_SERIAL], answers)
        devices.async_update(
            claim.serial,
            Update(
                name=claim.identity.name,
                type=claim.identity.type,
                model=claim.identity.model,
                description=claim.identity.description,
                configuration=claim.configuration,
                replaces=True,
            ),
        )
        return self.flow.async_update_and_abort(self.flow.entry, subentry)


class SimulatedFlow(DeviceFlow):
    """Add a simulated device; it is changed as any other."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which device to simulate."""
        return await async_ask(
            self.flow,
            "user",
            forms.TEMPLATE_FORM,
            user_input,
            then=self._async_simulate,
        )

    async def _async_simulate(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Add the device."""
        template = answers[forms.TEMPLATE]
        prefix, profile = next(
            (prefix, profile)
            for prefix, profile in DEVICE_TYPES.items()
            if profile.name == template
        )
        serial = new_serial(prefix, SystemRandom())
        claim = Claim(
            serial=serial,
            identity=Identity(
                name=answers[CONF_NAME],
                type="actuador" if profile.acts else "sensor",
                model=f"{MARK} {prefix}",
            ),
            configuration=CONFIGURATION,
        )
        return self.flow.async_create_entry(
            title=answers[CONF_NAME], data=to_data(claim), unique_id=serial
        )


FLOWS: Final = {DEVICE: DeviceFlow, SIMULATED: SimulatedFlow}
