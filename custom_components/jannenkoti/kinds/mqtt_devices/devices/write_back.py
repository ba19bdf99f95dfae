"""Configurations that apps and devices write back after reading them.

They read the configuration, change one setting, or none, and write all of it back.
Only what changed counts.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from .modes import MODE, ON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..claims.claim import Identity
    from ..wire.payload import Json
    from .device import Device
    from .modes import Configuration, Update


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
    if (
        served.document == own.document
        or not served.document.keys() <= document.keys()
        or not served.has(MODE, document[MODE])
    ):
        return update
    ignored = set() if device.held is None else {MODE, ON}
    changes = {
        name: value
        for name, value in document.items()
        if name not in ignored and not served.has(name, value)
    }
    return replace(update, configuration=changes or None)


def repeats(document: Mapping[str, Json] | None, own: Configuration) -> bool:
    """Return whether a device writes its configuration back, `encendido` aside."""
    return (
        document is not None
        and len(document) >= len(own.document)
        and document.keys() | {ON} == own.document.keys() | {ON}
        and all(name == ON or own.has(name, it) for name, it in document.items())
    )


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
