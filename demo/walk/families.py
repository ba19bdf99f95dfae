"""How a user adds each device family, by its default path."""

from typing import TYPE_CHECKING

from demo.fakes.esp32_boards import FakeBoard, Place
from demo.fakes.printer import ACCESS_CODE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .house import EmptyHouse
    from .wizard import Taken, Wizard

    type Way = Callable[[EmptyHouse, Wizard], Awaitable[Taken]]

OURS = "Jannenkoti"
LIVING_ROOM = "Living Room"


async def add_room_sensors(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Copy address and key into a board."""
    await wizard.begin(OURS, "Room sensors")
    url, key, _ = await wizard.codes(3)
    await wizard.submit()
    place = Place(location="Living room", measure=lambda: house.house.indoors)
    board = FakeBoard(
        place, url, headers={"Authorization": f"Bearer {key}"}, interval=house.interval
    )
    await house.switch_on(board)
    taken = await wizard.finish()
    await house.client.wait_for_value("_Living room_temperature")
    return taken


async def add_air_conditioner(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Enter a Tuya device by hand, with the sensor of the board."""
    unit = house.unit
    await wizard.begin(OURS, "Air conditioner")
    await wizard.choose("Enter a Tuya device by hand")
    await wizard.submit(
        {
            "Device id": unit.device_id,
            "Host": "127.0.0.1",
            "Port": str(unit.port),
            "Local key": unit.local_key,
        }
    )
    await wizard.submit({"Temperature sensors": ["Temperature of Living room"]})
    return await wizard.finish(area=LIVING_ROOM)


async def add_broker(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Add Home Assistant's own MQTT integration, which MQTT devices need."""
    await wizard.begin("MQTT", member="MQTT")
    await wizard.submit({"Broker": "127.0.0.1", "Port": str(house.broker.port)})
    return await wizard.finish()


async def add_mqtt_devices(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Copy the base URL into a valve; the broker is added first, and not counted."""
    await add_broker(house, wizard)
    await wizard.begin(OURS, "MQTT devices")
    await wizard.submit({"Name": "Garden"})
    (base_url,) = await wizard.codes(1)
    await wizard.submit()
    house.valve.base_url = base_url
    await house.switch_on(house.valve)
    return await wizard.finish()


async def add_tlink(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Log in to the cloud, and enter the address for pushes there."""
    login = house.cloud.login()
    await wizard.begin(OURS, "TLINK")
    await wizard.submit()
    await wizard.submit(
        {
            "User name": login["username"],
            "Password": login["password"],
            "Client ID": login["client_id"],
            "Client secret": login["client_secret"],
        },
        folded={"Advanced": {"Other address": house.cloud.url}},
    )
    address, _ = await wizard.codes(2)
    await wizard.submit()
    house.cloud.push_url = address
    return await wizard.finish()


async def add_robocam(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Enter the camera's address."""
    await wizard.begin(OURS, "Pan and tilt camera")
    await wizard.submit({"Host": "127.0.0.1", "Port": str(house.camera.port)})
    return await wizard.finish(area=LIVING_ROOM)


async def add_heating(house: EmptyHouse, wizard: Wizard) -> Taken:  # noqa: ARG001
    """Choose a meter, a thermometer and two relays."""
    await wizard.begin(OURS, "Heating")
    await wizard.submit(
        {
            "Name": "Boiler",
            "Grid power": "Grid power",
            "Tank temperature": "Boiler temperature",
            "Heater switches": ["Rod 1", "Rod 2"],
        }
    )
    return await wizard.finish()


async def add_light_routine(house: EmptyHouse, wizard: Wizard) -> Taken:  # noqa: ARG001
    """Choose lamps."""
    await wizard.begin(OURS, "Light routine")
    await wizard.submit({"Name": "Evening", "Lights": ["Floor lamp", "Sofa lamp"]})
    return await wizard.finish()


async def add_hue_bridge(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Press the link button."""
    await wizard.begin(OURS, "Hue bridge")
    await wizard.submit({"Host": house.bridge.host})
    house.bridge.press_link_button()
    await wizard.submit()
    return await wizard.finish()


async def add_printer(house: EmptyHouse, wizard: Wizard) -> Taken:
    """Connect a printer; only a simulated one has other ports than the usual ones."""
    printer = house.printer
    await wizard.begin(OURS, "3D printer")
    await wizard.choose("Bambu Lab printer, direct connection")
    await wizard.submit(
        {"Serial number": printer.serial, "Host": "127.0.0.1"},
        folded={
            "Advanced": {
                "Port": str(printer.port),
                "Camera port": str(printer.camera.port),
                "Files port": str(printer.files.port),
            }
        },
    )
    await wizard.submit({"Access code": ACCESS_CODE})
    return await wizard.finish()


async def add_presence(house: EmptyHouse, wizard: Wizard) -> Taken:  # noqa: ARG001
    """Choose a phone."""
    await wizard.begin(OURS, "Presence")
    await wizard.submit({"Name": "Anna", "Sources": ["Anna's phone"]})
    return await wizard.finish()


WAYS: dict[str, Way] = {
    "room_sensors": add_room_sensors,
    "air_conditioner": add_air_conditioner,
    "tlink": add_tlink,
    "robocam": add_robocam,
    "heating": add_heating,
    "light_routine": add_light_routine,
    "hue_bridge": add_hue_bridge,
    "printer": add_printer,
    "presence": add_presence,
    "mqtt_devices": add_mqtt_devices,
}
"""Each family. The air conditioner uses a sensor of the first; MQTT devices are last,
because Home Assistant then offers the valve that they find before anything else."""
