"""The actions that import an old store, and stop that."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.importlib import async_import_module

from ..const import DOMAIN
from ..rights import ADMIN, async_register_action
from .problem import HistoryError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant, ServiceCall

    from .job import Job, Old, Outcome
    from .old_settings import Proposal

_PATH: Final = "path"
_DRY_RUN: Final = "dry_run"
_ZONE: Final = "time_zone"
_SERIES: Final = "series"
_ENTITIES: Final = "entities"
_SETTINGS: Final = "settings"
_LONGEST: Final = 500
_MOST: Final = 1000

_TEXT: Final = vol.All(cv.string, vol.Length(min=1, max=_LONGEST))
_IMPORT: Final = {
    vol.Required(_PATH): _TEXT,
    vol.Optional(_DRY_RUN, default=True): cv.boolean,
    vol.Optional(_ZONE): _TEXT,
    vol.Optional(_SERIES): vol.All(cv.ensure_list, vol.Length(max=_MOST), [_TEXT]),
    vol.Optional(_SETTINGS): vol.All(vol.Length(max=_MOST), {_TEXT: _TEXT}),
    vol.Optional(_ENTITIES): vol.All(vol.Length(max=_MOST), {_TEXT: cv.entity_id}),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions; the code behind them is loaded when they are used."""
    async_register_action(
        hass,
        "import_history",
        _async_import_history,
        schema=_IMPORT,
        rule=ADMIN,
        supports_response=SupportsResponse.OPTIONAL,
    )
    async_register_action(
        hass, "import_history_cancel", _async_cancel, schema={}, rule=ADMIN
    )


def _wrong(problem: Problem, detail: str = "") -> ServiceValidationError:
    """Return the error of an action."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=problem.value,
        translation_placeholders={"detail": detail},
    )


async def _async_import_history(call: ServiceCall) -> dict[str, Any]:
    """Read a store and, unless it is a dry run, write what was chosen."""
    hass = call.hass
    module = await async_import_module(hass, f"{__package__}.job")
    try:
        async with module.running(hass, lambda _share: None) as job:
            return await _async_run(hass, job, call.data)
    except HistoryError as err:
        raise _wrong(err.problem, err.detail) from err


async def _async_run(
    hass: HomeAssistant, job: Job, data: dict[str, Any]
) -> dict[str, Any]:
    """Run the job and return its report; raises HistoryError."""
    from . import job as jobs  # noqa: PLC0415 - loaded by the caller
    from .names import async_names  # noqa: PLC0415
    from .old_settings import Applied, async_apply, async_proposals  # noqa: PLC0415
    from .report import scan_report, series_report, settings_report  # noqa: PLC0415

    old = await jobs.async_read(hass, job, data[_PATH], data.get(_ZONE))
    targets = _targets(hass, old, data)
    proposals = await async_proposals(hass, old.scan.rows)
    chosen, applied = _chosen_entries(proposals, data), Applied()
    if data[_DRY_RUN]:
        outcomes = await jobs.async_present(hass, old, targets)
    else:
        names = await async_names(hass, old.series)
        outcomes = await jobs.async_import(hass, job, old, targets, names)
        applied = await async_apply(hass, proposals, chosen)
    series = {
        each.id: series_report(each)
        | {"chosen": each.id in targets}
        | _outcome_report(outcomes.get(each.id))
        for each in old.series
    }
    return {
        "path": old.path,
        "dry_run": data[_DRY_RUN],
        "time_zone": str(old.zone),
        "series": series,
        "proposed_settings": settings_report(proposals, chosen),
        "settings_taken_over": applied.taken,
        "settings_failed": applied.failed,
        **scan_report(old.scan),
    }


def _outcome_report(outcome: Outcome | None) -> dict[str, Any]:
    """Return what became of a series, nothing if it was not chosen."""
    if outcome is None:
        return {}
    return {
        "statistic_id": outcome.statistic_id,
        "hours_present": outcome.present,
        "hours_written": outcome.written,
        "unit_differs": outcome.unit_differs,
    }


def _targets(hass: HomeAssistant, old: Old, data: dict[str, Any]) -> dict[str, str]:
    """Return the statistics of the chosen series; raises HistoryError."""
    known = {each.id for each in old.series}
    entities: dict[str, str] = data.get(_ENTITIES, {})
    chosen = set(data.get(_SERIES, known))
    if unknown := sorted((chosen | entities.keys()) - known):
        raise HistoryError(Problem.NO_SERIES, unknown[0])
    for entity_id in entities.values():
        if hass.states.get(entity_id) is None or not entity_id.startswith("sensor."):
            raise HistoryError(Problem.NO_ENTITY, entity_id)
    return {x: entities.get(x) or old.target(x) for x in known & chosen}


def _chosen_entries(
    proposals: Mapping[str, Proposal], data: dict[str, Any]
) -> dict[str, str]:
    """Return the entries that take over settings; raises HistoryError."""
    chosen: dict[str, str] = data.get(_SETTINGS, {})
    for kind, entry_id in chosen.items():
        proposal = proposals.get(kind)
        if proposal is None or entry_id not in proposal.entries:
            raise HistoryError(Problem.NO_SETTINGS, f"{kind}: {entry_id}")
    return chosen


async def _async_cancel(call: ServiceCall) -> None:
    """Stop the import that runs."""
    module = await async_import_module(call.hass, f"{__package__}.job")
    if not module.async_cancel(call.hass):
        raise _wrong(Problem.NOT_RUNNING)
