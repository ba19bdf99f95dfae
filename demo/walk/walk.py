"""The whole way as checks: log in, add each family, and use what there is then."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from demo.browser import launch
from demo.kind import Check

from .families import WAYS
from .pictures import Pictures
from .use import QUESTION, VIEWS, Visitor
from .wizard import (
    DESKTOP,
    LIMIT,
    MOST_FIELDS,
    MOST_STEPS,
    Taken,
    Wizard,
    WizardError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Page

    from .house import EmptyHouse

_NARROW = {"heating", "tlink"}
"""Families whose dialogs are gone through at the width of a phone."""


@dataclass
class Walk:
    """A page that is logged in, and what it reported."""

    page: Page
    pictures: Pictures
    errors: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)


@asynccontextmanager
async def walk(house: EmptyHouse, folder: Path | None = None) -> AsyncIterator[Walk]:
    """Log in by the form, in one page that is used for everything."""
    async with async_playwright() as playwright, launch(playwright) as browser:
        page = await browser.new_page(
            viewport=DESKTOP, color_scheme="light", locale="en-GB"
        )
        page.set_default_timeout(LIMIT * 1000)
        walked = Walk(page, Pictures(page, folder))
        page.on("pageerror", lambda error: walked.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                walked.errors.append(f"{message.text} {message.location.get('url')}")
                if message.type == "error"
                else None
            ),
        )
        await page.goto(house.home_assistant.base)
        await page.locator("input[name=username]").fill(house.user.name)
        password = page.locator("input[name=password]")
        await password.fill(house.user.password)
        await walked.pictures.take("log in")
        await password.press("Enter")
        await page.locator("ha-sidebar").wait_for()
        try:
            yield walked
        except TimeoutError, PlaywrightError, WizardError:
            await walked.pictures.take("stuck")
            raise


async def checks(house: EmptyHouse, folder: Path | None = None) -> AsyncIterator[Check]:
    """Go the whole way and yield a check for each part of it."""
    async with walk(house, folder) as walked:
        async for check in _add(house, walked):
            yield check
        walked.errors.clear()  # of Home Assistant's own pages, such as a missing logo
        visitor = Visitor(house, walked.page, walked.pictures)
        async for check in _use(visitor):
            yield check
        yield Check(
            what="the dashboard reports no error",
            good=not walked.errors,
            seen="; ".join(walked.errors),
        )


async def _add(house: EmptyHouse, walked: Walk) -> AsyncIterator[Check]:
    """Add each family and count what it takes."""
    wizard = Wizard(walked.page, walked.pictures)
    for family, add in WAYS.items():
        wizard.narrow = family in _NARROW
        taken = await add(house, wizard)
        walked.taken.append(taken)
        yield Check(what=f"{family} is added", good=taken.is_short)
    yield Check(
        what="fields and steps on the default path, folded sections not counted",
        good=all(taken.is_short for taken in walked.taken),
        seen=f"at most {MOST_FIELDS} and {MOST_STEPS}\n{table(walked.taken)}\n",
    )


async def _use(visitor: Visitor) -> AsyncIterator[Check]:
    """Create the dashboard, open each view, and use the cards."""
    await visitor.create_dashboard()
    yield Check(what="the dashboard is created in its dialog", good=True)
    for view in VIEWS:
        await visitor.open(view)
    yield Check(what="no view has a warning", good=True, seen=", ".join(VIEWS))
    goal = await visitor.move_camera()
    yield Check(what="an arrow of its card turns the camera", good=True, seen=str(goal))
    state = await visitor.claim("Patio")
    yield Check(what="a device is claimed in the inbox", good=True, seen=state)
    state = await visitor.pause_print()
    yield Check(what="its card pauses the print", good=state == "PAUSE", seen=state)
    slot = await visitor.read_plan()
    yield Check(what="the plan is read", good="EUR/kWh" in slot, seen=slot)
    # The reason may change while Assist answers.
    reasons = [await visitor.shown_reason()]
    answer = await visitor.ask_why()
    reasons.append(await visitor.shown_reason())
    yield Check(
        what=f"Assist answers “{QUESTION}” with the reason that is shown",
        good=answer.startswith("Air conditioner: ")
        and any(reason in answer for reason in reasons),
        seen=answer,
    )


def table(taken: list[Taken]) -> str:
    """Return what each family takes: fields of folded sections are not counted."""
    head = f"{'family':<22}{'fields':>7}{'steps':>7}{'menus':>7}{'folded':>8}"
    rows = [
        f"{each.family:<22}{len(each.fields):>7}{each.steps:>7}"
        f"{each.menus:>7}{each.folded:>8}"
        for each in taken
    ]
    return "\n".join((head, *rows))
