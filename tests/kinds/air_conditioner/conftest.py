"""An air conditioner entry in the harness, with a device set by the test."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import kind, options
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
        DriverError,
    )

DEVICE_ID = "eb0123456789abcdefghij"
LOCAL_KEY = "made-up-key-1234"
SENSOR = "sensor.bedroom_temperature"


@dataclass
class HandDriver:
    """A driver whose device is set by the test; records the commands."""

    state: DeviceState = field(
        default_factory=lambda: DeviceState(
            on=False, mode=HvacMode.COOL, fan="low", target=24.0, current=26.0
        )
    )
    failure: DriverError | None = None
    send_failure: DriverError | None = None
    obeys: bool = True
    sent: list[Change] = field(default_factory=list)
    closed: bool = False
    echo_time: timedelta = timedelta(seconds=5)
    connection: ConnectionType = ConnectionType.LAN
    abilities: Abilities = field(
        default_factory=lambda: Abilities(modes=tuple(HvacMode), fans=("low", "high"))
    )

    async def async_read(self) -> DeviceState:
        if self.failure is not None:
            raise self.failure
        return self.state

    async def async_send(self, change: Change) -> None:
        if self.send_failure is not None:
            raise self.send_failure
        self.sent.append(change)
        if self.obeys:
            self.state = self.state.after(change)

    async def async_close(self) -> None:
        self.closed = True

    def press(self, **pressed: Any) -> None:
        """Use the remote control."""
        self.state = replace(self.state, **pressed)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> HandDriver:
    """Return the driver that the entry will get instead of one with a socket."""
    hand_driver = HandDriver()

    async def async_tuya_lan(*_args: object) -> HandDriver:
        hand_driver.closed = False
        return hand_driver

    monkeypatch.setattr(kind, "_async_tuya_lan", async_tuya_lan)
    return hand_driver


@pytest.fixture
def entry() -> MockConfigEntry:
    """Return the entry of a Tuya air conditioner with one room sensor."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Bedroom",
        unique_id=DEVICE_ID,
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "tuya_lan",
            "device_id": DEVICE_ID,
            "host": "127.0.0.1",
            "port": 6668,
            "local_key": LOCAL_KEY,
            "version": "3.3",
        },
        options={
            options.SENSORS: [SENSOR],
            options.DATAPOINTS: STANDARD,
            options.GATHER: 0,
        },
        minor_version=2,
    )


type SetUp = Callable[[], Awaitable[None]]


@pytest.fixture
def set_up(
    hass: HomeAssistant,
    driver: HandDriver,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> SetUp:
    """Return what sets the entry up with all entities, the room at 26 °C."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)

    async def async_set_up() -> None:
        if hass.states.get(SENSOR) is None:
            report_room(hass, 26.0)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()

    return async_set_up


def report_room(hass: HomeAssistant, temperature: float | str) -> None:
    """Report a reading of the room sensor, also a repeated one."""
    hass.states.async_set(
        SENSOR,
        str(temperature),
        {"unit_of_measurement": "°C", "device_class": "temperature"},
    )


def entity_id(hass: HomeAssistant, key: str) -> str:
    """Return the id of an entity by its key."""
    found = [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id == f"{DEVICE_ID}_{key}"
    ]
    assert len(found) == 1, key
    return found[0]


def state_of(hass: HomeAssistant, key: str) -> str:
    """Return the state of an entity by its key."""
    state = hass.states.get(entity_id(hass, key))
    assert state is not None
    return state.state
