"""The frame: set-up, versions, devices, system health, actions once."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.jannenkoti import async_remove_config_entry_device
from custom_components.jannenkoti.config_flow import JannenkotiSubentryFlow
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.jannenkoti.flow import KindFlow, KindSubentryFlow
from custom_components.jannenkoti.kind import Kind
from custom_components.jannenkoti.kinds.air_conditioner import kind as air_conditioner
from custom_components.jannenkoti.platform import async_modules
from custom_components.jannenkoti.registry import EXTRAS, KINDS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


def switch_entry(**data: Any) -> MockConfigEntry:
    """Return an entry of the simplest device: a switch."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Plug",
        unique_id="switch.plug",
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": "switch.plug",
            "domain": "switch",
            **data,
        },
        options={"temperature_sensors": ["sensor.room"]},
        minor_version=data.pop("minor_version", sum(KINDS.values())),
    )


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    hass.states.async_set("switch.plug", "off")
    entry = switch_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def test_system_health_counts_loaded_and_all_entries(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    assert await get_system_health_info(hass, DOMAIN) == {"air_conditioner": "1 / 1"}
    await hass.config_entries.async_unload(entry.entry_id)
    assert await get_system_health_info(hass, DOMAIN) == {"air_conditioner": "0 / 1"}


async def test_entry_reloads_when_the_time_zone_changes(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = entry.runtime_data
    await hass.config.async_update(location_name="Cottage")
    await hass.async_block_till_done()
    assert entry.runtime_data is before
    await hass.config.async_update(time_zone="America/Santiago")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data is not before


async def test_diagnostics_of_an_unloaded_entry_have_no_runtime_data(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics["state"] == "not_loaded"
    assert diagnostics["runtime"] is None


async def test_only_device_of_an_entry_cannot_be_deleted(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert not await async_remove_config_entry_device(hass, entry, device)


@pytest.mark.parametrize(
    "data", [{"kind": "a_kind_of_the_future"}, {"kind_version": 99}]
)
async def test_entry_of_a_newer_version_is_not_migrated(
    hass: HomeAssistant, data: dict[str, Any]
) -> None:
    entry = switch_entry(**data, minor_version=1)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert entry.data["kind_version"] == data.get("kind_version", 1)


async def test_older_entry_is_migrated_by_its_kind(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated = []

    async def async_migrate(
        _hass: HomeAssistant, entry: MockConfigEntry, version: int
    ) -> None:
        migrated.append((entry.title, version))

    monkeypatch.setitem(KINDS, "air_conditioner", 2)
    monkeypatch.setattr(
        air_conditioner,
        "KIND",
        Kind(
            platforms=air_conditioner.KIND.platforms,
            async_setup_entry=air_conditioner.KIND.async_setup_entry,
            diagnostics=air_conditioner.KIND.diagnostics,
            async_migrate=async_migrate,
        ),
    )
    hass.states.async_set("switch.plug", "off")
    entry = switch_entry(minor_version=1)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert migrated == [("Plug", 1)]
    assert entry.data["kind_version"] == 2
    # Removal of a kind that stores nothing works as well.
    await hass.config_entries.async_remove(entry.entry_id)


async def test_new_minor_version_alone_changes_nothing(hass: HomeAssistant) -> None:
    hass.states.async_set("switch.plug", "off")
    entry = switch_entry(minor_version=1)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.minor_version == sum(KINDS.values())
    await hass.config_entries.async_unload(entry.entry_id)


async def test_views_and_actions_are_registered_once(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second entry of the kind, and a reload, find all in place.
    hass.states.async_set("switch.other", "off")
    other = MockConfigEntry(
        domain=DOMAIN,
        unique_id="switch.other",
        data={**entry.data, "entity_id": "switch.other"},
        minor_version=sum(KINDS.values()),
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def test_kind_without_a_step_raises() -> None:
    flow: Any = KindFlow.__new__(KindFlow)
    for step in ("user", "reconfigure", "reauth"):
        with pytest.raises(NotImplementedError):
            await getattr(flow, f"async_step_{step}")()


async def test_kind_without_subentries_offers_none(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert not entry.supported_subentry_types
    flow = KindSubentryFlow(JannenkotiSubentryFlow())
    for step in (flow.async_step_user, flow.async_step_reconfigure):
        with pytest.raises(NotImplementedError):
            await step()
    assert not hasattr(JannenkotiSubentryFlow(), "party")


async def test_ignored_discovery_is_no_entry_of_a_kind(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, source="ignore", unique_id="x", data={})
    ignored.add_to_hass(hass)
    assert not ignored.supported_subentry_types
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    assert await get_system_health_info(hass, DOMAIN) == {"air_conditioner": "1 / 1"}
    await hass.config_entries.async_remove(ignored.entry_id)


async def test_modules_of_kinds_without_an_entry_are_left_out(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EXTRAS, "repairs", ("tlink", "air_conditioner"))
    module = SimpleNamespace()
    asked = list[tuple[str, str]]()

    async def import_it(_hass: HomeAssistant, kind: str, name: str) -> object:
        asked.append((kind, name))
        return module

    where = "custom_components.jannenkoti.platform.async_import_from_kind"
    monkeypatch.setattr(where, import_it)
    assert await async_modules(hass, "media_source") == []
    assert await async_modules(hass, "repairs") == [module]
    assert asked == [("air_conditioner", "repairs")]
