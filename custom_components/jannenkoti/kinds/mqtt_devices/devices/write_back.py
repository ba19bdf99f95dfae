"""Configurations that apps and devices write back after reading them.

They read the configuration, change one setting, or none, and write all of it back.
Only what changed counts.
"""

from copy import replace
from typing import TYPE_CHECKING

from .modes import MODE, ON, Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..claims.claim import Identity
    from ..wire.payload import Json
    from .device import Device
    from .modes import Update


def only_changes(device: Device, update: Update) -> Update:
    """Return an update without the settings that it leaves as they are.

    During a hold a device is served manual mode, and new firmware gets a command as a
    schedule. Writing that back must make neither permanent; a `modo` that is sent alone
    is a request for that mode.
    """
    document = update.configuration
    if document is None:
        return update
    if update.replaces:
        own = device.configuration
        if own.document.keys() - document.keys():
            return update
        changes = {
            name: value for name, value in document.items() if not own.has(name, value)
        }
        return replace(update, configuration=changes or None, replaces=False)
    own, served = device.configuration, device.served
    if not served.document.keys() <= document.keys():
        return update
    if served.document == own.document or not served.has(MODE, document[MODE]):
        return _without_on(update, document, served)
    ignored = set() if device.held is None else {MODE, ON}
    changes = {
        name: value
        for name, value in document.items()
        if name not in ignored and not served.has(name, value)
    }
    return replace(update, configuration=changes or None)


def _without_on(
    update: Update, document: Mapping[str, Json], served: Configuration
) -> Update:
    """Return an update without `encendido` if it is written back beside a change.

    The device may be in another state by now, for example moved by hand.
    """
    changes = {name for name, value in document.items() if not served.has(name, value)}
    if not changes or ON in changes or ON not in document:
        return update
    rest = {name: value for name, value in document.items() if name != ON}
    return replace(update, configuration=rest)


def repeats(document: Mapping[str, Json] | None, own: Configuration) -> bool:
    """Return whether a device writes its configuration back, `encendido` aside."""
    return (
        document is not None
        and len(document) >= len(own.document)
        and document.keys() | {ON} == own.document.keys() | {ON}
        and all(name == ON or own.has(name, it) for name, it in document.items())
    )


def without_trace_of_hold(before: Device, device: Device) -> Device:
    """Return a device whose configuration has `encendido` as before its hold."""
    document = {k: v for k, v in device.configuration.document.items() if k != ON}
    if ON in before.configuration.document:
        document[ON] = before.configuration.document[ON]
    return replace(device, configuration=Configuration.of(document))


def renamed(identity: Identity, update: Update) -> Identity:
    """Return name, type, model and description after an update."""
    return replace(
        identity,
        name=update.name or identity.name,
        type=update.type or identity.type,
        model=update.model or identity.model,
        description=identity.description
        if update.description is None
        else update.description,
    )
