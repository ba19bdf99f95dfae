"""Errors of the forms: each has a text where it is shown."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeassistant.helpers.translation import async_get_translations

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import kind

from .conftest import SENSOR, entity_id

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from .conftest import SetUp


async def answer_options(
    hass: HomeAssistant, entry: MockConfigEntry, **answers: Any
) -> dict[str, Any]:
    """Answer the options of a Tuya unit; what is not named is as it was."""
    shown: Any = await hass.config_entries.options.async_init(entry.entry_id)
    sections = (str(name) for name in shown["data_schema"].schema)
    filled_in: dict[str, Any] = {name: {} for name in sections}
    filled_in |= {
        "temperature_sensors": [SENSOR],
        "tuya": {"datapoints": entry.options["datapoints"]},
    }
    result: Any = await hass.config_entries.options.async_configure(
        shown["flow_id"], {**filled_in, **answers}
    )
    return dict(result)


async def test_own_output_in_options_is_refused_with_a_text(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    sensors = [SENSOR, entity_id(hass, "room_temperature")]
    result = await answer_options(hass, entry, temperature_sensors=sensors)
    key = "air_conditioner_own_sensor"
    assert result["errors"] == {"temperature_sensors": key}
    texts = await async_get_translations(hass, "en", "options", {DOMAIN})
    assert f"component.{DOMAIN}.options.error.{key}" in texts


def test_errors_of_forms_that_the_options_use_have_a_text() -> None:
    package = Path(kind.__file__).parent
    source = (package / "options_form.py").read_text(encoding="utf-8")
    cloud = (package / "cloud_forms.py").read_text(encoding="utf-8")
    source += cloud[cloud.index("def with_cloud") :]
    raised = set(re.findall(r'FormError\(\s*"(\w+)"', source))
    assert len(raised) >= 5
    texts = json.loads((package / "texts" / "en.json").read_text(encoding="utf-8"))
    assert raised <= texts["options"]["error"].keys()
