"""The one config flow: a menu of kinds, then the steps of the kind's own flow."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_MQTT,
    SOURCE_SSDP,
    SOURCE_ZEROCONF,
    ConfigSubentryFlow,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.importlib import async_import_module
from homeassistant.requirements import RequirementsNotFound

from .const import CONF_KIND, DOMAIN
from .flow import (
    EntryFlow,
    KindFlow,
    KindSubentryFlow,
    SubentryFlow,
    hide_reconfigure,
)
from .options_flow import STEP, JannenkotiOptionsFlow, step_of
from .registry import (
    KINDS,
    SUBENTRIES,
    WITHOUT_OPTIONS,
    WITHOUT_RECONFIGURE,
    async_import_from_kind,
    discovered_kind,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from homeassistant.config_entries import (
        ConfigEntry,
        ConfigFlowResult,
        OptionsFlow,
        SubentryFlowResult,
    )
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo
    from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
    from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
    from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
    from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
    from homeassistant.helpers.typing import DiscoveryInfoType

    from .import_history.flow import ImportFlow

    type Step = Callable[..., Awaitable[ConfigFlowResult]]
    type SubentryStep = Callable[..., Awaitable[SubentryFlowResult]]

IMPORT: Final = "import_history"
IMPORT_STEPS: Final = frozenset(
    {
        IMPORT,
        "import_history_read",
        "import_history_plan",
        "import_history_entities",
        "import_history_write",
        "import_history_settings",
    }
)


def _kind_with_mac(hass: HomeAssistant, mac: str) -> str | None:
    """Return the kind of the entry whose device has a hardware address."""
    registry = dr.async_get(hass)
    connection = (dr.CONNECTION_NETWORK_MAC, dr.format_mac(mac))
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        devices = dr.async_entries_for_config_entry(registry, entry.entry_id)
        if any(connection in device.connections for device in devices):
            kind: str = entry.data[CONF_KIND]
            return kind
    return None


class JannenkotiConfigFlow(EntryFlow, domain=DOMAIN):
    """Handle the set-up of every kind."""

    VERSION = 1
    # Any kind's version moves it, so that Home Assistant asks for the migration.
    MINOR_VERSION = sum(KINDS.values())

    def __init__(self) -> None:
        """Start with no kind chosen."""
        self._kind_flow: KindFlow | None = None
        self._import_flow: ImportFlow | None = None

    @override
    async def async_identify(self, unique_id: str) -> None:
        """Set the unique id of the device; end the flow if that has an entry."""
        await self.async_set_unique_id(unique_id)
        self._abort_if_unique_id_configured()

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow that changes the options of an entry."""
        return JannenkotiOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Return whether an entry has options; asked of those not loaded as well."""
        kind = config_entry.data.get(CONF_KIND)
        if kind in WITHOUT_RECONFIGURE:
            hide_reconfigure(config_entry)
        return kind in KINDS and kind not in WITHOUT_OPTIONS

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an entry, which may not be loaded."""
        types = SUBENTRIES.get(config_entry.data.get(CONF_KIND, ""), ())
        return dict.fromkeys(types, JannenkotiSubentryFlow)

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the kind."""
        return self.async_show_menu(step_id="user", menu_options=[*KINDS, IMPORT])

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Ask about what another entry has found; the data name the kind."""
        return await self._async_step_of_kind(
            discovery_info[CONF_KIND], "integration_discovery", discovery_info
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the connection of an entry."""
        kind = self.changed_entry.data[CONF_KIND]
        if kind in WITHOUT_RECONFIGURE:
            return self.async_abort(reason="not_supported")
        return await self._async_step_of_kind(kind, "reconfigure", user_input)

    async def async_step_reauth(
        self, _entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for new credentials after the device rejected the old ones."""
        kind = self.changed_entry.data[CONF_KIND]
        return await self._async_step_of_kind(kind, "reauth", None)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Handle a device that asked for an address, which may be a known one."""
        kind = _kind_with_mac(self.hass, discovery_info.macaddress)
        kind = kind or discovered_kind(SOURCE_DHCP, "", discovery_info.hostname)
        return await self._async_discovered(kind, discovery_info)

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Handle a device that announced a service."""
        found = discovery_info
        model = str(found.properties.get("model") or found.properties.get("md") or "")
        kind = discovered_kind(SOURCE_ZEROCONF, found.type, found.name, model)
        return await self._async_discovered(kind, found)

    @override
    async def async_step_ssdp(
        self, discovery_info: SsdpServiceInfo
    ) -> ConfigFlowResult:
        """Handle a device that answered a search."""
        found = discovery_info
        name = str(found.upnp.get("friendlyName", ""))
        model = str(found.upnp.get("modelName", ""))
        kind = discovered_kind(SOURCE_SSDP, found.ssdp_st, name, model)
        return await self._async_discovered(kind, found)

    @override
    async def async_step_mqtt(
        self, discovery_info: MqttServiceInfo
    ) -> ConfigFlowResult:
        """Handle a device that spoke on a topic of the manifest."""
        found = discovery_info
        kind = discovered_kind(SOURCE_MQTT, found.subscribed_topic, found.topic)
        return await self._async_discovered(kind, found)

    async def _async_discovered(
        self, kind: str | None, found: BaseServiceInfo
    ) -> ConfigFlowResult:
        """Let the kind that an announcement is for handle it."""
        if kind is None:
            return self.async_abort(reason="not_supported")
        return await (await self._async_flow_of(kind)).async_discovered(found)

    def __getattr__(self, name: str) -> Step:
        """Find the step ``<kind>`` or ``<kind>_<step>`` in the flow of the kind.

        Of a kind whose flow has not begun there is only the first step.
        """
        if name.removeprefix(STEP) in IMPORT_STEPS:
            return partial(self._async_step_of_import, name)
        kind, step = step_of(name)
        begun = self.__dict__.get("_kind_flow")
        if step == "user" or (
            begun is not None and begun.kind == kind and hasattr(begun, f"{STEP}{step}")
        ):
            return partial(self._async_step_of_kind, kind, step)
        raise AttributeError(name)

    async def _async_step_of_kind(
        self, kind: str, step: str, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Run a step of the kind's flow."""
        kind_flow = await self._async_flow_of(kind)
        result: ConfigFlowResult = await getattr(kind_flow, f"{STEP}{step}")(user_input)
        return result

    async def _async_step_of_import(
        self, name: str, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Run a step of the import of old data, which exists as long as this flow."""
        if self._import_flow is None:
            module = await async_import_module(
                self.hass, f"{__package__}.import_history.flow"
            )
            self._import_flow = module.ImportFlow(self)
        result: ConfigFlowResult = await getattr(self._import_flow, name)(user_input)
        return result

    async def _async_flow_of(self, kind: str) -> KindFlow:
        """Return the kind's flow, which exists as long as this flow.

        Aborts where what the kind requires cannot be installed.
        """
        if self._kind_flow is None or self._kind_flow.kind != kind:
            try:
                module = await async_import_from_kind(self.hass, kind, "flow")
            except RequirementsNotFound as err:
                raise AbortFlow("requirements_missing") from err
            self._kind_flow = module.Flow(self, kind)
        return self._kind_flow


class JannenkotiSubentryFlow(SubentryFlow):
    """Add something to an entry, or change it, by the steps of the entry's kind."""

    def __init__(self) -> None:
        """Start without knowing the kind."""
        self._kind_flow: KindSubentryFlow | None = None

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add a subentry."""
        return await self._async_step_of_kind("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a subentry."""
        return await self._async_step_of_kind("reconfigure", user_input)

    def __getattr__(self, name: str) -> SubentryStep:
        """Find a step in the flow of the kind, once that has begun."""
        step = name.removeprefix(STEP)
        if step == name or not hasattr(self.__dict__.get("_kind_flow"), name):
            raise AttributeError(name)
        return partial(self._async_step_of_kind, step)

    async def _async_step_of_kind(
        self, step: str, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Run a step of the kind's flow for this type, which exists as long as this."""
        if self._kind_flow is None:
            kind = self.entry.data[CONF_KIND]
            module = await async_import_from_kind(self.hass, kind, "subentry_flow")
            self._kind_flow = module.FLOWS[self._subentry_type](self)
        result: SubentryFlowResult = await getattr(self._kind_flow, f"{STEP}{step}")(
            user_input
        )
        return result
