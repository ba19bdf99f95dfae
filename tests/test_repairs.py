"""Every repair issue of every family: texts, docs, severity, dialog, and its end."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.issues import (
    async_show_issue,
    docs_url,
    entity_names,
    issue_id,
)
from custom_components.jannenkoti.kinds.air_conditioner import (
    quota_coordinator,
)
from custom_components.jannenkoti.kinds.air_conditioner import (
    repairs as of_air_conditioner,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
    SubscriptionExpired,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import Part
from custom_components.jannenkoti.kinds.heating import equipment_runtime
from custom_components.jannenkoti.kinds.heating import repairs as of_heating
from custom_components.jannenkoti.kinds.heating.inputs.equipment import (
    CatalogueError,
    Problem,
)
from custom_components.jannenkoti.kinds.hue_bridge import repairs as of_hue_bridge
from custom_components.jannenkoti.kinds.mqtt_devices import repairs as of_mqtt_devices
from custom_components.jannenkoti.kinds.printer import repairs as of_printer
from custom_components.jannenkoti.kinds.tlink import repairs as of_tlink
from custom_components.jannenkoti.lib.quorum import Doubt
from custom_components.jannenkoti.lib.quota import Level
from custom_components.jannenkoti.store import KindStore, _Problem
from tests.one_of_each import ENTRIES, IN_SOME_HOMES, async_set_up, quiet

from .repair_issues import LANGUAGES, faults, flat, placeholders, texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    type Show = Callable[[HomeAssistant, ConfigEntry], object]

WARNING, ERROR = ir.IssueSeverity.WARNING, ir.IssueSeverity.ERROR
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
MISSING = "sensor.missing"


def _thermostat(**wrong: Any) -> Show:
    """Show what is wrong with the data of a thermostat."""

    def show(hass: HomeAssistant, entry: ConfigEntry) -> None:
        data: Any = SimpleNamespace(
            decision=SimpleNamespace(reason=wrong.get("reason", Reason.COOLING)),
            quorum=SimpleNamespace(doubted=wrong.get("doubted", {})),
            plan=SimpleNamespace(stuck=wrong.get("stuck", ())),
            room=21.0 if "reason" not in wrong else None,
            dropped=wrong.get("dropped", ()),
        )
        of_air_conditioner.show_issues(hass, entry, data)

    return show


def _connections(
    refused: tuple[Part, ...] = (), failures: dict[Any, Exception] | None = None
) -> Show:
    failover: Any = SimpleNamespace(failures=failures or {}, refused=refused)
    return lambda hass, entry: of_air_conditioner.show_connection_issues(
        hass, entry, failover
    )


def _missing_sensor(hass: HomeAssistant, entry: ConfigEntry) -> None:
    hass.states.async_remove(MISSING)
    options = {**entry.options, "temperature_sensors": ["sensor.room", MISSING]}
    hass.config_entries.async_update_entry(entry, options=options)
    _thermostat()(hass, entry)


def _quota(level: Level) -> Show:
    def show(hass: HomeAssistant, entry: ConfigEntry) -> None:
        quota: Any = SimpleNamespace(
            level=lambda _now: level,
            plan=SimpleNamespace(limit=1, period=lambda _now: (NOW, NOW)),
        )
        quota_coordinator.show_quota_issues(hass, entry, quota)

    return show


def _heating(
    *,
    stuck: bool = False,
    ignored: bool = False,
    frozen: bool = False,
    sign: bool = False,
) -> Show:
    """Show what is wrong with the heating."""

    def show(hass: HomeAssistant, entry: ConfigEntry) -> None:
        options = entry.runtime_data.controller.options
        controller: Any = SimpleNamespace(
            options=options,
            saved=SimpleNamespace(outputs=[SimpleNamespace(not_following=ignored)]),
            watches=SimpleNamespace(
                stuck_stages=[0] if stuck else [], is_frozen=lambda _number: frozen
            ),
            house=SimpleNamespace(meter=SimpleNamespace(is_wrong=sign)),
        )
        of_heating.async_show_issues(hass, entry, controller)

    return show


def _equipment(problem: Problem | None) -> Show:
    error = None if problem is None else CatalogueError(problem, 3, "cop", "1-8")
    catalogue: Any = SimpleNamespace(error=error)
    return lambda hass, entry: equipment_runtime.async_show_equipment_issue(
        hass, entry, catalogue
    )


def _device(**wrong: Any) -> Show:
    nothing = {"conflict": None, "unreadable": (), "not_followed": None}
    device: Any = SimpleNamespace(
        serial="SMK000000000",
        identity=SimpleNamespace(name="Hall"),
        **{**nothing, **wrong},
    )
    return lambda hass, entry: of_mqtt_devices.async_show_issues(hass, entry, device)


def _entity_limit(limit: int) -> Show:
    def show(hass: HomeAssistant, entry: ConfigEntry) -> None:
        of_mqtt_devices.__dict__["MAX_ENTITIES"] = limit  # The fixture sets it back.
        of_mqtt_devices.async_show_entity_limit(hass, entry)

    return show


def _account(disk_error: str | None = None, **wrong: Any) -> Show:
    """Show what is wrong with an account."""

    def show(hass: HomeAssistant, entry: ConfigEntry) -> None:
        real = entry.runtime_data.ingest.account
        account: Any = SimpleNamespace(
            options=dataclasses.replace(real.options, silence=timedelta(hours=1)),
            silent_since=lambda _now: wrong.get("silent"),
            last_push=NOW - timedelta(hours=2),
            clock_offset=SimpleNamespace(hours_off=wrong.get("hours")),
            wrong_clocks=lambda: wrong.get("clocks", {}),
            inventory=SimpleNamespace(
                devices=real.inventory.devices, overflow=wrong.get("overflow", False)
            ),
            pushes=0,
            rejected_signatures=wrong.get("unsigned", 0),
        )
        ingest: Any = SimpleNamespace(account=account, disk_error=disk_error)
        of_tlink.update(hass, entry, ingest, NOW)

    return show


def _slow_clock(hass: HomeAssistant, entry: ConfigEntry) -> None:
    device_id = next(iter(entry.runtime_data.ingest.account.inventory.devices))
    _account(clocks={device_id: timedelta(minutes=97)})(hass, entry)


def _printer(show: Callable[..., None], wrong: Any, fine: Any) -> tuple[Show, Show]:
    if isinstance(wrong, bool):
        return (
            lambda hass, entry: show(hass, entry, shown=wrong),
            lambda hass, entry: show(hass, entry, shown=fine),
        )
    return (
        lambda hass, entry: show(hass, entry, wrong),
        lambda hass, entry: show(hass, entry, fine),
    )


def _twice(*, shown: bool) -> Show:
    """Show the issue of a second connection, which a test of its own lets come."""
    return lambda hass, entry: async_show_issue(
        hass, entry, "hue_bridge_twice", {} if shown else None
    )


def _stored(problem: _Problem) -> tuple[Show, Show]:
    def store(hass: HomeAssistant, entry: ConfigEntry) -> Any:
        return KindStore(hass, entry.entry_id)

    return (
        lambda hass, entry: store(hass, entry)._report(problem, "a test"),
        lambda hass, entry: store(hass, entry)._solved(problem),
    )


# Each issue with its family, its severity, what shows it and what ends it.
FINE_THERMOSTAT, FINE_HEATING, FINE_ACCOUNT = _thermostat(), _heating(), _account()
TIMELAPSE = of_printer.async_show_timelapse
ROWS: dict[str, tuple[str, ir.IssueSeverity, Show, Show]] = {
    "air_conditioner_sensors_missing": (
        "air_conditioner",
        WARNING,
        _missing_sensor,
        lambda hass, entry: (
            hass.states.async_set(MISSING, "20"),
            FINE_THERMOSTAT(hass, entry),
        ),
    ),
    "air_conditioner_sensors_silent": (
        "air_conditioner",
        WARNING,
        _thermostat(reason=Reason.SENSOR_SILENT, doubted={"sensor.room": Doubt.SILENT}),
        FINE_THERMOSTAT,
    ),
    "air_conditioner_sensors_frozen": (
        "air_conditioner",
        WARNING,
        _thermostat(doubted={"sensor.room": Doubt.FROZEN}),
        FINE_THERMOSTAT,
    ),
    "air_conditioner_window_stuck": (
        "air_conditioner",
        WARNING,
        _thermostat(stuck=("binary_sensor.window",)),
        FINE_THERMOSTAT,
    ),
    "air_conditioner_not_offered": (
        "air_conditioner",
        WARNING,
        _thermostat(dropped=("fan_only", "low")),
        of_air_conditioner.close_not_offered,
    ),
    "air_conditioner_subscription_expired": (
        "air_conditioner",
        WARNING,
        _connections(failures={ConnectionType.CLOUD: SubscriptionExpired("28841002")}),
        _connections(),
    ),
    **{
        key: ("air_conditioner", WARNING, _connections((part,)), _connections())
        for part, key in (
            (Part.MODE, "air_conditioner_mode_refused"),
            (Part.TARGET, "air_conditioner_target_refused"),
            (Part.FAN, "air_conditioner_fan_refused"),
        )
    },
    **{
        key: ("air_conditioner", severity, _quota(level), _quota(Level.ENOUGH))
        for level, key, severity in (
            (Level.LOW, "air_conditioner_quota_low", WARNING),
            (Level.EXHAUSTED, "air_conditioner_quota_exhausted", ERROR),
        )
    },
    "heating_not_following": ("heating", WARNING, _heating(ignored=True), FINE_HEATING),
    "heating_stuck": ("heating", ERROR, _heating(stuck=True), FINE_HEATING),
    "heating_no_temperature": ("heating", ERROR, _heating(frozen=True), FINE_HEATING),
    "heating_meter_sign": ("heating", WARNING, _heating(sign=True), FINE_HEATING),
    "heating_no_solver": (
        "heating",
        WARNING,
        lambda hass, entry: of_heating.async_show_no_solver(hass, entry, missing=True),
        lambda hass, entry: of_heating.async_show_no_solver(hass, entry, missing=False),
    ),
    **{
        f"heating_equipment_{problem}": (
            "heating",
            WARNING,
            _equipment(problem),
            _equipment(None),
        )
        for problem in Problem
    },
    "hue_bridge_twice": (
        "hue_bridge",
        WARNING,
        _twice(shown=True),
        _twice(shown=False),
    ),
    "hue_bridge_busy": (
        "hue_bridge",
        WARNING,
        *_printer(of_hue_bridge.async_show_busy, wrong=True, fine=False),
    ),
    "mqtt_devices_serial_conflict": (
        "mqtt_devices",
        WARNING,
        _device(conflict="clock"),
        _device(),
    ),
    "mqtt_devices_unreadable": (
        "mqtt_devices",
        ERROR,
        _device(unreadable=("humo",)),
        _device(),
    ),
    "mqtt_devices_not_followed": (
        "mqtt_devices",
        WARNING,
        _device(not_followed=True),
        _device(),
    ),
    "mqtt_devices_entity_limit": (
        "mqtt_devices",
        ERROR,
        _entity_limit(1),
        _entity_limit(100_000),
    ),
    "printer_lost": (
        "printer",
        ERROR,
        *_printer(of_printer.async_show_lost, wrong=True, fine=False),
    ),
    "printer_signature": (
        "printer",
        WARNING,
        *_printer(of_printer.async_show_signature, wrong=True, fine=False),
    ),
    "printer_missing": (
        "printer",
        WARNING,
        *_printer(of_printer.async_show_missing, [MISSING], []),
    ),
    **{
        f"printer_timelapse_{problem}": (
            "printer",
            WARNING,
            *_printer(TIMELAPSE, problem, None),
        )
        for problem in ("no_space", "not_written", "no_video")
    },
    "tlink_push_silent": ("tlink", WARNING, _account(silent=NOW), FINE_ACCOUNT),
    "tlink_time_zone": ("tlink", WARNING, _account(hours=8.0), FINE_ACCOUNT),
    "tlink_clocks": ("tlink", WARNING, _slow_clock, FINE_ACCOUNT),
    "tlink_journal": ("tlink", ERROR, _account("No space left"), FINE_ACCOUNT),
    "tlink_unsigned": ("tlink", WARNING, _account(unsigned=2), FINE_ACCOUNT),
    "tlink_overflow": ("tlink", WARNING, _account(overflow=True), FINE_ACCOUNT),
    **{
        str(problem): (
            "room_sensors",
            WARNING if problem is _Problem.DAMAGED else ERROR,
            *_stored(problem),
        )
        for problem in _Problem
    },
}
KINDS_WITH_ISSUES = dict.fromkeys(row[0] for row in ROWS.values())
WITH_DIALOG = {"air_conditioner_sensors_missing", "heating_meter_sign", "store_damaged"}
QUOTA = {"air_conditioner_quota_low", "air_conditioner_quota_exhausted"}
# A restart keeps these: the next run would not detect the problem again.
KEPT = {"air_conditioner_not_offered", "store_damaged"}
OF_STORES = {str(problem) for problem in _Problem}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Write to a folder of this test alone."""
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def expected_lingering_timers() -> bool:
    """Let Home Assistant's own HTTP server have its timers."""
    return True


@pytest.fixture
def _no_network(kind: str) -> Iterator[None]:
    """Let the family open no connection for as long as the test runs."""
    with quiet(kind):
        yield


@pytest.fixture
async def entry(hass: HomeAssistant, kind: str, _no_network: None) -> MockConfigEntry:
    """Return an entry of the family."""
    for name, shown in (("sensor.grid", "Grid"), ("switch.heater", "Heater")):
        hass.states.async_set(name, "unknown", {"friendly_name": shown})
    return await async_set_up(hass, kind)


def shown_issues(hass: HomeAssistant, key: str) -> list[ir.IssueEntry]:
    """Return the active issues with a key."""
    return [
        issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active and issue.translation_key == key
    ]


def show(hass: HomeAssistant, key: str, entry: MockConfigEntry) -> ir.IssueEntry:
    """Show an issue of an entry and return it."""
    ROWS[key][2](hass, entry)
    [issue] = shown_issues(hass, key)
    return issue


def show_all(
    hass: HomeAssistant, entry: MockConfigEntry, keys: Iterable[str], **more: Any
) -> dict[str, ir.IssueEntry]:
    """Show several issues at once, though what shows one ends some others."""
    shown = {key: dataclasses.replace(show(hass, key, entry), **more) for key in keys}
    for issue in shown.values():
        ir.async_get(hass).issues[(DOMAIN, issue.issue_id)] = issue
    return shown


IGNORED = {"dismissed_version": "2026.10.4"}


def test_every_issue_has_a_row() -> None:
    assert ROWS.keys() == texts("en").keys()
    assert {key for key in ROWS if "fix_flow" in texts("en")[key]} == WITH_DIALOG


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_says_what_happened_and_what_to_do(language: str) -> None:
    for key in ROWS:
        issue = texts(language)[key]
        assert placeholders(key, language) == placeholders(key), key
        title, body = issue["title"], flat(issue).removeprefix(issue["title"])
        assert len(title.split()) < 12, title  # "under 8 words" in English
        assert len(re.findall(r"[.:]\s|\.$", body)) > 1, body  # two sentences or more
        assert ("description" in issue) is ("fix_flow" not in issue), key
        if key in WITH_DIALOG:  # Home Assistant's own link is not in these dialogs.
            confirm = issue["fix_flow"]["step"]["confirm"]
            assert confirm["description"].endswith("]({learn_more})")
            # A phone has one line for it; a second one covers the line below.
            assert len(confirm["title"]) < 28
            assert "{" not in confirm["title"]
        if key in WITH_DIALOG - {"store_damaged"}:
            assert issue["fix_flow"]["abort"].keys() == {"gone"}


@pytest.fixture(params=[*KINDS_WITH_ISSUES, "cloud"])
async def family(
    request: pytest.FixtureRequest, hass: HomeAssistant
) -> AsyncIterator[tuple[MockConfigEntry, list[str]]]:
    """Yield an entry of a family and the keys of its issues."""
    of_cloud = request.param == "cloud"
    kind = "air_conditioner" if of_cloud else request.param
    keys = [key for key in ROWS if ROWS[key][0] == kind and (key in QUOTA) is of_cloud]
    entries = IN_SOME_HOMES if of_cloud else ENTRIES
    for name, shown in (("sensor.grid", "Grid"), ("switch.heater", "Heater")):
        hass.states.async_set(name, "unknown", {"friendly_name": shown})
    with quiet(kind), pytest.MonkeyPatch.context() as patched:
        patched.setattr(of_mqtt_devices, "MAX_ENTITIES", 10_000)  # and back at the end
        yield await async_set_up(hass, kind, entries), keys


type Family = tuple[MockConfigEntry, list[str]]


async def test_issues_are_shown_with_their_texts_and_end_with_their_cause(
    hass: HomeAssistant, family: Family
) -> None:
    entry, keys = family
    for key in keys:
        _, severity, _, end = ROWS[key]
        issue = show(hass, key, entry)
        assert faults(hass, issue) == []
        assert issue.severity is severity, key
        assert issue.is_fixable is (key in WITH_DIALOG), key
        assert issue.is_persistent is (key in KEPT), key
        assert issue.learn_more_url == docs_url(key)
        end(hass, entry)
        assert shown_issues(hass, key) == []


async def test_issues_are_deleted_with_their_entry(
    hass: HomeAssistant, family: Family
) -> None:
    entry, keys = family
    show_all(hass, entry, keys, **IGNORED)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not [one for domain, one in ir.async_get(hass).issues if domain == DOMAIN]


async def test_issues_are_deleted_when_their_entry_is_disabled(
    hass: HomeAssistant, family: Family
) -> None:
    entry, keys = family
    show_all(hass, entry, keys)
    by_user = ConfigEntryDisabler.USER
    await hass.config_entries.async_set_disabled_by(entry.entry_id, by_user)
    await hass.async_block_till_done()
    assert not [key for key in keys if shown_issues(hass, key)]


async def test_ignored_issues_stay_ignored_after_reload(
    hass: HomeAssistant, family: Family
) -> None:
    entry, keys = family
    # A store and a quota are read at once: what is fine again is no longer ignored.
    keys = [key for key in keys if key not in OF_STORES | QUOTA]
    show_all(hass, entry, keys, **IGNORED)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    for key in keys:
        assert show(hass, key, entry).dismissed_version is not None, key


async def test_ignored_issues_stay_ignored_after_restart(
    hass: HomeAssistant, family: Family
) -> None:
    """After a restart, only "ignored" is known until the problem is detected again."""
    entry, keys = family
    registry = ir.async_get(hass)
    for key in [key for key in keys if key not in KEPT | OF_STORES]:
        its_id = show(hass, key, entry).issue_id
        registry.async_ignore(DOMAIN, its_id, ignore=True)
        left: Any = {"active": False, "translation_key": None, "data": None}
        registry.issues[(DOMAIN, its_id)] = dataclasses.replace(
            registry.issues[(DOMAIN, its_id)], **left
        )
        ROWS[key][3](hass, entry)  # not detected yet
        assert show(hass, key, entry).dismissed_version is not None, key


async def test_issues_show_the_new_name_of_their_entry(
    hass: HomeAssistant, family: Family
) -> None:
    entry, keys = family
    kind = entry.title
    before = show_all(hass, entry, [key for key in keys if key not in QUOTA])
    hass.config_entries.async_update_entry(entry, title="Cottage [a](http://b)")
    await hass.async_block_till_done()
    for key, old in before.items():
        [issue] = shown_issues(hass, key)
        given = issue.translation_placeholders or {}
        had = old.translation_placeholders or {}
        assert entry.title not in given.values(), key  # no link from a name
        named = [name for name, value in given.items() if value.startswith("Cottage")]
        assert named == [name for name, value in had.items() if value == kind], key
        assert issue.severity is old.severity
        assert issue.is_fixable is old.is_fixable
        assert faults(hass, issue) == []


# Dialogs

URL = "/api/repairs/issues/fix"


@pytest.fixture
async def dialog(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> Callable[..., Any]:
    """Return a function that starts or submits a dialog as the frontend does."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    await hass.async_block_till_done()

    async def post(issue: ir.IssueEntry, flow: dict[str, Any] | None = None) -> Any:
        if flow is None:
            body = {"handler": DOMAIN, "issue_id": issue.issue_id}
            return await (await client.post(URL, json=body)).json()
        done = await client.post(f"{URL}/{flow['flow_id']}", json={})
        await hass.async_block_till_done()
        return await done.json()

    return post


with_dialog = pytest.mark.parametrize(
    ("kind", "key"), [(ROWS[key][0], key) for key in sorted(WITH_DIALOG)]
)
changing = pytest.mark.parametrize(
    ("kind", "key"),
    [(ROWS[key][0], key) for key in sorted(WITH_DIALOG - {"store_damaged"})],
)


@with_dialog
async def test_dialog_fixes_the_issue_and_a_second_one_changes_nothing(
    hass: HomeAssistant, key: str, entry: MockConfigEntry, dialog: Callable[..., Any]
) -> None:
    issue = show(hass, key, entry)
    first, second = await dialog(issue), await dialog(issue)
    assert first["step_id"] == second["step_id"] == "confirm"
    assert first["description_placeholders"] == issue.translation_placeholders
    assert (await dialog(issue, first))["type"] == "create_entry"
    assert shown_issues(hass, key) == []
    fixed = dict(entry.options)
    done = await dialog(issue, second)
    if key != "store_damaged":  # It changes nothing anyway.
        assert (done["type"], done["reason"]) == ("abort", "gone")
    assert entry.options == fixed
    if key == "heating_meter_sign":
        assert fixed["grid_inverted"] is True
    if key == "air_conditioner_sensors_missing":
        assert fixed["temperature_sensors"] == ["sensor.room"]


@with_dialog
async def test_dialog_of_a_removed_entry_ends_with_a_message(
    hass: HomeAssistant, key: str, entry: MockConfigEntry, dialog: Callable[..., Any]
) -> None:
    issue = show(hass, key, entry)
    flow = await dialog(issue)
    await hass.config_entries.async_remove(entry.entry_id)
    done = await dialog(issue, flow)
    assert done["type"] == ("create_entry" if key == "store_damaged" else "abort")
    assert shown_issues(hass, key) == []


@changing
async def test_dialog_of_a_problem_that_is_over_changes_nothing(
    hass: HomeAssistant, key: str, entry: MockConfigEntry, dialog: Callable[..., Any]
) -> None:
    issue = show(hass, key, entry)
    flow = await dialog(issue)
    before = dict(entry.options)
    ROWS[key][3](hass, entry)
    assert (await dialog(issue, flow))["reason"] == "gone"
    assert entry.options == before


@with_dialog
async def test_user_without_admin_rights_starts_no_dialog(
    hass: HomeAssistant,
    key: str,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    issue = show(hass, key, entry)
    client = await hass_client(hass_read_only_access_token)
    body = {"handler": DOMAIN, "issue_id": issue.issue_id}
    assert (await client.post(URL, json=body)).status == 401
    assert shown_issues(hass, key) == [issue]


# Names


def test_entities_are_named_as_the_user_sees_them(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.a", "1", {"friendly_name": "Hall"})
    hass.states.async_set("sensor.b", "1", {"friendly_name": "Window"})
    hass.states.async_set("sensor.c", "1", {"friendly_name": "Window"})
    hass.states.async_set("sensor.d", "1")
    assert entity_names(hass, ["sensor.a"]) == "Hall"
    assert entity_names(hass, ["sensor.b", "sensor.c"]) == (
        "Window (sensor.b), Window (sensor.c)"
    )
    assert entity_names(hass, ["sensor.d", "sensor.gone"]) == "sensor.d, sensor.gone"


def test_id_of_an_issue_names_key_entry_and_part() -> None:
    entry: Any = SimpleNamespace(entry_id="01ABC")
    assert issue_id(entry, "printer_lost") == "printer_lost_01ABC"
    assert issue_id(entry, "printer_lost", "x") == "printer_lost_01ABC_x"
