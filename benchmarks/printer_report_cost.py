"""Measure a complete report of an X1: parse, merge, write the entities that changed."""

import json
import logging
import tempfile
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from homeassistant.helpers.entity_component import EntityComponent

from custom_components.jannenkoti.kinds.printer import binary_sensor, sensor
from custom_components.jannenkoti.kinds.printer.entity import TraySensor
from custom_components.jannenkoti.kinds.printer.job.status import read_status
from custom_components.jannenkoti.kinds.printer.wire.reports import parse_report
from demo.fakes.printer import X1C
from demo.fakes.printer_report import initial_report, versions

from .figure import Figure, note, spread
from .printer_entry import home_in_process, make_printer

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from custom_components.jannenkoti.kinds.printer.coordinator import (
        PrinterCoordinator,
    )
    from custom_components.jannenkoti.kinds.printer.entity import PrinterEntity

_SIZE: Final = 20_500
_ROUNDS: Final = 200
_GOAL: Final = 2.0
_GOAL_RATIO: Final = 0.5


async def measure() -> list[Figure]:
    """Measure both sides in turns."""
    with tempfile.TemporaryDirectory(prefix="jannenkoti-bench-") as folder:
        async with home_in_process(folder) as hass:
            sides = [await _side(hass, name) for name in ("ours", "all")]
            ours, reference = _rounds(*sides)
            await hass.async_block_till_done()
    note(f"a report of {len(_payload(0))} bytes, {len(sides[0].entities)} entities")
    note(f"ours: {spread(ours, 'ms')}; all: {spread(reference, 'ms')}")
    cost, base = median(ours), median(reference)
    return [
        Figure(
            name=name,
            ours=cost,
            reference=base,
            unit="ms",
            ratio=cost / base,
            goal=goal,
            goal_is_ratio=is_ratio,
        )
        for name, goal, is_ratio in (
            ("printer_report_cost", _GOAL, False),
            ("printer_report_ratio", _GOAL_RATIO, True),
        )
    ]


@dataclass(frozen=True, slots=True)
class _Side:
    """A printer with its entities, all of them enabled."""

    printer: PrinterCoordinator
    entities: list[PrinterEntity]


async def _side(hass: HomeAssistant, name: str) -> _Side:
    """Return a printer that has received a report."""
    # Each change is written, as without these options.
    printer = make_printer(hass, status_delay=0, temphum_delay=0)
    printer.link._take(_payload(0))  # noqa: SLF001 - what MQTT delivers
    entities: list[PrinterEntity] = [
        *(sensor.PrinterSensor(printer, row) for row in sensor.SENSORS),
        *(
            binary_sensor.PrinterBinarySensor(printer, row)
            for row in binary_sensor.BINARY_SENSORS
        ),
        *(TraySensor(printer, tray.key) for tray in printer.data.status.trays),
    ]
    for number, entity in enumerate(entities):
        # Without an entry in the registry none is disabled.
        entity._attr_unique_id = None  # noqa: SLF001
        entity._attr_device_info = None  # noqa: SLF001
        entity.entity_id = f"sensor.{name}_{number}"
    component: EntityComponent[Any] = EntityComponent(
        logging.getLogger(__name__), "sensor", hass
    )
    await component.async_add_entities(entities)
    await hass.async_block_till_done()
    return _Side(printer, entities)


def _rounds(ours: _Side, reference: _Side) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each report, ours and the reference."""
    costs, bases = list[float](), list[float]()
    for number in range(1, _ROUNDS + 1):
        payload = _payload(number)
        begun = time.thread_time()
        ours.printer.link._take(payload)  # noqa: SLF001 - what MQTT delivers
        costs.append((time.thread_time() - begun) * 1e3)
        begun = time.thread_time()
        status = read_status(parse_report(payload) or {})
        reference.printer.data = replace(reference.printer.data, status=status)
        for entity in reference.entities:
            entity.async_write_ha_state()
        bases.append((time.thread_time() - begun) * 1e3)
    return costs, bases


def _payload(number: int) -> bytes:
    """Return a complete report in which some values have changed."""
    state = initial_report(X1C)
    trays = state["ams"]["ams"][0]["tray"]
    state["ams"]["ams"] = [
        {"id": str(unit), "humidity": "4", "temp": "24.8", "tray": trays}
        for unit in range(4)
    ]
    state |= {
        "gcode_state": "RUNNING",
        "stg_cur": 0,
        "subtask_id": "1",
        "subtask_name": "Benchy",
        "total_layer_num": 5000,
        "layer_num": number // 10,
        "mc_percent": number // 50,
        "mc_remaining_time": 300 - number // 60,
        "nozzle_temper": 220 + number % 7 / 10,
        "bed_temper": 60 + number // 3 % 3 / 10,
        "wifi_signal": f"-{50 + number // 5 % 5}dBm",
    }
    report = {
        "print": {"command": "push_status", "sequence_id": str(number), **state},
        "info": {"command": "get_version", "module": versions(X1C)},
    }
    # What is not read: calibration, upgrades, network, object lists.
    missing = _SIZE - len(json.dumps(report))
    report["print"]["other"] = [
        {"key": f"value_{row}", "numbers": [row, row * 2, row * 3], "on": True}
        for row in range(max(missing, 0) // 62)
    ]
    return json.dumps(report).encode()
