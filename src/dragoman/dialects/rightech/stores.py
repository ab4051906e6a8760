"""Create, get, list, change, delete: the same five for every store.

Source: spec/rightech 5, 6, 7.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Denied, Missing, NotFound, WrongType
from dragoman.core.identity import memberships, passwords
from dragoman.core.sql import Row, decode_json, encode_json
from dragoman.core.tx import Tx
from dragoman.dialects.rightech import reading, scopes
from dragoman.dialects.rightech.auth import Caller, caller
from dragoman.dialects.rightech.envelope import Ask, Item, Listed
from dragoman.dialects.rightech.reading import ListQuery
from dragoman.domains.things import (
    events,
    groups,
    items,
    listing,
    messages,
    sources,
    templates,
    tokens,
    users,
)
from dragoman.domains.things.items import Draft
from dragoman.domains.things.stores import STORES, Store
from dragoman.domains.things.visibility import BUILT_IN

_READ_ONLY = {"users": ("rights",), "groups": ("code",), "automatons": ("processId",)}


def shown(row: Row) -> Item:
    """An item whole, from its ready texts."""
    text = bytes(row.body).decode()
    for name, part in (("data", row.data), ("state", row.state)):
        if part is not None:
            text = f'{text[:-1]},"{name}":{bytes(part).decode()}}}'
    return Item(text)


def answer(tx: Tx, source: listing.Source, query: ListQuery) -> Any:
    """A list, or what `meta` asks for."""
    if query.meta:
        return _overview(tx, source, query)
    texts = listing.texts(tx, source, query.selection, query.offset, query.limit)
    if query.only is not None:
        only = query.only
        return Listed(_projected(text, only) for text in texts)
    return Listed(texts)


def _projected(text: str, only: Any) -> str:
    return encode_json(reading.project(decode_json(text), only)).decode()


def _overview(tx: Tx, source: listing.Source, query: ListQuery) -> Item:
    ends = query.meta == "full"
    found = listing.overview(tx, source, query.selection, ends=ends)
    parts = [f'"count":{found.count}', f'"total":{found.count}']
    if ends:
        for name, text in (("first", found.first), ("last", found.last)):
            if text is not None and query.only is not None:
                text = _projected(text, query.only)
            parts.append(f'"{name}":{text if text is not None else "null"}')
    return Item("{" + ",".join(parts) + "}")


class Five(msgspec.Struct, frozen=True):
    """The handlers of one store."""

    listed: Callable[[Tx, Ask], object]
    create: Callable[[Tx, Ask], object]
    fetch: Callable[[Tx, Ask], object]
    change: Callable[[Tx, Ask], object]
    delete: Callable[[Tx, Ask], object]


def handlers(name: str) -> Five:
    """The five handlers of the store called `name`."""
    store = STORES[name]
    make = _CREATE.get(name, _create_any)
    alter = _CHANGE.get(name, _change_any)
    remove = _DELETE.get(name, items.delete)

    def listed(tx: Tx, ask: Ask) -> object:
        query = reading.read(ask.query, name)
        source = sources.items(tx, caller(tx).viewer, name, below=query.below, data=query.data)
        return answer(tx, source, query)

    def create(tx: Tx, ask: Ask) -> object:
        draft = items.draft(tx, caller(tx).viewer, ask.fields)
        return make(tx, store, draft, ask)

    def fetch(tx: Tx, ask: Ask) -> object:
        row = items.find(tx, caller(tx).viewer, name, ask.params["id"])
        only = reading.only_of([value for key, value in ask.query if key == "only"])
        if only is None:
            return shown(row)
        return reading.project(items.body_of(row), only)

    def change(tx: Tx, ask: Ask) -> object:
        row = _writable(tx, name, ask)
        fields = items.cleaned(ask.fields)
        for fixed in _READ_ONLY.get(name, ()):
            fields.pop(fixed, None)
        return shown(alter(tx, store, row, fields, ask))

    def delete(tx: Tx, ask: Ask) -> object:
        row = _writable(tx, name, ask)
        told = shown(row)
        if ask.fields.get("dryRun") is True:
            return Item(f'{told.text[:-1]},"dryRun":true}}')
        remove(tx, row)
        return told

    return Five(listed, create, fetch, change, delete)


def _writable(tx: Tx, name: str, ask: Ask) -> Row:
    row = items.find(tx, caller(tx).viewer, name, ask.params["id"])
    if row.label == BUILT_IN:
        raise Denied("built-in")
    return row


def _create_any(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    return shown(items.create(tx, store, draft))


def _change_any(tx: Tx, store: Store, row: Row, fields: dict[str, Any], ask: Ask) -> Row:
    if store.name in ("objects", "automatons") and "model" in fields:
        fields["model"] = _model(tx, fields["model"])
    if store.name == "models" and isinstance(fields.get("base"), str):
        templates.template(fields["base"])
    return items.change(tx, store, row, fields)


def _model(tx: Tx, oid: Any) -> str:
    if not isinstance(oid, str):
        raise WrongType("model", "an identifier")
    try:
        return str(items.find(tx, caller(tx).viewer, "models", oid).oid)
    except NotFound:
        raise BadValue("model", "is no model that you see") from None


def _create_model(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    fields = draft.fields
    if isinstance(fields.get("base"), str) and fields["base"]:
        template = templates.template(fields["base"])
        fields.setdefault("data", template["data"])
        if isinstance(fields.get("props"), dict):
            items.merge(template["props"], fields["props"])
            fields["props"] = template["props"]
        fields.setdefault("props", template["props"])
    fields.setdefault("disabled", [])
    fields.setdefault("removed", [])
    return shown(items.create(tx, store, draft))


def _create_object(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    fields = draft.fields
    if fields.get("model"):
        fields["model"] = _model(tx, fields["model"])
    if isinstance(fields.get("id"), str):
        fields.setdefault("name", fields["id"])
    for name, value in (("status", "ok"), ("config", {}), ("active", True), ("botEnabled", False)):
        fields.setdefault(name, value)
    return shown(items.create(tx, store, draft))


def _create_automaton(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    fields = draft.fields
    if fields.get("model"):
        fields["model"] = _model(tx, fields["model"])
        fields.setdefault("models", [fields["model"]])
    fields["processId"] = secrets.token_hex(4)
    return shown(items.create(tx, store, draft))


def _create_fence(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    draft.fields.setdefault("floors", [])
    return shown(items.create(tx, store, draft))


def _create_message(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    wanted = draft.fields.get("id")
    if wanted is None or wanted == "":
        raise Missing("id")
    if not isinstance(wanted, str):
        raise WrongType("id", "a string")
    obj = items.find(tx, caller(tx).viewer, "objects", wanted)
    return shown(messages.create(tx, draft, obj))


def _create_role(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    draft.fields.setdefault("credentials", [])
    return shown(items.create(tx, store, draft))


def _create_group(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    return shown(groups.create(tx, caller(tx).viewer, draft))


def _change_group(tx: Tx, store: Store, row: Row, fields: dict[str, Any], ask: Ask) -> Row:
    return groups.change(tx, caller(tx).viewer, row, fields)


def hash_password(tx: Tx, ask: Ask) -> object:
    """Slow work before the transaction: the hash of a password that could be one."""
    password = ask.fields.get("password")
    if isinstance(password, str) and 0 < len(password) <= 1024:
        return passwords.hashed(password)
    return None


def _create_user(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    password = ask.fields.get("password")
    if not draft.fields.get("login"):
        raise Missing("login")
    users.refuse_password(password, strict=ask.options.strict_passwords)
    return shown(users.create(tx, draft, ask.prepared))


def _change_user(tx: Tx, store: Store, row: Row, fields: dict[str, Any], ask: Ask) -> Row:
    if "password" in fields:
        strict = ask.options.strict_passwords
        users.refuse_password(fields["password"], strict=strict)
    return users.change(tx, row, fields, ask.prepared)


def _create_token(tx: Tx, store: Store, draft: Draft, ask: Ask) -> object:
    fields = draft.fields
    _read_expiry(tx, fields)
    who: Caller = caller(tx)
    fields.setdefault("scopes", [])
    _bound_scopes(who, fields)
    member = memberships.fetch(tx, who.membership_id or 0)
    row, minted = tokens.create(tx, draft, member, who.user)
    text = tokens.sign(
        tokens.make_secret(tx),
        minted,
        web=False,
        user=who.user,
        group=who.group,
        root=events.root_group(tx),
    )
    told = shown(row).text
    return Item(f'{told[:-1]},"token":"{text}"}}')


def _read_expiry(tx: Tx, fields: dict[str, Any]) -> None:
    fields.pop("token", None)
    ttl = fields.pop("ttl", None)
    if isinstance(fields.get("expiresAt"), str):
        fields["expiresAt"] = reading.instant("expiresAt", fields["expiresAt"])
    if ttl is not None and "expiresAt" not in fields:
        if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 < ttl < 1 << 33:
            raise WrongType("ttl", "a number of seconds")
        fields["expiresAt"] = tx.now_ms + ttl * 1000


def _change_token(tx: Tx, store: Store, row: Row, fields: dict[str, Any], ask: Ask) -> Row:
    if isinstance(fields.get("expiresAt"), str):
        fields["expiresAt"] = reading.instant("expiresAt", fields["expiresAt"])
    _bound_scopes(caller(tx), fields)
    return tokens.change(tx, row, fields)


def _bound_scopes(who: Caller, fields: dict[str, Any]) -> None:
    """A token gives no more than it has itself; no scopes asked for: the giver's own. Raises
    Denied.
    """
    if who.scopes is None or "scopes" not in fields:
        return
    wanted = fields["scopes"]
    if not wanted:
        fields["scopes"] = list(who.scopes)
    elif not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise WrongType("scopes", "an array of strings")
    elif not scopes.within(tuple(wanted), who.scopes):
        raise Denied("wider than the token that gives it")


_Create = Callable[[Tx, Store, Draft, Ask], object]
_CREATE: Mapping[str, _Create] = {
    "models": _create_model,
    "objects": _create_object,
    "automatons": _create_automaton,
    "geofences": _create_fence,
    "messages": _create_message,
    "tokens": _create_token,
    "users": _create_user,
    "groups": _create_group,
    "roles": _create_role,
}
_CHANGE: Mapping[str, Callable[[Tx, Store, Row, dict[str, Any], Ask], Row]] = {
    "tokens": _change_token,
    "users": _change_user,
    "groups": _change_group,
}
_DELETE: Mapping[str, Callable[[Tx, Row], None]] = {
    "tokens": tokens.delete,
    "users": users.delete,
}
