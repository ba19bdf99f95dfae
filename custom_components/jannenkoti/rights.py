"""Who may perform an action or WebSocket command: the one place that registers them.

Each states its rule. Home Assistant's own entity permissions decide; a call without a
user comes from an automation or from Home Assistant itself and is allowed.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.service import async_register_platform_entity_service
from homeassistant.util.hass_dict import HassKey

from .const import CONF_KIND, DOMAIN
from .lib.size import is_larger

if TYPE_CHECKING:
    from homeassistant.auth.models import User
    from homeassistant.const import Platform
    from homeassistant.core import Context, HomeAssistant, ServiceCall
    from homeassistant.helpers.typing import VolDictType, VolSchemaType

type Targets = Callable[[HomeAssistant, Mapping[str, Any]], Iterable[str]]
"""Return the entity ids that an action's or command's data mean; never raise."""

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, dict[str, Any] | None]]
type CommandHandler = Callable[
    [HomeAssistant, websocket_api.ActiveConnection, dict[str, Any]], None
]


class Access(StrEnum):
    """What a caller needs."""

    ADMIN = "admin"
    CONTROL = "control"
    READ = "read"
    TARGET = "target"
    """Control of the entities of the action's target, which Home Assistant checks."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a caller needs, and for which entities."""

    access: Access
    targets: Targets | None = None


ADMIN: Final = Rule(Access.ADMIN)
"""For administrators: whatever touches files, accounts, claims or raw values."""

_TARGET: Final = Rule(Access.TARGET)

RULES: HassKey[dict[str, Rule]] = HassKey(f"{DOMAIN}_rules")
"""The rules of all registered actions and commands by name."""

_POLICIES: Final = {Access.CONTROL: POLICY_CONTROL, Access.READ: POLICY_READ}


def control(targets: Targets) -> Rule:
    """Return the rule for actions that change what the targets do."""
    return Rule(Access.CONTROL, targets)


def read(targets: Targets) -> Rule:
    """Return the rule for actions that return what is known of the targets."""
    return Rule(Access.READ, targets)


@callback
def async_register_action(
    hass: HomeAssistant,
    name: str,
    handler: Handler,
    *,
    schema: VolDictType,
    rule: Rule,
    supports_response: SupportsResponse = SupportsResponse.NONE,
) -> None:
    """Register an action that is not performed on entities of its target."""

    async def async_guarded(call: ServiceCall) -> dict[str, Any] | None:
        """Check the rule, then run the handler; raises Unauthorized."""
        if (user_id := call.context.user_id) is not None:
            user = await hass.auth.async_get_user(user_id)
            if user is None:
                raise UnknownUser(context=call.context)
            check(hass, rule, user, call.data, call.context)
        return await handler(call)

    _rules(hass)[name] = rule
    hass.services.async_register(
        DOMAIN,
        name,
        async_guarded,
        schema=_bounded(vol.Schema(schema)),
        supports_response=supports_response,
    )


@callback
def async_register_entity_action(
    hass: HomeAssistant,
    name: str,
    func: str | Callable[..., Any],
    *,
    entity_domain: Platform | str,
    schema: VolDictType,
    supports_response: SupportsResponse = SupportsResponse.NONE,
) -> None:
    """Register an action on entities; Home Assistant requires control of each."""
    _rules(hass)[name] = _TARGET
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        name,
        entity_domain=entity_domain,
        func=func,
        schema=_bounded(cv.make_entity_service_schema(schema)),
        supports_response=supports_response,
    )


@callback
def async_register_command(
    hass: HomeAssistant,
    name: str,
    handler: CommandHandler,
    *,
    schema: VolDictType,
    rule: Rule,
) -> None:
    """Register the WebSocket command ``jannenkoti/<name>``."""

    @callback
    def async_guarded(
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        """Check the rule, then run the handler; raises Unauthorized."""
        check(hass, rule, connection.user, msg, connection.context(msg))
        handler(hass, connection, msg)

    command = f"{DOMAIN}/{name}"
    _rules(hass)[command] = rule
    whole = websocket_api.BASE_COMMAND_MESSAGE_SCHEMA.extend(
        {vol.Required("type"): command, **schema}
    )
    websocket_api.async_register_command(hass, command, async_guarded, _bounded(whole))


# The largest call names some hundred entities, or a week of time slots. Ten thousand
# values that are wrong would take 30 ms: each of them becomes an error.
_MOST_PARTS: Final = 5000


def _bounded(schema: VolSchemaType) -> vol.Schema:
    """Return a schema that checks the size of a call before anything else."""
    return vol.Schema(vol.All(_checked_size, schema))


def _checked_size(data: object) -> object:
    """Return the data of a call; raises Invalid if it has too many values."""
    if is_larger(data, _MOST_PARTS):
        msg = "too many values"
        raise vol.LengthInvalid(msg)
    return data


def check(
    hass: HomeAssistant,
    rule: Rule,
    user: User,
    data: Mapping[str, Any],
    context: Context | None = None,
) -> None:
    """Raise Unauthorized unless the rule lets a user do something with these data.

    Who lacks access to all entities needs it for each target; data that mean no entity
    are refused to them.
    """
    if rule.access is Access.ADMIN:
        if not user.is_admin:
            raise Unauthorized(context=context, user_id=user.id)
        return
    policy = _POLICIES[rule.access]
    if user.permissions.access_all_entities(policy):
        return
    entity_ids = set(rule.targets(hass, data)) if rule.targets else set()
    may = user.permissions.check_entity
    denied = next((each for each in entity_ids if not may(each, policy)), None)
    if denied is not None or not entity_ids:
        raise Unauthorized(
            context=context, user_id=user.id, entity_id=denied, permission=policy
        )


async def async_require_admin(
    hass: HomeAssistant, context: Context, entity_id: str | None = None
) -> None:
    """Raise Unauthorized for a user who is no administrator.

    For what depends on more than the action; a rule is better where it is enough.
    """
    if context.user_id is None:
        return  # an automation
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    if not user.is_admin:
        raise Unauthorized(context=context, user_id=user.id, entity_id=entity_id)


def entities_of_device(field: str = "device_id") -> Targets:
    """Return targets: all entities of the device whose registry id a field has."""

    def targets(hass: HomeAssistant, data: Mapping[str, Any]) -> Iterable[str]:
        registry = er.async_get(hass)
        entities = er.async_entries_for_device(
            registry, str(data.get(field)), include_disabled_entities=True
        )
        return [entity.entity_id for entity in entities]

    return targets


def entities_of_kind(kind: str, field: str = "config_entry_id") -> Targets:
    """Return targets: all entities of the entry that a field names, or of all."""

    def targets(hass: HomeAssistant, data: Mapping[str, Any]) -> Iterable[str]:
        registry, wanted = er.async_get(hass), data.get(field)
        return [
            entity.entity_id
            for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
            if entry.data[CONF_KIND] == kind and wanted in {None, entry.entry_id}
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        ]

    return targets


def entities_of_identifier(hass: HomeAssistant, entry_id: str, key: str) -> list[str]:
    """Return all entities of the device that an entry identifies by a key."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, key), entry_id)
    return (
        []
        if device is None
        else [*entities_of_device()(hass, {"device_id": device.id})]
    )


def _rules(hass: HomeAssistant) -> dict[str, Rule]:
    """Return the rules by name."""
    return hass.data.setdefault(RULES, {})
