"""The dialogs in which an integration is added, used and counted as a user does."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Locator, Page, ViewportSize

    from .pictures import Pictures

type Answer = str | bool | Sequence[str]

LIMIT = 180.0
DESKTOP: ViewportSize = {"width": 1280, "height": 976}
_PHONE: ViewportSize = {"width": 412, "height": 915}
MOST_FIELDS, MOST_STEPS = 8, 4
"""On the default path of a family, after it was chosen."""
OF = " of "
"""Parts the name of an entity from that of its device in an answer."""
_DIALOG = "dialog-data-entry-flow"
# The page of the device if there is one, else that of the integration.
_OPENED = re.compile(r"/config/(devices/device|integrations/integration)/")
_STEPS = ("form", "menu", "create-entry", "abort")

# The fields that a form shows. Those of a folded section are not visible.
_SHOWN = """fields => fields.filter(field => field.checkVisibility()).map(
  field => field.label)"""
# What a step is, and which of several forms.
_STEP = """([step]) => step
  ? `${step.localName.replace("step-flow-", "")} ${step.step?.step_id ?? ""}` : "" """


@dataclass
class Taken:
    """What it took to add one family."""

    family: str
    fields: list[str] = field(default_factory=list)
    """The labels of the fields that were shown, those of folded sections not."""
    folded: int = 0
    """The sections that were shown folded."""
    menus: int = 0
    """The choices between several ways."""
    forms: int = 0
    """The forms that were submitted."""

    @property
    def steps(self) -> int:
        """Return the steps after the family was chosen."""
        return self.menus + self.forms

    @property
    def is_short(self) -> bool:
        """Return whether a new user is done soon."""
        return len(self.fields) <= MOST_FIELDS and self.steps <= MOST_STEPS


class WizardError(Exception):
    """A dialog did not go on; the text has what it shows."""


class Wizard:
    """The dialog of one new entry."""

    def __init__(self, page: Page, pictures: Pictures) -> None:
        """Initialize with a page that is logged in."""
        self.page = page
        self.taken = Taken("")
        self.narrow = False
        """Whether to go on at the width of a phone once the family is chosen."""
        self._pictures = pictures
        self._dialog = page.locator(_DIALOG)
        self._form = page.locator("step-flow-form")
        self._at = ""

    async def begin(self, brand: str, family: str = "", member: str = "") -> None:
        """Open the dialog as a user does, and choose a family from the first menu.

        ``member`` is what to choose from a brand that has several integrations.
        """
        self.taken, self._at = Taken(family or brand), ""
        page = self.page
        await page.locator("ha-sidebar [href='/config']").first.click()
        await page.locator("a[href='/config/integrations']").first.click()
        await page.get_by_role("button", name="Add integration").click()
        brands = page.locator("dialog-add-integration")
        await brands.locator("input").first.fill(brand)
        await brands.locator("ha-integration-list-item", has_text=brand).first.click()
        if member:
            row = brands.locator("ha-integration-list-item")
            await row.filter(has=page.get_by_text(member, exact=True)).first.click()
        await self._arrive()
        if family:
            if self.narrow:
                await page.set_viewport_size(_PHONE)
            await self._pictures.take("families")
            await self._choose(family)

    async def choose(self, option: str) -> None:
        """Choose from a menu of the family."""
        self.taken.menus += 1
        await self._pictures.take(f"{self.taken.family} menu")
        await self._choose(option)

    async def _choose(self, option: str) -> None:
        await (
            self.page.locator("step-flow-menu").get_by_text(option, exact=True).click()
        )
        await self._arrive()

    async def submit(
        self,
        answers: Mapping[str, Answer] | None = None,
        *,
        folded: Mapping[str, Mapping[str, Answer]] | None = None,
    ) -> None:
        """Fill in a form and submit it.

        ``folded`` names sections to open, for what only a simulated device needs:
        these fields are not on the default path, so they are not counted.
        """
        await self._count()
        self.taken.forms += 1
        for label, answer in (answers or {}).items():
            await self._fill(label, answer)
        for section, inside in (folded or {}).items():
            panel = self._form.locator("ha-form-expandable", has_text=section)
            await panel.locator("#summary").click()
            for label, answer in inside.items():
                await self._fill(label, answer)
        await self._pictures.take(f"{self.taken.family} {self.taken.forms}")
        await self._dialog.get_by_role("button", name="Submit").click()
        await self._arrive()

    async def _count(self) -> None:
        """Count the fields and sections of a form, once it shows all that it has."""
        sections = self._form.locator("ha-form-expandable")
        wanted = await self._form.evaluate("form => form.step.data_schema.length")

        async def shown() -> tuple[list[str], int] | None:
            labels = await self._form.locator("ha-selector").evaluate_all(_SHOWN)
            folded = await sections.count()
            return (labels, folded) if len(labels) + folded == wanted else None

        counted = await eventually(shown, within=LIMIT, what="a form with its fields")
        if counted is not None:
            self.taken.fields += counted[0]
            self.taken.folded += counted[1]

    async def codes(self, number: int) -> list[str]:
        """Return what the form shows to be copied, once it shows so many."""
        shown = self._form.locator("code")

        async def all_of_them() -> list[str]:
            texts = [text.strip() for text in await shown.all_inner_texts()]
            return texts if len(texts) == number else []

        return await eventually(all_of_them, within=LIMIT, what="texts to copy")

    async def finish(self, area: str = "") -> Taken:
        """Finish, with the first device in an area; return what it took."""
        await self._expect("create-entry")
        done = self.page.locator("step-flow-create-entry")
        if area:
            await self._pick(done.locator("ha-area-picker").first, area)
        await self._pictures.take(f"{self.taken.family} done")
        await self.page.set_viewport_size(DESKTOP)
        await self._dialog.locator("ha-dialog-footer ha-button").last.click()
        await self._dialog.locator("ha-dialog[open]").wait_for(state="detached")
        await self.page.wait_for_url(_OPENED)
        return self.taken

    # --- fields ----------------------------------------------------------------------

    async def _fill(self, label: str, answer: Answer) -> None:
        """Enter an answer into the field with a label."""
        field = await self._field(label)
        await field.scroll_into_view_if_needed()
        kind = await field.evaluate("field => Object.keys(field.selector)[0]")
        if isinstance(answer, bool):
            await field.locator("ha-switch").click()
        elif kind in {"text", "number"}:
            await field.locator("input, textarea").first.fill(str(answer))
        else:
            chosen = [answer] if isinstance(answer, str) else answer
            for each in chosen:
                await self._pick(field, each)

    async def _field(self, label: str) -> Locator:
        """Return the field with a label."""
        fields = self._form.locator("ha-selector")

        async def labels() -> list[str]:
            found: list[str] = await fields.evaluate_all("all => all.map(f => f.label)")
            return found if label in found else []

        found = await eventually(labels, within=LIMIT, what=f"the field {label}")
        return fields.nth(found.index(label))

    async def _pick(self, field: Locator, name: str) -> None:
        """Choose a name in a list that is searched; `OF` parts it from its device."""
        # The second picker for targets, of what to exclude, came with 2026.11.
        opener = field.locator("ha-generic-picker:not(.exclude)").last
        await opener.locator("ha-picker-field, ha-button").first.click()
        search = self.page.locator("ha-picker-combo-box:visible")
        found = search.locator("ha-combo-box-item")
        words = name.split(OF)
        await search.locator("input").fill(" ".join(words))
        for word in words:
            found = found.filter(has=self.page.get_by_text(word, exact=True))
        await found.first.click()
        await search.wait_for(state="hidden")

    # --- steps -----------------------------------------------------------------------

    async def _arrive(self) -> None:
        """Wait for the next step; raises WizardError if the form shows an error."""
        steps = self.page.locator(", ".join(f"step-flow-{step}" for step in _STEPS))
        alerts = self._form.locator("ha-alert[alert-type=error]")

        async def arrived() -> str:
            at: str = await steps.evaluate_all(_STEP)
            if at and at != self._at:
                return at
            return "error" if await alerts.count() else ""

        at = await eventually(
            arrived,
            within=LIMIT,
            what=f"a step of {self.taken.family} after {self._at}",
        )
        if at == "error" or at.startswith("abort"):
            shown = " ".join(await self._dialog.locator("ha-alert").all_inner_texts())
            text = f"{self.taken.family}, {self._at}: {at} {shown}"
            raise WizardError(text)
        self._at = at

    async def _expect(self, step: str) -> None:
        if not self._at.startswith(step):
            text = f"{self.taken.family} shows {self._at} instead of {step}"
            raise WizardError(text)
