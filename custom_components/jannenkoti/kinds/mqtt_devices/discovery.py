"""Offer unclaimed devices as discovered devices, and withdraw them."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import callback
from homeassistant.helpers import discovery_flow

from ...const import CONF_KIND, DOMAIN
from ...occurrences import Occurrence, async_report_occurrence
from .const import CONF_SERIAL, KIND_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

CONF_ENTRY_ID: Final = "entry_id"

# A neighbour's hundred devices would hide all other cards; the rest are on the list.
_MOST_CARDS: Final = 20


def card_id(entry: ConfigEntry, serial: str) -> str:
    """Return the unique id of a card; who ignores it ignores this device."""
    return f"{KIND_NAME}_{entry.unique_id}_{serial}"


def serial_let_in_again(entry: ConfigEntry, removed: ConfigEntry) -> str:
    """Return whose card is ignored no more; empty if none of this entry's."""
    own, unique_id = card_id(entry, ""), str(removed.unique_id)
    ours = removed.source == SOURCE_IGNORE and unique_id.startswith(own)
    return unique_id.removeprefix(own) if ours else ""


def ignored_cards(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return the entry by which each card of an entry is ignored, by serial number."""
    entries = hass.config_entries.async_entries(DOMAIN)
    ignored = {serial_let_in_again(entry, each): each.entry_id for each in entries}
    return {serial: entry_id for serial, entry_id in ignored.items() if serial}


@callback
def async_offer(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Show a card, and let the triggers of found devices run."""
    async_report_occurrence(
        hass,
        f"{KIND_NAME}_device_found",
        Occurrence(entry_id=entry.entry_id, details={"serial": serial}),
    )
    if sum(1 for _ in _cards(hass)) >= _MOST_CARDS:
        return
    discovery_flow.async_create_flow(
        hass,
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data={CONF_KIND: KIND_NAME, CONF_ENTRY_ID: entry.entry_id, CONF_SERIAL: serial},
    )


async def async_ignore(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Ignore an unclaimed device, as *Ignore* on its card does; twice is once."""
    wanted = card_id(entry, serial)
    if hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, wanted) is None:
        await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_IGNORE},
            data={"unique_id": wanted, "title": serial},
        )
    async_withdraw(hass, entry, serial)


@callback
def async_withdraw(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Take a card away, for its device is claimed or gone.

    Not at once: the claim may come from the card itself, which ends by itself.
    """
    wanted = card_id(entry, serial)

    @callback
    def async_abort() -> None:
        """Take it away if it is still there."""
        for flow in list(_cards(hass)):
            if flow["context"].get("unique_id") == wanted:
                hass.config_entries.flow.async_abort(flow["flow_id"])

    hass.loop.call_soon(async_abort)


@callback
def async_withdraw_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take all cards of an entry away."""
    prefix = card_id(entry, "")
    for flow in list(_cards(hass)):
        if str(flow["context"].get("unique_id")).startswith(prefix):
            hass.config_entries.flow.async_abort(flow["flow_id"])


def _cards(hass: HomeAssistant) -> Iterator[ConfigFlowResult]:
    """Yield the cards of all entries."""
    yield from hass.config_entries.flow.async_progress_by_handler(
        DOMAIN,
        include_uninitialized=True,
        match_context={"source": SOURCE_INTEGRATION_DISCOVERY},
    )
