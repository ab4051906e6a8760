"""Subscriptions of a profile: who may be written to, by which resource, on which channel."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import BadValue, Fault
from dragoman.core.sql import Row, encode_json, prepare
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, history, tables, values
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.matching import push_contact
from dragoman.domains.profiles.values import Operation

KINDS: Mapping[str, str] = {
    "email": "email", "sms": "phone", "push": "push", "whatsapp": "phone", "viber": "phone",
}  # fmt: skip
DEVICE_FIELDS: Mapping[str, str] = {
    "_device_type": "unicode", "_device_model": "unicode", "_device_name": "unicode",
    "_os": "unicode", "_os_ver": "version", "_os_tz": "unicode", "_os_language": "unicode",
    "_ad_track": "bool", "_ad_id": "unicode", "_app_id": "unicode", "_app_iid": "unicode",
    "_app_ver": "version", "_browser_name": "unicode",
}  # fmt: skip
KEEP = -1
_s = tables.subscriptions.c
_OF_PROFILE = prepare(
    sa.select(tables.subscriptions)
    .where(_s.profile_id == sa.bindparam("profile_id", type_=sa.BigInteger()))
    .order_by(_s.id)
)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One subscription as a caller sends it; None: not said. fields: operations, unchecked."""

    resource: int | None = None
    channel: str = ""
    email: Any = None
    phone: Any = None
    provider: Any = None
    token: Any = None
    data: Any = None
    status: Any = None
    priority: Any = None
    fields: Mapping[str, Operation] = {}
    categories: Any = None
    origin: Mapping[str, Any] = {}
    deleted: bool = False


class Planned(msgspec.Struct, frozen=True):
    """A checked wish; what is None stays as it is."""

    resource: Row
    channel: str
    kind: str
    contact: str
    data: dict[str, Any]
    status: int | None
    priority: int | None
    fields: dict[str, tuple[str, Operation]]
    categories: list[str] | None
    origin: dict[str, Any]
    deleted: bool


def of_profile(tx: Tx, profile_id: int) -> list[Row]:
    """All subscriptions of a profile, deleted ones too, by id."""
    return tx.all(_OF_PROFILE, profile_id=profile_id)


def planned(
    tx: Tx, viewer: Viewer, database: Row, wishes: Sequence[Wish], *, skip_invalid: bool = False
) -> list[Planned]:
    """Check wishes. skip_invalid: leave bad ones out. Raises NotFound, WrongGroup, NotServed,
    BadValue.
    """
    out = []
    for wish in wishes:
        try:
            out.append(_planned(tx, viewer, database, wish))
        except Fault:
            if not skip_invalid:
                raise
    return out


def _planned(tx: Tx, viewer: Viewer, database: Row, wish: Wish) -> Planned:
    if wish.resource is None:
        raise BadValue("resource_id", "is missing in a subscription")
    resource = access.serving(tx, viewer, wish.resource, database)
    if wish.channel not in resource.channels:
        raise BadValue("channel", f"{wish.channel!r} is no channel of resource {resource.number}")
    kind = KINDS.get(wish.channel, "data")
    contact, data = _contact(kind, wish)
    try:
        status = None if wish.status in (None, KEEP) else values.status(wish.status)
    except ValueError as error:
        raise BadValue("status", str(error)) from None
    return Planned(
        resource, wish.channel, kind, contact, data, status, _priority(wish.priority),
        _fields(resource, wish), _categories(resource, wish.categories), _origin(wish.origin),
        wish.deleted,
    )  # fmt: skip


def contact_of(wish: Wish) -> str:
    """The contact that a wish names, as it is compared. Raises BadValue."""
    return _contact(KINDS.get(wish.channel, "data"), wish)[0]


def _contact(kind: str, wish: Wish) -> tuple[str, dict[str, Any]]:
    try:
        if kind == "email":
            address = values.email(wish.email)
            return fold_email(address), {"email": address}
        if kind == "phone":
            sent = wish.phone
            if sent is None and isinstance(wish.data, dict):
                sent = wish.data.get("phone")
            phone = values.convert("phone", sent)
            return values.fold_phone(phone), {"phone": phone}
        if kind == "push":
            provider, token = (
                values.convert("unicode", wish.provider),
                values.convert("unicode", wish.token),
            )
            if not 1 <= len(provider) <= 64 or not token:  # the vendor's bound
                raise ValueError("is not a push contact")  # one place for words
            return push_contact(provider, token), {"provider": provider, "token": token}
        data = values.convert("object", wish.data)
        if not data:
            raise ValueError("is empty")  # as above
    except ValueError as error:
        field = {"email": "email", "phone": "phone", "push": "subscription_id"}.get(kind, "cc_data")
        raise BadValue(field, str(error)) from None
    return encode_json(dict(sorted(data.items()))).decode(), data


def _priority(sent: Any) -> int | None:
    if sent is None or sent == KEEP:
        return None
    try:
        number = int(values.convert("int", sent))
        if number < 0:
            raise ValueError("is below 0")  # one place for words
    except ValueError as error:
        raise BadValue("priority", str(error)) from None
    return number


def _fields(resource: Row, wish: Wish) -> dict[str, tuple[str, Operation]]:
    own = {
        one["name"]: one["type"] for one in resource.fields if one.get("channel") == wish.channel
    }
    out = {}
    for name, operation in wish.fields.items():
        kind = own.get(name) or DEVICE_FIELDS.get(name)
        if kind is None:
            raise BadValue(name, "is not a field of the resource")
        out[name] = (kind, values.planned(name, kind, operation))
    return out


def _categories(resource: Row, sent: Any) -> list[str] | None:
    if sent is None:
        return None
    try:
        listed: list[str] = values.convert("tags", sent)
    except ValueError as error:
        raise BadValue("cats", str(error)) from None
    known = {one["name"] for one in resource.categories}
    unknown = [name for name in listed if name not in known]
    if unknown:
        raise BadValue("cats", f"{unknown[0]!r} is no category of the resource")
    return listed


def _origin(sent: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, kind in (("date", "date"), ("ip", "ip"), ("url", "unicode")):
        if sent.get(name) is not None:
            try:
                out[name] = values.convert(kind, sent[name])
            except ValueError as error:
                raise BadValue(name, str(error)) from None
    return out


def keep(
    tx: Tx, database: Row, profile_id: int, plans: Sequence[Planned], *, silent: bool = False
) -> None:
    """Update by key or add; what is not named stays. silent: keeps no history."""
    if not plans:
        return
    held = {(row.resource, row.channel, row.contact): row for row in of_profile(tx, profile_id)}
    for plan in plans:
        row = held.get((plan.resource.number, plan.channel, plan.contact))
        if row is None:
            _add(tx, database, profile_id, plan, list(held.values()))
        else:
            _change(tx, row, plan)
        after = plan.status if plan.status is not None else row.status if row is not None else 0
        if not silent:
            before = None if row is None else row.status
            history.keep_status(tx, profile_id, plan.channel, before, after)
        held = {(one.resource, one.channel, one.contact): one for one in of_profile(tx, profile_id)}


def _add(tx: Tx, database: Row, profile_id: int, plan: Planned, held: Sequence[Row]) -> None:
    priority = plan.priority
    if priority is None:
        taken = [row.priority for row in held if row.channel == plan.channel]
        priority = max(taken) + 1 if plan.resource.increase_priority and taken else 0
    row = {
        "profile_id": profile_id, "database_id": database.id, "resource": plan.resource.number,
        "channel": plan.channel, "contact_kind": plan.kind, "contact": plan.contact,
        "data": plan.data, "status": plan.status or 0, "priority": priority,
        "fields": changed({}, plan.fields), "categories": plan.categories or [],
        "origin": plan.origin, "deleted": plan.deleted,
    }  # fmt: skip
    tx.insert(tables.subscriptions, row)


def _change(tx: Tx, row: Row, plan: Planned) -> None:
    changes: dict[str, Any] = {"data": plan.data, "deleted": plan.deleted}
    if plan.status is not None:
        changes["status"] = plan.status
    if plan.priority is not None:
        changes["priority"] = plan.priority
    if plan.fields:
        changes["fields"] = changed(row.fields, plan.fields)
    if plan.categories is not None:
        changes["categories"] = plan.categories
    if plan.origin:
        changes["origin"] = {**row.origin, **plan.origin}
    tx.update(tables.subscriptions, row.id, changes)


def changed(
    held: Mapping[str, Any], operations: Mapping[str, tuple[str, Operation]]
) -> dict[str, Any]:
    """Fields after operations; those that became None are gone."""
    out = dict(held)
    for name, (kind, operation) in operations.items():
        value = values.applied(kind, out.get(name), operation)
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
    return out
