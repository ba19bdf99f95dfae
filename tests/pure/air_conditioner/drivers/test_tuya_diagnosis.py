"""What is concluded from answers that are no frames, and from none."""

from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import diagnosis
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.address import (
    Address,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.lan import TuyaLan

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize("answer", [b"", b"\x00" * 40, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_answer_that_is_no_frame_is_not_authentic(answer: bytes) -> None:
    address = Address(
        device_id="bf01",
        host="127.0.0.1",
        local_key="0123456789abcdef",
        version="3.4",
    )
    assert not diagnosis._is_authentic(address, answer)


async def test_answer_without_data_points_is_unreachable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def empty(*_args: object, **_kwargs: object) -> Mapping[str, object]:
        return {}

    monkeypatch.setattr(TuyaLan, "_async_run", empty)
    with pytest.raises(Unreachable):
        await TuyaLan.__new__(TuyaLan).async_dps()
