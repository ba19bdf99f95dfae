"""Every path through the flows of an account, against a cloud on a real socket."""

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from aiohttp import web
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.network import NoURLAvailableError

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.tlink.cloud.errors import Problem, Unreachable
from custom_components.jannenkoti.kinds.tlink.forms import _form_error
from demo.fakes.tlink_cloud import FakeTlinkCloud
from demo.fakes.tlink_devices import FakeDevice, FakeSensor

from .conftest import OLD_SECRET, SECRET, TOKEN, make_entry, set_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

pytestmark = pytest.mark.usefixtures("http", "socket_enabled")


@pytest.fixture(params=[False, True], ids=["as others saw", "vendor's document"])
async def cloud(request: pytest.FixtureRequest) -> AsyncIterator[FakeTlinkCloud]:
    device = FakeDevice(4711, "Tank room", "AB12", [FakeSensor(55001, "Level", 1)])
    async with FakeTlinkCloud([device], vendor=request.param) as cloud:
        yield cloud


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose this kind from the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    return await answer(hass, result, {"next_step_id": "tlink"})


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form."""
    result = await hass.config_entries.flow.async_configure(result["flow_id"], answers)
    await hass.async_block_till_done()
    return result


ACCOUNT = {"time_zone": "Europe/Helsinki"}


async def test_account_without_the_cloud_is_created(hass: HomeAssistant) -> None:
    result = await start(hass)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "tlink")
    plain = ACCOUNT | {"sender": "platform", "use_cloud": False}
    result = await answer(hass, result, plain)
    assert result["step_id"] == "tlink_push"
    shown = dict(result["description_placeholders"] or {})
    assert "/api/jannenkoti/tlink/" in shown["address"]
    assert shown["secret"] == "-"
    result = await answer(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["push_secret"] == ""
    assert "cloud" not in entry.data
    assert entry.options["time_zone"] == "Europe/Helsinki"


async def test_further_account_without_the_cloud_gets_a_title_of_its_own(
    hass: HomeAssistant,
) -> None:
    titles = []
    for _ in range(3):
        result = await start(hass)
        plain = ACCOUNT | {"sender": "platform", "use_cloud": False}
        result = await answer(hass, result, plain)
        titles.append((await answer(hass, result, {}))["title"])
    assert titles == ["TLINK", "TLINK 2", "TLINK 3"]


async def test_home_without_an_external_address_shows_the_path(
    hass: HomeAssistant,
) -> None:
    result = await start(hass)
    answers = ACCOUNT | {"sender": "relay", "use_cloud": False}
    with patch(
        "custom_components.jannenkoti.kinds.tlink.repairs.get_url",
        side_effect=NoURLAvailableError,
    ):
        result = await answer(hass, result, answers)
    shown = dict(result["description_placeholders"] or {})
    assert shown["address"].startswith("/api/jannenkoti/tlink/")
    assert len(shown["secret"]) > 30


async def test_account_with_the_cloud_is_created_after_errors(
    hass: HomeAssistant, cloud: FakeTlinkCloud
) -> None:
    result = await start(hass)
    result = await answer(
        hass, result, ACCOUNT | {"sender": "relay", "use_cloud": True}
    )
    assert result["step_id"] == "tlink_cloud"
    login = cloud.form()
    result = await answer(hass, result, cloud.form(base_url="http://127.0.0.1:1"))
    assert result["errors"] == {"advanced": "tlink_not_connected"}
    result = await answer(hass, result, {**login, "password": "wrong"})
    assert result["errors"] == {"password": "tlink_invalid_auth"}
    with patch.object(cloud, "_list", return_value={"flag": "01", "msg": "closed"}):
        result = await answer(hass, result, login)
    assert result["errors"] == {"base": "tlink_refused"}
    assert (result["description_placeholders"] or {})["reason"] == "closed"
    result = await answer(hass, result, login)
    assert result["step_id"] == "tlink_push"
    result = await answer(hass, result, {})
    assert result["result"].unique_id == "dtuip_902"
    assert result["result"].data["cloud"]["user_id"] == "902"
    # The same account cannot be added twice.
    result = await start(hass)
    result = await answer(
        hass, result, ACCOUNT | {"sender": "relay", "use_cloud": True}
    )
    result = await answer(hass, result, login)
    assert result["reason"] == "already_configured"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    entry = make_entry()
    await set_up(hass, entry)
    return entry


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("end_rotation", {"push_secret": SECRET, "old_push_secret": ""}),
        ("unsigned", {"push_secret": "", "old_push_secret": ""}),
    ],
)
async def test_change_takes_effect_when_it_was_shown(
    hass: HomeAssistant, entry: MockConfigEntry, change: str, expected: dict[str, str]
) -> None:
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "old_push_secret": OLD_SECRET}
    )
    result = await entry.start_reconfigure_flow(hass)
    assert (result["description_placeholders"] or {})["secret"] == SECRET
    result = await answer(hass, result, {"change": change})
    assert result["step_id"] == "tlink_changed"
    assert entry.data["old_push_secret"] == OLD_SECRET
    result = await answer(hass, result, {})
    assert result["reason"] == "reconfigure_successful"
    assert expected.items() <= dict(entry.data).items()


async def test_reconfigure_offers_only_possible_changes(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async def offered(**data: str) -> set[str]:
        hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
        result = await entry.start_reconfigure_flow(hass)
        schema: Any = result["data_schema"]
        return set(schema.schema["change"].config["options"])

    always = {"show", "new_secret", "new_address", "cloud"}
    assert await offered() == always | {"unsigned"}
    both = always | {"unsigned", "end_rotation"}
    assert await offered(old_push_secret=OLD_SECRET) == both
    assert await offered(push_secret="", old_push_secret="") == always


async def test_reconfigure_shows_first_and_changes_nothing_by_default(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = dict(entry.data)
    result = await entry.start_reconfigure_flow(hass)
    shown = dict(result["description_placeholders"] or {})
    assert (shown["secret"], shown["address"].rpartition("/")[2]) == (SECRET, TOKEN)
    schema: Any = result["data_schema"]
    assert schema({}) == {"change": "show"}
    assert next(iter(schema.schema["change"].config["options"])) == "show"
    result = await answer(hass, result, schema({}))
    assert result["reason"] == "tlink_nothing_changed"
    assert dict(entry.data) == before


async def test_cloud_login_asks_five_things_and_keeps_the_rest_folded(
    hass: HomeAssistant,
) -> None:
    result = await answer(hass, await start(hass), ACCOUNT | {"use_cloud": True})
    schema: Any = result["data_schema"]
    *shown, last = schema.schema
    assert len(shown) == 5
    assert schema.schema[last].options == {"collapsed": True}
    assert set(schema.schema[last].schema.schema) == {"base_url", "own_user_id"}


async def test_missing_user_id_is_asked_for_in_its_own_field(
    hass: HomeAssistant,
) -> None:
    async def no_user(_request: web.Request) -> web.Response:
        return web.json_response({"flag": "01", "msg": "unknown"})

    cloud = FakeTlinkCloud([], vendor=True)
    with patch.object(cloud.oauth, "user_login", no_user):
        async with cloud:
            result = await start(hass)
            result = await answer(hass, result, ACCOUNT | {"use_cloud": True})
            result = await answer(hass, result, cloud.form())
            assert result["errors"] == {"advanced": "tlink_user_id_missing"}
            result = await answer(hass, result, cloud.form(own_user_id="902"))
            assert result["step_id"] == "tlink_push"
            result = await answer(hass, result, {})
            assert result["result"].unique_id == "dtuip_902"
            assert result["result"].data["push_secret"] == ""
            await hass.async_block_till_done(wait_background_tasks=True)


async def test_new_secret_keeps_the_old_one_valid(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, result, {"change": "new_secret"})
    await answer(hass, result, {})
    assert entry.data["old_push_secret"] == SECRET
    assert entry.data["push_secret"] not in {"", SECRET}


async def test_new_address_replaces_the_token(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, result, {"change": "new_address"})
    await answer(hass, result, {})
    assert entry.data["push_token"] != TOKEN


async def test_cloud_can_be_added_later(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, result, {"change": "cloud"})
    assert result["step_id"] == "tlink_login"
    result = await answer(hass, result, cloud.form())
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["cloud"]["user_id"] == "902"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert set(entry.runtime_data.devices) == {"4711"}


async def test_rejected_login_is_replaced_by_reauthentication(
    hass: HomeAssistant, cloud: FakeTlinkCloud
) -> None:
    entry = make_entry(cloud={**cloud.login(), "password": "old", "user_id": "902"})
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    # Pushes are taken meanwhile.
    assert entry.state is ConfigEntryState.LOADED
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "tlink_reauth"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    cloud.oauth.user_id = 903
    result = await answer(hass, result, cloud.form())
    assert result["errors"] == {"username": "tlink_other_account"}
    cloud.oauth.user_id = 902
    result = await answer(hass, result, cloud.form())
    assert result["reason"] == "reauth_successful"
    assert entry.data["cloud"]["password"] == cloud.oauth.password


async def test_options_are_validated_and_stored(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    tank = {"sensor_id": "55001", "radius": 77.5, "length": 246, "wall": 0.6}
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert (
        "/api/jannenkoti/tlink/"
        in (result["description_placeholders"] or {})["address"]
    )
    numbers = {
        "time_zone": "Europe/Helsinki",
        "poll_interval": 30,
        "silence_minutes": 0,
        "retention_days": 7,
        "journal_megabytes": 50,
        "rate_limit": 100,
    }
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**numbers, "tanks": [tank | {"wall": 99.0}]}
    )
    assert result["errors"] == {"tanks": "tlink_tank_invalid"}
    classes = [{"sensor_id": "55001", "device_class": "distance"}]
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**numbers, "tanks": [tank], "device_classes": classes}
    )
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    options = entry.runtime_data.account.options
    assert options.zone.key == "Europe/Helsinki"
    assert options.tanks["55001"].length == 246
    assert options.device_classes == {"55001": "distance"}


@pytest.mark.parametrize("problem", Problem)
def test_each_problem_of_the_cloud_has_its_own_error(problem: Problem) -> None:
    unreachable = Unreachable(problem, "token", "502")
    error = _form_error(unreachable, {"base_url": "http://127.0.0.1"})
    assert (error.key, error.field) == (problem, "base_url")
    # Without an address of one's own the provider names the address.
    error = _form_error(unreachable, {"provider": "tlink"})
    assert (error.key, error.field) == (problem, "provider")
