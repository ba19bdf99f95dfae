"""Send the commands of a user, if they are allowed, and the G-code that waits."""

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import Context, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...store import StoreNotWritten
from .control import commands, gcode
from .control.guard import Refused, check
from .control.history import History, Sent
from .control.queue import MOST, Item, ItemState, Queue, QueueFull
from .wire.errors import PrinterError, SignatureRequired

if TYPE_CHECKING:
    from ...lib.stored import Stored
    from .control.commands import Command
    from .runtime import Printer

SUCCESS: Final = "success"


class PrinterControl:
    """The commands of a printer."""

    def __init__(self, coordinator: Printer, stored: Stored) -> None:
        """Initialize with the history and the queue that were stored."""
        self._coordinator = coordinator
        self.history = History.parse(stored.children("gcode_history"))
        self.queue = Queue.parse(stored.children("gcode_queue"))
        self._lock = asyncio.Lock()

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "gcode_history": self.history.as_list(),
            "gcode_queue": self.queue.as_list(),
        }

    async def async_command(
        self, command: Command, *, force: bool = False, context: Context | None = None
    ) -> None:
        """Send a command and wait for the answer; raises HomeAssistantError."""
        try:
            await self._async_send(command, force=force, context=context)
        except Refused as err:
            raise self._error(ServiceValidationError, err.key) from err
        except PrinterError as err:
            raise self._error(HomeAssistantError, err.key, reason=err.detail) from err

    async def async_run_gcode(
        self, text: str, *, context: Context, force: bool, dry_run: bool
    ) -> dict[str, Any]:
        """Send lines one after the other, each when the one before is acknowledged."""
        lines = self._parsed(text)
        answer: dict[str, Any] = {"lines": list(lines), "sent": 0, "result": "dry_run"}
        if dry_run:
            try:
                check(commands.gcode(lines[0]), self._coordinator.data, force=force)
            except Refused as err:
                answer["result"] = err.key
            return answer
        result = SUCCESS
        try:
            # What is forced is urgent; all else keeps the lines of a text together.
            async with nullcontext() if force else self._lock:
                for line in lines:
                    command = commands.gcode(line)
                    await self.async_command(command, force=force, context=context)
                    answer["sent"] += 1
        except HomeAssistantError as err:
            result = str(err.translation_key)
            raise
        finally:
            self._remember(lines, context.user_id, result)
            self.wake()
        return {**answer, "result": result}

    async def async_enqueue(
        self, text: str, *, item_id: str, who: str | None, dry_run: bool
    ) -> dict[str, Any]:
        """Add lines that are sent when there is no job; an id is accepted once."""
        item = Item(id=item_id, lines=self._parsed(text), at=dt_util.utcnow(), who=who)
        if "gcode" in self._coordinator.data.absent:
            raise self._error(ServiceValidationError, "printer_not_offered")
        if dry_run:
            return {**item.as_dict(), "state": "dry_run"}
        known = self.queue.find(item_id)
        try:
            added = self.queue.add(item)
        except QueueFull as err:
            raise self._error(
                ServiceValidationError, "printer_queue_full", most=str(MOST)
            ) from err
        # An answer means that the item survives a crash of the next moment.
        try:
            await self._coordinator.async_save_now()
        except StoreNotWritten:
            if known is None:  # The caller will try again.
                self.queue.drop(item_id)
            raise
        self.wake()
        return added.as_dict()

    async def async_clear(self) -> int:
        """Remove the lines that wait; return how many items that were."""
        cleared = self.queue.clear()
        await self._coordinator.async_save_now()
        return cleared

    @callback
    def wake(self) -> None:
        """Send what waits, if the printer has no job."""
        if self._lock.locked() or self.queue.next() is None:
            return
        try:
            check(commands.gcode("M400"), self._coordinator.data)
        except Refused:
            return
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, self._async_drain(), "printer queue"
        )

    async def _async_drain(self) -> None:
        """Send the items one after the other, until one is refused."""
        async with self._lock:
            while (item := self.queue.next()) is not None:
                if not await self._async_send_item(item):
                    return

    async def _async_send_item(self, item: Item) -> bool:
        """Send the lines of an item; return whether the next one may follow."""
        coordinator, sent = self._coordinator, 0
        context = Context(user_id=item.who)
        self.queue.update(_changed(item, ItemState.SENDING))
        # Written before the first line: after a crash it is not sent again.
        try:
            await coordinator.async_save_now()
        except StoreNotWritten:  # It is shown by the store, and tried again.
            self.queue.update(item)
            return False
        state, reason = ItemState.DONE, None
        try:
            for line in item.lines:
                await self._async_send(commands.gcode(line), context=context)
                sent += 1
        except Refused as err:
            # A print has begun: what was not begun waits for its end.
            reason = err.key
            state = ItemState.FAILED if sent else ItemState.WAITING
        except PrinterError as err:
            state, reason = ItemState.FAILED, err.key
        self.queue.update(_changed(item, state, sent, reason))
        if state is not ItemState.WAITING:
            self._remember(item.lines, item.who, reason or SUCCESS)
        coordinator.save_soon()
        return state is not ItemState.WAITING

    async def _async_send(
        self, command: Command, *, force: bool = False, context: Context | None
    ) -> None:
        """Check and send a command; raises Refused or PrinterError."""
        coordinator = self._coordinator
        check(command, coordinator.data, force=force)
        try:
            await coordinator.async_request(command.request, context)
        except SignatureRequired:
            coordinator.signature_refused()
            raise

    def _parsed(self, text: str) -> tuple[str, ...]:
        """Return the lines of G-code; raises ServiceValidationError."""
        try:
            return gcode.parse(text, named=self._coordinator.has_named_gcode)
        except gcode.InvalidGcode as err:
            raise self._error(
                ServiceValidationError,
                err.key,
                line=str(err.line),
                most=str(gcode.MOST_LINES),
            ) from err

    def _remember(self, lines: tuple[str, ...], who: str | None, result: str) -> None:
        """Add to the history."""
        self.history.add(
            Sent(gcode="\n".join(lines), at=dt_util.utcnow(), who=who, result=result)
        )
        self._coordinator.save_soon()

    def _error(
        self, error: type[HomeAssistantError], key: str, **placeholders: str
    ) -> HomeAssistantError:
        """Return a translated error."""
        return error(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={
                "name": self._coordinator.config_entry.title,
                **placeholders,
            },
        )


def _changed(
    item: Item, state: ItemState, sent: int = 0, reason: str | None = None
) -> Item:
    """Return an item in another state."""
    return Item(
        id=item.id,
        lines=item.lines,
        at=item.at,
        who=item.who,
        state=state,
        sent=sent,
        reason=reason,
    )
