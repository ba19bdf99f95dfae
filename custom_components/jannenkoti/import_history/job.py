"""Read an old store and write its statistics: one job at a time."""

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.importlib import async_import_module
from homeassistant.util import dt as dt_util
from homeassistant.util import slugify
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..statistics import RecorderBusy, async_queue_done
from .plan import found_series, statistic_ids
from .problem import HistoryError, Problem
from .read import read_store
from .scan import Watch
from .source import resolve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import tzinfo
    from types import ModuleType

    from homeassistant.components.recorder import Recorder
    from homeassistant.core import Event as HassEvent
    from homeassistant.core import HomeAssistant

    from .plan import Found
    from .scan import Scan

FINISHED: Final = f"{DOMAIN}_import_history_finished"
"""The event at the end of an import, also of one that was stopped."""

_RUNNING: HassKey[Job] = HassKey(f"{DOMAIN}_import_history")
RECORDER: Final = "recorder"
_ZONE: Final = re.compile(r"[\w+-]+(?:/[\w+-]+)*\Z", re.ASCII)
_STEP: Final = 0.01
"""Progress is reported in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """An old store that was read."""

    path: str
    zone: tzinfo
    scan: Scan
    series: tuple[Found, ...]
    entities: Mapping[str, str]
    """The entities that show the same now, by series."""
    external: Mapping[str, str]
    """The ids of own statistics, by series."""

    def target(self, series_id: str) -> str:
        """Return where a series goes unless the user chooses otherwise."""
        return self.entities.get(series_id) or self.external[series_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one series."""

    statistic_id: str
    present: int = 0
    """Hours that Home Assistant had."""
    written: int = 0
    unit_differs: bool = False


@dataclass(slots=True)
class Job:
    """What is running, and how it is stopped."""

    progress: Callable[[float], None]
    stopped: Event = field(default_factory=Event)

    def check(self) -> None:
        """Raise HistoryError if the job was stopped."""
        if self.stopped.is_set():
            raise HistoryError(Problem.CANCELLED)


@asynccontextmanager
async def running(
    hass: HomeAssistant, progress: Callable[[float], None]
) -> AsyncIterator[Job]:
    """Run the only job; raises HistoryError if another one runs.

    Whatever ends the body also ends the thread of the job.
    """
    if _RUNNING in hass.data:
        raise HistoryError(Problem.RUNNING)
    job = hass.data[_RUNNING] = Job(progress)

    @callback
    def async_stop(_event: HassEvent) -> None:
        """Stop with Home Assistant."""
        job.stopped.set()

    unsub = hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, async_stop)
    try:
        yield job
    finally:
        job.stopped.set()
        unsub()
        del hass.data[_RUNNING]


@callback
def async_cancel(hass: HomeAssistant) -> bool:
    """Stop the job that runs; return whether there was one."""
    if (job := hass.data.get(_RUNNING)) is None:
        return False
    job.stopped.set()
    return True


async def async_zone(name: str | None) -> tzinfo:
    """Return a time zone by its name, without one that of Home Assistant.

    Raises HistoryError.
    """
    if not name:
        return dt_util.get_default_time_zone()
    try:
        # A name is also a path, which may be none, or that of a folder.
        zone = await dt_util.async_get_time_zone(name) if _ZONE.match(name) else None
    except OSError, ValueError:
        zone = None
    if zone is None:
        raise HistoryError(Problem.ZONE)
    return zone


async def async_read(hass: HomeAssistant, job: Job, path: str, zone: str | None) -> Old:
    """Read a store; raises HistoryError."""
    sensors = [
        (entry.unique_id, entry.entity_id)
        for entry in er.async_get(hass).entities.values()
        if entry.platform == DOMAIN and entry.domain == Platform.SENSOR
    ]
    watch = Watch(
        zone=await async_zone(zone),
        now=dt_util.utcnow().timestamp(),
        utc_is_known=not zone,
        progress=_in_loop(hass, job),
        cancelled=job.stopped.is_set,
    )
    return await hass.async_add_executor_job(
        _read, Path(hass.config.config_dir), path, watch, sensors
    )


def _in_loop(hass: HomeAssistant, job: Job) -> Callable[[float], None]:
    """Return what reports progress from a thread."""
    reported = 0.0

    def report(share: float) -> None:
        nonlocal reported
        if share >= reported + _STEP:
            reported = share
            hass.loop.call_soon_threadsafe(job.progress, min(share, 1.0))

    return report


def _read(folder: Path, name: str, watch: Watch, sensors: list[tuple[str, str]]) -> Old:
    """Read a store, in a thread."""
    found = read_store(resolve(folder, name), watch, folder)
    series = found_series(found)
    return Old(
        path=name,
        zone=watch.zone,
        scan=found,
        series=tuple(series),
        entities=_entities(series, sensors),
        external=statistic_ids(series, DOMAIN, slugify),
    )


def _entities(series: list[Found], sensors: list[tuple[str, str]]) -> dict[str, str]:
    """Return the entities that show the same now, where only one can be meant."""
    found: dict[str, str] = {}
    for each in series:
        if end := each.unique_id_end:
            fitting = [entity for unique, entity in sensors if unique.endswith(end)]
            if len(fitting) == 1:
                found[each.id] = fitting[0]
    return found


async def async_import(
    hass: HomeAssistant,
    job: Job,
    old: Old,
    targets: Mapping[str, str],
    names: Mapping[str, str],
) -> dict[str, Outcome]:
    """Write the hours of the chosen series; raises HistoryError.

    `targets` has the statistics of each series, `names` the names of own ones.
    """
    if RECORDER not in hass.config.components:
        raise HistoryError(Problem.NO_RECORDER)
    chosen = [each for each in old.series if each.id in targets]
    done = dict[str, Outcome]()
    written = _Written(job, sum(len(each.hours) for each in chosen))
    try:
        for each in chosen:
            job.check()
            name = names.get(each.id, each.subject)
            outcome = await _async_write(hass, each, targets[each.id], name, written)
            done[each.id] = outcome
            written.passed += len(each.hours) - outcome.written
    except RecorderBusy as err:
        raise HistoryError(Problem.BUSY) from err
    finally:
        complete = len(done) == len(chosen)
        LOGGER.info("Imported %s hours of %s series", written.hours, len(done))
        hass.bus.async_fire(
            FINISHED,
            {"hours": written.hours, "series": len(done), "complete": complete},
        )
    return done


@dataclass(slots=True)
class _Written:
    """Counts the hours that are written, and reports the progress."""

    job: Job
    total: int
    hours: int = 0
    passed: int = 0

    def __call__(self, count: int) -> None:
        """Count some hours; raises HistoryError if the job was stopped."""
        self.hours += count
        self.passed += count
        self.job.progress(min(self.passed / max(self.total, 1), 1.0))
        self.job.check()


async def _async_write(
    hass: HomeAssistant,
    found: Found,
    statistic_id: str,
    name: str,
    wrote: Callable[[int], None],
) -> Outcome:
    """Write the hours of one series."""
    module, recorder = await _async_recorder(hass)
    target = await recorder.async_add_executor_job(
        module.target_of, hass, found, statistic_id, name
    )
    if target is None:
        return Outcome(statistic_id=statistic_id, unit_differs=True)
    return Outcome(
        statistic_id=statistic_id,
        present=len(target.present.intersection(found.hours.starts)),
        written=await module.async_write(hass, target, found.hours, wrote=wrote),
    )


async def async_present(
    hass: HomeAssistant, old: Old, targets: Mapping[str, str]
) -> dict[str, Outcome]:
    """Return what an import would find, without writing; for a dry run."""
    if RECORDER not in hass.config.components:
        return {}
    try:
        module, recorder = await _async_recorder(hass)
    except RecorderBusy as err:
        raise HistoryError(Problem.BUSY) from err

    def preview() -> dict[str, Outcome]:
        """Return the outcome of all series; blocks."""
        chosen = [each for each in old.series if each.id in targets]
        return {each.id: _present(each) for each in chosen}

    def _present(found: Found) -> Outcome:
        statistic_id = targets[found.id]
        target = module.target_of(hass, found, statistic_id, found.subject)
        if target is None:
            return Outcome(statistic_id=statistic_id, unit_differs=True)
        present = len(target.present.intersection(found.hours.starts))
        return Outcome(statistic_id=statistic_id, present=present)

    return await recorder.async_add_executor_job(preview)


async def _async_recorder(hass: HomeAssistant) -> tuple[ModuleType, Recorder]:
    """Return what writes statistics, and the recorder, where there is one.

    What was queued before is in the database then. Raises RecorderBusy.
    """
    from homeassistant.components.recorder import get_instance  # noqa: PLC0415

    module = await async_import_module(hass, f"{__package__}.statistics")
    recorder = get_instance(hass)
    await async_queue_done(recorder)
    return module, recorder
