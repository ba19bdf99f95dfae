"""Fixtures for all tests."""

# First: else the test harness's own package of that name wins.
import custom_components  # noqa: F401

# isort: split
import os
from typing import TYPE_CHECKING
from unittest.mock import PropertyMock, patch

import pytest
from hypothesis import HealthCheck, settings
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension

from .repair_issues import watch

# A busy machine is no fault of the code. In CI Hypothesis has a profile of its own,
# which is as patient and always tries the same examples.
if "CI" not in os.environ:
    settings.register_profile(
        "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("house")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from syrupy.assertion import SnapshotAssertion


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return snapshots as Home Assistant writes them: no random ids."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(autouse=True)
def _our_integration(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, after the recorder if there is one."""
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def _repair_issues(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check each repair issue of each test: its texts, its link to the docs."""
    if "hass" not in request.fixturenames:
        yield
        return
    hass: HomeAssistant = request.getfixturevalue("hass")
    found = watch(hass)
    yield
    assert not found


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Let entities be enabled that a user would have to enable."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        PropertyMock(return_value=True),
    ):
        yield
