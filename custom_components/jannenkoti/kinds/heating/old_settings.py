"""The settings of V.I.K.I Heat as options: powers of stages, volumes, the mode."""

from typing import TYPE_CHECKING, Any, Final

from ...lib.reading import read_number
from .inputs.option_values import rows_of
from .options import (
    BUFFER,
    NUMBERS,
    POWERS,
    STAGES,
    TANKS,
    VOLUME,
    VOLUMES,
    WATTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .inputs.option_values import NumberOption

    type Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_HEATER: Final = "heizstab"
"""The original recognizes immersion heaters by this word."""
_PHASES: Final = 3
_FACTOR, _SIZE = 1.0, 2000.0
"""What the original uses where a row of the manufacturer has no power."""


def options_from(rows: Rows, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that change: stages and tanks keep all but these numbers."""
    found: dict[str, Any] = {}
    stages, watts = rows_of(options, STAGES), [*_powers(rows)]
    if len(watts) < len(stages):
        watts = watts[:1] * len(stages)  # One row stands for all phases of the heater.
    found[STAGES] = _with(stages, WATTS, watts)
    found[TANKS] = _with(rows_of(options, TANKS), VOLUME, [*_volumes(rows)])
    found[BUFFER] = _buffer(rows)
    if found[BUFFER] is None or not _within(NUMBERS[BUFFER], found[BUFFER]):
        del found[BUFFER]
    return {key: x for key, x in found.items() if x != [] and x != options.get(key)}


def _with(
    rows: list[Mapping[str, Any]], key: str, numbers: list[float]
) -> list[dict[str, Any]]:
    """Return rows with one number each; those beyond the numbers keep theirs."""
    changes = [*numbers, *(row.get(key) for row in rows[len(numbers) :])]
    pairs = zip(rows, changes, strict=False)
    return [{**row} if x is None else {**row, key: x} for row, x in pairs]


def _within(option: NumberOption, value: float) -> bool:
    """Return whether an option accepts a value."""
    return option.minimum <= value <= option.maximum


def _powers(rows: Rows) -> Iterator[float]:
    """Yield the power of each immersion heater, W.

    The table of the manufacturers is a catalog. Where the phases that were set up are
    known, they count.
    """
    models = [
        row
        for row in rows.get("manufacturer", ())
        if _HEATER in f"{row.get('description')} {row.get('model_type')}".lower()
    ]
    if phases := _phases(rows):
        by_id = {str(row.get("id")): row for row in models}
        numbers = (str(row.get("manufacturer")) for row in phases)
        models = [by_id[number] for number in numbers if number in by_id][:_PHASES]
    for row in models:
        share = _number(row.get("power_factor"), _FACTOR)
        size = _number(row.get("power_size"), _SIZE)
        if size is not None and share is not None and _within(POWERS, size * share):
            yield int(size * share)


def _number(raw: object, missing: float) -> float | None:
    """Return a number of the store, None if it cannot be read."""
    return missing if raw is None else read_number(raw)


def _phases(rows: Rows) -> list[Mapping[str, Any]]:
    """Return what was set up of heating, in the order of the original."""
    numbered = [
        (number, row)
        for row in rows.get("heating_settings", ())
        if (number := read_number(row.get("id"))) is not None
    ]
    return [row for _, row in sorted(numbered, key=lambda pair: pair[0])]


def _buffer(rows: Rows) -> float | None:
    """Return the largest surplus that a phase needed beyond its own power, W."""
    numbers = (read_number(row.get("buffer")) for row in _phases(rows))
    return max((x for x in numbers if x is not None), default=None)


def _volumes(rows: Rows) -> Iterator[float]:
    """Yield the volume of each tank, L."""
    for row in rows.get("tank_settings", ()):
        volume = read_number(row.get("volume"))
        if volume is not None and _within(VOLUMES, volume):
            yield volume


def calls_from(rows: Rows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the action that sets the mode."""
    for row in rows.get("memory", ())[:1]:
        yield "heating_set_mode", "", {"mode": str(row.get("mode"))}


def names_from(rows: Rows) -> Iterator[str]:
    """Yield what is taken over, as text for the user."""
    for row in rows.get("memory", ())[:1]:
        yield str(row.get("mode"))
    yield from (f"{power:g} W" for power in _powers(rows))
    yield from (f"{volume:g} L" for volume in _volumes(rows))
