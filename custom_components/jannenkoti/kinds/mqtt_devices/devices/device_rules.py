"""The rules of a claimed device: what a message or a command does to it."""

from copy import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ....lib.echo import Echo
from ....lib.hold import Hold
from ....lib.reading import ReportInterval
from ..wire.payload import PARAMETERS, clean_parameters
from .channels import channel_of, next_event
from .config_ack import ConfigAck
from .device import Held, history_of, settings_of
from .device_types import device_type_of, unreadable_safety
from .following import (
    judged,
    served_differs,
    still_pending,
    target_after,
    time_to_follow,
    with_mode,
)
from .log import StateLog
from .modes import (
    MODE,
    Configuration,
    ControlMode,
    Switched,
    TooLarge,
    Update,
    apply,
    as_estado,
    as_on,
)
from .outcome import MessageOutcome, outcome_of
from .parameter_names import NO_NAMES, parameter_names
from .reported_state import in_firmware_words, reported_on
from .serial_conflict import SerialConflictDetector
from .write_back import only_changes, renamed, repeats, without_trace_of_hold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from ....lib.weekly import Moment
    from ..claims.claim import Identity
    from ..wire.payload import Json, Report, Scalar
    from .device import Device

# A hold without an edge to end at.
_LONGEST_HOLD: Final = timedelta(days=1)
# The next edge of a weekly schedule may be that far away.
_WEEK: Final = timedelta(days=7)


class DeviceRules:
    """The rules of one claimed device."""

    def __init__(
        self,
        device: Device,
        zone: tzinfo,
        *,
        gaps: tuple[float, ...] = (),
        log: StateLog | None = None,
    ) -> None:
        """Initialize with the state of the device and its latest report intervals."""
        self.device = device
        self.rhythm = ReportInterval(gaps)
        self.log = StateLog() if log is None else log
        self._type = device_type_of(device.serial)
        self._channel = channel_of(self._type)
        self._names = NO_NAMES
        self._find_names(device.parameters)
        self._conflict_detector = SerialConflictDetector()
        self._zone = zone
        self._moment: Moment | None = None
        self._config_ack = ConfigAck(waiting=bool(device.configuration.document))

    # --- messages --------------------------------------------------------------------

    def received(self, report: Report, now: datetime) -> MessageOutcome:
        """Apply a message; its fields replace what was known, one by one."""
        if report.is_last_will:
            was_silent = self.device.silent
            self.fall_silent()
            return MessageOutcome(more=not was_silent)
        self.tick(now)
        before, former = self.device, self._names
        self.rhythm.arrived(now)
        reported = report.parameters
        parameters = before.parameters if reported is None else reported
        self._find_names(parameters)
        names = () if reported is None else self._names.names
        self._conflict_detector.received(now.timestamp(), names, report.clock)
        estado = self._estado(report, parameters, now)
        is_commanded = before.is_commanded
        on = as_on(estado) if is_commanded and report.estado is not None else None
        self.log.add(now.timestamp(), estado, parameters)
        version = report.version
        self.device = before.reported(
            now,
            estado=estado,
            parameters=parameters,
            pending=still_pending(before, parameters, now, on=on),
            acknowledged=before.acknowledged if version is None else version,
            conflict=self._conflict_detector.conflict,
            unreadable=self._unreadable(report),
        )
        if is_commanded or self._names is not former:
            self._keep(before, judged(before, self.device, on=on))
        if report.configuration is not None:
            self._take_over(report.configuration, now)
        if self.device.configuration.mode is None:
            self._serve(with_mode(self.device))
        return outcome_of(before, self.device, same_names=self._names is former)

    def _find_names(self, parameters: Mapping[str, Scalar]) -> None:
        """Find what follows from the names of the parameters, if they are others."""
        names = tuple(parameters)
        if names != self._names.names:
            self._names = parameter_names(names, self._type.own_parameter)

    def _unreadable(self, report: Report) -> tuple[str, ...]:
        """Return the safety parameters whose values cannot be read."""
        if report.parameters is None:
            if PARAMETERS not in report.unreadable:
                return self.device.unreadable
            names = {*self.device.parameters, *self._type.safety_parameters}
            return unreadable_safety(self._type, {}, tuple(sorted(names)))
        if not (self._names.has_safety or report.unreadable):
            return ()
        return unreadable_safety(self._type, report.parameters, report.unreadable)

    def _keep(self, before: Device, device: Device) -> None:
        """Keep a device after a message; serve it again where the message matters."""
        if served_differs(before, device):
            self._serve_instead_of(before, device)
        else:
            self.device = device

    def _estado(
        self, report: Report, parameters: Mapping[str, Scalar], now: datetime
    ) -> str:
        """Return the state that a message reports."""
        if report.estado is None:
            return self.device.estado
        if not self._names.are_of_new_firmware:
            # All rows of the log share one text.
            same = report.estado == self.device.estado
            return self.device.estado if same else report.estado
        on = reported_on(self._type, report.estado, parameters)
        if on is None:  # It obeys without reporting so.
            on = self.decides(now)
        return report.estado if on is None else as_estado(on=on)

    def _take_over(self, document: Mapping[str, Json], now: datetime) -> None:
        """Accept the configuration that a device reports, unless ours is newer."""
        device = self.device
        if all(device.served.has(name, value) for name, value in document.items()) and (
            len(document) >= len(device.served.document)
        ):
            self._config_ack.acknowledged()
            return
        interval = device.configuration.interval
        waiting = self._config_ack.is_waiting(now, interval)
        commanded = device.target is not None and device.is_new
        if waiting or device.pending or device.held or commanded:
            return
        try:
            self._serve(replace(device, configuration=Configuration.of(document)))
        except TooLarge:
            return
        self._config_ack.acknowledged()

    def fall_silent(self) -> None:
        """Record that the device has exceeded its report interval."""
        self.device = replace(self.device, silent=True)

    # --- commands --------------------------------------------------------------------

    def update(self, update: Update, now: datetime) -> None:
        """Carry out an update; raises TooLarge, and nothing is changed then."""
        whole = update.configuration
        update = in_firmware_words(only_changes(self.device, update), self._type)
        device = self.device
        if MODE in (update.configuration or {}):
            device = replace(device, held=None)
        by_itself = self._is_by_device(update, whole)
        before = Switched(configuration=device.configuration, estado=device.estado)
        after = apply(before, update)
        on = as_on(after.estado)
        switched = after.estado != before.estado or (
            on is not None and update.wanted != (None, None)
        )
        if switched and after.configuration.mode is None:  # which would be ignored
            manual = {MODE: ControlMode.MANUAL.value}
            after = replace(after, configuration=after.configuration.merged(manual))
        switched_to = None if by_itself or not switched else on
        device = replace(
            device,
            identity=renamed(device.identity, update),
            estado=after.estado,
            configuration=after.configuration,
            parameters=clean_parameters(update.parameters) or device.parameters,
        )
        device = replace(device, held=self._held(device, switched_to, now))
        if device.held is not None:
            device = without_trace_of_hold(self.device, device)
        device = self._commanded(device, switched_to, now)
        device.check_size()
        self._serve(device)
        if by_itself:
            self._config_ack.acknowledged()
        self._find_names(self.device.parameters)
        self.log.add(now.timestamp(), self.device.estado, self.device.parameters)

    def _commanded(self, device: Device, on: bool | None, now: datetime) -> Device:  # noqa: FBT001
        """Return a device with what is expected of it; ``on`` if it was switched."""
        is_open = self._is_open(device.configuration, now)
        if device.intended.mode is not self.device.intended.mode:
            device = replace(device, target=None, not_followed=None)
        target = target_after(device, switched_to=on, is_open=is_open)
        device = replace(device, target=target)
        if on is not None:
            pending = self._expect(on, now)
            device = replace(device, pending=pending, not_followed=None)
        return device

    def _is_by_device(self, update: Update, whole: Mapping[str, Json] | None) -> bool:
        """Return whether a device sends its configuration back.

        ``whole`` is what came, ``update`` what is left of it.
        """
        device = self.device
        if self._channel is not None and device.is_new:
            return False  # It sends nothing back.
        return repeats(update.configuration, device.configuration) or (
            device.held is None and repeats(whole, device.served)
        )

    def _expect(self, on: bool, now: datetime) -> Echo[bool]:  # noqa: FBT001
        """Return the echo of a command."""
        wait = time_to_follow(self.device.configuration)
        return Echo(expected=on, deadline=now + wait)

    def _held(self, device: Device, on: bool | None, now: datetime) -> Held | None:  # noqa: FBT001
        """Return the hold of a device that is switched to ``on``, or is not."""
        if device.configuration.mode is not ControlMode.SCHEDULE:
            return None
        if on is None:
            before = self.device.configuration.schedule
            same = device.configuration.schedule == before
            return device.held if same else None
        moment = self._at(device.configuration, now)
        edge = None if moment is None else moment.changes_at
        channel, document = self._channel, device.configuration.document
        if channel is not None and device.is_new and channel.schedule in document:
            edge = next_event(channel, document, now, self._zone)
        elif self._is_open(device.configuration, now) is on:
            return None
        longest = _LONGEST_HOLD if edge is None else _WEEK
        return Held(hold=Hold.begin(now, longest, edge), on=on)

    def rename(self, identity: Identity) -> None:
        """Change name, type, model and description."""
        self.device = replace(self.device, identity=identity)

    def end_hold(self, now: datetime | None = None) -> None:
        """Return to the schedule."""
        device = replace(self.device, held=None, not_followed=None)
        is_open = now is not None and self._is_open(device.configuration, now)
        target = target_after(device, switched_to=None, is_open=is_open)
        self._serve(replace(device, target=target))

    def tick(self, now: datetime) -> bool:
        """End a hold that is over; return whether it was."""
        held = self.device.held
        if held is None or held.hold.holds(now):
            return False
        self.end_hold(now)
        return True

    def _serve(self, device: Device) -> None:
        """Replace the device; a change of what is served is a new version."""
        self._serve_instead_of(self.device, device)

    def _serve_instead_of(self, before: Device, device: Device) -> None:
        """Replace the device; raises TooLarge, and nothing is changed then."""
        if device.served.document != before.served.document:
            device = replace(device, version=device.version + 1)
            self._moment = None
            self._config_ack.changed()
        self.device = device

    # --- the schedule ----------------------------------------------------------------

    def moment(self, now: datetime) -> Moment | None:
        """Return the current state of the schedule; None without one."""
        if self._moment is None or not self._moment.holds(now):
            self._moment = self._at(self.device.configuration, now)
        return self._moment

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the schedule or the end of a hold switches the device next."""
        if self.device.held is not None:
            return self.device.held.hold.until
        if self.device.configuration.mode is not ControlMode.SCHEDULE:
            return None
        moment = self.moment(now)
        return None if moment is None else moment.changes_at

    def decides(self, now: datetime) -> bool | None:
        """Return what the firmware makes of its configuration; None without a mode."""
        intended = self.device.intended
        if intended.mode is ControlMode.MANUAL:
            return intended.on is not False
        if intended.mode is None:
            return None
        moment = self.moment(now)
        return moment is not None and moment.open is not None

    def _is_open(self, configuration: Configuration, now: datetime) -> bool:
        """Return whether the schedule lets a device be on."""
        moment = self._at(configuration, now)
        return moment is not None and moment.open is not None

    def _at(self, configuration: Configuration, now: datetime) -> Moment | None:
        schedule = configuration.schedule
        return None if schedule is None else schedule.at(now, self._zone)

    # --- for a restart ---------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """Return what the device should do, to be stored."""
        return settings_of(self.device)

    def history(self) -> dict[str, Any]:
        """Return what the device has reported, to be stored."""
        return {
            **history_of(self.device),
            "gaps": list(self.rhythm.gaps),
            "log": [[row.at, row.estado, dict(row.parameters)] for row in self.log],
        }
