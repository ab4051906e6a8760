"""Profiles: import, update, add, delete, read."""

import secrets
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import xxhash

from dragoman.core import settings
from dragoman.core.faults import Ambiguous, BadValue, Conflict, NotFound
from dragoman.core.ids import mint_oid
from dragoman.core.sql import Row, member, prepare
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.profiles import (
    access,
    geo,
    history,
    matching,
    segments,
    subscriptions,
    tables,
    values,
    wiping,
)
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.faults import TariffLimit
from dragoman.domains.profiles.matching import PHONES, Match
from dragoman.domains.profiles.subscriptions import Planned, Wish
from dragoman.domains.profiles.values import Operation

_ALNUM = string.ascii_letters + string.digits
_p, _v = tables.profiles.c, tables.values.c
_HOLDER = prepare(
    sa.select(_p.id).where(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        _p.email_folded == sa.bindparam("email"),
    )
)
_BY_MARK = prepare(
    sa.select(tables.profiles).where(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        _p.mark == sa.bindparam("mark"),
    )
)
_BY_IDS = prepare(sa.select(tables.profiles).where(member(_p.id, "ids")))
_CLAIMED = prepare(sa.select(_v.profile_id).where(_v.claim == sa.bindparam("claim")))
_COUNT = prepare(sa.select(sa.func.count()).select_from(tables.profiles))


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the installation sets. places: network -> values, for geo detection."""

    max_profiles: int = 0
    blocked: bool = False
    ignore_unknown: bool = False
    places: Mapping[str, Mapping[str, Any]] = {}


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """One profile to write. system, custom: operations by field name, unchecked."""

    database: int
    system: Mapping[str, Operation] = {}
    custom: Mapping[str, Operation] = {}
    wishes: Sequence[Wish] = ()
    match: Match | None = None
    creates: bool = True
    updates: bool = True
    skip_invalid: bool = False
    detect_geo: bool = False
    skip_triggers: bool = False
    segments_in: Sequence[int] = ()
    segments_out: Sequence[int] = ()
    silent: bool = False  # keeps no history


class _Plan(msgspec.Struct):
    system: dict[str, tuple[str, Operation]]
    custom: dict[str, tuple[dict[str, Any], Operation]]
    wishes: list[Planned]
    segments_in: list[Row]
    segments_out: list[Row]


def write(tx: Tx, viewer: Viewer, rules: Rules, wanted: Write) -> str:
    """Create or update one profile. Returns its oid.

    Raises NotFound, WrongGroup, NotServed, BadValue, Ambiguous, Conflict, TariffLimit.
    """
    database = access.database(tx, viewer, wanted.database)
    if wanted.match is not None and wanted.match.resource is not None:
        access.serving(tx, viewer, wanted.match.resource, database)
    plan = _planned(tx, viewer, database, rules, wanted)
    row = _matched(tx, database, wanted)
    oid, id = (
        _create(tx, database, rules, wanted, plan)
        if row is None
        else _update(tx, database, rules, row, plan)
    )
    if wanted.skip_triggers:
        note_skipped(tx, id)
    if not wanted.silent:
        history.keep(tx, id, history.IMPORT if wanted.creates else history.UPDATE)
    subscriptions.keep(tx, database, id, plan.wishes, silent=wanted.silent)
    _segments(tx, id, plan)
    return oid


def note_skipped(tx: Tx, id: int) -> None:
    """Keep with the event that nothing automatic was to follow."""
    tx.note("profiles.triggers_skipped", tables.profiles, id)


def only(tx: Tx, viewer: Viewer, database_number: int, match: Match) -> tuple[Row, Row]:
    """The database and the one profile that fits. Raises NotFound, WrongGroup, NotServed,
    Ambiguous.
    """
    database = access.database(tx, viewer, database_number)
    if match.resource is not None:
        access.serving(tx, viewer, match.resource, database)
    return database, _one(tx, database, match)


def by_mark(tx: Tx, database: Row, mark: str) -> Row | None:
    """The profile with this mark."""
    return tx.first(_BY_MARK, database_id=database.id, mark=mark)


def by_ids(tx: Tx, ids: Iterable[int]) -> dict[int, Row]:
    """Profiles by id."""
    return {row.id: row for row in tx.all(_BY_IDS, ids=sorted(ids))}


def _one(tx: Tx, database: Row, match: Match) -> Row:
    rows = matching.found(tx, database, match)
    if len(rows) > 1:
        raise Ambiguous("profile", len(rows))
    if not rows:
        raise NotFound(
            "profile",
            match.mode,
            match.oid or match.value or (match.emails + match.phones + match.pushes)[0],
        )
    return rows[0]


def delete(tx: Tx, viewer: Viewer, rules: Rules, database_number: int, match: Match) -> str:
    """Remove a profile with all that is its own. Returns its oid."""
    _, row = only(tx, viewer, database_number, match)
    not_blocked(rules)
    wiping.remove_own(tx, [row.id])
    tx.delete(tables.profiles, row.id)
    return str(row.oid)


def _matched(tx: Tx, database: Row, wanted: Write) -> Row | None:
    match = wanted.match
    if match is None:
        return None
    rows = matching.found(tx, database, match)
    if len(rows) > 1:
        raise Ambiguous("profile", len(rows))
    if not rows:
        if not wanted.creates or match.mode == "profile_id":
            return _one(tx, database, match)
        return None
    tx.lock(tables.profiles, rows[0].id)
    if tx.engine == "postgresql":  # another transaction may have changed it before we held it
        return tx.get(tables.profiles, rows[0].id)
    return rows[0]


def _planned(tx: Tx, viewer: Viewer, database: Row, rules: Rules, wanted: Write) -> _Plan:
    segments_in = [access.segment(tx, viewer, one, database) for one in wanted.segments_in]
    segments_out = [access.segment(tx, viewer, one, database) for one in wanted.segments_out]
    wishes = subscriptions.planned(
        tx, viewer, database, wanted.wishes, skip_invalid=wanted.skip_invalid
    )
    system = {}
    for name, operation in wanted.system.items():
        kind = values.SYSTEM[name]
        system[name] = (kind, values.planned(name, kind, operation))
    if wanted.detect_geo:
        _locate(system, rules)
    custom = {}
    if wanted.custom:
        defined = {one["name"]: one for one in database.fields}
        for name, operation in wanted.custom.items():
            field = defined.get(name)
            if field is not None:
                plan = values.planned(name, field["type"], operation, field.get("values"))
                custom[name] = (field, plan)
            elif not rules.ignore_unknown:
                raise BadValue(name, "is not a field of the database")
    return _Plan(system, custom, wishes, segments_in, segments_out)


def _locate(system: dict[str, tuple[str, Operation]], rules: Rules) -> None:
    for source in ("registered_ip", "ip"):
        if source in system and system[source][1].value:
            place = geo.place(rules.places, system[source][1].value)
            for name, value in place.items():
                kind = values.SYSTEM.get(name, "float")
                system.setdefault(name, (kind, Operation("set", value)))
            return


def _create(tx: Tx, database: Row, rules: Rules, wanted: Write, plan: _Plan) -> tuple[str, int]:
    _keep_searched(database, wanted.match, plan)
    system = {
        name: value
        for name, (kind, operation) in plan.system.items()
        if (value := values.applied(kind, None, operation)) is not None
    }
    custom = _applied({}, plan)
    for field in database.fields:
        if field.get("required") and field["name"] not in custom:
            raise BadValue(field["name"], "is required")
    email = system.pop("email", None)
    claims = _claims(tx, database, custom, plan, 0)
    folded = _free_email(tx, database, email, None)
    _within_tariff(tx, rules)
    oid = mint_oid()
    phones, status = system.pop("phones", []), system.pop("status", 0)
    system.setdefault("registered", tx.now_ms)
    row = {
        "oid": oid, "database_id": database.id, "email": email, "email_folded": folded,
        "phones": phones, "status": status, "facts": system, "fields": custom,
        "mark": xxhash.xxh64_hexdigest(oid.encode()),
        "account_code": "".join(secrets.choice(_ALNUM) for _ in range(20)),
        "created_ms": tx.now_ms, "updated_ms": tx.now_ms,
    }  # fmt: skip
    id = tx.insert(tables.profiles, row)
    _index(tx, database, id, {PHONES: phones}, plan, custom, claims)
    return oid, id


def _keep_searched(database: Row, match: Match | None, plan: _Plan) -> None:
    if match is None:
        return
    email, phone = match.email_to_keep, match.phone_to_keep
    try:
        if email and "email" not in plan.system:
            plan.system["email"] = ("email", Operation("set", values.email(email)))
        if phone and "phones" not in plan.system:
            kept = values.convert("phones", [phone])
            plan.system["phones"] = ("phones", Operation("set", kept))
    except ValueError as error:
        raise BadValue("email" if email else "phone", str(error)) from None
    if match.mode == "custom":
        for field in database.fields:
            if field["name"] == match.field and match.field not in plan.custom:
                value = match.value
                if field["type"] == "tags" and isinstance(value, str):
                    value = [part.strip() for part in value.split(",") if part.strip()]
                operation = Operation("set", value)
                kept = values.planned(match.field, field["type"], operation, field.get("values"))
                plan.custom[match.field] = (field, kept)


def not_blocked(rules: Rules) -> None:
    """Raises TariffLimit when nothing may change."""
    if rules.blocked:
        raise TariffLimit("blocked")


def _within_tariff(tx: Tx, rules: Rules) -> None:
    not_blocked(rules)
    most = rules.max_profiles
    if not most:
        most = (settings.read(tx, access.DOMAIN) or {}).get("max_profiles", 0)
    if most and tx.scalar(_COUNT) >= most:
        raise TariffLimit("profiles")


def _update(tx: Tx, database: Row, rules: Rules, row: Row, plan: _Plan) -> tuple[str, int]:
    changes: dict[str, Any] = {}
    facts = dict(row.facts)
    for name, (kind, operation) in plan.system.items():
        if name in ("email", "phones", "status"):
            changes[name] = values.applied(kind, getattr(row, name), operation)
            continue
        value = values.applied(kind, facts.get(name), operation)
        if value is None:
            facts.pop(name, None)
        else:
            facts[name] = value
    if "email" in changes:
        changes["email_folded"] = _free_email(tx, database, changes["email"], row)
    if "phones" in changes:
        changes["phones"] = changes["phones"] or []
    if "status" in changes:
        changes["status"] = changes["status"] or 0
    custom = _applied(row.fields, plan)
    claims = _claims(tx, database, custom, plan, row.id)
    not_blocked(rules)
    tx.update(
        tables.profiles,
        row.id,
        {**changes, "facts": facts, "fields": custom, "updated_ms": tx.now_ms},
    )
    moved = {PHONES: changes["phones"]} if changes.get("phones", row.phones) != row.phones else {}
    stale = [name for name in plan.custom if row.fields.get(name) != custom.get(name)]
    if moved or stale:
        names = [*moved, *stale]
        tx.delete_where(tables.values, sa.and_(_v.profile_id == row.id, _v.field.in_(names)))
        kept = {name: plan.custom[name] for name in stale}
        left = _Plan(plan.system, kept, [], [], [])
        _index(tx, database, row.id, moved, left, custom, claims)
    return str(row.oid), row.id


def _applied(held: Mapping[str, Any], plan: _Plan) -> dict[str, Any]:
    out = dict(held)
    for name, (field, operation) in plan.custom.items():
        value = values.applied(field["type"], out.get(name), operation)
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
    return out


def _free_email(tx: Tx, database: Row, email: str | None, own: Row | None) -> str | None:
    if email is None or email == "localhost":
        return None
    folded = fold_email(email)
    if own is not None and own.email_folded == folded:
        return folded
    holder = tx.scalar(_HOLDER, database_id=database.id, email=folded)
    if holder is not None:
        raise Conflict("profile", "email", email, holder)
    return folded


def _claims(
    tx: Tx, database: Row, custom: Mapping[str, Any], plan: _Plan, own_id: int
) -> dict[str, str]:
    out = {}
    for name, (field, _) in plan.custom.items():
        if not field.get("unique"):
            continue
        for text in values.search_texts(field["type"], custom.get(name)):
            claim = f"{database.id}:{name}:{text}"
            holder = tx.scalar(_CLAIMED, claim=claim)
            if holder is not None and holder != own_id:
                raise Conflict("profile", name, custom[name], holder)
            out[name] = claim
    return out


def _index(
    tx: Tx,
    database: Row,
    id: int,
    own: Mapping[str, list[str]],
    plan: _Plan,
    custom: Mapping[str, Any],
    claims: Mapping[str, str],
) -> None:
    found = [(PHONES, text) for text in map(values.fold_phone, own.get(PHONES, []))]
    for name, (field, _) in plan.custom.items():
        texts = values.search_texts(field["type"], custom.get(name))
        found.extend((name, text) for text in texts)
    for name, text in found:
        tx.insert(
            tables.values,
            {
                "profile_id": id, "database_id": database.id, "field": name, "text": text,
                "claim": claims.get(name),
            },
        )  # fmt: skip


def _segments(tx: Tx, id: int, plan: _Plan) -> None:
    for segment in plan.segments_in:
        segments.join(tx, segment.id, id)
    for segment in plan.segments_out:
        segments.leave(tx, segment.id, id)
