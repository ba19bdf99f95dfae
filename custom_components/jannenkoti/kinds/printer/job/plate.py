"""The picture of the plate, in the project file (3MF) that the printer prints from.

A 3MF file is a ZIP archive. Slicers write the pictures first, so the file is read from
its beginning, and only until the picture is complete. See PKWARE's APPNOTE.TXT, 4.3.7.
"""

import re
import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .status import PrinterStatus

LARGEST_PICTURE: Final = 4 * 1024 * 1024
"""Bytes; pictures have 512 by 512 pixels and about 50 KB."""

_FOLDERS: Final = ("/cache/", "/")
_ENDINGS: Final = (".3mf", ".gcode.3mf")
_PLATE: Final = re.compile(r"plate_(\d{1,3})\.gcode")
_PICTURE: Final = re.compile(r"Metadata/plate_(\d{1,3})\.png")
_PNG: Final = b"\x89PNG\r\n\x1a\n"

_HEADER: Final = struct.Struct("<4s5H3I2H")
_SIGNATURE: Final = b"PK\x03\x04"
_SIZES_FOLLOW: Final = 0x0008
_STORED, _DEFLATED = 0, 8


class NoPicture(Exception):
    """The file has no picture that can be read."""


def plate_of(status: PrinterStatus) -> int | None:
    """Return the number of the plate that is printed, if it is reported."""
    found = _PLATE.search(status.gcode_file or "")
    return int(found[1]) if found else None


def paths_of(status: PrinterStatus) -> list[str]:
    """Return where the project file of a job may be, the most likely place first."""
    names = []
    for file in (status.file, status.gcode_file):
        base = (file or "").rpartition("/")[2]
        if base.endswith(".3mf"):
            names.append(base)
        elif base and not _PLATE.fullmatch(base):
            names += [f"{base}{ending}" for ending in _ENDINGS]
    return [f"{folder}{name}" for name in dict.fromkeys(names) for folder in _FOLDERS]


class PlateScanner:
    """Finds the picture in a 3MF file that arrives in pieces."""

    def __init__(self, plate: int | None) -> None:
        """Initialize with the number of the plate; None is the first one."""
        self._plate = plate
        self._buffer = bytearray()
        self._skip = 0
        self._parts = self._scan()
        next(self._parts)

    def feed(self, data: bytes) -> bytes | None:
        """Return the picture as soon as it is complete; raises NoPicture."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._buffer += memoryview(data)[skipped:]
        return next(self._parts)

    def _scan(self) -> Iterator[bytes | None]:
        """Yield None for each further piece that is needed, then the picture."""
        yield None
        while True:
            yield from self._needs(_HEADER.size)
            header = _HEADER.unpack(self._taken(_HEADER.size))
            signature, _version, flags, method, *_times, _crc = header[:7]
            packed, size, name_length, extra_length = header[7:]
            if signature != _SIGNATURE:  # The directory follows the last file.
                raise NoPicture
            yield from self._needs(name_length + extra_length)
            name = self._taken(name_length + extra_length)[:name_length]
            if flags & _SIZES_FOLLOW:
                raise NoPicture
            if self._is_wanted(name):
                if max(packed, size) > LARGEST_PICTURE:
                    raise NoPicture
                yield from self._needs(packed)
                yield _unpacked(self._taken(packed), method)
            skipped = min(packed, len(self._buffer))
            del self._buffer[:skipped]
            self._skip = packed - skipped

    def _needs(self, size: int) -> Iterator[None]:
        while self._skip or len(self._buffer) < size:
            yield None

    def _taken(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _is_wanted(self, name: bytes) -> bool:
        found = _PICTURE.fullmatch(name.decode(errors="replace"))
        return found is not None and self._plate in {None, int(found[1])}


def _unpacked(data: bytes, method: int) -> bytes:
    """Return the content of a file in an archive; raises NoPicture."""
    if method == _DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, LARGEST_PICTURE)
        except zlib.error as err:
            raise NoPicture from err
    elif method != _STORED:
        raise NoPicture
    if not data.startswith(_PNG):
        raise NoPicture
    return data
