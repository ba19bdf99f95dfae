"""The rules of a claimed device: what it says, is sent, and who has the last word."""

from copy import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ....lib.echo import Echo, Verdict
from ....lib.hold import Hold
from ....lib.reading import Rhythm
from ..claims.claim import Identity
from ..wire.payload import clean_parameters
from .config_ack import ConfigAck, time_to_confirm
from .device import Held
from .log import StateLog
from .modes import Configuration, ControlMode, Switched, TooLarge, Update, apply, as_on
from .serial_conflict import SerialConflictDetector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from ....lib.weekly import Moment
    from ..wire.payload import Json, Report
    from .device import Device

# A hold without an edge to end at.
_LONGEST_HOLD: Final = timedelta(days=1)
# The edge of a schedule may be that far away.
_WEEK: Final = timedelta(days=7)


class MessageOutcome(NamedTuple):
    """What a message has changed."""

    parameters: tuple[str, ...] = ()
    """Those with another value than before."""
    new_parameters: bool = False
    more: bool = False
    """Something else than parameters."""


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
        """Begin with what is rules."""
        self.device = device
        self.rhythm = Rhythm(gaps)
        self.log = StateLog() if log is None else log
        self._conflict_detector = SerialConflictDetector()
        self._zone = zone
        self._moment: Moment | None = None
        self._config_ack = ConfigAck(waiting=bool(device.configuration.document))

    # --- what it says ----------------------------------------------------------------

    def received(self, report: Report, now: datetime) -> MessageOutcome:
        """Take a message in: what it says replaces what was rules, key by key."""
        self.tick(now)
        before = self.device
        self.rhythm.arrived(now)
        at = now.timestamp()
        said = report.parameters
        conflict_changed = self._conflict_detector.received(at, said, report.clock)
        parameters = before.parameters if said is None else said
        estado = report.estado or before.estado
        self.log.add(at, estado, parameters)
        self.device = replace(
            before,
            estado=estado,
            parameters=parameters,
            pending=self._still_pending(report.estado, now),
            acknowledged=before.acknowledged
            if report.version is None
            else report.version,
            last_seen=now,
            silent=False,
            conflict=self._conflict_detector.conflict,
        )
        if report.configuration is not None:
            self._take_over(report.configuration, now)
        return self._news(before, conflict_changed=conflict_changed)

    def _still_pending(self, said: str | None, now: datetime) -> Echo[bool] | None:
        """Return what is waited for after the device has spoken."""
        pending = self.device.pending
        if pending is None:
            return None
        verdict = pending.judge(confirmed=as_on(said) is pending.expected, now=now)
        return pending if verdict is Verdict.PENDING else None

    def _take_over(self, document: Mapping[str, Json], now: datetime) -> None:
        """Believe the configuration that a device sends, unless ours is newer."""
        device = self.device
        if document == device.configuration.document:
            self._config_ack.acknowledged()
            return
        interval = device.configuration.interval
        late = self._config_ack.is_waiting(now, interval)
        if late or device.pending or device.held:
            return
        try:
            self._serve(replace(device, configuration=Configuration.of(document)))
        except TooLarge:
            return
        self._config_ack.acknowledged()

    def _news(self, before: Device, *, conflict_changed: bool) -> MessageOutcome:
        """Return what is new since then."""
        device = self.device
        now, then = device.parameters, before.parameters
        changed = [name for name, value in now.items() if then.get(name) != value]
        same_names = now.keys() == then.keys()
        if not same_names:
            changed += [name for name in then if name not in now]
        return MessageOutcome(
            parameters=tuple(changed),
            new_parameters=not (same_names or now.keys() <= then.keys()),
            more=conflict_changed
            or before.silent
            or before.pending is not device.pending
            or before.estado != device.estado
            or before.acknowledged != device.acknowledged
            or before.configuration is not device.configuration,
        )

    def fall_silent(self) -> None:
        """Take note that it was not received for longer than it should."""
        self.device = replace(self.device, silent=True)

    # --- what it is sent -------------------------------------------------------------

    def update(self, update: Update, now: datetime) -> None:
        """Carry out an update; raises TooLarge, and nothing is changed then."""
        device = self.device
        if device.held and self._repeats(update.configuration, device.served):
            # It tells what it does during the hold; that is no change of mode.
            update = replace(update, configuration=None)
        elif "modo" in (update.configuration or {}):
            device = replace(device, held=None)
        by_itself = self._repeats(update.configuration, device.configuration)
        before = Switched(configuration=device.configuration, estado=device.estado)
        after = apply(before, update)
        on = as_on(after.estado)
        switched = on is not None and update.wanted != (None, None)
        switched = switched or after.estado != before.estado
        self._serve(
            replace(
                device,
                identity=_renamed(device.identity, update),
                estado=after.estado,
                configuration=after.configuration,
                parameters=clean_parameters(update.parameters) or device.parameters,
                held=self._held(
                    replace(device, configuration=after.configuration),
                    None if by_itself or not switched else on,
                    now,
                ),
                pending=self._expect(on, now)
                if switched and not by_itself and on is not None
                else device.pending,
            )
        )
        if by_itself:
            self._config_ack.acknowledged()
        self.log.add(now.timestamp(), self.device.estado, self.device.parameters)

    @staticmethod
    def _repeats(said: Mapping[str, Json] | None, rules: Configuration) -> bool:
        """Say whether a device repeats what it was sent, with its own `encendido`."""
        if said is None or len(said) < len(rules.document):
            return False
        return {**said, "encendido": 0} == {**rules.document, "encendido": 0}

    def _expect(self, on: bool, now: datetime) -> Echo[bool]:  # noqa: FBT001
        """Return the echo of a command."""
        wait = time_to_confirm(self.device.configuration.interval)
        return Echo(expected=on, deadline=now + wait)

    def _held(self, device: Device, on: bool | None, now: datetime) -> Held | None:  # noqa: FBT001
        """Return the hold of a device that is switched over to ``on``, or is not."""
        if device.configuration.mode is not ControlMode.SCHEDULE:
            return None
        if on is None:
            before = self.device.configuration.schedule
            same = device.configuration.schedule == before
            return device.held if same else None
        moment = self._at(device.configuration, now)
        if moment is None or (moment.open is not None) is on:
            return None
        longest = _LONGEST_HOLD if moment.changes_at is None else _WEEK
        return Held(hold=Hold.begin(now, longest, moment.changes_at), on=on)

    def rename(self, identity: Identity) -> None:
        """Be called something else."""
        self.device = replace(self.device, identity=identity)

    def end_hold(self) -> None:
        """Let the schedule decide again."""
        self._serve(replace(self.device, held=None))

    def tick(self, now: datetime) -> bool:
        """End a hold whose time has come; return whether it did."""
        held = self.device.held
        if held is None or held.hold.holds(now):
            return False
        self.end_hold()
        return True

    def _serve(self, device: Device) -> None:
        """Become this; what is served otherwise than before is a new version."""
        if device.served.document != self.device.served.document:
            device = replace(device, version=device.version + 1)
            self._moment = None
            self._config_ack.changed()
        self.device = device

    # --- the schedule ----------------------------------------------------------------

    def moment(self, now: datetime) -> Moment | None:
        """Return what the schedule says now; None without one."""
        if self._moment is None or not self._moment.holds(now):
            self._moment = self._at(self.device.configuration, now)
        return self._moment

    def next_change(self, now: datetime) -> datetime | None:
        """Return when it will be switched over next, as far as we know."""
        if self.device.configuration.mode is not ControlMode.SCHEDULE:
            return None
        moment = self.moment(now)
        if self.device.held is not None:
            return self.device.held.hold.until
        return None if moment is None else moment.changes_at

    def decides(self, now: datetime) -> bool | None:
        """Return what the firmware decides from what it is served."""
        served = self.device.served
        if served.mode is ControlMode.MANUAL:
            return served.on is not False
        if served.mode is None:
            return None
        moment = self.moment(now)
        return moment is not None and moment.open is not None

    def _at(self, configuration: Configuration, now: datetime) -> Moment | None:
        schedule = configuration.schedule
        return None if schedule is None else schedule.at(now, self._zone)

    # --- for a restart ---------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """Return what it is sent."""
        device, held = self.device, self.device.held
        return {
            "configuration": dict(device.configuration.document),
            "version": device.version,
            "acknowledged": device.acknowledged,
            "held": held
            and {
                "since": held.hold.since.isoformat(),
                "until": held.hold.until.isoformat(),
                "on": held.on,
            },
        }

    def history(self) -> dict[str, Any]:
        """Return what it has said."""
        device = self.device
        return {
            "estado": device.estado,
            "parameters": dict(device.parameters),
            "last_seen": device.last_seen and device.last_seen.isoformat(),
            "gaps": list(self.rhythm.gaps),
            "log": [[row.at, row.estado, dict(row.parameters)] for row in self.log],
        }


def _renamed(identity: Identity, update: Update) -> Identity:
    """Return what a device is called after an update."""
    return Identity(
        name=update.name or identity.name,
        type=update.type or identity.type,
        model=update.model or identity.model,
        description=identity.description
        if update.description is None
        else update.description,
    )
