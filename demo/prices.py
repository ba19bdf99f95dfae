"""Prices for the heating of the demo house, so that there is a plan to show."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .client import CommandError

if TYPE_CHECKING:
    from .client import Client, Json
    from .demo_house import DemoHouse

_PRICES = "sensor.prices"
# Of one hour each, in EUR: expensive at first, then cheap, with a negative pair.
_DAY = (0.32, 0.29, 0.27, -0.05, -0.04, 0.09, 0.08, 0.12, 0.21, 0.3, 0.34, 0.31)


async def make_a_plan(demo: DemoHouse) -> None:
    """Let the heating of the demo house plan."""
    await plan_with_prices(demo.client, demo.kinds["heating"].entry_id)


async def plan_with_prices(client: Client, entry: str) -> None:
    """Let a heating plan with the prices of a sensor, some of them negative."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rows = [
        {
            "start": (start + timedelta(hours=hour)).isoformat(),
            "end": (start + timedelta(hours=hour + 1)).isoformat(),
            "value": _DAY[hour % len(_DAY)],
        }
        for hour in range(24)
    ]
    attributes = {"raw_today": rows, "unit_of_measurement": "EUR/kWh"}
    await client.post(
        f"/api/states/{_PRICES}", {"state": "0.32", "attributes": attributes}
    )
    path = "/api/config/config_entries/options/flow"
    flow = await client.post(path, {"handler": entry})
    path = f"{path}/{flow['flow_id']}"
    form = await client.post(path, {"next_step_id": "heating_prices"})
    answers = _defaults(form["data_schema"])
    done = await client.post(
        path, answers | {"price_source": "attributes", "price_entity": _PRICES}
    )
    if done["type"] != "create_entry":
        raise CommandError(done)


def _defaults(fields: list[Json]) -> dict[str, Json]:
    """Return the defaults of a form, those in its sections included."""
    answers: dict[str, Json] = {
        field["name"]: _defaults(field["schema"])
        for field in fields
        if "schema" in field
    }
    defaults = {field["name"]: field.get("default") for field in fields}
    return {
        key: value for key, value in defaults.items() if value is not None
    } | answers
