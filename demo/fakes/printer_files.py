"""The FTPS server of a printer: implicit TLS, as its firmware serves its files.

It requires the data connection to resume the TLS session of the control connection, and
supports only the commands that a client needs to read.
"""

import asyncio
import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_SIZE = (512, 512)


def draw_plate(number: int) -> bytes:
    """Return the picture of a plate, as a slicer draws it."""
    image = Image.new("RGBA", _SIZE, "#00000000")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((40, 40, 472, 472), 24, fill="#e3e6ea", outline="#8a939c")
    for row in range(number):
        pen.polygon(
            [(150 + row * 60, 360), (210 + row * 60, 360), (180, 180)], "#00ae42"
        )
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def make_project(*plates: int) -> bytes:
    """Return a project file with the pictures of plates, in a slicer's order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 50)
        for number in plates:
            archive.writestr(f"Metadata/plate_{number}.png", draw_plate(number))
            archive.writestr(f"Metadata/plate_{number}_small.png", b"small")
        archive.writestr("3D/3dmodel.model", b"<model/>" * 10_000)
        archive.writestr("Metadata/plate_1.gcode", b"G1 X1\n" * 50_000)
    return file.getvalue()


class FakePrinterFiles:
    """Serves files to a client that has logged in."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """Initialize without files."""
        self.port = 0
        self.password = ""
        self.files: dict[str, bytes] = {}
        self.stores = True
        """Whether the project of each print is stored."""
        self.read: list[str] = []
        """What was read."""
        self.not_resumed = 0
        """How many data connections were refused for a session of their own."""
        self.clients = 0
        self.logged_in: Callable[[str], None] = lambda _user: None
        """Called for each login."""
        self.sends = asyncio.Event()
        """Clear it to send nothing on data connections."""
        self.sends.set()
        self._context = context
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, path: str) -> None:
        """Store a project with one plate, as a slicer sends it, if there is none."""
        if self.stores and path not in self.files:
            self.files[path] = make_project(1)

    async def __aenter__(self) -> Self:
        """Start on a free port, or on the one it had before."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop as a device that loses its power."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve a client."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.clients += 1
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await _Session(self, reader, writer).serve()
        self.clients -= 1
        writer.transport.abort()

    async def listen(
        self, transfer: asyncio.Queue[asyncio.StreamWriter]
    ) -> asyncio.Server:
        """Wait for a data connection."""

        async def connected(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            transfer.put_nowait(writer)

        return await asyncio.start_server(connected, "127.0.0.1", 0, ssl=self._context)


class _Session:
    """One client."""

    def __init__(
        self,
        files: FakePrinterFiles,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._files = files
        self._reader = reader
        self._writer = writer
        self._allowed = False
        self._protected = False
        self._server: asyncio.Server | None = None
        self._transfers: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

    async def serve(self) -> None:
        """Answer commands until the client leaves."""
        self._reply("220 (vsFTPd 3.0.5)")
        while line := await self._reader.readline():
            command, _, argument = line.decode().strip().partition(" ")
            if command.upper() == "QUIT":
                self._reply("221 Goodbye.")
                return
            await self._answer(command.upper(), argument)

    def _reply(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode())

    async def _answer(self, command: str, argument: str) -> None:
        """Answer one command."""
        simple = {
            "USER": "331 Please specify the password.",
            "PBSZ": "200 PBSZ set to 0.",
            "TYPE": "200 Switching to Binary mode.",
            "PWD": '257 "/" is the current directory',
            "CWD": "250 Directory successfully changed.",
        }
        if command == "PASS":
            self._allowed = argument == self._files.password
            self._files.logged_in("bblp")
            self._reply(
                "230 Login successful." if self._allowed else "530 Login incorrect."
            )
        elif command in simple:
            self._reply(simple[command])
        elif not self._allowed:
            self._reply("530 Please login with USER and PASS.")
        elif command == "PROT":
            self._protected = argument == "P"
            self._reply("200 PROT now Private." if self._protected else "534 No.")
        elif command in {"PASV", "EPSV"}:
            await self._listen(extended=command == "EPSV")
        elif command == "SIZE":
            data = self._files.files.get(argument)
            self._reply(
                "550 Could not get file size." if data is None else f"213 {len(data)}"
            )
        elif command == "RETR":
            await self._send(argument)
        else:
            self._reply("500 Unknown command.")

    async def _listen(self, *, extended: bool) -> None:
        """Open a port for a data connection."""
        self._server = await self._files.listen(self._transfers)
        port = self._server.sockets[0].getsockname()[1]
        if extended:
            self._reply(f"229 Entering Extended Passive Mode (|||{port}|)")
        else:
            self._reply(
                f"227 Entering Passive Mode (127,0,0,1,{port >> 8},{port & 255})."
            )

    async def _send(self, path: str) -> None:
        """Send a file on the data connection."""
        data = self._files.files.get(path)
        if data is None or self._server is None or not self._protected:
            self._reply("550 Failed to open file.")
            return
        self._reply(f"150 Opening BINARY mode data connection for {path}.")
        writer = await self._transfers.get()
        self._server.close()
        try:
            if not writer.get_extra_info("ssl_object").session_reused:
                self._files.not_resumed += 1
                self._reply("522 SSL connection failed; session reuse required")
                return
            self._files.read.append(path)
            await self._files.sends.wait()
            writer.write(data)
            await writer.drain()
            self._reply("226 Transfer complete.")
        finally:
            writer.close()
