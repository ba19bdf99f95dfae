"""The one flow: which steps exist, whose options are offered, who is discovered."""

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.requirements import RequirementsNotFound
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti import registry
from custom_components.jannenkoti.config_flow import JannenkotiConfigFlow
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.flow import Form, KindFlow
from custom_components.jannenkoti.kinds.air_conditioner import flow as air_conditioner
from custom_components.jannenkoti.registry import (
    DISCOVERIES,
    KINDS,
    WITHOUT_OPTIONS,
    WITHOUT_RECONFIGURE,
    Discovery,
    discovered_kind,
    kind_and_step,
)
from custom_components.jannenkoti.renames import replaced

from .one_of_each import async_set_up
from .source import INTEGRATION

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo

MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
FLOWS = "custom_components.jannenkoti.config_flow"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await async_set_up(hass, "air_conditioner")


# Steps


def test_no_name_of_a_kind_is_the_beginning_of_a_step_of_another() -> None:
    for kind in KINDS:
        assert not [other for other in KINDS if other.startswith(f"{kind}_")]


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_found_by_their_ids(kind: str) -> None:
    assert kind_and_step(kind) == (kind, "user")
    assert kind_and_step(f"{kind}_credentials") == (kind, "credentials")
    for name in (f"{kind}s", f"{kind}_", f"{kind}_user"):
        assert kind_and_step(name) is None
    assert kind_and_step("") is None


async def test_only_first_steps_exist_before_a_kind_is_chosen(
    hass: HomeAssistant,
) -> None:
    flows = hass.config_entries.flow
    result: Any = await flows.async_init(DOMAIN, context={"source": "user"})
    flow = flows._progress[result["flow_id"]]
    for kind in KINDS:
        assert hasattr(flow, f"async_step_{kind}")
        assert not hasattr(flow, f"async_step_{kind}_credentials")
        assert not hasattr(flow, f"async_step_{kind}_party")
    for name in ("async_step_party", "party", "async_step_", "room_sensors"):
        assert not hasattr(flow, name)
    await flows.async_configure(result["flow_id"], {"next_step_id": "room_sensors"})
    assert hasattr(flow, "async_step_room_sensors_new_credentials")
    assert not hasattr(flow, "async_step_room_sensors_party")
    assert not hasattr(flow, "async_step_tlink_cloud")


async def test_unknown_step_is_refused_not_run(hass: HomeAssistant) -> None:
    flow = JannenkotiConfigFlow()
    flow.hass = hass
    with pytest.raises(AttributeError):
        flow.async_step_tlink_party()


async def test_subentries_have_only_the_steps_of_their_kind(
    hass: HomeAssistant,
) -> None:
    entry = await async_set_up(hass, "mqtt_devices")
    subentries = hass.config_entries.subentries
    result: Any = await subentries.async_init(
        (entry.entry_id, "mqtt_device"), context={"source": "user"}
    )
    flow = subentries._progress[result["flow_id"]]
    assert hasattr(flow, "async_step_details")
    assert not hasattr(flow, "async_step_party")
    assert not hasattr(flow, "party")


# Options and Reconfigure


@pytest.mark.parametrize("kind", KINDS)
async def test_only_what_a_kind_has_is_offered(hass: HomeAssistant, kind: str) -> None:
    module = await registry.async_import_from_kind(hass, kind, "flow")
    flow: type[KindFlow] = module.Flow
    has_options = hasattr(flow, "options_form") or "options_steps" in vars(flow)
    assert has_options is (kind not in WITHOUT_OPTIONS)
    reconfigures = flow.async_step_reconfigure is not KindFlow.async_step_reconfigure
    assert reconfigures is (kind not in WITHOUT_RECONFIGURE)
    entry = MockConfigEntry(domain=DOMAIN, data={"kind": kind})
    entry.add_to_hass(hass)
    assert entry.supports_options is has_options
    assert entry.supports_reconfigure is reconfigures


async def test_kind_without_options_or_reconfigure_offers_neither(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{FLOWS}.WITHOUT_OPTIONS", {"tlink"})
    monkeypatch.setattr(f"{FLOWS}.WITHOUT_RECONFIGURE", {"tlink"})
    monkeypatch.setitem(KINDS, "tlink", 1)
    entries = [
        MockConfigEntry(domain=DOMAIN, data={"kind": kind})
        for kind in ("tlink", "robocam", "a_kind_of_the_future")
    ]
    for entry in entries:
        entry.add_to_hass(hass)
    # The flow has to be known; an entry is asked when it is shown.
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert [entry.supports_options for entry in entries] == [False, True, False]
    assert [entry.supports_reconfigure for entry in entries] == [False, True, True]
    result: Any = await entries[0].start_reconfigure_flow(hass)
    assert result["type"] == "abort"
    assert result["reason"] == "not_supported"


async def test_ignored_discovery_has_no_options(hass: HomeAssistant) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, source="ignore", unique_id="x", data={})
    ignored.add_to_hass(hass)
    assert not ignored.supports_options


async def test_options_have_the_steps_of_their_kind_only(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result: Any = await hass.config_entries.options.async_init(entry.entry_id)
    flow = hass.config_entries.options._progress[result["flow_id"]]
    assert hasattr(flow, "async_step_air_conditioner")
    for name in ("party", "air_conditioner_party", "tlink", "air_conditioner_user"):
        assert not hasattr(flow, f"async_step_{name}")
        assert not hasattr(flow, name)


async def test_several_options_forms_are_a_menu(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def async_check(_hass: Any, answers: dict[str, Any]) -> dict[str, Any]:
        return answers

    def form(field: str) -> Form:
        return Form(
            schema=lambda _hass: vol.Schema({vol.Required(field): int}),
            async_check=async_check,
        )

    monkeypatch.setattr(
        air_conditioner.Flow,
        "options_steps",
        classmethod(lambda _cls, _entry: {"sleep": form("a"), "room": form("b")}),
    )
    options = hass.config_entries.options
    menu: Any = await options.async_init(entry.entry_id)
    assert menu["type"] == "menu"
    assert menu["menu_options"] == ["air_conditioner_sleep", "air_conditioner_room"]
    shown: Any = await options.async_configure(
        menu["flow_id"], {"next_step_id": "air_conditioner_room"}
    )
    assert shown["step_id"] == "air_conditioner_room"
    before = dict(entry.options)
    done: Any = await options.async_configure(menu["flow_id"], {"b": 5})
    assert done["type"] == "create_entry"
    assert entry.options == {**before, "b": 5}
    await hass.async_block_till_done()
    menu = await options.async_init(entry.entry_id)
    flow: Any = options._progress[menu["flow_id"]]
    assert hasattr(flow, "async_step_air_conditioner_sleep")
    assert not hasattr(flow, "async_step_air_conditioner_party")


async def test_kind_without_a_step_raises() -> None:
    flow: Any = KindFlow.__new__(KindFlow)
    for step in ("user", "reconfigure", "reauth"):
        with pytest.raises(NotImplementedError):
            await getattr(flow, f"async_step_{step}")()


# Discovery


def test_manifest_asks_for_what_the_kinds_expect() -> None:
    in_manifest = {
        ("zeroconf", each["type"], each.get("name", "*"))
        for each in MANIFEST.get("zeroconf", [])
        if isinstance(each, dict)
    }
    in_manifest |= {
        ("dhcp", "", each["hostname"])
        for each in MANIFEST.get("dhcp", [])
        if "hostname" in each
    }
    in_manifest |= {("ssdp", each["st"], "*") for each in MANIFEST.get("ssdp", [])}
    in_manifest |= {("mqtt", each, "*") for each in MANIFEST.get("mqtt", [])}
    assert in_manifest == {(row.source, row.type, row.name) for row in DISCOVERIES}
    assert {row.kind for row in DISCOVERIES} <= KINDS.keys()


def test_two_kinds_may_use_the_same_source(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        Discovery(kind="a", source="zeroconf", type="_x", name="lamp*"),
        Discovery(kind="b", source="zeroconf", type="_x", model="b-*"),
        Discovery(kind="c", source="zeroconf", type="_y"),
    )
    monkeypatch.setattr(registry, "DISCOVERIES", rows)
    assert discovered_kind("zeroconf", "_x", "LAMP 1") == "a"
    assert discovered_kind("zeroconf", "_x", "other", "B-2") == "b"
    assert discovered_kind("zeroconf", "_x", "other") is None
    assert discovered_kind("zeroconf", "_y", "lamp") == "c"
    assert discovered_kind("dhcp", "_y", "lamp") is None


def zeroconf(name: str, type_: str = "_http._tcp.local.") -> ZeroconfServiceInfo:
    return ZeroconfServiceInfo(
        ip_address=ip_address("192.0.2.1"),
        ip_addresses=[],
        port=80,
        hostname="x.local.",
        type=type_,
        name=f"{name}.{type_}",
        properties={},
    )


OTHERS: list[tuple[str, BaseServiceInfo]] = [
    ("zeroconf", zeroconf("printer")),
    ("zeroconf", zeroconf("robocam", "_ipp._tcp.local.")),
    ("dhcp", DhcpServiceInfo(ip="192.0.2.1", hostname="x", macaddress="aabbccddeeff")),
    ("ssdp", SsdpServiceInfo(ssdp_usn="x", ssdp_st="y", upnp={})),
    (
        "mqtt",
        MqttServiceInfo(
            topic="a/b",
            payload="",
            qos=0,
            retain=False,
            subscribed_topic="a/#",
            timestamp=0,
        ),
    ),
]


@pytest.mark.parametrize(("source", "found"), OTHERS, ids=lambda x: str(x)[:30])
async def test_device_of_no_kind_is_not_offered(
    hass: HomeAssistant, source: str, found: Any
) -> None:
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=found
    )
    assert result["type"] == "abort"
    assert result["reason"] == "not_supported"


async def test_announcement_is_handled_by_the_kind_that_it_matches(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def discovered(self: Any, found: Any) -> Any:
        return self.flow.async_abort(reason=f"{self.kind} {type(found).__name__}")

    rows = (
        Discovery(kind="tlink", source="ssdp", type="y", name="tank*", model="t-1"),
        Discovery(kind="mqtt_devices", source="mqtt", type="a/#"),
    )
    monkeypatch.setattr(registry, "DISCOVERIES", rows)
    for kind in ("tlink", "mqtt_devices", "robocam"):
        module = await registry.async_import_from_kind(hass, kind, "flow")
        monkeypatch.setattr(module.Flow, "async_discovered", discovered)
    upnp = {"friendlyName": "Tank 3", "modelName": "T-1"}
    ssdp = SsdpServiceInfo(ssdp_usn="x", ssdp_st="y", upnp=upnp)
    camera = MockConfigEntry(domain=DOMAIN, data={"kind": "robocam"})
    camera.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=camera.entry_id,
        connections={(dr.CONNECTION_NETWORK_MAC, "aa:bb:cc:dd:ee:ff")},
    )
    for source, found, reason in (
        ("ssdp", ssdp, "tlink SsdpServiceInfo"),
        ("mqtt", OTHERS[4][1], "mqtt_devices MqttServiceInfo"),
        # A known device is recognized by its address, whatever its name is now.
        ("dhcp", OTHERS[2][1], "robocam DhcpServiceInfo"),
    ):
        result: Any = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": source}, data=found
        )
        assert result["reason"] == reason


# Requirements


async def test_missing_package_of_one_kind_leaves_the_others_alone(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []

    async def process(
        _hass: Any, name: str, requirements: list[str], *, is_built_in: bool
    ) -> None:
        assert not is_built_in
        asked.append((name, requirements))
        raise RequirementsNotFound(name, requirements)

    monkeypatch.setitem(registry.REQUIREMENTS, "tlink", ["heavy>=1,<2"])
    monkeypatch.setattr(registry, "async_process_requirements", process)
    # The harness starts Home Assistant with --skip-pip.
    monkeypatch.setattr(hass.config, "skip_pip", False)
    data = {"kind": "tlink", "kind_version": 1, "push_token": "t" * 43}
    broken = MockConfigEntry(
        domain=DOMAIN, data=data, minor_version=sum(KINDS.values())
    )
    broken.add_to_hass(hass)
    working = await async_set_up(hass, "air_conditioner")
    assert working.state is ConfigEntryState.LOADED
    assert broken.state is ConfigEntryState.SETUP_RETRY
    assert set(map(str, asked)) == {str(("jannenkoti.tlink", ["heavy>=1,<2"]))}
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": "user"})
    result: Any = await flows.async_configure(
        menu["flow_id"], {"next_step_id": "tlink"}
    )
    assert result["reason"] == "requirements_missing"


# Renamed entities


async def test_entry_uses_the_new_id_of_a_renamed_entity(hass: HomeAssistant) -> None:
    entities = er.async_get(hass)
    sensor = entities.async_get_or_create("sensor", "demo", "x", object_id_base="room")
    assert sensor.entity_id == "sensor.room"
    entry = await async_set_up(hass, "air_conditioner")
    before = entry.runtime_data
    entities.async_update_entity("sensor.room", new_entity_id="sensor.hall")
    await hass.async_block_till_done()
    assert entry.options["temperature_sensors"] == ["sensor.hall"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data is not before


async def test_entry_without_a_renamed_entity_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entities = er.async_get(hass)
    entities.async_get_or_create("sensor", "demo", "x", object_id_base="attic")
    before, options = entry.runtime_data, dict(entry.options)
    entities.async_update_entity("sensor.attic", new_entity_id="sensor.loft")
    await hass.async_block_till_done()
    assert entry.runtime_data is before
    assert entry.options == options


async def test_own_entity_keeps_working_when_it_is_renamed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entities = er.async_get(hass)
    (climate,) = [
        each
        for each in er.async_entries_for_config_entry(entities, entry.entry_id)
        if each.domain == "climate"
    ]
    entities.async_update_entity(climate.entity_id, new_entity_id="climate.attic")
    await hass.async_block_till_done()
    state = hass.states.get("climate.attic")
    assert state
    assert state.state != "unavailable"


def test_replaced_text_is_found_at_any_depth() -> None:
    before = {"a": "x", "x": ["x", {"b": ("x", "xy", 1, None)}]}
    after = {"a": "z", "z": ["z", {"b": ["z", "xy", 1, None]}]}
    assert replaced(before, "x", "z") == after
