"""The cloud, on a real socket: lists, commands, gaps; pushes go on without it."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.tlink.cloud.errors import (
    CloudRefused,
    Problem,
    Unreachable,
    UserIdMissing,
)
from custom_components.jannenkoti.kinds.tlink.model import Rejected, RejectReason
from demo.fakes.tlink_cloud import FakeTlinkCloud
from demo.fakes.tlink_devices import FakeDevice, FakeSensor

from .conftest import (
    NOW,
    PATH,
    SECRET,
    UNIQUE_ID,
    ZONE,
    Push,
    entity_id,
    make_entry,
    payload,
    reported,
    set_up,
    state,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from ..waiting import Wait

pytestmark = pytest.mark.usefixtures("socket_enabled")

LEVEL, PUMP, SPEED, PLACE, PICTURE, FILM, TEXT = range(55001, 55008)
PICTURE_OF_HOME = "http://192.168.1.1/reboot"


def devices() -> list[FakeDevice]:
    updated = NOW - timedelta(minutes=5)
    tank = [
        FakeSensor(LEVEL, "Level", 1, "mm", 1, value="15.0", updated=updated),
        FakeSensor(PUMP, "Pump", 2, switcher="0", updated=updated),
        FakeSensor(SPEED, "Speed", 6, value="3", decimals=0, updated=updated),
        FakeSensor(PLACE, "Place", 3, value="x", updated=updated),
        FakeSensor(PICTURE, "Picture", 4, value=PICTURE_OF_HOME, updated=updated),
        FakeSensor(FILM, "Film", 7, updated=updated),
        FakeSensor(TEXT, "Text", 8, value="x" * 300, updated=updated),
    ]
    return [
        FakeDevice(4711, "Tank room", "AB12", tank),
        FakeDevice(4712, "Bare", "AB13", []),
    ]


@pytest.fixture(params=[False, True], ids=["as others saw", "vendor's document"])
async def cloud(request: pytest.FixtureRequest) -> AsyncIterator[FakeTlinkCloud]:
    now = lambda: datetime.now(UTC)  # noqa: E731 - as short as it is
    async with FakeTlinkCloud(devices(), now=now, vendor=request.param) as cloud:
        cloud.page_size = 1
        yield cloud


@pytest.fixture
async def entry(
    hass: HomeAssistant, http: None, cloud: FakeTlinkCloud
) -> MockConfigEntry:
    entry = make_entry(cloud={**cloud.login(), "user_id": "902"})
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


def shown(hass: HomeAssistant, sensor: int, platform: str = "sensor") -> str:
    return state(hass, f"sensor_{sensor}_value", platform)


async def fill(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Fill the gaps; repeat calls that the jump of the clock has interrupted."""
    for _ in range(5):
        await hass.async_block_till_done(wait_background_tasks=True)
        if entry.runtime_data.account.gaps.first() is None:
            break
        await entry.runtime_data.async_maintain()


async def refresh(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await entry.runtime_data.cloud.async_refresh()
    await hass.async_block_till_done()


async def test_all_pages_of_the_list_create_devices_with_names_and_units(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    assert cloud.calls == ["getDeviceSensorDatas"] * 2
    assert set(entry.runtime_data.devices) == {"4711", "4712"}
    level = hass.states.get(entity_id(hass, "sensor", f"sensor_{LEVEL}_value"))
    assert level is not None
    assert level.state == "15.0"
    assert level.name == "Tank room Level"
    assert level.attributes["unit_of_measurement"] == "mm"
    assert level.attributes["device_class"] == "distance"
    assert shown(hass, PUMP, "switch") == "off"
    assert shown(hass, SPEED, "number") == "3.0"
    assert len(shown(hass, TEXT)) == 255
    place = hass.states.get(entity_id(hass, "device_tracker", f"sensor_{PLACE}_value"))
    assert place is not None
    assert place.attributes["latitude"] == 60.17
    assert state(hass, "cloud", "binary_sensor") == "on"


async def test_older_value_of_the_list_does_not_replace_a_push(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    await push(payload(reported("17.0")))
    # The cloud is a little behind.
    cloud.sensor(LEVEL).value = "16.0"
    cloud.sensor(LEVEL).updated = NOW - timedelta(seconds=30)
    await refresh(hass, entry)
    assert shown(hass, LEVEL) == "17.0"
    # Without a time, a value is not newer than a push of the last minute.
    freezer.tick(61)
    cloud.sensor(LEVEL).value = "18.0"
    cloud.sensor(LEVEL).updated = NOW + timedelta(seconds=30)
    await refresh(hass, entry)
    assert shown(hass, LEVEL) == "18.0"


async def test_switch_turns_on_and_off_and_is_confirmed(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, wait: Wait
) -> None:
    pump = entity_id(hass, "switch", f"sensor_{PUMP}_value")
    for action, wanted in (("turn_on", "1"), ("turn_off", "0")):
        await hass.services.async_call(
            "switch", action, {"entity_id": pump}, blocking=True
        )
        assert cloud.sensor(PUMP).switcher == wanted
        await wait(5)
        assert shown(hass, PUMP, "switch") == action.removeprefix("turn_")
        assert not entry.runtime_data.commands.waiting()


async def test_unconfirmed_command_is_given_up_after_90_seconds(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, wait: Wait
) -> None:
    pump = entity_id(hass, "switch", f"sensor_{PUMP}_value")
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": pump}, blocking=True
    )
    cloud.sensor(PUMP).switcher = "0"
    await wait(30)
    assert shown(hass, PUMP, "switch") == "on"
    await wait(90)
    assert shown(hass, PUMP, "switch") == "off"
    assert entry.runtime_data.commands.unanswered == 1


async def test_number_writes_its_value(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    speed = entity_id(hass, "number", f"sensor_{SPEED}_value")
    for value, written in ((5, "5"), (2.5, "2.5")):
        await hass.services.async_call(
            "number", "set_value", {"entity_id": speed, "value": value}, blocking=True
        )
        assert cloud.sensor(SPEED).value == written
        assert shown(hass, SPEED, "number") == str(float(value))


@pytest.mark.parametrize("trouble", ["unreachable", "refused", "credentials"])
async def test_failed_command_raises_and_keeps_the_state(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, trouble: str
) -> None:
    if trouble == "unreachable":
        cloud.unreachable = True
    elif trouble == "refused":
        cloud.devices[0].number = "other"
        cloud.devices[0].device_id = 1
    else:
        cloud.oauth.password = "other"
        cloud.oauth.expire_tokens()
        cloud.oauth.forget_refresh()
    pump = entity_id(hass, "switch", f"sensor_{PUMP}_value")
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "switch", "turn_on", {"entity_id": pump}, blocking=True
        )
    assert shown(hass, PUMP, "switch") == "off"


async def test_pushes_are_received_while_the_cloud_is_unreachable(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, cloud: FakeTlinkCloud
) -> None:
    cloud.unreachable = True
    await refresh(hass, entry)
    assert state(hass, "cloud", "binary_sensor") == "off"
    assert (await push(payload(reported("17.0")))).ok
    assert shown(hass, LEVEL) == "17.0"
    cloud.unreachable = False
    await refresh(hass, entry)
    assert state(hass, "cloud", "binary_sensor") == "on"


async def test_expired_token_is_renewed_once(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    cloud.oauth.expire_tokens()
    await refresh(hass, entry)
    assert entry.runtime_data.cloud.last_update_success
    assert cloud.oauth.grants == ["password", "password"]


async def test_token_is_renewed_a_minute_before_it_expires(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.tick(3600 - 59)
    await refresh(hass, entry)
    assert cloud.oauth.grants == ["password", "refresh_token"]


async def test_rejected_credentials_start_reauthentication(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    cloud.oauth.password = "other"
    cloud.oauth.expire_tokens()
    cloud.oauth.forget_refresh()
    await refresh(hass, entry)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "tlink_reauth"


async def test_polls_adapt_to_pushes_and_silence_creates_an_issue(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    cloud = entry.runtime_data.cloud
    issues = ir.async_get(hass)
    issue = f"tlink_push_silent_{entry.entry_id}"
    assert cloud.update_interval == timedelta(seconds=60)
    await push(payload(reported("17.0")))
    await wait(31)
    assert cloud.update_interval == timedelta(seconds=300)
    await wait(31 * 60)
    assert cloud.update_interval == timedelta(seconds=30)
    assert issues.async_get_issue(DOMAIN, issue) is None
    await wait(31 * 60)
    found = issues.async_get_issue(DOMAIN, issue)
    assert found is not None
    # Users who may not configure anything read notes as well.
    assert PATH[-20:] not in str(found)
    await push(payload(reported("18.0"), at=NOW + timedelta(hours=1)))
    await wait(31)
    assert issues.async_get_issue(DOMAIN, issue) is None


async def test_list_sets_offline_and_alarm(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    cloud.sensor(LEVEL).alarm = True
    cloud.sensor(SPEED).online = False
    await refresh(hass, entry)
    assert state(hass, "4711_alarm", "binary_sensor") == "on"
    assert shown(hass, SPEED, "number") == STATE_UNAVAILABLE
    event = hass.states.get(entity_id(hass, "event", "4711_alarm_event"))
    assert event is not None
    assert event.attributes["event_type"] == "raised"
    assert event.attributes["sensor_name"] == "Level"
    cloud.sensor(LEVEL).alarm = False
    await refresh(hass, entry)
    event = hass.states.get(event.entity_id)
    assert event is not None
    assert event.attributes["event_type"] == "cleared"


async def test_gap_is_filled_from_the_history_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    await push(payload(reported("17.0")))
    freezer.tick(timedelta(hours=5))
    back = NOW + timedelta(hours=5)
    # 290 readings of the outage, six pages of fifty or three of a hundred.
    cloud.sensor(LEVEL).history = [
        ((NOW + timedelta(minutes=minute)).astimezone(ZONE), str(minute))
        for minute in range(1, 291)
    ]
    await push(payload(reported("18.0", at=back), at=back))
    await fill(hass, entry)
    asked = cloud.calls.count("getSensorHistroy")
    assert asked >= (3 if cloud.vendor else 6)
    assert shown(hass, LEVEL) == "18.0"
    answer = await hass.services.async_call(
        DOMAIN,
        "tlink_history",
        {"sensor_id": str(LEVEL), "start": NOW, "end": back, "limit": 1000},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    history: Any = answer["history"]
    # The first poll without a time counts as of now, too.
    assert len(history) == 292 + cloud.vendor
    # And never again.
    await entry.runtime_data.async_maintain()
    assert cloud.calls.count("getSensorHistroy") == asked


async def test_gap_waits_for_the_next_day_without_calls_left(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    account = entry.runtime_data.account
    for _ in range(50):
        account.history_calls.take(str(LEVEL), NOW)
    account.gaps.add(str(LEVEL), NOW - timedelta(hours=9), NOW - timedelta(hours=1))
    account.gaps.add("unlisted", NOW - timedelta(hours=9), NOW - timedelta(hours=1))
    await entry.runtime_data.async_maintain()
    assert cloud.calls.count("getSensorHistroy") == 0
    assert len(account.gaps) == 1
    freezer.tick(timedelta(days=1))
    await fill(hass, entry)
    assert cloud.calls.count("getSensorHistroy") == 1
    assert len(account.gaps) == 0


async def test_device_can_be_deleted_when_it_is_unlisted_and_quiet(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, wait: Wait
) -> None:
    registry = dr.async_get(hass)
    from custom_components.jannenkoti import (  # noqa: PLC0415
        async_remove_config_entry_device as may_remove,
    )

    def device(key: str) -> dr.DeviceEntry:
        found = registry.async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
        assert found is not None
        return found

    tank, account = device(f"{UNIQUE_ID}_4711"), device(UNIQUE_ID)
    assert not await may_remove(hass, entry, tank)
    assert not await may_remove(hass, entry, account)
    cloud.devices = cloud.devices[1:]
    await wait(3601)
    await refresh(hass, entry)
    assert await may_remove(hass, entry, tank)
    assert set(entry.runtime_data.devices) == {"4712"}
    assert str(LEVEL) not in entry.runtime_data.sensors
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not await may_remove(hass, entry, tank)


async def test_diagnostics_contain_no_secret(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    from custom_components.jannenkoti.diagnostics import (  # noqa: PLC0415
        async_get_config_entry_diagnostics,
    )

    diagnostics = str(await async_get_config_entry_diagnostics(hass, entry))
    assert "'4711'" in diagnostics
    for secret in (SECRET, PATH[-20:], cloud.oauth.password, cloud.oauth.client_secret):
        assert secret not in diagnostics
    assert cloud.oauth.password not in repr(entry.runtime_data.cloud.cloud.__dict__)


async def test_picture_of_the_home_is_not_fetched(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    component: Any = hass.data["image"]
    picture = component.get_entity(entity_id(hass, "image", f"sensor_{PICTURE}_value"))
    assert await picture.async_image() is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
async def test_number_that_is_not_finite_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, value: float
) -> None:
    component: Any = hass.data["number"]
    number = component.get_entity(entity_id(hass, "number", f"sensor_{SPEED}_value"))
    with pytest.raises(HomeAssistantError):
        await number.async_set_native_value(value)
    assert cloud.sensor(SPEED).value == "3"
    assert not entry.runtime_data.commands.waiting()


async def test_failed_poll_has_a_translated_reason(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    poll = entry.runtime_data.cloud
    for fault, key in (
        (UserIdMissing(), "tlink_user_id_missing"),
        (CloudRefused("closed"), "tlink_refused"),
        (Unreachable(Problem.HTTP_STATUS, "x", "502"), "tlink_http_status"),
        (Rejected(RejectReason.NOT_STORED), "tlink_not_stored"),
    ):
        with patch.object(poll.cloud, "async_devices", side_effect=fault):
            await refresh(hass, entry)
        assert not poll.last_update_success
        assert poll.last_exception.translation_key == key
        # Not a class name, in any language.
        assert type(fault).__name__ not in str(poll.last_exception)
    await refresh(hass, entry)
    assert poll.last_update_success


async def test_list_is_not_applied_before_the_clock_is_set(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(datetime(1970, 1, 1, 0, 2, tzinfo=UTC))
    cloud.sensor(LEVEL).value = "99"
    await refresh(hass, entry)
    assert shown(hass, LEVEL) == "15.0"


async def test_values_without_a_time_count_when_they_change(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: FakeTlinkCloud,
    freezer: FrozenDateTimeFactory,
) -> None:
    for value in ("16.0", "16.0", "17.0"):
        freezer.tick(60)
        cloud.sensor(LEVEL).value = value
        cloud.sensor(LEVEL).updated = datetime.now(UTC)
        await refresh(hass, entry)
        assert shown(hass, LEVEL) == value
    if cloud.vendor:
        answer: Any = await hass.services.async_call(
            DOMAIN,
            "tlink_history",
            {"sensor_id": LEVEL},
            blocking=True,
            return_response=True,
        )
        values = [each["value"] for each in answer["history"]]
        assert values == ["17.0", "16.0", "15.0"]


async def test_alarm_is_kept_when_the_list_does_not_contain_it(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, cloud: FakeTlinkCloud
) -> None:
    await push(payload(reported("17.0", isAlarm="1")))
    cloud.sensor(LEVEL).updated = NOW + timedelta(minutes=1)
    listed = FakeSensor.listed

    def without_alarm(self: FakeSensor, *args: Any, **more: Any) -> dict[str, Any]:
        row = listed(self, *args, **more)
        return {k: v for k, v in row.items() if k not in {"isAlarm", "isAlarms"}}

    with patch.object(FakeSensor, "listed", without_alarm):
        await refresh(hass, entry)
    assert state(hass, "4711_alarm", "binary_sensor") == "on"
