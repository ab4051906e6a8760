"""Profiles and subscriptions as they go out. Source: spec/altcraft 6.2, 7.3."""

import hashlib
from collections.abc import Sequence
from typing import Any

import xxhash

from dragoman.core.clock import iso_z
from dragoman.core.sql import Row, encode_json
from dragoman.dialects.altcraft import names
from dragoman.domains.profiles import values
from dragoman.domains.profiles.subscriptions import DEVICE_FIELDS

_FLAGS = {
    f"_{action}{channel}_exist": False for action in names.ACTIONS for channel in names.CHANNELS
}


def date(at_ms: int) -> str:
    """RFC 3339 UTC, milliseconds when there are any."""
    text = iso_z(at_ms)
    return f"{text[:-5]}Z" if at_ms % 1000 == 0 else text


def profile(row: Row, database: Row, subscriptions: Sequence[Row]) -> dict[str, Any]:
    """All that is known of a profile."""
    out: dict[str, Any] = {"id": row.oid, "db_id": database.number}
    if row.email is not None:
        out["email"] = row.email
    out.update(phones=row.phones, _status=row.status)
    for name, value in row.facts.items():
        kind = values.SYSTEM.get(name)
        out[names.WIRE[name]] = date(value) if kind == "date" else value
    out.update(_FLAGS)
    out.update(_derived(row))
    kinds = {one["name"]: one["type"] for one in database.fields}
    for name, value in row.fields.items():
        out[name] = date(value) if kinds.get(name) == "date" else value
    out["subscriptions"] = [nested(one) for one in subscriptions]
    return out


def chosen(members: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """A profile's id and the members asked for; all of them when none is."""
    if not names:
        return members
    return {name: value for name, value in members.items() if name == "id" or name in names}


def _derived(row: Row) -> dict[str, Any]:
    out = {
        "_acid": row.account_code,
        "_xxh": row.mark,
        "_xxm": int(row.mark, 16) % 10_000,
        "_createtime": date(row.created_ms),
        "_updatetime": date(row.updated_ms),
        "_is_desktop": False,
    }
    out["_is_test"] = bool(row.facts.get("test", False))
    if row.email is not None and row.email != "localhost":
        lower = row.email.lower()
        out["_md5"] = hashlib.md5(lower.encode(), usedforsecurity=False).hexdigest()
        out["_emaildomain"], out["_domaingroup"] = lower.rpartition("@")[2], "other"
    return out


def nested(row: Row) -> dict[str, Any]:
    """A subscription inside a profile."""
    out: dict[str, Any] = {"resource_id": row.resource, "channel": row.channel}
    if row.contact_kind == "email":
        lower = row.data["email"].lower()
        md5 = hashlib.md5(lower.encode(), usedforsecurity=False).hexdigest()
        domain = lower.rpartition("@")[2]
        out["email_data"] = {
            "email": row.data["email"],
            "domain": domain,
            "domain_group": "other",
            "md5": md5,
        }
        text = row.data["email"]
    elif row.contact_kind == "phone":
        out["phone_data"], text = row.data, row.data["phone"]
    elif row.contact_kind == "push":
        text = row.data["token"]
        out["push_data"] = {"provider": row.data["provider"], "subscription_id": text}
    else:
        out["cc_data"], text = row.data, encode_json(row.data).decode()
    origin = dict(row.origin)
    if "date" in origin:
        origin["date"] = date(origin["date"])
    out.update(
        priority=row.priority,
        status=values.STATUSES[row.status],
        reg_info=origin,
        hash_id=xxhash.xxh32_hexdigest(text.encode()),
        is_delete=row.deleted,
    )
    if row.fields:
        out["custom_fields"] = row.fields
    if row.categories:
        out["cats"] = row.categories
    return out


def flat(row: Row) -> dict[str, Any]:
    """A subscription by itself."""
    out: dict[str, Any] = {"resource_id": row.resource, "channel": row.channel}
    if row.contact_kind == "push":
        out.update(provider=row.data["provider"], subscription_id=row.data["token"])
    elif row.channel in ("email", "sms"):
        out.update(row.data)
    else:
        out["cc_data"] = row.data
    out.update(priority=row.priority, status=values.STATUSES[row.status])
    if row.fields:
        out["custom_fields"] = row.fields
    if row.categories:
        out["cats"] = row.categories
    return out


def field(one: dict[str, Any]) -> dict[str, Any]:
    """A field of a database or a resource."""
    out = {
        "category": "custom", "name": one["name"], "title": one.get("title") or one["name"],
        "required": bool(one.get("required")), "type": one["type"],
    }  # fmt: skip
    if one["type"] == "enum":
        out["values"] = [
            {"id": value["number"], "name": value.get("title", "")}
            for value in one.get("values", [])
        ]
    return out


_DICTIONARIES = {
    "_device_type": "devices", "_os": "oses", "_os_tz": "tz", "_os_language": "languages",
    "_browser_name": "browsers", "_browser": "browsers", "_tz": "tz",
}  # fmt: skip
_TYPES = {
    "status": "int", "sex": "int", "country": "unicode", "postal": "unicode", "phones": "tags",
}  # fmt: skip


def system_field(name: str, kind: str) -> dict[str, Any]:
    """A field that every database or channel has."""
    out = {
        "category": "system", "name": name, "title": name.strip("_"), "required": False,
        "type": _TYPES.get(kind, kind),
    }  # fmt: skip
    if name in _DICTIONARIES:
        out["dictionary"] = _DICTIONARIES[name]
    return out


def database_fields(database: Row) -> list[dict[str, Any]]:
    """System fields, then the database's own."""
    system = [system_field(wire, values.SYSTEM[ours]) for wire, ours in names.SYSTEM.items()]
    return system + [field(one) for one in database.fields]


def resource_fields(resource: Row, channel: str) -> list[dict[str, Any]]:
    """Those of a device, then the resource's own on that channel."""
    system = [system_field(name, kind) for name, kind in DEVICE_FIELDS.items()]
    return system + [field(one) for one in resource.fields if one.get("channel") == channel]
