"""The one options flow: the forms of the entry's kind, alone or in a menu."""

from functools import partial
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import OptionsFlowWithReload

from .const import CONF_KIND
from .flow import async_ask
from .registry import async_import_from_kind, kind_and_step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from homeassistant.config_entries import ConfigFlowResult

    from .flow import Form, KindFlow

    type Step = Callable[..., Awaitable[ConfigFlowResult]]

STEP = "async_step_"


def step_of(name: str) -> tuple[str, str]:
    """Return kind and step of a method's name; raises AttributeError."""
    found = kind_and_step(name.removeprefix(STEP)) if name.startswith(STEP) else None
    if found is None:
        raise AttributeError(name)
    return found


class JannenkotiOptionsFlow(OptionsFlowWithReload):
    """Change the options of an entry by the forms of its kind."""

    def __init__(self) -> None:
        """Start without knowing the forms."""
        self._steps: Mapping[str, Form] = {}
        self._unsaved: dict[str, Any] = {}

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the only form, or a menu of several."""
        kind: str = self.config_entry.data[CONF_KIND]
        module = await async_import_from_kind(self.hass, kind, "flow")
        self._flow: type[KindFlow] = module.Flow
        self._steps = self._flow.options_steps(self.config_entry)
        if len(self._steps) > 1:
            options = [f"{kind}_{step}" for step in self._steps]
            return self.async_show_menu(step_id=kind, menu_options=options)
        return await self._async_step_form("user", user_input)

    def __getattr__(self, name: str) -> Step:
        """Find the step ``<kind>`` or ``<kind>_<step>`` of the entry's kind."""
        kind, step = step_of(name)
        if kind == self.config_entry.data[CONF_KIND]:
            if step == "user":
                return self.async_step_init
            if len(self._steps) > 1 and step in self._steps:
                return partial(self._async_step_form, step)
            if step.removesuffix("_save") in self._steps and self._unsaved:
                return self._async_save
            if (of := step.removesuffix("_preview")) in self._steps and self._unsaved:
                return partial(self._async_preview, of)
        raise AttributeError(name)

    async def _async_preview(
        self, step: str, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what the answers of a form would do; offer to save or edit them."""
        kind: str = self.config_entry.data[CONF_KIND]
        preview = self._steps[step].preview
        if preview is None:
            return await self._async_step_form(step)
        return self.async_show_menu(
            step_id=f"{kind}_{step}_preview",
            menu_options=[f"{kind}_{step}_save", f"{kind}_{step}"],
            description_placeholders=preview(
                self.hass, self.config_entry, self._unsaved
            ),
        )

    async def _async_save(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save the answers that were previewed, or need no preview."""
        return self.async_create_entry(
            data={**self.config_entry.options, **self._unsaved}
        )

    async def _async_step_form(
        self, step: str, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for options and keep those that the form does not show."""
        entry = self.config_entry
        kind: str = entry.data[CONF_KIND]
        forms = self._steps

        async def async_then(answers: dict[str, Any]) -> ConfigFlowResult:
            self._unsaved = answers
            if form.preview is None:
                return await self._async_save()
            return await self._async_preview(step)

        single = len(forms) == 1
        form = next(iter(forms.values())) if single else forms[step]
        return await async_ask(
            self,
            kind if single else f"{kind}_{step}",
            form,
            user_input,
            then=async_then,
            suggested={**entry.options, **self._unsaved},
            placeholders=self._flow.options_placeholders(self.hass, entry),
        )
