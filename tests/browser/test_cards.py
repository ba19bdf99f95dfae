"""The dashboard strategy and each card in a real browser, used as a person does."""

from typing import TYPE_CHECKING

from demo.demo_house import DemoHouse
from demo.pages import make, watched

from ..marks import BROWSER, NEEDS_BROKER
from . import card_losses as losses
from . import card_troubles as troubles
from . import card_uses as uses

if TYPE_CHECKING:
    import pytest

pytestmark = [*BROWSER, NEEDS_BROKER]

FAMILIES = (
    "mqtt_devices",
    "printer",
    "robocam",
    "room_sensors",
    "air_conditioner",
    "heating",
)
# The list of cards shows a map and logos, which Home Assistant loads from the internet.
OUTSIDE = "net::ERR_NAME_NOT_RESOLVED"
# In this order: the first steps need the house as it is, the last ones change it.
STEPS = (
    uses.create_in_the_dialog,
    troubles.use_a_slow_phone,  # Before anything is in the cache.
    losses.lose_files,
    troubles.change_the_language,
    uses.make_a_time_lapse,
    uses.use_the_camera,
    troubles.log_in_without_rights,
    uses.ignore_and_claim,
    uses.claim_by_code,
    uses.read_the_plan,
    uses.read_reasons_in_fahrenheit,
    uses.follow_the_energy_dashboard,
    troubles.suggest_each_card,
    troubles.add_a_card_by_keyboard,
    troubles.show_wrong_cards,
    troubles.rename_while_open,
    uses.use_the_printer,
    uses.use_the_editor,
    troubles.delete_while_open,
)


async def test_person_uses_each_card_and_no_page_reports_an_error(
    subtests: pytest.Subtests,
) -> None:
    """Share one house and one browser: to start them takes longer than most steps."""
    async with DemoHouse(speed=1, only=FAMILIES) as demo:
        await make(demo)
        async with watched(demo) as shown:
            for step in STEPS:
                with subtests.test(step.__name__):
                    shown.errors.clear()
                    await step(demo, shown)
                    assert [e for e in shown.errors if OUTSIDE not in e] == []
