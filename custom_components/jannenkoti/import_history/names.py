"""The names of series, in the language of the home."""

from typing import TYPE_CHECKING

from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant

    from .plan import Found


async def async_names(
    hass: HomeAssistant, series: Iterable[Found], language: str | None = None
) -> dict[str, str]:
    """Return what each series is called: what was measured, and where."""
    texts = await async_texts(hass, "import_history_quantity", language)
    names: dict[str, str] = {}
    for each in series:
        quantity = texts.get(each.quantity.name, each.quantity.name)
        of_value = each.quantity.name == "value"
        names[each.id] = each.subject if of_value else f"{each.subject}: {quantity}"
    return names


async def async_kind_names(hass: HomeAssistant, language: str) -> dict[str, str]:
    """Return what the form of the settings calls the families."""
    texts = await async_get_translations(hass, language, "config", [DOMAIN])
    path = f"component.{DOMAIN}.config.step.import_history_settings.data."
    return {
        key.removeprefix(path): text
        for key, text in texts.items()
        if key.startswith(path)
    }


async def async_texts(
    hass: HomeAssistant, selector: str, language: str | None = None
) -> dict[str, str]:
    """Return the texts of the options of a selector by their keys.

    Without a language they are in that of the home.
    """
    texts = await async_get_translations(
        hass, language or hass.config.language, "selector", [DOMAIN]
    )
    path = f"component.{DOMAIN}.selector.{selector}.options."
    return {
        key.removeprefix(path): text
        for key, text in texts.items()
        if key.startswith(path)
    }
