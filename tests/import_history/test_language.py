"""The texts of the dialog are in the language of the user, not of the home."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers.http import current_request

from custom_components.jannenkoti.import_history.language import async_user_language

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockUser


class Request(dict[str, Any]):
    """What the function reads of a request."""

    def __init__(self, user: object, header: str | None) -> None:
        super().__init__(hass_user=user)
        self.headers = {} if header is None else {"Accept-Language": header}


def let_request(user: MockUser, header: str | None) -> None:
    """Let a request of a user be the current one of this test."""
    request: Any = Request(user, header)
    current_request.set(request)


async def test_without_a_page_it_is_that_of_the_home(
    hass: HomeAssistant, hass_admin_user: MockUser
) -> None:
    hass.config.language = "fi"
    assert await async_user_language(hass) == "fi"
    let_request(hass_admin_user, "de")
    assert await async_user_language(hass) == "fi"


@pytest.mark.parametrize(
    ("stored", "header", "language"),
    [
        ({"language": "es"}, "de-DE,de;q=0.9", "es"),
        (None, "de-DE,de;q=0.9", "de"),
        ({"language": 5}, "de;q=0.9", "de"),
        ({}, None, "fi"),
        ("es", "", "fi"),
    ],
)
async def test_language_of_the_profile_precedes_that_of_the_browser(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    hass_storage: dict[str, Any],
    stored: object,
    header: str | None,
    language: str,
) -> None:
    hass.config.language = "fi"
    hass.config.components.add("frontend")
    key = f"frontend.user_data_{hass_admin_user.id}"
    hass_storage[key] = {"version": 1, "key": key, "data": {"language": stored}}
    let_request(hass_admin_user, header)
    assert await async_user_language(hass) == language
