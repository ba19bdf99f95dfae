"""The flows of subentries: a claim from the list or by text, a simulated device."""

from random import SystemRandom
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import ConfigEntryState, UnknownSubEntry

from ...flow import KindSubentryFlow, async_ask
from . import forms
from .claims.claim import CONFIGURATION, Claim, Identity, from_form, to_data, to_form
from .const import (
    CONF_NAME,
    CONF_SERIAL,
    DEVICE,
    SIMULATED,
)
from .devices.device_types import DEVICE_TYPES
from .devices.modes import Update
from .devices.simulator import MARK, new_serial

if TYPE_CHECKING:
    from homeassistant.config_entries import SubentryFlowResult

    from .coordinator import MqttDevices


class DeviceFlow(KindSubentryFlow):
    """Claim a device from the list or by its text, and change it later."""

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
        """Ask what to call it."""
        return await async_ask(
            self.flow,
            "details",
            forms.DETAILS_FORM,
            user_input,
            then=self._async_create,
            suggested=to_form(self._picked),
            placeholders={"serial": self._picked.serial},
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change what a device is called and sent."""
        if (devices := self._devices) is None:
            return self.flow.async_abort(reason="mqtt_devices_not_loaded")
        try:
            serial = self.flow.changed_subentry.data[CONF_SERIAL]
        except UnknownSubEntry:  # let go while the form was open
            return self.flow.async_abort(reason="mqtt_devices_gone")
        device = devices.devices[serial].data
        return await async_ask(
            self.flow,
            "reconfigure",
            forms.DETAILS_FORM,
            user_input,
            then=self._async_change,
            suggested=to_form(
                Claim(
                    serial=serial,
                    identity=device.identity,
                    configuration=device.configuration.document,
                )
            ),
            placeholders={"serial": serial},
        )

    async def _async_picked(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Go on with what is rules of the device."""
        self._picked = answers["claim"]
        return await self.async_step_details()

    async def _async_create(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Claim the device."""
        claim = from_form(self._picked.serial, answers)
        return self.flow.async_create_entry(
            title=answers[CONF_NAME], data=to_data(claim), unique_id=claim.serial
        )

    async def _async_change(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Tell the device; that changes its subentry as well."""
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
    """Add a device that pretends to be there; it is changed as any other."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what it pretends to be."""
        return await async_ask(
            self.flow,
            "user",
            forms.TEMPLATE_FORM,
            user_input,
            then=self._async_simulate,
        )

    async def _async_simulate(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Make the device."""
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
