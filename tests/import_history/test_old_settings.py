"""Old settings by the action: shown first, taken over only for a chosen entry."""

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.import_history.old_settings import shown

from ..pure.import_history.stores import (
    DISPOSITIVOS,
    JANNENKOTI,
    VIKI,
    make_sqlite,
    reading,
)
from .conftest import NOON, hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from homeassistant.core import HomeAssistant

    from .conftest import Act

THERMOSTAT = {
    "sleep_active": 1,
    "sleep_start": "22:30",
    "sleep_stop": "07:00",
    "target_temp": 24.5,
    "pos_hysteresis": 0.4,
    "neg_hysteresis": 0.6,
    "min_on_s": 300,
    "sleep_weekly": '{"mon": {"start": "22:00", "stop": "06:00"}}',
}
DELAYS = {"image_delay": 7, "temphum_delay": 600, "status_delay": 20}


@pytest.fixture(autouse=True)
def reloads(hass: HomeAssistant) -> Iterator[list[str]]:
    """Note which entries are reloaded, instead of setting them up."""
    found: list[str] = []
    with patch.object(hass.config_entries, "async_schedule_reload", found.append):
        yield found


@pytest.fixture
def old(folder: Path) -> Path:
    """Make a store with settings and one hour."""
    return make_sqlite(
        folder / "old.db",
        JANNENKOTI,
        esp32_temphum=[reading(NOON.isoformat())],
        thermostat_conf=[THERMOSTAT],
        timelapse_conf=[DELAYS],
    )


def entry_of(hass: HomeAssistant, kind: str, **options: Any) -> MockConfigEntry:
    """Add an entry that is not loaded."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"My {kind}",
        unique_id=kind,
        data={"kind": kind, "kind_version": 1},
        options=options,
    )
    entry.add_to_hass(hass)
    return entry


async def test_dry_run_shows_settings_before_and_after_and_changes_nothing(
    hass: HomeAssistant, old: Path, act: Act, reloads: list[str]
) -> None:
    entry = entry_of(hass, "air_conditioner", minimum_on=240)
    targets = async_mock_service(hass, DOMAIN, "ac_control_set_setpoint")
    found = await act(dry_run=True, settings={"air_conditioner": entry.entry_id})
    proposed = found["proposed_settings"]
    assert list(proposed) == ["air_conditioner"]
    assert proposed["air_conditioner"]["further"] == ["24.5 °C"]
    about = proposed["air_conditioner"]["entries"][entry.entry_id]
    assert about["title"] == "My air_conditioner"
    assert about["chosen"]
    assert about["options"]["minimum_on"] == {"before": 240, "after": 300}
    assert about["options"]["sleep_start"] == {"before": None, "after": "22:30:00"}
    assert about["options"]["sleep_days"]["after"] == [
        {"days": ["mon"], "start": "22:00", "end": "06:00"}
    ]
    assert entry.options == {"minimum_on": 240}
    assert not targets
    assert not reloads
    assert found["settings_taken_over"] == 0


async def test_settings_are_taken_over_for_the_chosen_entry_only(
    hass: HomeAssistant, old: Path, act: Act, reloads: list[str]
) -> None:
    entry = entry_of(hass, "air_conditioner")
    printer = entry_of(hass, "printer")
    er.async_get(hass).async_get_or_create(
        "climate", DOMAIN, "x", config_entry=entry, suggested_object_id="unit"
    )
    targets = async_mock_service(hass, DOMAIN, "ac_control_set_setpoint")
    found = await act(settings={"air_conditioner": entry.entry_id})
    assert entry.options["minimum_on"] == 300
    assert entry.options["sleep"] is True
    assert targets[0].data == {"entity_id": ["climate.unit"], "value": 24.5}
    assert found["settings_taken_over"] == len(entry.options) + 1
    assert found["settings_failed"] == []
    assert not printer.options
    assert reloads == [entry.entry_id]
    assert await hours(hass)
    await act(settings={"printer": printer.entry_id})
    assert printer.options == {
        "image_delay": 7,
        "temphum_delay": 600,
        "status_delay": 20,
    }


async def test_without_a_choice_settings_stay(
    hass: HomeAssistant, old: Path, act: Act, reloads: list[str]
) -> None:
    entry = entry_of(hass, "air_conditioner", minimum_on=240)
    found = await act()
    assert entry.options == {"minimum_on": 240}
    assert found["settings_taken_over"] == 0
    assert not reloads


@pytest.mark.parametrize(
    "settings", [{"air_conditioner": "none"}, {"heating": "none"}, {"x": "y"}]
)
@pytest.mark.parametrize("dry_run", [True, False])
async def test_entry_that_cannot_take_them_is_refused_before_anything_is_written(
    hass: HomeAssistant,
    old: Path,
    act: Act,
    settings: dict[str, str],
    *,
    dry_run: bool,
) -> None:
    entry_of(hass, "air_conditioner")
    with pytest.raises(ServiceValidationError) as caught:
        await act(dry_run=dry_run, settings=settings)
    assert caught.value.translation_key == "import_history_no_settings"
    assert not await hours(hass)


async def test_heating_takes_over_the_phases_that_were_set_up(
    hass: HomeAssistant, folder: Path, act: Act
) -> None:
    more = (
        "COPY public.heating_settings (id, description, manufacturer, ip, api_key,"
        " buffer) FROM stdin;\n2\tb\t50\t\t\t200\n1\ta\t7\t\t\t100\n\\.\n"
        "INSERT INTO public.manufacturer (id, description, power_factor, power_size)"
        " VALUES (50, 'Mein Heizstab', 0.50, 3000);\n"
    )
    end = "-- PostgreSQL database dump complete"
    text = VIKI.replace(end, more + end)
    await hass.async_add_executor_job((folder / "viki.sql").write_text, text)
    stages = [{"entity": f"switch.{x}", "watts": 1} for x in "ab"]
    entry = entry_of(hass, "heating", stages=stages, tanks=[{"name": "Water"}])
    await act("viki.sql", settings={"heating": entry.entry_id})
    assert [row["watts"] for row in entry.options["stages"]] == [2000, 1500]
    assert entry.options["buffer"] == 200
    assert entry.options["tanks"] == [{"name": "Water", "volume": 300}]


async def test_claim_that_fails_is_reported_and_the_others_are_made(
    hass: HomeAssistant, folder: Path, act: Act
) -> None:
    device = {"nombre": "x", "tipo": "a", "reclamado": 1}
    numbers = ("RGD0Q7W8E9R0", "FAN0A1B2C3D4")
    rows = [{**device, "id": n, "serial_number": x} for n, x in enumerate(numbers)]
    make_sqlite(folder / "iot.db", DISPOSITIVOS, dispositivo=rows)
    entry = entry_of(hass, "mqtt_devices")
    claims = async_mock_service(hass, DOMAIN, "mqtt_devices_claim")
    found = await act("iot.db", settings={"mqtt_devices": entry.entry_id})
    assert found["settings_taken_over"] == len(claims) == 2
    hass.services.async_remove(DOMAIN, "mqtt_devices_claim")
    found = await act("iot.db", settings={"mqtt_devices": entry.entry_id})
    assert found["settings_taken_over"] == 0
    assert len(found["settings_failed"]) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "✓"),
        (False, "✗"),
        (2.50, "2.5"),
        ([{"days": ["mon"], "start": "22:00"}], "mon 22:00"),
        ([{"entity": "switch.a", "watts": 2000.0}, "b"], "switch.a 2000, b"),
        ("x" * 99, "x" * 60 + "…"),
    ],
)
def test_value_is_shown_as_text(value: object, text: str) -> None:
    assert shown(value) == text
