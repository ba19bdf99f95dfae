"""What a message changed of a device."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .device import Device


class MessageOutcome(NamedTuple):
    """What a message changed."""

    parameters: tuple[str, ...] = ()
    """Those that have another value than before."""
    new_parameters: bool = False
    other_names: bool = False
    """Whether the parameters have other names than before."""
    more: bool = False
    """Whether anything else than parameters changed."""
    served: bool = False
    """Whether the device has to get another configuration."""


def outcome_of(before: Device, device: Device, *, same_names: bool) -> MessageOutcome:
    """Return what is different from before.

    ``same_names`` if the parameters are known to have the same names.
    """
    now, then = device.parameters, before.parameters
    changed = [name for name, value in now.items() if then.get(name) != value]
    same_names = same_names or now.keys() == then.keys()
    if not same_names:
        changed += [name for name in then if name not in now]
    return MessageOutcome(
        parameters=tuple(changed),
        new_parameters=not (same_names or now.keys() <= then.keys()),
        other_names=not same_names,
        more=device.differs(before),
        served=before.version != device.version,
    )
