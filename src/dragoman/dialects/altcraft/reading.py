"""How parameters are read, and what a request says in the domain's terms.

Source: spec/altcraft 1.9, 5, 6.5, 7.
"""

from collections.abc import Mapping
from typing import Any

from dragoman.core.faults import BadValue, Missing, WrongType
from dragoman.dialects.altcraft import names
from dragoman.domains.profiles.matching import MODES, Match, push_contact
from dragoman.domains.profiles.subscriptions import Wish
from dragoman.domains.profiles.values import OPERATIONS, LooseText, Operation, plain
from dragoman.wire.binding import Readers

_LARGEST = (1 << 63) - 1
_OPERATION_KEYS = frozenset({"action", "value", "submatch"})


def integer(raw: Any) -> int:
    """A number of 64 bits, or its digits. Raises ValueError."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 20:  # 64 bits
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > _LARGEST:
        raise ValueError(raw)
    return raw


def text(raw: Any) -> str:
    """A string. Raises ValueError."""
    if not isinstance(raw, str):
        raise ValueError(raw)  # readers raise ValueError
    return str(raw)


def _bool(raw: Any) -> bool:
    if isinstance(raw, LooseText) and raw in ("true", "false", "0", "1"):
        return raw in ("true", "1")
    if not isinstance(raw, bool):
        raise ValueError(raw)  # as above
    return raw


def _list(raw: Any) -> list[Any]:
    if isinstance(raw, LooseText):
        return [raw] if raw else []
    if not isinstance(raw, list):
        raise ValueError(raw)  # as above
    return raw


def _dict(raw: Any) -> dict[str, Any]:
    if isinstance(raw, LooseText) and not raw.strip():
        return {}
    if not isinstance(raw, dict):
        raise ValueError(raw)  # as above
    return raw


_BODY: Mapping[Any, Any] = {
    int: (integer, "an integer"),
    str: (text, "a string"),
    bool: (_bool, "a boolean"),
    list: (_list, "an array"),
    dict: (_dict, "an object"),
}
READERS = Readers(body=_BODY, text=_BODY)


def ids(name: str, listed: list[Any]) -> list[int]:
    """An array of numbers. Raises WrongType."""
    try:
        return [integer(one) for one in listed]
    except ValueError:
        raise WrongType(name, "an array of integers") from None


def match(ask: Any, data: Mapping[str, Any] | None = None) -> Match:
    """The search that a request asks for. data: where values stand that it does not name.

    Raises WrongType for an unknown mode, Missing without a value to look for.
    """
    data = data or {}
    mode = ask.matching
    if not mode:
        mode = "profile_id" if ask.profile_id and not ask.email else "email"
    if mode not in MODES:
        raise WrongType("matching", f"one of {', '.join(MODES)}")
    found = _sought(mode, ask, data)
    empty = not (found.emails or found.phones or found.pushes or found.oid or found.field)
    if empty:
        raise Missing(_wanted(mode))
    return found


def _wanted(mode: str) -> str:
    if mode.startswith("email"):
        return "email"
    known = {"phone": "phone", "phone_sub": "phone", "push_sub": "subscription_id"}
    return known.get(mode, "profile_id" if mode == "profile_id" else "field_value")


def _sought(mode: str, ask: Any, data: Mapping[str, Any]) -> Match:
    resource = ask.resource_id
    if mode == "profile_id":
        oid = ask.profile_id or data.get("id") or data.get("_id") or data.get("profile_id") or ""
        return Match(mode=mode, oid=str(oid), resource=resource)
    if mode == "push_sub":
        return Match(mode=mode, pushes=_pushes(ask, data), resource=resource)
    if mode in ("custom", "custom_sub"):
        return _custom(mode, ask, data)
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    if mode.startswith("email"):
        emails = _emails(mode, ask, data)
    if "phone" in mode:
        phones = _phones(mode, ask, data)
    return Match(mode=mode, emails=emails, phones=phones, resource=resource)


def _emails(mode: str, ask: Any, data: Mapping[str, Any]) -> tuple[str, ...]:
    if ask.email.strip():
        return (ask.email.strip(),)
    if mode.endswith("_sub"):
        return _contacts(data, "email", "email", "email_data")
    sent = data.get("email")
    sent = operation(sent).value if isinstance(sent, dict) else sent
    return (str(sent).strip(),) if isinstance(sent, str) and sent.strip() else ()


def _phones(mode: str, ask: Any, data: Mapping[str, Any]) -> tuple[str, ...]:
    if ask.phone.strip():
        return (ask.phone.strip(),)
    if mode.endswith("_sub"):
        return _contacts(data, "sms", "phone", "phone_data")
    sent = data.get("phones")
    sent = operation(sent).value if isinstance(sent, dict) else sent
    listed = [sent] if isinstance(sent, str) else sent if isinstance(sent, list) else []
    return tuple(str(one) for one in listed if isinstance(one, str) and one.strip())


def _contacts(data: Mapping[str, Any], channel: str, key: str, nested: str) -> tuple[str, ...]:
    out = []
    for one in _subscriptions(data):
        if one.get("channel") == channel:
            inner = one.get(nested)
            sent = one.get(key) or (inner.get(key) if isinstance(inner, dict) else None)
            if isinstance(sent, str) and sent.strip():
                out.append(str(sent).strip())
    return tuple(dict.fromkeys(out))


def _pushes(ask: Any, data: Mapping[str, Any]) -> tuple[str, ...]:
    if ask.provider and ask.subscription_id:
        return (push_contact(ask.provider, ask.subscription_id),)
    for one in _subscriptions(data):
        if one.get("channel") == "push":
            said = wish(one)
            if isinstance(said.provider, str) and isinstance(said.token, str):
                return (push_contact(str(said.provider), str(said.token)),)
    return ()


def _subscriptions(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    sent = data.get("subscriptions")
    listed = [sent] if isinstance(sent, dict) else sent if isinstance(sent, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _custom(mode: str, ask: Any, data: Mapping[str, Any]) -> Match:
    if not ask.field_name:
        raise Missing("field_name")
    value = ask.field_value
    if value is None and mode == "custom":
        value = data.get(ask.field_name)
        if isinstance(value, dict) and set(value) <= _OPERATION_KEYS:
            value = value.get("value")
    if value is None or value == "":
        raise Missing("field_value")
    field = names.SYSTEM.get(ask.field_name, ask.field_name) if mode == "custom" else ask.field_name
    return Match(mode=mode, field=field, value=value, resource=ask.resource_id)


def operation(raw: Any) -> Operation:
    """A plain value, or an operation object."""
    if raw is None:
        return Operation("unset")
    if isinstance(raw, dict) and raw.get("action") in OPERATIONS and set(raw) <= _OPERATION_KEYS:
        submatch = raw.get("submatch")
        text = str(submatch) if isinstance(submatch, str) else None
        return Operation(str(raw["action"]), raw.get("value"), text)
    return Operation("set", raw)


def fields(data: Mapping[str, Any]) -> tuple[dict[str, Operation], dict[str, Operation]]:
    """System fields, and the database's own; without what cannot be written."""
    system, custom = {}, {}
    for name, raw in data.items():
        ours = names.SYSTEM.get(name)
        if ours is not None:
            system[ours] = operation(raw)
        elif name != "subscriptions" and name not in names.READ_ONLY:
            custom[name] = operation(raw)
    return system, custom


def wishes(data: Mapping[str, Any]) -> list[Wish]:
    """The subscriptions in a profile's data. Raises BadValue."""
    sent = data.get("subscriptions")
    if sent is None or sent == "":
        return []
    listed = [sent] if isinstance(sent, dict) else sent
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadValue("subscriptions", "is not an array of objects")
    return [wish(one) for one in listed]


def wish(sent: Mapping[str, Any]) -> Wish:
    """One subscription, in either form. Raises BadValue."""
    email, phone, push = (_nested(sent, name) for name in ("email_data", "phone_data", "push_data"))
    resource = sent.get("resource_id")
    try:
        number = None if resource is None else integer(resource)
    except ValueError:
        raise BadValue("resource_id", "is not an integer") from None
    custom = _nested(sent, "custom_fields")
    origin = {
        **_nested(sent, "reg_info"),
        **{k: sent[k] for k in ("date", "ip", "url") if k in sent},
    }
    return Wish(
        resource=number,
        channel=str(sent.get("channel", "")),
        email=sent.get("email", email.get("email")),
        phone=sent.get("phone", phone.get("phone")),
        provider=sent.get("provider", push.get("provider")),
        token=sent.get("subscription_id", push.get("subscription_id")),
        data=plain(sent.get("cc_data")),
        status=_set(sent.get("status"), "status"),
        priority=_set(sent.get("priority"), "priority"),
        fields={name: operation(raw) for name, raw in custom.items()},
        categories=sent.get("cats"),
        origin=origin,
    )


def _set(raw: Any, name: str) -> Any:
    asked = operation(raw)
    if isinstance(raw, dict):
        if asked.action != "set":
            raise BadValue(name, f"does not support {asked.action}")
        raw = asked.value
    return (
        int(raw) if isinstance(raw, str) and raw.lstrip("-").isdigit() and len(raw) < 5 else raw
    )  # small


def _nested(sent: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = sent.get(name)
    return inner if isinstance(inner, dict) else {}
