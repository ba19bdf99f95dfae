"""The steps that import an old store, on behalf of the one config flow."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.helpers.selector import (
    EntitySelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorMode,
    TextSelector,
)

from ..lib.progress_page import async_shown
from .candidates import candidates
from .job import async_import, async_present, async_read, async_zone, running
from .language import async_user_language
from .names import async_kind_names, async_names, async_texts
from .old_settings import Applied, async_apply, async_proposals
from .problem import HistoryError, Problem
from .summary import (
    result_text,
    series_labels,
    settings_text,
    skipped_of,
    span_text,
    tables_text,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

    from .job import Old, Outcome
    from .old_settings import Proposal

_PATH: Final = "path"
_ZONE: Final = "time_zone"
_SERIES: Final = "series"
_MOST_FIELDS: Final = 40
"""A form with more fields is of no use; then the proposed entities are taken."""

type _Input = dict[str, Any] | None


class ImportFlow:
    """Ask for a file, show what is in it, write it."""

    def __init__(self, flow: ConfigFlow) -> None:
        """Initialize the steps for a flow."""
        self._flow = flow
        self._error: HistoryError | None = None
        self._asked: dict[str, Any] = {}
        self._task: asyncio.Task[Any] | None = None
        self._old: Old | None = None
        self._present: dict[str, Outcome] = {}
        self._names: dict[str, str] = {}
        """What new statistics are called, in the language of the home."""
        self._labels: dict[str, str] = {}
        """The same in the language of the user."""
        self._targets: dict[str, str] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._applied = Applied()

    @property
    def _found(self) -> Old:
        """Return what was read."""
        if self._old is None:
            raise HistoryError(Problem.NOT_FOUND)
        return self._old

    async def async_step_import_history(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for the file."""
        if user_input is not None:
            self._asked = {key: x.strip() for key, x in user_input.items()}
            try:
                await async_zone(self._asked.get(_ZONE))
            except HistoryError as err:
                self._error = err
            else:
                self._task = None
                return await self.async_step_import_history_read()
        error, self._error = self._error, None
        field = _ZONE if error and error.problem is Problem.ZONE else _PATH
        return self._flow.async_show_form(
            step_id="import_history",
            data_schema=self._flow.add_suggested_values_to_schema(
                await self._schema(), self._asked
            ),
            errors={field: error.problem.value} if error else {},
            description_placeholders={
                "detail": error.detail if error else "",
                "folder": self._flow.hass.config.config_dir,
                "zone": self._flow.hass.config.time_zone,
            },
        )

    async def _schema(self) -> vol.Schema:
        """Return the fields of the first form, with the files that may be meant."""
        hass = self._flow.hass
        files = await hass.async_add_executor_job(candidates, hass.config.config_dir)
        path = SelectSelector(
            {
                "options": files,
                "custom_value": True,
                "mode": SelectSelectorMode.DROPDOWN,
            }
        )
        return vol.Schema(
            {vol.Required(_PATH): path, vol.Optional(_ZONE): TextSelector()}
        )

    # Reading

    async def async_step_import_history_read(
        self, _user_input: _Input = None
    ) -> ConfigFlowResult:
        """Read the file, with progress."""
        return self._progress("read", self._async_read, "plan")

    async def _async_read(self) -> None:
        """Read the file and compare it with the statistics; raises HistoryError."""
        flow, hass = self._flow, self._flow.hass
        async with running(hass, flow.async_update_progress) as job:
            self._old = old = await async_read(
                hass, job, self._asked[_PATH], self._asked.get(_ZONE)
            )
            targets = {each.id: old.target(each.id) for each in old.series}
            self._present = await async_present(hass, old, targets)
            self._names = await async_names(hass, old.series)

    def _progress(self, step: str, work: Any, following: str) -> ConfigFlowResult:  # noqa: ANN401
        """Show the progress of some work, then its result or its error."""
        name = f"import_history_{step}"
        if self._task is None:
            # Not done before it is shown: a step that follows a form at once gets
            # the answers of that form.
            self._task = self._flow.hass.async_create_task(
                async_shown(work()), name, eager_start=False
            )
        if not self._task.done():
            return self._flow.async_show_progress(
                step_id=name,
                progress_action=name,
                progress_task=self._task,
                description_placeholders={_PATH: self._asked[_PATH]},
            )
        task, self._task = self._task, None
        if isinstance(error := task.exception(), HistoryError):
            self._error = error
            return self._flow.async_show_progress_done(next_step_id="import_history")
        task.result()
        return self._flow.async_show_progress_done(
            next_step_id=f"import_history_{following}"
        )

    # Choosing

    async def async_step_import_history_plan(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Show what was found, and let the user choose what to import."""
        old, hass = self._found, self._flow.hass
        if user_input is not None:
            chosen = user_input.get(_SERIES, [])
            self._targets = {x: old.target(x) for x in chosen if x in old.external}
            if 0 < len(self._targets) <= _MOST_FIELDS:
                return await self.async_step_import_history_entities()
            return await self._async_written()
        language = await async_user_language(hass)
        texts = await self._async_texts()
        self._labels = await async_names(hass, old.series, language)
        return self._flow.async_show_form(
            step_id="import_history_plan",
            data_schema=self._series_schema(texts),
            description_placeholders={
                "series": str(len(old.series)),
                "hours": str(sum(len(each.hours) for each in old.series)),
                "span": span_text(old.series, old.zone),
                "tables": tables_text(old, texts),
                "zone": str(old.zone),
            },
        )

    def _series_schema(self, texts: Mapping[str, str]) -> vol.Schema:
        """Return the choice of series; those whose unit differs are not chosen."""
        labels = series_labels(self._found, self._labels, self._present, texts)
        chosen = [
            each for each, outcome in self._present.items() if not outcome.unit_differs
        ]
        fields: dict[vol.Marker, Any] = {}
        if labels:
            fields[vol.Optional(_SERIES, default=chosen)] = SelectSelector(
                {
                    "options": [
                        SelectOptionDict(value=x, label=label)
                        for x, label in labels.items()
                    ],
                    "multiple": True,
                    "mode": SelectSelectorMode.LIST,
                }
            )
        return vol.Schema(fields)

    async def async_step_import_history_entities(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask which entity shows each series now; those without get own statistics."""
        fields = {self._field(series_id): series_id for series_id in self._targets}
        if user_input is not None:
            old = self._found
            self._targets = {
                series_id: user_input.get(field) or old.external[series_id]
                for field, series_id in fields.items()
            }
            return await self._async_written()
        selector = EntitySelector({"filter": [{"domain": SENSOR}]})
        schema = vol.Schema({vol.Optional(field): selector for field in fields})
        suggested = {
            field: entity_id
            for field, series_id in fields.items()
            if (entity_id := self._found.entities.get(series_id))
        }
        return self._flow.async_show_form(
            step_id="import_history_entities",
            data_schema=self._flow.add_suggested_values_to_schema(schema, suggested),
            last_step=False,
        )

    def _field(self, series_id: str) -> str:
        """Return the name of the field of a series; the page shows it as it is."""
        name = self._labels[series_id]
        same = [x for x in self._targets if self._labels[x] == name]
        return name if len(same) == 1 else f"{name} ({series_id})"

    # Writing

    async def _async_written(self) -> ConfigFlowResult:
        """Go on to writing, or to the settings if nothing is to be written."""
        if self._targets:
            return await self.async_step_import_history_write()
        return await self.async_step_import_history_settings()

    async def async_step_import_history_write(
        self, _user_input: _Input = None
    ) -> ConfigFlowResult:
        """Write the statistics, with progress."""
        return self._progress("write", self._async_write, "settings")

    async def _async_write(self) -> None:
        """Write the statistics; raises HistoryError."""
        flow, hass = self._flow, self._flow.hass
        async with running(hass, flow.async_update_progress) as job:
            self._outcomes = await async_import(
                hass, job, self._found, self._targets, self._names
            )

    # Settings

    async def async_step_import_history_settings(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Offer the old settings for entries that can take them."""
        hass = self._flow.hass
        language = await async_user_language(hass)
        proposals = await async_proposals(hass, self._found.scan.rows, language)
        if not proposals:
            return await self._async_finished()
        if user_input is not None:
            chosen = {
                kind: user_input[kind] for kind in proposals if kind in user_input
            }
            self._applied = await async_apply(hass, proposals, chosen)
            return await self._async_finished()
        kinds = await async_kind_names(hass, language)
        return self._flow.async_show_form(
            step_id="import_history_settings",
            data_schema=_settings_schema(proposals),
            description_placeholders={
                "settings": settings_text(proposals, kinds, await self._async_texts())
            },
        )

    async def _async_finished(self) -> ConfigFlowResult:
        """End the flow; no entry is needed."""
        old, texts = self._found, await self._async_texts()
        outcomes = self._outcomes.values()
        return self._flow.async_abort(
            reason="import_history_finished",
            description_placeholders={
                "written": str(sum(each.written for each in outcomes)),
                "present": str(sum(each.present for each in outcomes)),
                "skipped": str(skipped_of(old).total()),
                "details": result_text(
                    old, self._labels, self._outcomes, self._applied, texts
                ),
            },
        )

    async def _async_texts(self) -> dict[str, str]:
        """Return the words of the pages in the language of the user."""
        language = await async_user_language(self._flow.hass)
        return await async_texts(self._flow.hass, "import_history_found", language)


def _settings_schema(proposals: Mapping[str, Proposal]) -> vol.Schema:
    """Return the choice of the entry that takes over the settings of each kind."""
    fields: dict[vol.Marker, Any] = {}
    for kind, proposal in proposals.items():
        options = [
            SelectOptionDict(value=entry_id, label=title)
            for entry_id, title in proposal.entries.items()
        ]
        fields[vol.Optional(kind)] = SelectSelector(
            {"options": options, "mode": SelectSelectorMode.DROPDOWN}
        )
    return vol.Schema(fields)
