"""A printer made of helpers, as a stand-in for one of another integration."""

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from demo.client import Client, Json

STATE: Final = "input_select.garage_printer"
LAYER: Final = "input_number.garage_printer_layer"
PROGRESS: Final = "input_number.garage_printer_progress"
NOZZLE: Final = "input_number.garage_printer_nozzle"
PAUSE: Final = "script.garage_printer_pause"
RESUME: Final = "script.garage_printer_resume"
STOP: Final = "script.garage_printer_cancel"

LAYERS: Final = 80
_HOT: Final = 215
_COLD: Final = 28


def _number(name: str, most: int, unit: str) -> str:
    return f'{{name: {name}, min: 0, max: {most}, unit_of_measurement: "{unit}"}}'


def _script(name: str, option: str) -> str:
    target = f"target: {{entity_id: {STATE}}}"
    action = f"action: input_select.select_option, {target}, data: {{option: {option}}}"
    return f"{{alias: {name}, sequence: [{{{action}}}]}}"


def configuration() -> str:
    """Return the helpers, with the words that Moonraker has for its states."""
    lines = [
        "input_select:",
        "  garage_printer:",
        "    name: Garage printer",
        "    options: [standby, printing, paused, complete, cancelled]",
        "input_number:",
        f"  garage_printer_layer: {_number('Garage layer', LAYERS, '')}",
        f"  garage_printer_progress: {_number('Garage progress', 100, '%')}",
        f"  garage_printer_nozzle: {_number('Garage nozzle', 300, '°C')}",
        "script:",
        f"  garage_printer_pause: {_script('Pause garage printer', 'paused')}",
        f"  garage_printer_resume: {_script('Resume garage printer', 'printing')}",
        f"  garage_printer_cancel: {_script('Cancel garage printer', 'cancelled')}",
    ]
    return "\n".join(lines) + "\n"


class HelperPrinter:
    """Moves the helpers as a print does."""

    def __init__(self, client: Client) -> None:
        """Initialize with a client of Home Assistant."""
        self._client = client
        self.layer = 0

    async def begin(self) -> None:
        """Begin a print."""
        self.layer = 0
        await self._set(NOZZLE, _HOT)
        await self._show()
        await self._select("printing")

    async def print_layer(self) -> None:
        """Print the next layer; the last one completes the print."""
        self.layer += 1
        await self._show()
        if self.layer == LAYERS:
            await self._select("complete")
            await self._set(NOZZLE, _COLD)

    async def print_by_itself(self, seconds: float) -> None:
        """Print one layer after the other, and one print after the other."""
        while True:
            await asyncio.sleep(seconds)
            state = await self.state()
            if state == "printing":
                await self.print_layer()
            elif state in {"complete", "cancelled", "standby"}:
                await asyncio.sleep(30 * seconds)
                await self.begin()

    async def state(self) -> str:
        """Return the word of its state."""
        return str((await self._client.get(f"/api/states/{STATE}"))["state"])

    async def _show(self) -> None:
        await self._set(LAYER, self.layer)
        await self._set(PROGRESS, round(100 * self.layer / LAYERS))

    async def _set(self, entity_id: str, value: float) -> None:
        await self._act("input_number/set_value", entity_id, value=value)

    async def _select(self, option: str) -> None:
        await self._act("input_select/select_option", STATE, option=option)

    async def _act(self, action: str, entity_id: str, **data: Json) -> None:
        await self._client.post(
            f"/api/services/{action}", {"entity_id": entity_id, **data}
        )
