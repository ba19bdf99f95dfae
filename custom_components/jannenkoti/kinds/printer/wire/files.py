"""The files of a printer: implicit FTPS on port 990. All functions block.

The certificate is the one that MQTT is verified by, on the data connection too. Its
server requires the data connection to resume the TLS session of the control connection.
"""

import socket
import ssl
import threading
from contextlib import suppress
from ftplib import FTP, FTP_TLS, all_errors
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, override

from ..job.plate import NoPicture, PlateScanner
from .requests import USER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .client import Address
    from .tls import PrinterContext

FILES_PORT: Final = 990
LARGEST_READ: Final = 64 * 1024 * 1024
"""Bytes of one file; the pictures are at its beginning."""

_SOCKET_TIMEOUT: Final = 10.0
_LONGEST: Final = 60.0
"""Seconds for all attempts together; a P1 sends about 100 KB a second."""
_CHUNK: Final = 64 * 1024
_MOST_LINES: Final = 1000
"""Lines of all answers together; a session has about twenty."""


class PlateDownload:
    """Fetches the picture of a plate once."""

    def __init__(
        self, address: Address, context: PrinterContext, *, longest: float = _LONGEST
    ) -> None:
        """Initialize without a connection."""
        self._address = address
        # P2S firmware fails to resume sessions of TLS 1.3; others have 1.2 only.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._context = context
        self._longest = longest
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End soon; may be called from another thread."""
        self._stopped.set()

    def fetch(self, paths: Iterable[str], plate: int | None) -> bytes | None:
        """Return the picture in the first file that is there; None without one."""
        deadline = monotonic() + self._longest
        goes_on = partial(self._goes_on, deadline)
        with (
            # ValueError: an answer that is no UTF-8.
            suppress(*all_errors, ValueError, NoPicture),
            _Files(self._context, goes_on) as files,
        ):
            files.connect(self._address.host, self._address.port)
            files.login(USER, self._address.access_code)
            files.prot_p()
            files.voidcmd("TYPE I")
            return self._first(files, paths, plate, deadline)
        return None

    def _first(
        self, files: _Files, paths: Iterable[str], plate: int | None, deadline: float
    ) -> bytes | None:
        """Try the paths; raises an error of ftplib, or NoPicture."""
        for path in paths:
            if not self._goes_on(deadline):
                break
            with suppress(*all_errors, ValueError):
                files.size(path)  # An error if it is not there.
                return self._read(files, path, plate, deadline)
        return None

    def _read(
        self, files: _Files, path: str, plate: int | None, deadline: float
    ) -> bytes | None:
        """Read a file until it has the picture; raises NoPicture."""
        scanner, left = PlateScanner(plate), LARGEST_READ
        with files.transfercmd(f"RETR {path}") as connection:
            while left > 0 and self._goes_on(deadline):
                if not (data := connection.recv(_CHUNK)):
                    break
                left -= len(data)
                if (picture := scanner.feed(data)) is not None:
                    return picture
        raise NoPicture

    def _goes_on(self, deadline: float) -> bool:
        return not self._stopped.is_set() and monotonic() < deadline


class _Files(FTP_TLS):
    """A connection that is encrypted from the start."""

    context: ssl.SSLContext

    def __init__(self, context: PrinterContext, goes_on: Callable[[], bool]) -> None:
        """Initialize without a connection; `goes_on` returns whether to read more."""
        super().__init__(context=context, timeout=_SOCKET_TIMEOUT)
        self._goes_on = goes_on
        self._lines = 0

    @override
    def getline(self) -> str:
        """Return the next line of an answer, which may have any number of them."""
        self._lines += 1
        if self._lines > _MOST_LINES or not self._goes_on():
            raise EOFError
        return super().getline()

    @override
    def connect(self, host: str = "", port: int = 0, *_: Any, **__: Any) -> str:
        """Connect and read the greeting."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), _SOCKET_TIMEOUT)
        self.sock = self.context.wrap_socket(plain)
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome

    @override
    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        """Open a data connection that resumes the session."""
        plain, size = FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - wrapped below
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(plain, session=session), size

    @override
    def __exit__(self, *_: object) -> None:
        """Close at once: a transfer that was not read to its end goes on else."""
        self.close()
