"""What the flows of all kinds have in common."""

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any, ClassVar

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigFlow,
    ConfigSubentryFlow,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.translation import async_get_translations

from .const import CONF_KIND, CONF_KIND_VERSION, DOMAIN, LOGGER
from .registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import voluptuous as vol
    from homeassistant.config_entries import (
        ConfigEntry,
        ConfigFlowResult,
        ConfigSubentry,
        SubentryFlowResult,
    )
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo, FlowHandler, FlowResult

    type Then[ResultT] = Callable[[dict[str, Any]], Awaitable[ResultT]]


class FormError(Exception):
    """What the user entered cannot be used; shown next to the field."""

    def __init__(self, key: str, field: str = "base", **placeholders: str) -> None:
        """Name the text in ``config.error`` and the field that it is shown next to."""
        super().__init__(key)
        self.key = key
        self.field = field
        self.placeholders = placeholders


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as data: its fields, and the check of the answers."""

    schema: Callable[[HomeAssistant], vol.Schema]
    """The fields; sections only say where a field stands, answers are flat."""

    async_check: Callable[[HomeAssistant, dict[str, Any]], Awaitable[dict[str, Any]]]
    """Try the answers and return what to keep of them; raises FormError."""

    preview: (
        Callable[[HomeAssistant, ConfigEntry, dict[str, Any]], Mapping[str, str]] | None
    ) = None
    """Return what the texts of the step ``<step>_preview`` fill in, before options
    are saved; without it they are saved at once."""


async def async_ask[ResultT: FlowResult[Any, Any]](
    flow: FlowHandler[Any, ResultT, Any],
    step_id: str,
    form: Form,
    user_input: dict[str, Any] | None,
    *,
    then: Then[ResultT],
    suggested: Mapping[str, Any] | None = None,
    placeholders: Mapping[str, str] | None = None,
) -> ResultT:
    """Show a form until its answers pass the check, then continue with them.

    The form keeps what the user typed if it cannot be used.
    """
    errors, shown = dict[str, str](), dict(placeholders or {})
    schema = form.schema(flow.hass)
    filled_in = _in_sections(schema, suggested or {})
    if user_input is not None:
        filled_in = user_input
        try:
            answers = await form.async_check(flow.hass, _flat(schema, user_input))
        except FormError as err:
            errors[_place(schema, err.field)] = err.key
            shown |= err.placeholders
        except Exception:  # noqa: BLE001 - last resort, or what was typed is lost
            LOGGER.exception("Unexpected failure in step %s", step_id)
            errors["base"] = "unknown"
        else:
            return await then(answers)
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(schema, filled_in),
        errors=errors,
        description_placeholders=shown,
    )


def _sections(schema: vol.Schema) -> dict[str, vol.Schema]:
    """Return the sections of a form by name."""
    return {
        str(key): part.schema
        for key, part in schema.schema.items()
        if isinstance(part, section)
    }


def _in_sections(schema: vol.Schema, flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form suggests, also inside its sections.

    An option that was emptied is None, which is no value to suggest.
    """
    flat = {key: value for key, value in flat.items() if value is not None}
    return {**flat, **dict.fromkeys(_sections(schema), flat)}


def _flat(schema: vol.Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a form, those inside its sections included."""
    flat = dict(answers)
    for name in _sections(schema):
        flat |= flat.pop(name, {})
    return flat


def _place(schema: vol.Schema, field: str) -> str:
    """Return where an error is shown; a section has one place for all its fields."""
    return next(
        (name for name, part in _sections(schema).items() if field in part.schema),
        field,
    )


class EntryFlow(ConfigFlow):
    """What the flow of a kind may ask of the one config flow."""

    async def async_identify(self, unique_id: str) -> None:
        """Set the unique id of the device; end the flow if that has an entry."""
        raise NotImplementedError

    def abort_if_configured(self, updates: dict[str, Any] | None = None) -> None:
        """End the flow if its device already has an entry; update the entry's data."""
        self._abort_if_unique_id_configured(updates)

    def abort_if_same(self, data: dict[str, Any]) -> None:
        """End the flow if an entry has these data; for devices without an id."""
        self._async_abort_entries_match(data)

    def entries_of_kind(self, kind: str) -> list[ConfigEntry]:
        """Return the entries of a kind."""
        entries = self._async_current_entries(include_ignore=False)
        return [entry for entry in entries if entry.data[CONF_KIND] == kind]

    def announce(self, name: str) -> None:
        """Show a discovered device by its name."""
        self.context["title_placeholders"] = {"name": name}

    @property
    def changed_entry(self) -> ConfigEntry:
        """Return the entry that is being given new credentials or reconfigured."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry()


class SubentryFlow(ConfigSubentryFlow):
    """What the flow of a kind may ask of the one subentry flow."""

    @property
    def entry(self) -> ConfigEntry:
        """Return the entry that is added to."""
        return self._get_entry()

    @property
    def changed_subentry(self) -> ConfigSubentry:
        """Return the subentry that is being reconfigured."""
        return self._get_reconfigure_subentry()


class KindFlow:
    """The steps of one kind, run on behalf of the one config flow.

    A kind's ``flow.py`` has a subclass ``Flow``. Its step ``async_step_x`` is known to
    Home Assistant as ``<kind>_x``; `async_step_user` as ``<kind>``.
    """

    options_form: ClassVar[Form]
    """What can be changed later; its answers are the entry's options."""

    def __init__(self, flow: EntryFlow, kind: str) -> None:
        """Initialize the steps for a flow."""
        self.flow = flow
        self.kind = kind

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new entry."""
        raise NotImplementedError

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the connection of an entry."""
        raise NotImplementedError

    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for new credentials; a kind without any is never asked."""
        raise NotImplementedError

    async def async_discovered(self, found: BaseServiceInfo) -> ConfigFlowResult:
        """Handle a discovered device; for kinds in `registry.DISCOVERIES`."""
        raise NotImplementedError

    @classmethod
    def options_form_of(cls, _entry: ConfigEntry) -> Form:
        """Return the options form of an entry, where not all have the same."""
        return cls.options_form

    @classmethod
    def options_steps(cls, entry: ConfigEntry) -> Mapping[str, Form]:
        """Return the options forms of an entry by their steps.

        The step of a single form is ``<kind>``, whatever its name. Of several, each is
        an option ``<kind>_<step>`` of the menu ``<kind>``.
        """
        return {"user": cls.options_form_of(entry)}

    @staticmethod
    def options_placeholders(
        _hass: HomeAssistant, _entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return what the texts of the options form fill in."""
        return {}

    async def async_ask(
        self,
        step: str,
        form: Form,
        user_input: dict[str, Any] | None,
        *,
        then: Then[ConfigFlowResult],
        suggested: Mapping[str, Any] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Ask with the step id of this kind; see the function of the same name."""
        return await async_ask(
            self.flow,
            self.kind if step == "user" else f"{self.kind}_{step}",
            form,
            user_input,
            then=then,
            suggested=suggested,
            placeholders=placeholders,
        )

    async def async_title_of_step(self, step: str) -> str:
        """Return the title of a step in the language of the home."""
        hass = self.flow.hass
        texts = await async_get_translations(
            hass, hass.config.language, "config", [DOMAIN]
        )
        step_id = self.kind if step == "user" else f"{self.kind}_{step}"
        return texts[f"component.{DOMAIN}.config.step.{step_id}.title"]

    def unused_title(self, title: str) -> str:
        """Return a title for a new entry; with a number if another one has it."""
        taken = {entry.title for entry in self.flow.entries_of_kind(self.kind)}
        numbered = (f"{title} {number}" for number in count(2))
        return next(each for each in chain([title], numbered) if each not in taken)

    def create_entry(
        self, title: str, data: Mapping[str, Any], options: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Finish with an entry of this kind."""
        return self.flow.async_create_entry(
            title=title,
            data={
                CONF_KIND: self.kind,
                CONF_KIND_VERSION: KINDS[self.kind],
                **data,
            },
            options=options,
        )


def hide_reconfigure(entry: ConfigEntry) -> None:
    """Do not offer to reconfigure an entry.

    Home Assistant asks the class of the flow, which all kinds share, and keeps the
    answer in the entry.
    """
    object.__setattr__(entry, "_supports_reconfigure", False)


class KindSubentryFlow:
    """The steps for one type of subentry, run on behalf of the one subentry flow.

    A kind that has subentries has ``FLOWS`` in its ``subentry_flow.py``, a subclass for
    each of its types in `registry.SUBENTRIES`. Step ids are not changed.
    """

    def __init__(self, flow: SubentryFlow) -> None:
        """Initialize the steps for a flow."""
        self.flow = flow

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a new subentry."""
        raise NotImplementedError

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a subentry."""
        raise NotImplementedError
