"""A Bambu printer as its firmware behaves, on free ports of the loopback address.

It has its own broker (TLS, user `bblp`, requests on `device/<serial>/request`), reports
only changes if it is a P1 or A1, and sends many numbers as text.
"""

import asyncio
import copy
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from demo.fakes.mqtt_server import MqttServer
from demo.fakes.printer_camera import FakePrinterCamera, draw_print
from demo.fakes.printer_certificate import Authority, make_authority
from demo.fakes.printer_files import FakePrinterFiles
from demo.fakes.printer_report import initial_report, versions

if TYPE_CHECKING:
    from collections.abc import Callable

P1S, X1C = "01P00A000000001", "00M00A000000001"
ACCESS_CODE = "12345678"
_SIGNATURE_ERROR = 84033543
_TARGETS = {"M104": "nozzle_target_temper", "M140": "bed_target_temper"}
_STATES = {"pause": "PAUSE", "resume": "RUNNING", "stop": "IDLE"}


class FakePrinter:
    """One printer; `async with` switches it on."""

    def __init__(self, serial: str = P1S, authority: Authority | None = None) -> None:
        """Initialize a printer that is idle."""
        self.serial = serial
        self.authority = authority or make_authority()
        self.partial = serial[:3] != X1C[:3]
        """Whether it reports only what has changed."""
        self.signed = False
        """Set it to accept only signed commands, as newer firmware does."""
        self.silent = False
        """Set it to let the printer neither report nor answer."""
        self.refuses = ""
        """A command that fails."""
        self.state = initial_report(serial)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        """What was requested: group and fields."""
        self.gcode: list[str] = []
        context = self.authority.server_context(serial)
        self._broker = MqttServer(context, user="bblp", received=self._received)
        self.camera = FakePrinterCamera(context, self._draw)
        self.files = FakePrinterFiles(context)
        self._broker.password = self.camera.password = ACCESS_CODE
        self.files.password = ACCESS_CODE
        self._drawn = 0
        self._print: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Switch it on."""
        await self.power_on()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Switch it off."""
        await self.power_off()

    async def power_on(self) -> None:
        """Let clients connect, at the same port as before."""
        await self._broker.__aenter__()
        await self.camera.__aenter__()
        await self.files.__aenter__()

    async def power_off(self) -> None:
        """Let all connections end; a print ends as well."""
        if self._print is not None:
            self._print.cancel()
            with suppress(asyncio.CancelledError):
                await self._print
            self._print = None
        await self.camera.__aexit__()
        await self.files.__aexit__()
        await self._broker.__aexit__()

    @property
    def broker(self) -> MqttServer:
        """Return its broker."""
        return self._broker

    @property
    def port(self) -> int:
        """Return the port of MQTT."""
        return self._broker.port

    @property
    def report_topic(self) -> str:
        """Return the topic of its reports."""
        return f"device/{self.serial}/report"

    # --- what it does ----------------------------------------------------------------

    def _draw(self) -> bytes:
        """Return the next image of the camera."""
        self._drawn += 1
        layers = int(self.state["layer_num"]), int(self.state["total_layer_num"])
        return draw_print(*layers, self._drawn)

    def report(self, **changes: object) -> None:
        """Change something and report it."""
        self.state.update(changes)
        shown = changes if self.partial else self.state
        self.send({"print": {"command": "push_status", "msg": 1, **shown}})

    def send(self, report: object) -> None:
        """Publish anything as JSON."""
        self.send_bytes(json.dumps(report).encode())

    def send_bytes(self, payload: bytes) -> None:
        """Publish any bytes."""
        if not self.silent:
            self._broker.publish(self.report_topic, payload)

    def begin(self, *, layers: int = 200, file: str = "Benchy") -> None:
        """Start a print that makes no progress by itself."""
        self.files.put(f"/cache/{file}.gcode.3mf")
        number = int(self.state["subtask_id"]) + 1
        self.report(
            gcode_state="RUNNING",
            stg_cur=0,
            subtask_name=file,
            gcode_file=f"{file}.gcode.3mf",
            subtask_id=str(number),
            layer_num=0,
            total_layer_num=layers,
            mc_percent=0,
            mc_remaining_time=layers,
            nozzle_target_temper=220.0,
            nozzle_temper=219.8,
            bed_target_temper=60.0,
            bed_temper=60.1,
            print_error=0,
        )

    def print_layer(self) -> None:
        """Complete a layer; the last one finishes the print."""
        layer, total = self.state["layer_num"] + 1, self.state["total_layer_num"]
        self.report(
            layer_num=layer,
            mc_percent=layer * 100 // total,
            mc_remaining_time=total - layer,
        )
        if layer >= total:
            self.end("FINISH")

    def end(self, state: str, error: int = 0) -> None:
        """End the print as FINISH, FAILED or IDLE."""
        self.report(
            gcode_state=state,
            stg_cur=-1 if self.partial else 255,
            nozzle_target_temper=0.0,
            bed_target_temper=0.0,
            print_error=error,
        )

    def print_by_itself(self, *, layers: int, seconds: float) -> None:
        """Start a print that completes a layer every so many seconds."""
        if self._print is not None:
            self._print.cancel()
        self.begin(layers=layers)
        self._print = asyncio.create_task(self._async_print(seconds))

    async def _async_print(self, seconds: float) -> None:
        while self.state["gcode_state"] in {"RUNNING", "PAUSE"}:
            await asyncio.sleep(seconds)
            if self.state["gcode_state"] == "RUNNING":
                self.print_layer()

    # --- requests --------------------------------------------------------------------

    def _received(self, topic: str, payload: bytes) -> None:
        """Carry out a request; what is sent to another topic has no effect."""
        if topic != f"device/{self.serial}/request":
            return
        for group, fields in json.loads(payload).items():
            self.requests.append((group, fields))
            if not self.silent:
                self._perform(group, fields)

    def _perform(self, group: str, fields: dict[str, Any]) -> None:
        command = fields.get("command")
        if command is None:
            return  # bambulabs-api's light; the firmware ignores it
        if group == "pushing":
            self.send({"print": {"command": "push_status", "msg": 0, **self.state}})
            return
        if group == "info":
            self.send({"info": {**fields, "module": versions(self.serial)}})
            return
        # Unsigned commands are refused; the light still works.
        if self.signed and group != "system":
            self._reply(group, fields, "failed", err_code=_SIGNATURE_ERROR)
            return
        if command == self.refuses:
            self._reply(group, fields, "fail", reason="not now")
            return
        # Newer firmware answers in capitals.
        self._reply(group, fields, "success" if self.partial else "SUCCESS")
        effect: Callable[[dict[str, Any]], None] | None = {
            "pause": self._set_state,
            "resume": self._set_state,
            "stop": self._set_state,
            "gcode_line": self._run_gcode,
            "print_speed": self._set_speed,
            "ledctrl": self._set_light,
        }.get(command)
        if effect is not None:
            effect(fields)

    def _reply(
        self, group: str, fields: dict[str, Any], result: str, **more: object
    ) -> None:
        self.send({group: {**fields, "result": result, "reason": "", **more}})

    def _set_state(self, fields: dict[str, Any]) -> None:
        if self.state["gcode_state"] in {"RUNNING", "PAUSE", "PREPARE"}:
            state = _STATES[fields["command"]]
            stage = {"PAUSE": 16, "RUNNING": 0, "IDLE": -1}[state]
            self.report(gcode_state=state, stg_cur=stage)

    def _run_gcode(self, fields: dict[str, Any]) -> None:
        for line in str(fields["param"]).splitlines():
            self.gcode.append(line)
            word, _, value = line.partition(" S")
            key = _TARGETS.get(word)
            if key is not None:
                self.report(**{key: float(value)})

    def _set_speed(self, fields: dict[str, Any]) -> None:
        level = int(fields["param"])
        self.report(spd_lvl=level, spd_mag=(50, 100, 124, 166)[level - 1])

    def _set_light(self, fields: dict[str, Any]) -> None:
        lights = copy.deepcopy(self.state["lights_report"])
        for light in lights:
            if light["node"] == fields["led_node"]:
                light["mode"] = fields["led_mode"]
        self.report(lights_report=lights)
