"""Tests of what firmware and app are answered over HTTP."""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from ..conftest import SERIAL, VALVE, Ask, Speak, state_of
from .requests import body, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


async def id_of(ask: Ask, serial: str = SERIAL) -> int:
    """Find a device as the firmware does."""
    listed = await body(ask, "GET", "/dispositivos")
    number: int = next(one["id"] for one in listed if one["serial_number"] == serial)
    return number


async def test_firmware_finds_its_device_and_configuration(
    ask: Ask, speak: Speak
) -> None:
    await speak(parametros={"temperatura": 21.5})
    number = await id_of(ask)
    assert await body(ask, "GET", f"/dispositivos/{number}") == {
        "id": number,
        "serial_number": SERIAL,
        "nombre": "Bedroom",
        "tipo": "actuador",
        "modelo": "M-1",
        "descripcion": "",
        "estado": "activo",
        "parametros": {"temperatura": 21.5},
        "configuracion": {"modo": "manual", "encendido": True},
        "reclamado": True,
    }


@pytest.mark.parametrize(
    ("query", "serials"),
    [
        ("", {SERIAL, VALVE}),
        ("?reclamado=true", {SERIAL}),
        ("?reclamado=false", {VALVE}),
        (f"?serial={VALVE}", {VALVE}),
        (f"?serial={VALVE}&reclamado=true", set()),
    ],
)
async def test_list_has_the_devices_that_are_asked_for(
    ask: Ask, speak: Speak, query: str, serials: set[str]
) -> None:
    await speak(VALVE)
    listed = await body(ask, "GET", f"/dispositivos{query}")
    assert {device["serial_number"] for device in listed} == serials


async def test_responses_are_compact_json(ask: Ask, speak: Speak) -> None:
    await speak()
    text = await (await ask("GET", "/dispositivos")).text()
    assert '": ' not in text
    assert "Bedroom" in text


async def test_app_claims_a_device_that_has_reported(
    hass: HomeAssistant, ask: Ask, speak: Speak
) -> None:
    claim = {"serial": VALVE, "nombre": "Regador", "configuracion": {"modo": "manual"}}
    path = "/dispositivos/reclamar"
    assert await refusal(ask, "POST", path, json={}) == (400, "Falta serial_number")
    assert (await refusal(ask, "POST", path, json=claim))[0] == 404
    await speak(VALVE, parametros={"bateria": 3})
    (unclaimed,) = await body(ask, "GET", "/dispositivos/no-reclamados")
    assert unclaimed == {
        "id": unclaimed["id"],
        "serial_number": VALVE,
        "estado": "activo",
        "parametros": {"bateria": 3},
        "configuracion": {},
        "reclamado": False,
    }
    number = unclaimed["id"]
    for method, end in (("PUT", ""), ("GET", "/logs")):
        refused = await refusal(ask, method, f"/dispositivos/{number}{end}", json={})
        assert refused == (409, "Dispositivo no reclamado")
    claimed = await body(ask, "POST", path, json=claim)
    assert claimed == {"mensaje": "Dispositivo reclamado", "id": number}
    assert (await refusal(ask, "POST", path, json=claim))[0] == 409
    assert state_of(hass, "valve", "actuator", VALVE).name == "Regador"
    assert await body(ask, "GET", "/dispositivos/no-reclamados") == []


async def test_device_can_be_added_before_its_first_report(
    ask: Ask, speak: Speak
) -> None:
    said = {"serial_number": VALVE, "nombre": "Regador"}
    made = await body(ask, "POST", "/dispositivos", json=said)
    assert made["mensaje"] == "Dispositivo creado"
    assert (await refusal(ask, "POST", "/dispositivos", json=said))[0] == 409
    assert (await refusal(ask, "POST", "/dispositivos", json={}))[0] == 400
    device = await body(ask, "GET", f"/dispositivos/{made['id']}")
    assert (device["nombre"], device["reclamado"]) == ("Regador", False)
    claim = {"serial_number": VALVE, "modelo": "RG-1"}
    await body(ask, "POST", "/dispositivos/reclamar", json=claim)
    device = await body(ask, "GET", f"/dispositivos/{made['id']}")
    assert (device["nombre"], device["modelo"]) == ("Regador", "RG-1")


async def test_update_renames_and_switches(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask, speak: Speak
) -> None:
    await speak()
    path = f"/dispositivos/{await id_of(ask)}"
    said = await body(ask, "PUT", path, json={"nombre": "Cama", "encendido": False})
    assert said == {
        "mensaje": "Dispositivo actualizado",
        "id": await id_of(ask),
        "estado": "inactivo",
        "configuracion": {"modo": "manual", "encendido": False},
    }
    assert state_of(hass, "switch", "active").state == "off"
    assert state_of(hass, "switch", "active").name == "Cama"
    (subentry,) = entry.subentries.values()
    assert subentry.title == "Cama"
    # A message that was on its way does not switch it back at once.
    await speak(estado="activo")
    assert state_of(hass, "switch", "active").state == "off"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 400),
        (b"[1]", 400),
        (b'{"configuracion": 3}', 400),
        (b'{"configuracion": {"horarios": "tomorrow"}}', 400),
        (b'{"configuracion": {"x": "%b"}}' % (b"x" * 9000), 413),
        (b'{"x": "%b"}' % (b"x" * 20_000), 413),
        (b'{"configuracion": %b}' % (b'{"x":' * 500 + b"1" + b"}" * 500), 413),
    ],
)
async def test_invalid_body_is_refused_and_changes_nothing(
    ask: Ask, devices: MqttDevices, data: bytes, status: int
) -> None:
    before = devices.devices[SERIAL].data
    path = f"/dispositivos/{before.id}"
    assert (await refusal(ask, "PUT", path, data=data))[0] == status
    assert devices.devices[SERIAL].data is before


async def test_body_without_end_returns_408(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.jannenkoti.view._LONGEST_WAIT", 0)
    answered = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await answered.wait()

    path = f"/dispositivos/{await id_of(ask)}"
    assert (await refusal(ask, "PUT", path, data=endless()))[0] == 408
    answered.set()


async def test_many_small_changes_respect_the_size_limit(
    ask: Ask, devices: MqttDevices
) -> None:
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    answers = [
        (await ask("PUT", path, json={"configuracion": {key: "x" * 5000}})).status
        for key in ("a", "b")
    ]
    assert answers == [HTTPStatus.OK, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/dispositivos/1"),
        ("GET", "/dispositivos/-1"),
        ("GET", "/dispositivos/99999999999999999999"),
        ("GET", "/dispositivos/²"),
        ("PUT", "/dispositivos/1"),
        ("GET", "/dispositivos/1/logs"),
        ("GET", "/party"),
        ("POST", "/dispositivos/1/2/3"),
        ("GET", "/api/jannenkoti/dispositivos/other-token/dispositivos"),
    ],
)
async def test_unknown_path_returns_404(ask: Ask, method: str, path: str) -> None:
    response = await ask(method, path, json={})
    assert response.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
async def test_unsupported_method_returns_405(ask: Ask, method: str) -> None:
    for path in ("/dispositivos", f"/dispositivos/{await id_of(ask)}"):
        assert (await refusal(ask, method, path))[0] == 405


async def test_log_is_returned_in_pages(ask: Ask, speak: Speak) -> None:
    for temperature in range(5):
        await speak(parametros={"temperatura": temperature})
    path = f"/dispositivos/{await id_of(ask)}/logs"
    page = await body(ask, "GET", f"{path}?page=2&per_page=2")
    assert {key: page[key] for key in ("page", "per_page", "total", "pages")} == {
        "page": 2,
        "per_page": 2,
        "total": 5,
        "pages": 3,
    }
    assert [row["parametros"]["temperatura"] for row in page["data"]] == [2, 1]
    assert (await body(ask, "GET", f"{path}?page=9"))["data"] == []
    far = await body(ask, "GET", f"{path}?page={'9' * 30}")
    assert (far["page"], far["data"]) == (1_000_000, [])
    assert (await refusal(ask, "GET", f"{path}?page=x"))[0] == 400


@pytest.mark.parametrize("options", [{"request_limit": 3}])
async def test_requests_above_the_limit_return_429(ask: Ask) -> None:
    answers = [(await ask("GET", "/dispositivos")).status for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


async def test_request_from_the_internet_returns_403(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "custom_components.jannenkoti.view._is_local_address"
    monkeypatch.setattr(place, lambda _address: False)
    assert (await refusal(ask, "GET", "/dispositivos"))[0] == 403


async def test_body_that_is_not_encoded_as_stated_returns_400(ask: Ask) -> None:
    path = f"/dispositivos/{await id_of(ask)}"
    refused = await refusal(
        ask, "PUT", path, data=b"no gzip", headers={"Content-Encoding": "gzip"}
    )
    assert refused == (400, "JSON inválido")
