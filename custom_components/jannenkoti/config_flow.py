"""The one config flow: a menu of kinds, then the steps of the kind's own flow."""

from functools import partial
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_REAUTH,
    SOURCE_ZEROCONF,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlowWithReload,
)
from homeassistant.core import callback

from .const import CONF_KIND, DOMAIN
from .flow import KindFlow, KindSubentryFlow, async_ask
from .registry import DISCOVERED_BY, KINDS, SUBENTRIES, async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from homeassistant.config_entries import (
        ConfigEntry,
        ConfigSubentry,
        OptionsFlow,
        SubentryFlowResult,
    )
    from homeassistant.data_entry_flow import BaseServiceInfo
    from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
    from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
    from homeassistant.helpers.typing import DiscoveryInfoType

    type Step = Callable[..., Awaitable[ConfigFlowResult]]
    type SubentryStep = Callable[..., Awaitable[SubentryFlowResult]]

_STEP = "async_step_"


class JannenkotiConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle the set-up of every kind."""

    VERSION = 1
    # Any kind's version moves it, so that Home Assistant asks for the migration.
    MINOR_VERSION = sum(KINDS.values())

    def __init__(self) -> None:
        """Start with no kind chosen."""
        self._kind_flow: KindFlow | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow that tunes an entry."""
        return JannenkotiOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an entry; asked of those not loaded as well."""
        types = SUBENTRIES.get(config_entry.data.get(CONF_KIND, ""), ())
        return dict.fromkeys(types, JannenkotiSubentryFlow)

    def abort_if_configured(self) -> None:
        """End the flow if its device already has an entry."""
        self._abort_if_unique_id_configured()

    def abort_if_same(self, data: dict[str, Any]) -> None:
        """End the flow if an entry has these data; for devices without an id."""
        self._async_abort_entries_match(data)

    def entries_of_kind(self, kind: str) -> list[ConfigEntry]:
        """Return the entries of a kind."""
        entries = self._async_current_entries(include_ignore=False)
        return [entry for entry in entries if entry.data[CONF_KIND] == kind]

    def announce(self, name: str) -> None:
        """Show a discovered device by its name."""
        self.context["title_placeholders"] = {"name": name}

    @property
    def changed_entry(self) -> ConfigEntry:
        """Return the entry that is being given new credentials or reconfigured."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the kind."""
        return self.async_show_menu(step_id="user", menu_options=list(KINDS))

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Ask about what an entry of ours has found; the finding names its kind."""
        return await self._async_step_of_kind(
            discovery_info[CONF_KIND], "integration_discovery", discovery_info
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the connection of an entry."""
        kind = self.changed_entry.data[CONF_KIND]
        return await self._async_step_of_kind(kind, "reconfigure", user_input)

    async def async_step_reauth(
        self, _entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for new credentials after the device refused the old ones."""
        kind = self.changed_entry.data[CONF_KIND]
        return await self._async_step_of_kind(kind, "reauth", None)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Look at a device that asked for an address."""
        return await self._async_discovered(SOURCE_DHCP, discovery_info)

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Look at a device that announced a service."""
        return await self._async_discovered(SOURCE_ZEROCONF, discovery_info)

    async def _async_discovered(
        self, source: str, found: BaseServiceInfo
    ) -> ConfigFlowResult:
        """Let the kind that such announcements are for look at one."""
        kind_flow = await self._async_flow_of(DISCOVERED_BY[source])
        return await kind_flow.async_discovered(found)

    def __getattr__(self, name: str) -> Step:
        """Find the step ``<kind>`` or ``<kind>_<step>`` in the flow of the kind."""
        step_id = name.removeprefix(_STEP)
        if step_id == name:
            raise AttributeError(name)
        for kind in KINDS:
            if step_id == kind or step_id.startswith(f"{kind}_"):
                step = step_id.removeprefix(kind).removeprefix("_") or "user"
                return partial(self._async_step_of_kind, kind, step)
        raise AttributeError(name)

    async def _async_step_of_kind(
        self, kind: str, step: str, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Run a step of the kind's flow."""
        kind_flow = await self._async_flow_of(kind)
        result: ConfigFlowResult = await getattr(kind_flow, f"{_STEP}{step}")(
            user_input
        )
        return result

    async def _async_flow_of(self, kind: str) -> KindFlow:
        """Return the kind's flow, which lives as long as this flow."""
        if self._kind_flow is None or self._kind_flow.kind != kind:
            module = await async_import_from_kind(self.hass, kind, "flow")
            self._kind_flow = module.Flow(self, kind)
        return self._kind_flow


class JannenkotiOptionsFlow(OptionsFlowWithReload):
    """Tune an entry by the options form of its kind."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the form; its step carries the name of the kind."""
        return await self._async_step_options(user_input)

    def __getattr__(self, name: str) -> Step:
        """Let the step be called by the name of the kind."""
        if name.removeprefix(_STEP) in KINDS:
            return self._async_step_options
        raise AttributeError(name)

    async def _async_step_options(
        self, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for the options and keep those that the form does not show."""
        entry = self.config_entry
        kind: str = entry.data[CONF_KIND]
        flow: type[KindFlow] = (
            await async_import_from_kind(self.hass, kind, "flow")
        ).Flow

        async def async_save(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.async_create_entry(data={**entry.options, **answers})

        return await async_ask(
            self,
            kind,
            flow.options_form_of(entry),
            user_input,
            then=async_save,
            suggested=entry.options,
            placeholders=flow.options_placeholders(self.hass, entry),
        )


class JannenkotiSubentryFlow(ConfigSubentryFlow):
    """Add something to an entry, or change it, by the steps of the entry's kind."""

    def __init__(self) -> None:
        """Start without knowing the kind."""
        self._kind_flow: KindSubentryFlow | None = None

    @property
    def entry(self) -> ConfigEntry:
        """Return the entry that is added to."""
        return self._get_entry()

    @property
    def changed_subentry(self) -> ConfigSubentry:
        """Return the subentry that is being reconfigured."""
        return self._get_reconfigure_subentry()

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
        """Find a step in the flow of the kind."""
        step = name.removeprefix(_STEP)
        if step == name:
            raise AttributeError(name)
        return partial(self._async_step_of_kind, step)

    async def _async_step_of_kind(
        self, step: str, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Run a step of the kind's flow for this type, which lives as long as this."""
        if self._kind_flow is None:
            kind = self.entry.data[CONF_KIND]
            module = await async_import_from_kind(self.hass, kind, "subentry_flow")
            self._kind_flow = module.FLOWS[self._subentry_type](self)
        result: SubentryFlowResult = await getattr(self._kind_flow, f"{_STEP}{step}")(
            user_input
        )
        return result
