"""The stores: what kinds of items there are, which fields they need and what type known fields
have.

Source: spec/rightech 7. Unknown fields are welcome and kept as sent.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Fault, Missing, WrongType
from dragoman.core.ids import is_oid
from dragoman.domains.things import geometry

Check = Callable[[Mapping[str, Any]], None]


class Store(msgspec.Struct, frozen=True):
    """A kind of items. fields: known field -> type; needed: not empty at creation; keyed: the
    unique field.

    lists: whether its rows may be written by callers. check: rules beyond types, on the whole item.
    """

    name: str
    singular: str
    fields: Mapping[str, str] = {}
    needed: tuple[str, ...] = ()
    keyed: str = ""
    check: Check | None = None


class ForeignGroup(Fault):
    """The group asked for is neither the active one nor below it."""


_COMMON = {"name": "string", "description": "string"}
OBJECT_ID = re.compile(r"[A-Za-z0-9:_+\-.]{1,128}\Z")
LOGIN = re.compile(r"[A-Za-z0-9@._+\-]{4,40}\Z")
SLUG = re.compile(r"[a-z0-9][a-z0-9_\-]{0,62}\Z")
IMPORTANCES = ("information", "important", "critical")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_TYPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda value: isinstance(value, str), "a string"),
    "number": (_is_number, "a number"),
    "boolean": (lambda value: isinstance(value, bool), "a boolean"),
    "object": (lambda value: isinstance(value, dict), "an object"),
    "array": (lambda value: isinstance(value, list), "an array"),
    "strings": (_is_texts, "an array of strings"),
    "id": (lambda value: isinstance(value, str) and is_oid(value.lower()), "an identifier"),
    "tree": (lambda value: isinstance(value, str | dict), "a string or an object"),
}


def _check_object(item: Mapping[str, Any]) -> None:
    if not OBJECT_ID.match(item["id"]):
        raise BadValue("id", "must be 1 to 128 of A-Z a-z 0-9 : _ + - .")


def _check_user(item: Mapping[str, Any]) -> None:
    if not LOGIN.match(item["login"]):
        raise BadValue("login", "must be 4 to 40 of A-Z a-z 0-9 @ . _ + -")


def _check_group(item: Mapping[str, Any]) -> None:
    if not SLUG.match(item["tagname"]):
        raise BadValue("tagname", "must be a slug of a-z 0-9 - _")


def _check_fence(item: Mapping[str, Any]) -> None:
    geometry.check_shape(item["shape"])


def _check_message(item: Mapping[str, Any]) -> None:
    if item["importance"] not in IMPORTANCES:
        raise BadValue("importance", "must be information, important or critical")


_ALL = (
    Store(
        "models",
        "model",
        {
            "base": "string",
            "data": "object",
            "props": "object",
            "disabled": "array",
            "removed": "array",
        },
        ("base", "name"),
    ),
    Store(
        "objects",
        "object",
        {
            "id": "string",
            "model": "id",
            "status": "string",
            "type": "string",
            "config": "object",
            "active": "boolean",
            "botEnabled": "boolean",
        },
        ("model", "id"),
        keyed="id",
        check=_check_object,
    ),
    Store(
        "automatons",
        "automaton",
        {"model": "id", "models": "strings", "data": "tree", "processId": "string"},
        ("model", "name"),
    ),
    Store("handlers", "handler", {"userCode": "string"}, ("name", "userCode")),
    Store(
        "geofences",
        "geofence",
        {"color": "string", "shape": "object", "floors": "array"},
        ("name", "shape"),
        check=_check_fence,
    ),
    Store(
        "messages",
        "message",
        {"id": "string", "importance": "string", "text": "string", "status": "string"},
        ("id", "importance", "text"),
        check=_check_message,
    ),
    Store(
        "tokens",
        "token",
        {"scopes": "strings", "active": "boolean", "issuedAt": "number", "expiresAt": "number"},
    ),
    Store(
        "users",
        "user",
        {
            "login": "string",
            "email": "string",
            "role": "id",
            "phone": "string",
            "locale": "string",
            "timezoneOffset": "number",
            "disabled": "boolean",
            "webDisabled": "boolean",
            "temp": "boolean",
            "messages": "boolean",
            "rights": "number",
        },
        ("login",),
        keyed="login",
        check=_check_user,
    ),
    Store(
        "groups",
        "group",
        {"tagname": "string", "parent": "id", "role": "id", "active": "boolean", "code": "string"},
        ("name",),
        keyed="tagname",
        check=_check_group,
    ),
    Store("roles", "role", {"credentials": "strings"}, ("name",)),
    Store("labels", "label"),
    Store("dashboards", "dashboard"),
    Store("scenes", "scene"),
    Store("files", "file"),
)

STORES: Mapping[str, Store] = {store.name: store for store in _ALL}

# Fields that are text even when a caller's filter looks like a number. Source: spec/rightech R6.6.
TEXT_FIELDS = frozenset(
    {"_id", "id", "owner", "group", "_oid", "_mid", "_gid", "_org", "event", "access", "branch"}
    | {
        name
        for store in _ALL
        for name, kind in {**_COMMON, **store.fields}.items()
        if kind in ("string", "id", "strings")
    }
)


def check(store: Store, item: Mapping[str, Any], *, only: Mapping[str, Any] | None = None) -> None:
    """Refuse a whole item that breaks its store's rules. only: the fields that a change brings.

    Raises Missing, WrongType or BadValue.
    """
    for name in store.needed:
        if item.get(name) is None or item[name] in ("", [], {}):
            raise Missing(name)
    for name, kind in (*_COMMON.items(), *store.fields.items()):
        value = item.get(name)
        if value is None or (only is not None and name not in only):
            continue
        fits, expected = _TYPES[kind]
        if not fits(value):
            raise WrongType(name, expected)
    if store.check is not None:
        store.check(item)
