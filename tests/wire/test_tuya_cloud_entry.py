"""An entry with Tuya's cloud, from its flow to the sockets of the fakes."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    Busy,
    DriverError,
    KeySuspected,
    NoSession,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.account import (
    base_of,
    project_of,
)
from custom_components.jannenkoti.kinds.air_conditioner.quota_coordinator import (
    _PROJECTS,
)
from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.fakes.tuya_cloud import FakeTuyaCloud
from demo.house import House
from demo.physics import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from custom_components.jannenkoti.lib.quota import Quota

pytestmark = pytest.mark.usefixtures("socket_enabled", "all_enabled")

KEY = "made-up-key-1234"
ROOM = {"temperature_sensors": ["sensor.room"]}


@pytest.fixture
async def cloud(hass: HomeAssistant) -> AsyncIterator[FakeTuyaCloud]:
    """Return the cloud, in a home with a warm room."""
    hass.states.async_set("sensor.room", "26", {"unit_of_measurement": "°C"})
    async with FakeTuyaCloud(House(Clock(0)), local_key=KEY, lag=0) as fake:
        yield fake


@pytest.fixture
async def lan(cloud: FakeTuyaCloud) -> AsyncIterator[FakeAirConditioner]:
    """Return the same device in the local network."""
    unit = FakeAirConditioner(
        cloud.house, version="3.3", device_id=cloud.device_id, local_key=KEY
    )
    async with unit:
        yield unit


def account(cloud: FakeTuyaCloud, **changes: Any) -> dict[str, Any]:
    return {
        "base_url": cloud.url,
        "access_id": cloud.access_id,
        "access_secret": cloud.access_secret,
        "app": "smartlife",
        **changes,
    }


def address(cloud: FakeTuyaCloud, lan: FakeAirConditioner) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": lan.port,
        "local_key": cloud.local_key,
        "version": "3.3",
    }


async def answer(
    hass: HomeAssistant, result: Any, answers: dict[str, Any]
) -> dict[str, Any]:
    return dict(
        await hass.config_entries.flow.async_configure(result["flow_id"], answers)
    )


async def start(hass: HomeAssistant, step: str) -> dict[str, Any]:
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for next_step in ("air_conditioner", f"air_conditioner_{step}"):
        result = await answer(hass, result, {"next_step_id": next_step})
    return dict(result)


async def add_cloud(
    hass: HomeAssistant, cloud: FakeTuyaCloud, device_id: str | None = None
) -> ConfigEntry:
    """Complete the flow to an entry with the cloud only."""
    result = await start(hass, "tuya_cloud")
    result = await answer(hass, result, account(cloud))
    assert result["step_id"] == "air_conditioner_tuya_cloud_device"
    result = await answer(hass, result, {"device_id": device_id or cloud.device_id})
    result = await answer(hass, result, ROOM)
    await hass.async_block_till_done()
    entry: ConfigEntry = result["result"]
    await at_once(hass, entry)
    return entry


async def at_once(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let starts not wait for further requests of the user."""
    if entry.state is ConfigEntryState.LOADED:
        await entry.runtime_data.async_set_options({"gather": 0})
        await hass.async_block_till_done()


async def change(
    hass: HomeAssistant, entry: ConfigEntry, step: str, answers: dict[str, Any] | None
) -> dict[str, Any]:
    """Reconfigure an entry."""
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    result = await answer(hass, result, {"next_step_id": f"air_conditioner_{step}"})
    if answers is not None:
        result = await answer(hass, result, answers)
    await hass.async_block_till_done()
    return dict(result)


@pytest.fixture
async def both(
    hass: HomeAssistant, cloud: FakeTuyaCloud, lan: FakeAirConditioner
) -> ConfigEntry:
    """Return an entry with the local network first and the cloud behind it."""
    entry = await add_cloud(hass, cloud)
    result = await change(hass, entry, "reconfigure_lan", address(cloud, lan))
    assert result["reason"] == "reconfigure_successful"
    return entry


def entity_id(hass: HomeAssistant, cloud: FakeTuyaCloud, key: str) -> str:
    found = [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id == f"{cloud.device_id}_{key}"
    ]
    assert len(found) == 1, key
    return found[0]


def state_of(hass: HomeAssistant, cloud: FakeTuyaCloud, key: str) -> str:
    state = hass.states.get(entity_id(hass, cloud, key))
    assert state is not None
    return state.state


def issues(hass: HomeAssistant) -> set[str]:
    return {
        str(issue.translation_key)
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


def spend(quota: Quota, share: float) -> None:
    """Use up a share of the month."""
    while quota.usage.calls < quota.plan.limit * share:
        quota.count(quota.usage.at)


async def poll_now(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Reset the poll delay of the driver and poll."""
    cloud = entry.runtime_data.failover.cloud
    cloud._due = 0.0
    entry.runtime_data.failover._check_at = 0.0
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()


async def test_flow_adds_cloud_device(
    hass: HomeAssistant, cloud: FakeTuyaCloud, hass_client: ClientSessionGenerator
) -> None:
    entry = await add_cloud(hass, cloud)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Air conditioner"
    assert entry.unique_id == cloud.device_id
    assert entry.data["driver"] == "tuya_cloud"
    assert entry.options["cloud_datapoints"]["target"]["maximum"] == 31
    assert state_of(hass, cloud, "active_connection") == "cloud"
    assert int(state_of(hass, cloud, "cloud_calls")) == 2
    await hass.services.async_call(
        "switch",
        "turn_off",
        {"entity_id": entity_id(hass, cloud, "thermostat")},
        blocking=True,
    )
    number = entity_id(hass, cloud, "minimum_off")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 0}, blocking=True
    )
    power = entity_id(hass, cloud, "power")
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": power}, blocking=True
    )
    assert cloud.house.unit.power
    assert cloud.commands[0]["switch"] is True
    diagnostics = str(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    assert cloud.access_id not in diagnostics
    assert cloud.access_secret not in diagnostics
    assert "'calls':" in diagnostics
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


async def test_log_contains_no_secret(
    hass: HomeAssistant, cloud: FakeTuyaCloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entry = await add_cloud(hass, cloud)
    cloud.expired = True
    await poll_now(hass, entry)
    assert "does not respond" in caplog.text
    tokens = [*cloud._tokens, *(token.refresh for token in cloud._tokens.values())]
    assert tokens
    ours = "\n".join(
        record.getMessage()
        for record in caplog.records
        if "jannenkoti" in record.name or "aiohttp" in record.name
    )
    for secret in (cloud.access_secret, cloud.access_id, *tokens):
        assert secret not in ours
    assert cloud.access_secret not in repr(
        entry.runtime_data.failover.cloud._api._account
    )
    assert tokens[0] not in repr(entry.runtime_data.failover.cloud._api._token)


async def test_flow_adds_device_of_app_user(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    result = await start(hass, "tuya_cloud")
    user = {"username": cloud.username, "password": cloud.password}
    result = await answer(hass, result, account(cloud, **user))
    assert result["errors"] == {"username": "air_conditioner_incomplete_user"}
    wrong = account(cloud, **user, country_code="+46")
    result = await answer(hass, result, wrong)
    assert result["errors"] == {"access_secret": "air_conditioner_cloud_credentials"}
    right = account(cloud, **user, country_code="+358")
    result = await answer(hass, result, right)
    result = await answer(hass, result, {"device_id": cloud.device_id})
    result = await answer(hass, result, ROOM)
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert cloud.password not in str(entry.data)
    assert entry.data["cloud"]["country_code"] == "358"


async def test_account_form_shows_each_failure(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    result = await start(hass, "tuya_cloud")

    async def errors_of(**changes: Any) -> dict[str, str]:
        nonlocal result
        result = await answer(hass, result, account(cloud, **changes))
        errors: dict[str, str] = result["errors"]
        return errors

    assert await errors_of(base_url="no") == {"base_url": "air_conditioner_bad_region"}
    assert await errors_of(base_url="http://127.0.0.1:1") == {
        "region": "air_conditioner_cloud_unreachable"
    }
    assert await errors_of(access_secret="wrong") == {
        "access_secret": "air_conditioner_cloud_credentials"
    }
    cloud.expired = True
    assert await errors_of() == {"base": "air_conditioner_cloud_expired"}
    cloud.expired, cloud.left = False, 0
    assert await errors_of() == {"base": "air_conditioner_cloud_exhausted"}
    cloud.left = None
    result = await answer(hass, result, account(cloud))
    result = await answer(hass, result, {"device_id": "not an id"})
    assert result["errors"] == {"device_id": "air_conditioner_bad_device_id"}
    result = await answer(hass, result, {"device_id": "notmine"})
    assert result["errors"] == {"device_id": "air_conditioner_cloud_refused"}
    assert result["description_placeholders"] == {"code": "1106"}
    cloud.online = False
    result = await answer(hass, result, {"device_id": cloud.device_id})
    assert result["step_id"] == "air_conditioner_room"


async def test_device_without_power_code_is_refused(
    hass: HomeAssistant, cloud: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await start(hass, "tuya_cloud")
    result = await answer(hass, result, account(cloud))
    monkeypatch.setattr(cloud, "_specification", dict)
    monkeypatch.setattr(cloud, "_known", list)
    result = await answer(hass, result, {"device_id": cloud.device_id})
    assert result["errors"] == {"base": "air_conditioner_no_datapoints"}


def make_unclear(cloud: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the device in the cloud have a unit and words of its own."""
    functions = [
        {"code": "switch", "type": "Boolean", "values": "{}"},
        {
            "code": "temp_set",
            "type": "Integer",
            "values": '{"unit":"","min":0,"max":100,"scale":0,"step":1}',
        },
        {"code": "mode", "type": "Enum", "values": '{"range":["0","Dyr"]}'},
    ]
    monkeypatch.setattr("demo.fakes.tuya_cloud.FUNCTIONS", functions)
    cloud.house.unit = replace(cloud.house.unit, target=45)


async def test_unclear_cloud_words_and_units_are_asked_for(
    hass: HomeAssistant, cloud: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_unclear(cloud, monkeypatch)
    result = await start(hass, "tuya_cloud")
    result = await answer(hass, result, account(cloud))
    result = await answer(hass, result, {"device_id": cloud.device_id})
    assert result["step_id"] == "air_conditioner_tuya_parts"
    assert result["description_placeholders"]["mode"] == "0, Dyr"
    parts = {"reading_target": "f_1", "word_cool": "0", "word_dry": "Dyr"}
    result = await answer(hass, result, parts)
    result = await answer(hass, result, ROOM)
    await hass.async_block_till_done()
    points = result["result"].options["cloud_datapoints"]
    assert points["target"]["unit"] == "F"
    assert points["target"]["code"] == "temp_set"
    assert points["mode"] == {"code": "mode", "values": {"cool": "0", "dry": "Dyr"}}


async def test_project_without_specification_permission_uses_values(
    hass: HomeAssistant, cloud: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = cloud._details
    monkeypatch.setattr(
        cloud,
        "_details",
        lambda its: {k: v for k, v in details(its).items() if "specification" not in k},
    )
    entry = await add_cloud(hass, cloud)
    assert entry.options["cloud_datapoints"]["power"] == {"code": "switch"}


async def test_same_device_has_one_entry(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    await add_cloud(hass, cloud)
    result = await start(hass, "tuya_cloud")
    result = await answer(hass, result, account(cloud))
    result = await answer(hass, result, {"device_id": cloud.device_id})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_cloud_is_used_until_local_network_works(
    hass: HomeAssistant,
    cloud: FakeTuyaCloud,
    lan: FakeAirConditioner,
    both: ConfigEntry,
) -> None:
    assert both.data["driver"] == "tuya_lan"
    assert both.options["datapoints"]["power"] == {"dp": 1}
    assert state_of(hass, cloud, "active_connection") == "lan"
    coordinator = both.runtime_data
    calls = coordinator.failover.cloud.quota.usage.calls
    await lan.stop()
    await poll_now(hass, both)
    assert state_of(hass, cloud, "active_connection") == "cloud"
    assert state_of(hass, cloud, "climate") != "unavailable"
    assert coordinator.thermostat.saved.hold is None
    assert coordinator.failover.cloud.quota.usage.calls > calls
    # The cloud carries out a request now.
    await coordinator.async_set_options({"minimum_off": 0})
    await coordinator.async_request(lambda saved, _now: saved.powered(on=True))
    assert cloud.house.unit.power
    await lan.start()
    coordinator.failover._probe_at = 0.0
    await poll_now(hass, both)
    assert state_of(hass, cloud, "active_connection") == "lan"
    assert coordinator.thermostat.saved.hold is None


@pytest.mark.parametrize(
    ("failure", "asks"),
    [(NoSession, False), (Busy, False), (KeySuspected, True), (BadCredentials, True)],
)
async def test_reauth_needs_evidence_of_wrong_key_while_cloud_works(
    hass: HomeAssistant,
    cloud: FakeTuyaCloud,
    both: ConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[DriverError],
    *,
    asks: bool,
) -> None:
    async def async_run(*_args: object, **_kwargs: object) -> None:
        raise failure

    lan = both.runtime_data.failover._drivers[0]
    monkeypatch.setattr(lan, "_async_run", async_run)
    await poll_now(hass, both)
    assert state_of(hass, cloud, "active_connection") == "cloud"
    assert state_of(hass, cloud, "climate") != "unavailable"
    flows = [flow["step_id"] for flow in hass.config_entries.flow.async_progress()]
    assert flows == (["air_conditioner_reauth"] if asks else [])


async def test_expired_subscription_raises_issue_and_setup_succeeds(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    entry = await add_cloud(hass, cloud)
    cloud.expired = True
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, cloud, "climate") == "unavailable"
    assert state_of(hass, cloud, "reason") == "subscription_expired"
    assert issues(hass) == {"air_conditioner_subscription_expired"}
    cloud.expired = False
    await poll_now(hass, entry)
    assert state_of(hass, cloud, "climate") != "unavailable"
    assert not issues(hass)


async def test_expired_second_connection_raises_issue(
    hass: HomeAssistant, cloud: FakeTuyaCloud, both: ConfigEntry
) -> None:
    cloud.expired = True
    await poll_now(hass, both)
    assert state_of(hass, cloud, "active_connection") == "lan"
    assert issues(hass) == {"air_conditioner_subscription_expired"}
    cloud.expired = False
    await poll_now(hass, both)
    assert not issues(hass)


async def test_exhausted_quota_keeps_user_reserve(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    entry = await add_cloud(hass, cloud)
    quota = entry.runtime_data.failover.cloud.quota
    await entry.runtime_data.async_set_options({"minimum_off": 0})
    await entry.runtime_data.async_regulate(entry.runtime_data.data.request.mode)
    spend(quota, 0.95)
    await poll_now(hass, entry)
    calls = len(cloud.calls)
    await poll_now(hass, entry)
    assert len(cloud.calls) == calls
    assert state_of(hass, cloud, "reason") == "quota_exhausted"
    assert issues(hass) == {"air_conditioner_quota_exhausted"}
    assert state_of(hass, cloud, "power") == "unknown"
    await hass.services.async_call(
        "switch",
        "turn_off",
        {"entity_id": entity_id(hass, cloud, "power")},
        blocking=True,
    )
    assert not cloud.house.unit.power
    assert len(cloud.calls) == calls + 2


async def test_fast_quota_use_raises_issue_early(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    entry = await add_cloud(hass, cloud)
    quota = entry.runtime_data.failover.cloud.quota
    # A month that began just now, and is more than half used up.
    start = dt_util.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    quota.plan = replace(quota.plan, renewal_day=min(start.day, 28))
    quota.usage = replace(quota.usage, since=start - timedelta(days=1))
    spend(quota, 0.9)
    await poll_now(hass, entry)
    assert issues(hass) == {"air_conditioner_quota_low"}
    assert float(state_of(hass, cloud, "quota_days_left")) < 1
    assert int(state_of(hass, cloud, "cloud_calls")) > 0.9 * quota.plan.limit


async def test_calls_are_counted_across_restarts_and_deleted_with_entry(
    hass: HomeAssistant, cloud: FakeTuyaCloud, hass_storage: dict[str, Any]
) -> None:
    entry = await add_cloud(hass, cloud)
    key = f"{DOMAIN}.{project_of(entry.data)}.quota"
    calls = entry.runtime_data.failover.cloud.quota.usage.calls
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key]["data"]["calls"] == calls
    del hass.data[_PROJECTS]  # As after a restart.
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.failover.cloud.quota.usage.calls == calls + 2
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key]["data"]["calls"] == calls + 2
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert key not in hass_storage
    assert not hass.data[_PROJECTS].known
    assert not issues(hass)


async def add_two(hass: HomeAssistant, cloud: FakeTuyaCloud) -> list[ConfigEntry]:
    """Return two entries of one project, in a home with other entries."""
    for source, data in (
        ("user", {"kind": "tlink", "cloud": {"username": "u"}}),
        ("ignore", {}),
    ):
        MockConfigEntry(domain=DOMAIN, source=source, data=data).add_to_hass(hass)
    cloud.twins = ["attic"]
    return [await add_cloud(hass, cloud), await add_cloud(hass, cloud, "attic")]


async def test_entries_of_one_project_share_quota(
    hass: HomeAssistant, cloud: FakeTuyaCloud, hass_storage: dict[str, Any]
) -> None:
    first, second = await add_two(hass, cloud)
    quota = first.runtime_data.failover.cloud.quota
    assert second.runtime_data.failover.cloud.quota is quota
    assert quota.usage.calls == 4  # each has logged in and polled
    cloud.calls.clear()
    for entry in (first, second):
        await poll_now(hass, entry)
    assert len(cloud.calls) == 2
    assert state_of(hass, cloud, "cloud_calls") == "5"  # the other has polled since
    assert quota.usage.calls == 6
    together = quota.interval(dt_util.utcnow())
    assert await hass.config_entries.async_unload(second.entry_id)
    alone = quota.interval(dt_util.utcnow())
    assert together is not None
    assert alone is not None
    assert together / alone == pytest.approx(2, rel=1e-3)
    assert cloud.access_id not in str(hass_storage)
    kept = [key for key in hass_storage if key.endswith(".quota")]
    assert kept == [f"{DOMAIN}.{project_of(first.data)}.quota"]


async def test_simultaneous_starts_count_together(
    hass: HomeAssistant, cloud: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Store.async_load

    async def load_as_slowly_as_a_disk(store: Store[dict[str, Any]]) -> Any:
        await asyncio.sleep(0)
        return await load(store)

    monkeypatch.setattr(Store, "async_load", load_as_slowly_as_a_disk)
    entries = await add_two(hass, cloud)
    for entry in entries:
        assert await hass.config_entries.async_unload(entry.entry_id)
    del hass.data[_PROJECTS]  # As after a restart.
    await asyncio.gather(
        *(hass.config_entries.async_setup(entry.entry_id) for entry in entries)
    )
    first, second = (entry.runtime_data.failover.cloud.quota for entry in entries)
    assert first is second
    assert first.usage.calls == 8


async def test_strictest_quota_plan_applies(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    first, second = await add_two(hass, cloud)
    options = {**second.options, "monthly_calls": 500, "renewal_day": 15}
    hass.config_entries.async_update_entry(second, options=options)
    await hass.config_entries.async_reload(second.entry_id)
    await hass.async_block_till_done()
    quota = first.runtime_data.failover.cloud.quota
    assert (quota.plan.limit, quota.plan.renewal_day) == (500, 15)
    assert quota.usage.period.day == 15
    await hass.config_entries.async_remove(second.entry_id)
    await hass.async_block_till_done()
    assert (quota.plan.limit, quota.plan.renewal_day) == (26_000, 1)


async def test_shared_quota_has_one_issue_and_lasts_until_last_entry(
    hass: HomeAssistant, cloud: FakeTuyaCloud, hass_storage: dict[str, Any]
) -> None:
    first, second = await add_two(hass, cloud)
    key = f"{DOMAIN}.{project_of(first.data)}.quota"
    spend(first.runtime_data.failover.cloud.quota, 0.95)
    for entry in (first, second):
        await poll_now(hass, entry)
        assert state_of(hass, cloud, "reason") == "quota_exhausted"
    (note,) = ir.async_get(hass).issues.values()
    assert note.translation_key == "air_conditioner_quota_exhausted"
    assert note.translation_placeholders is not None
    assert note.translation_placeholders["name"] == "Air conditioner, attic"
    await hass.config_entries.async_remove(first.entry_id)
    await hass.async_block_till_done()
    assert key in hass_storage
    assert len(issues(hass)) == 1
    assert await hass.config_entries.async_unload(second.entry_id)
    del hass.data[_PROJECTS]  # As if it had never been loaded.
    await hass.config_entries.async_remove(second.entry_id)
    await hass.async_block_till_done()
    assert key not in hass_storage
    assert not issues(hass)


async def test_other_project_has_own_quota(
    hass: HomeAssistant, cloud: FakeTuyaCloud, hass_storage: dict[str, Any]
) -> None:
    entry = await add_cloud(hass, cloud)
    before = f"{DOMAIN}.{project_of(entry.data)}.quota"
    cloud.access_id = "another-project"
    result = await change(hass, entry, "reconfigure_cloud", account(cloud))
    assert result["reason"] == "reconfigure_successful"
    assert entry.runtime_data.failover.cloud.quota.usage.calls == 2
    assert before not in hass_storage
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert f"{DOMAIN}.{project_of(entry.data)}.quota" in hass_storage


async def test_cloud_reauth_stores_credentials(
    hass: HomeAssistant, cloud: FakeTuyaCloud
) -> None:
    entry = await add_cloud(hass, cloud)
    cloud.access_secret = "another"
    await poll_now(hass, entry)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "air_conditioner_reauth_cloud"
    result = await answer(hass, flow, account(cloud, access_secret="wrong"))
    assert result["errors"] == {"access_secret": "air_conditioner_cloud_credentials"}
    suggested = {
        marker.schema: (marker.description or {}).get("suggested_value")
        for marker in result["data_schema"].schema
    }
    assert suggested["access_id"] == cloud.access_id
    result = await answer(hass, result, account(cloud))
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert entry.data["cloud"]["access_secret"] == "another"
    assert state_of(hass, cloud, "climate") != "unavailable"


async def test_reauth_with_two_connections_asks_which(
    hass: HomeAssistant,
    cloud: FakeTuyaCloud,
    both: ConfigEntry,
    lan: FakeAirConditioner,
) -> None:
    for step, answers in (
        ("reauth_cloud", account(cloud)),
        ("reauth_lan", address(cloud, lan)),
    ):
        both.async_start_reauth(hass)
        await hass.async_block_till_done()
        (flow,) = hass.config_entries.flow.async_progress()
        step_id = f"air_conditioner_{step}"
        result = await answer(hass, flow, {"next_step_id": step_id})
        assert result["step_id"] == step_id
        result = await answer(hass, result, answers)
        await hass.async_block_till_done()
        assert result["reason"] == "reauth_successful"


async def test_reconfigure_that_adds_cloud_asks_for_unclear_words(
    hass: HomeAssistant,
    cloud: FakeTuyaCloud,
    both: ConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await change(hass, both, "forget_cloud", {})
    options = {k: v for k, v in both.options.items() if k != "cloud_datapoints"}
    hass.config_entries.async_update_entry(both, options=options)
    make_unclear(cloud, monkeypatch)
    result = await change(hass, both, "reconfigure_cloud", account(cloud))
    assert result["step_id"] == "air_conditioner_tuya_parts"
    parts = {"reading_target": "f_1", "word_cool": "0"}
    result = await answer(hass, result, parts)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    points = both.options["cloud_datapoints"]
    assert points["mode"] == {"code": "mode", "values": {"cool": "0"}}
    assert points["target"]["unit"] == "F"


async def test_cloud_is_added_and_removed_by_reconfigure(
    hass: HomeAssistant,
    cloud: FakeTuyaCloud,
    both: ConfigEntry,
) -> None:
    result = await change(hass, both, "forget_cloud", {})
    assert result["reason"] == "reconfigure_successful"
    assert "cloud" not in both.data
    assert both.runtime_data.failover.cloud is None
    edited = {**both.options["cloud_datapoints"], "fan": None}
    hass.config_entries.async_update_entry(
        both, options={**both.options, "cloud_datapoints": edited}
    )
    cloud.device_id, right = "other", cloud.device_id
    result = await change(hass, both, "reconfigure_cloud", account(cloud))
    assert result["errors"] == {"base": "air_conditioner_cloud_refused"}
    cloud.device_id = right
    result = await answer(hass, result, account(cloud))
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert both.options["cloud_datapoints"]["fan"] is None
    assert state_of(hass, cloud, "active_connection") == "lan"


async def test_custom_cloud_address_has_own_field(
    hass: HomeAssistant, cloud: FakeTuyaCloud, both: ConfigEntry
) -> None:
    shown = await change(hass, both, "reconfigure_cloud", None)
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in shown["data_schema"].schema
    }
    assert suggested["base_url"] == cloud.url == both.data["cloud"]["region"]
    assert suggested["region"] is None
    assert suggested["access_secret"] is None


async def test_empty_secret_of_the_cloud_keeps_the_stored_one(
    hass: HomeAssistant, cloud: FakeTuyaCloud, both: ConfigEntry
) -> None:
    answers = account(cloud)
    del answers["access_secret"]
    result = await change(hass, both, "reconfigure_cloud", answers)
    assert result["reason"] == "reconfigure_successful"
    assert both.data["cloud"]["access_secret"] == cloud.access_secret
    login = {
        "username": cloud.username,
        "password": cloud.password,
        "country_code": cloud.country_code,
    }
    await change(hass, both, "reconfigure_cloud", {**answers, **login})
    hashed = both.data["cloud"]["password_md5"]
    del login["password"]
    result = await change(hass, both, "reconfigure_cloud", {**answers, **login})
    assert result["reason"] == "reconfigure_successful"
    assert both.data["cloud"]["password_md5"] == hashed
    other = {**answers, **login, "username": "other@example.org"}
    result = await change(hass, both, "reconfigure_cloud", other)
    assert result["errors"] == {"username": "air_conditioner_incomplete_user"}


async def test_cloud_options_are_validated_and_applied(
    hass: HomeAssistant, cloud: FakeTuyaCloud, both: ConfigEntry
) -> None:
    options = hass.config_entries.options

    async def configure(**answers: Any) -> Any:
        shown: Any = await options.async_init(both.entry_id)
        assert "tuya" in shown["data_schema"].schema
        in_sections: dict[str, dict[str, Any]] = {
            str(key): {}
            for key, part in shown["data_schema"].schema.items()
            if isinstance(part, section)
        }
        codes = {"cloud_datapoints": both.options["cloud_datapoints"], **answers}
        return await options.async_configure(
            shown["flow_id"],
            {
                **ROOM,
                **in_sections,
                "tuya": {"datapoints": both.options["datapoints"]},
                "cloud": codes,
            },
        )

    result = await configure(cloud_datapoints={"power": {"dp": 1}})
    assert result["errors"] == {"cloud": "air_conditioner_bad_map"}
    await configure(monthly_calls=500, renewal_day=15)
    await hass.async_block_till_done()
    plan = both.runtime_data.failover.cloud.quota.plan
    assert (plan.limit, plan.renewal_day) == (500, 15)
    await change(hass, both, "forget_cloud", {})
    shown: Any = await options.async_init(both.entry_id)
    assert "cloud" not in shown["data_schema"].schema


def test_region_maps_to_address() -> None:
    assert base_of("eu") == "https://openapi.tuyaeu.com"
    assert base_of(" http://127.0.0.1:8080/path ") == "http://127.0.0.1:8080"
    for bad in ("", "eu-1", "ftp://x", "http://", "http://[", "//x"):
        assert base_of(bad) is None
