"""What a user can have done by voice; Home Assistant checks the user's rights.

Only an entity that itself is exposed to the assistant is controlled.
"""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.climate.const import (
    ATTR_PRESET_MODE,
    PRESET_BOOST,
    SERVICE_SET_PRESET_MODE,
)
from homeassistant.components.climate.const import DOMAIN as CLIMATE
from homeassistant.components.select.const import ATTR_OPTIONS
from homeassistant.components.select.const import DOMAIN as SELECT
from homeassistant.const import ATTR_ENTITY_ID, ATTR_OPTION, SERVICE_SELECT_OPTION
from homeassistant.exceptions import Unauthorized

from .answers import async_sentences, nothing_found
from .calls import CallFailed, async_call_action
from .lib.spoken import best_matches
from .subjects import REASON, async_subjects, is_exposed

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .answers import Sentences
    from .subjects import Asker

_PRESETS: Final = "robocam_preset"
_WITHIN: Final = 10.0
"""Seconds; a user does not wait longer for an answer."""


async def async_boost(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Boost the air conditioners that are meant; return what was done."""
    sentences = await async_sentences(hass, asker)
    answers = []
    for subject in await async_subjects(hass, asker, (REASON,), spoken):
        climate = subject.of_platform(CLIMATE)
        if climate is None or not is_exposed(hass, asker, climate):
            continue
        data = {ATTR_ENTITY_ID: climate, ATTR_PRESET_MODE: PRESET_BOOST}
        done = sentences.get("boosted", name=subject.name)
        action = (CLIMATE, SERVICE_SET_PRESET_MODE)
        answers.append(await _do(hass, asker, sentences, action, data, done))
    return " ".join(answers) or nothing_found(sentences, spoken)


async def async_look(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Turn the camera that has a preset of the name to it; return what was done."""
    sentences = await async_sentences(hass, asker)
    places = {}
    for subject in await async_subjects(hass, asker, (_PRESETS,), None):
        select = subject.entity(_PRESETS)
        if select is None or not is_exposed(hass, asker, select):
            continue
        state = hass.states.get(select)
        # The first option is that the camera is at none of its presets.
        for preset in state.attributes.get(ATTR_OPTIONS, [])[1:] if state else []:
            places[subject.name, select, preset] = [preset]
    for camera, select, preset in best_matches(spoken or "", places)[:1]:
        data = {ATTR_ENTITY_ID: select, ATTR_OPTION: preset}
        done = sentences.get("looking", name=camera, preset=preset)
        action = (SELECT, SERVICE_SELECT_OPTION)
        return await _do(hass, asker, sentences, action, data, done)
    return nothing_found(sentences, spoken)


async def _do(
    hass: HomeAssistant,
    asker: Asker,
    sentences: Sentences,
    action: tuple[str, str],
    data: dict[str, Any],
    done: str,
) -> str:
    """Call an action; return a sentence for its outcome."""
    try:
        await async_call_action(
            hass, *action, data, within=_WITHIN, context=asker.context
        )
    except CallFailed as error:
        if isinstance(error.__cause__, Unauthorized):
            return sentences.get("not_allowed")
        return sentences.get("failed")
    return done
