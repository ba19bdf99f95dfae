"""The one place where a kind is named.

A kind is a folder in ``kinds/``; nothing of it is imported before a home has an
entry of it, or its user asks for one.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from homeassistant.helpers.importlib import async_import_module
from homeassistant.requirements import (
    RequirementsNotFound,
    async_process_requirements,
)

from .const import CONF_KIND, DOMAIN

if TYPE_CHECKING:
    from types import ModuleType

    from homeassistant.core import HomeAssistant

    from .kind import AnyKind, JannenkotiConfigEntry

# Each kind with the version of its own entry data; raise it together with a step in
# the kind's `async_migrate`. No name may be the beginning of another's step id.
KINDS: Final[dict[str, int]] = {
    "room_sensors": 1,
    "air_conditioner": 1,
    "mqtt_devices": 1,
    "tlink": 1,
    "robocam": 1,
    "heating": 1,
    "light_routine": 1,
    "printer": 1,
    "presence": 1,
    "hue_bridge": 1,
}

WITHOUT_OPTIONS: Final = frozenset({"hue_bridge"})
"""Kinds without options; theirs are not offered."""

WITHOUT_RECONFIGURE: Final = frozenset({"heating", "light_routine", "presence"})
"""Kinds whose connection cannot be changed later."""

# What the entries of a kind can hold: the types of their subentries.
SUBENTRIES: Final[dict[str, tuple[str, ...]]] = {
    "mqtt_devices": ("mqtt_device", "simulated_device"),
}

# Platforms other than those of entities, by their names, with the kinds that have them:
# logbook, media_source, repairs (fix flows).
EXTRAS: Final[dict[str, tuple[str, ...]]] = {
    "logbook": ("air_conditioner",),
    "media_source": ("printer",),
    "repairs": ("air_conditioner", "heating"),
}

# Kinds that can take over settings of the old servers: the module that reads them, and
# the tables that they are in.
OLD_SETTINGS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "air_conditioner": ("old_settings", ("thermostat_conf",)),
    "heating": (
        "old_settings",
        ("manufacturer", "heating_settings", "tank_settings", "memory"),
    ),
    "mqtt_devices": ("claims.old_settings", ("dispositivo",)),
    "printer": ("timelapse.old_settings", ("timelapse_conf",)),
}

# Heavy or platform-dependent packages. They are installed when the first entry of the
# kind is set up or added, so that one missing wheel never breaks the other kinds.
REQUIREMENTS: Final[dict[str, list[str]]] = {
    # The range includes the version that Home Assistant's own Hue integration pins.
    "hue_bridge": ["aiohue>=4.8,<5"],
}

# Packages that a kind can do without. `async_install_optional` installs them.
OPTIONAL: Final[dict[str, list[str]]] = {"heating": ["highspy>=1.10,<2"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Announcements that are for a kind; the manifest asks for the same."""

    kind: str
    source: str
    """``dhcp``, ``mqtt``, ``ssdp`` or ``zeroconf``."""
    type: str = ""
    """The type of service (zeroconf), search target (SSDP) or topic (MQTT)."""
    name: str = "*"
    """Pattern of the instance or host name, in lower case."""
    model: str = "*"
    """Pattern of the model, in lower case, where devices announce one."""

    def matches(self, source: str, of_type: str, name: str, model: str) -> bool:
        """Return whether an announcement is of this sort."""
        return (
            (self.source, self.type) == (source, of_type)
            and fnmatchcase(name.lower(), self.name)
            and fnmatchcase(model.lower(), self.model)
        )


_HTTP: Final = "_http._tcp.local."
_HUE: Final = "_hue._tcp.local."

# The first that matches counts. Two kinds may use the same source.
DISCOVERIES: Final[tuple[Discovery, ...]] = (
    Discovery(kind="robocam", source="dhcp", name="esp32-*"),
    Discovery(kind="robocam", source="dhcp", name="esp32cam*"),
    Discovery(kind="robocam", source="dhcp", name="robocam*"),
    Discovery(kind="robocam", source="zeroconf", type=_HTTP, name="esp32-cam*"),
    Discovery(kind="robocam", source="zeroconf", type=_HTTP, name="esp32cam*"),
    Discovery(kind="robocam", source="zeroconf", type=_HTTP, name="robocam*"),
    Discovery(kind="hue_bridge", source="zeroconf", type=_HUE),
    Discovery(
        kind="printer", source="ssdp", type="urn:bambulab-com:device:3dprinter:1"
    ),
)


def discovered_kind(
    source: str, of_type: str, name: str, model: str = ""
) -> str | None:
    """Return the kind that an announcement is for, if it is for any."""
    found = (row for row in DISCOVERIES if row.matches(source, of_type, name, model))
    return next((row.kind for row in found), None)


def kind_and_step(step_id: str) -> tuple[str, str] | None:
    """Return kind and step of the step id ``<kind>`` or ``<kind>_<step>``."""
    for kind in KINDS:
        if step_id == kind:
            return kind, "user"
        step = step_id.removeprefix(f"{kind}_")
        if step not in {step_id, "", "user"}:
            return kind, step
    return None


async def async_import_from_kind(
    hass: HomeAssistant, kind: str, module: str
) -> ModuleType:
    """Import ``kinds/<kind>/<module>.py`` without blocking the event loop.

    What the kind requires is installed first; raises RequirementsNotFound.
    """
    if (requirements := REQUIREMENTS.get(kind)) and not hass.config.skip_pip:
        name = f"{DOMAIN}.{kind}"
        await async_process_requirements(hass, name, requirements, is_built_in=False)
    return await async_import_module(hass, f"{__package__}.kinds.{kind}.{module}")


async def async_install_optional(hass: HomeAssistant, kind: str) -> bool:
    """Install what a kind can do without; return whether that succeeded.

    Home Assistant does not try a package again that failed, until it is restarted.
    """
    if hass.config.skip_pip:
        return True
    name = f"{DOMAIN}.{kind}"
    try:
        await async_process_requirements(hass, name, OPTIONAL[kind], is_built_in=False)
    except RequirementsNotFound:
        return False
    return True


async def async_get_kind(hass: HomeAssistant, entry: JannenkotiConfigEntry) -> AnyKind:
    """Return the kind of an entry."""
    module = await async_import_from_kind(hass, entry.data[CONF_KIND], "kind")
    kind: AnyKind = module.KIND
    return kind
