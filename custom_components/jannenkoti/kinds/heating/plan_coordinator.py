"""Plan the heating: fetch, store and replan on news, in a worker thread."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_change,
)
from homeassistant.util import dt as dt_util

from ...lib.stored import Stored
from ...occurrences import Occurrence, async_report_occurrence
from ...registry import async_install_optional
from ...store import entry_store
from .const import KIND_NAME
from .inputs.prices import PriceSource
from .planning.build import Outlook, TankNow
from .planning.curve import KEPT, PlanQuality, PriceCurve, TypicalWeek
from .planning.make import make_plan
from .price_coordinator import async_prices, prices_of_entity
from .repairs import async_show_no_solver
from .solar_coordinator import async_solar_forecast

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant

    from .control.controller import Controller
    from .planning.problem import Plan

_TIME_LIMIT: Final = 5.0
"""Seconds for HiGHS; it needs a tenth of one."""

_QUARTERS: Final = [0, 15, 30, 45]


class PlanCoordinator:
    """The prices, the forecast and the plan of one entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        controller: Controller,
        async_show: Callable[[], None],
    ) -> None:
        """Initialize without prices; ``async_show`` is called after each plan."""
        self.hass = hass
        self.entry = entry
        self.controller = controller
        self._async_show = async_show
        self.typical = TypicalWeek()
        self.quality = PlanQuality.NONE
        self._pv: dict[datetime, float] = {}
        self._store = entry_store(hass, f"{entry.entry_id}.prices")
        self._planning = False
        self._news = False

    @property
    def enabled(self) -> bool:
        """Return whether there are prices to plan with."""
        return self.controller.options.price_source is not PriceSource.NONE

    async def async_start(self) -> None:
        """Restore the prices and subscribe; the first plan is made in background."""
        self.entry.async_on_unload(self._store.async_close)
        stored = Stored(await self._store.async_load())
        now = dt_util.utcnow()
        self.controller.curve = PriceCurve.restore(stored.children("slots"), now)
        self.typical = TypicalWeek.restore(stored.child("typical"))
        self._store.report_rejected(stored)
        if not self.enabled:
            return
        entity = self.controller.options.price_entity
        self.entry.async_on_unload(
            async_track_time_change(
                self.hass, self._async_quarter, minute=_QUARTERS, second=2
            )
        )
        if entity:
            self.entry.async_on_unload(
                async_track_state_change_event(self.hass, [entity], self._changed)
            )
        self.entry.async_create_background_task(
            self.hass, self._async_quarter(now), "first plan of the heating"
        )

    async def _async_quarter(self, _now: datetime) -> None:
        """Fetch what is missing, and plan again."""
        prices = await async_prices(self.hass, self.controller.options)
        pv = await async_solar_forecast(
            self.hass, self.controller.options.solar, self.controller.energy
        )
        self._pv = _with_past(self._pv, pv)
        self._take(prices)
        await self.async_replan()

    @callback
    def _changed(self, _event: Event[EventStateChangedData]) -> None:
        """Plan again when the price entity has new prices."""
        entity = self.controller.options.price_entity
        if self._take(prices_of_entity(self.hass, entity)):
            self.entry.async_create_background_task(
                self.hass, self.async_replan(), "plan of the heating"
            )

    def _take(self, prices: list[Any]) -> bool:
        """Add prices; return whether they are news."""
        curve, tariff = self.controller.curve, self.controller.options.tariff
        if not curve.add(map(tariff.total, prices)):
            return False
        now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
        curve.forget_before(now - KEPT)
        self.typical.learn(curve, now, zone)
        self._store.save_soon(self._as_dict)
        return True

    async def async_replan(self) -> None:
        """Make a plan and apply it; one at a time, and again after news meanwhile."""
        self._news = True
        if self._planning or not self.enabled:
            return
        self._planning = True
        try:
            while self._news:
                self._news = False
                await self._async_plan()
                self._async_show()
        finally:
            self._planning = False

    async def _async_plan(self) -> None:
        """Make a plan for the tanks whose temperature is known."""
        controller, now = self.controller, dt_util.utcnow()
        options = controller.options
        outlook = self._outlook()
        self.quality = outlook.quality(now)
        known = self._tanks_now(now)
        numbers, tanks = [*known], [*known.values()]
        if not tanks:
            controller.follower.set_plan(None, ())
            async_show_no_solver(self.hass, self.entry, missing=False)
            return
        limit = None
        if options.optimal and await async_install_optional(self.hass, KIND_NAME):
            limit = _TIME_LIMIT
        before = self._current(numbers)
        made = await self.hass.async_add_executor_job(
            make_plan, outlook, tanks, now, limit, before
        )
        if not made.kept or controller.follower.exact is not outlook.exact:
            controller.follower.set_plan(made.plan, numbers, exact=outlook.exact)
        # The first plan after a start or an outage changes nothing.
        if not made.kept and before is not None:
            occurrence = Occurrence(entry_id=self.entry.entry_id)
            async_report_occurrence(self.hass, "heating_plan_changed", occurrence)
        missing = options.optimal and (limit is None or made.fell_back)
        async_show_no_solver(self.hass, self.entry, missing=missing)

    def _tanks_now(self, now: datetime) -> dict[int, TankNow]:
        """Return the tanks that have stages and a known temperature, by number."""
        controller, found = self.controller, dict[int, TankNow]()
        for number, tank in enumerate(controller.options.tanks):
            temperature = controller.temperature(number, now)
            of_all = controller.options.stages
            stages = tuple(x.watts for x in of_all if x.tank == number)
            if temperature is None or not stages:
                continue
            found[number] = TankNow(
                options=tank,
                learned=controller.memories[number].learned,
                temperature=temperature,
                stages=stages,
            )
        return found

    def _current(self, numbers: list[int]) -> Plan | None:
        """Return the current plan, None if it is of other tanks."""
        follower = self.controller.follower
        return follower.plan if follower.tanks == tuple(numbers) else None

    def _outlook(self) -> Outlook:
        """Return prices and forecasts, as copies for another thread."""
        controller, options = self.controller, self.controller.options
        soc = controller.house.powers(dt_util.utcnow()).soc
        charge = 0.0
        if options.battery_first and soc is not None:
            charge = options.battery_capacity * (100.0 - soc) / 100.0
        zone = dt_util.get_default_time_zone()
        curve = PriceCurve()
        curve.slots = list(controller.curve.slots)
        return Outlook(
            curve=curve,
            typical=TypicalWeek(hours=list(self.typical.hours)),
            tariff=options.tariff,
            zone=zone,
            pv=dict(self._pv),
            pv_limit=options.pv_limit,
            load=controller.energy.load_by_hour(zone),
            sun=controller.energy.sun_now(self._pv, dt_util.utcnow()),
            battery=charge,
            error=controller.energy.forecast_error(self._pv),
        )

    def _as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "slots": self.controller.curve.as_list(),
            "typical": self.typical.as_dict(),
        }


def _with_past(
    old: dict[datetime, float], new: dict[datetime, float]
) -> dict[datetime, float]:
    """Return a forecast with what was forecast for the last day, to judge it by."""
    now = dt_util.utcnow()
    return {at: wh for at, wh in old.items() if now - KEPT <= at <= now} | new
