"""Finding the one profile that a caller means, inside a database."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import filters
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.ids import is_oid
from dragoman.core.sql import Row
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.profiles import values
from dragoman.domains.profiles.tables import profiles, subscriptions
from dragoman.domains.profiles.tables import values as value_rows

PHONES = "@phone"
MODES = (
    "email", "email_profile", "email_sub", "phone", "phone_sub", "profile_id", "push_sub",
    "custom", "custom_sub", "email_phone", "email_phone_sub",
)  # fmt: skip
_EMAIL_MODES = frozenset({"email", "email_profile", "email_phone"})
_PHONE_MODES = frozenset({"phone", "email_phone"})


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. emails, phones, pushes: any of them. resource: number, limits the search
    in subscriptions.
    """

    mode: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    pushes: tuple[str, ...] = ()
    oid: str = ""
    field: str = ""
    value: Any = None
    resource: int | None = None

    @property
    def email_to_keep(self) -> str | None:
        """What a new profile found by address gets as its own."""
        return self.emails[0] if self.emails and self.mode in _EMAIL_MODES else None

    @property
    def phone_to_keep(self) -> str | None:
        """The same for its phone."""
        return self.phones[0] if self.phones and self.mode in _PHONE_MODES else None


def push_contact(provider: str, token: str) -> str:
    """A push contact as it is compared."""
    return f"{provider}\n{token}"


def found(tx: Tx, database: Row, match: Match) -> list[Row]:
    """At most two profiles that fit, by id. Raises NotFound for an id that is none, BadValue for an
    unknown field.
    """
    mode = match.mode
    if mode == "profile_id":
        if not is_oid(match.oid):
            raise NotFound("profile", "id", match.oid)
        key = ("profiles by oid",)
        return tx.all(
            tx.shaped(key, lambda: _select(profiles.c.oid == sa.bindparam("oid"))),
            database_id=database.id, oid=match.oid,
        )  # fmt: skip
    if mode == "custom":
        return _by_field(tx, database, match)
    if mode == "custom_sub":
        return _by_subscription_field(tx, database, match)
    return _by_contacts(tx, database, match)


def _select(*conditions: Any) -> Any:
    return (
        sa.select(profiles)
        .where(_in_database(profiles), *conditions)
        .order_by(profiles.c.id)
        .limit(2)
    )


def _in_database(table: sa.Table) -> Any:
    return table.c.database_id == sa.bindparam("database_id", type_=sa.BigInteger())


def _by_contacts(tx: Tx, database: Row, match: Match) -> list[Row]:
    parts: list[Callable[[], Any]] = []
    params: dict[str, Any] = {"database_id": database.id}
    shape: list[Any] = ["profiles by contact", match.resource is not None]
    if match.resource is not None:
        params["resource"] = match.resource
    in_resource = match.resource is not None
    for at, address in enumerate(match.emails):
        name, params[f"email{at}"] = f"email{at}", fold_email(address)
        if match.mode in _EMAIL_MODES and address != "localhost":
            shape.append(("email", at))
            parts.append(partial(_own_email, name))
        if match.mode != "email_profile":
            shape.append(("email sub", at))
            parts.append(partial(_subscribed, "email", name, in_resource))
    for at, phone in enumerate(match.phones):
        name, params[f"phone{at}"] = f"phone{at}", values.fold_phone(phone)
        if match.mode in _PHONE_MODES:
            shape.append(("phone", at))
            parts.append(partial(_valued, sa.literal(PHONES), name))
        shape.append(("phone sub", at))
        parts.append(partial(_subscribed, "phone", name, in_resource))
    for at, push in enumerate(match.pushes):
        name, params[f"push{at}"] = f"push{at}", push
        shape.append(("push", at))
        parts.append(partial(_subscribed, "push", name, False))
    if not parts:
        return []

    def build() -> Any:
        made: list[Any] = [part() for part in parts]
        together: Any = sa.union
        ids: Any = made[0] if len(made) == 1 else together(*made)
        return _select(profiles.c.id.in_(ids))

    return tx.all(tx.shaped(tuple(shape), build), **params)


def _own_email(name: str) -> Any:
    return sa.select(profiles.c.id).where(
        _in_database(profiles), profiles.c.email_folded == sa.bindparam(name)
    )


def _valued(field: Any, name: str) -> Any:
    return sa.select(value_rows.c.profile_id).where(
        _in_database(value_rows), value_rows.c.field == field,
        value_rows.c.text == sa.bindparam(name),
    )  # fmt: skip


def _subscribed(kind: str, name: str, in_resource: bool) -> Any:
    s = subscriptions.c
    select = sa.select(s.profile_id).where(
        _in_database(subscriptions), s.contact_kind == sa.literal(kind),
        s.contact == sa.bindparam(name), s.deleted.is_(sa.false()),
    )  # fmt: skip
    if in_resource:
        select = select.where(s.resource == sa.bindparam("resource", type_=sa.BigInteger()))
    return select


def _by_field(tx: Tx, database: Row, match: Match) -> list[Row]:
    defined = next((one for one in database.fields if one["name"] == match.field), None)
    if defined is None:
        return _by_system_field(tx, database, match)
    kind = defined["type"]
    wanted = match.value
    if kind == "tags" and isinstance(wanted, str):
        wanted = [part.strip() for part in wanted.split(",") if part.strip()]
    try:
        converted = values.convert(kind, wanted, defined.get("values"))
    except ValueError as error:
        raise BadValue(match.field, str(error)) from None
    texts = values.search_texts(kind, converted)
    if not texts:
        raise BadValue(match.field, "cannot be searched")
    params = {f"text{at}": text for at, text in enumerate(texts)}

    def build() -> Any:
        return _select(
            *(profiles.c.id.in_(_valued(sa.bindparam("field"), name)) for name in params)
        )

    query = tx.shaped(("profiles by field", len(texts)), build)
    return tx.all(query, database_id=database.id, field=match.field, **params)


def _by_system_field(tx: Tx, database: Row, match: Match) -> list[Row]:
    kind = values.SYSTEM.get(match.field)
    if kind is None:
        raise BadValue(match.field, "is not a field of the database")
    if kind in ("email", "phones"):
        own = Match(mode="email_profile", emails=(str(match.value),))
        if kind == "email":
            return _by_contacts(tx, database, own)
        query = tx.shaped(
            ("profiles by phone",),
            lambda: _select(profiles.c.id.in_(_valued(sa.literal(PHONES), "text"))),
        )
        text = values.fold_phone(str(match.value))
        return tx.all(query, database_id=database.id, text=text)
    try:
        wanted = values.convert(kind, match.value)
    except ValueError as error:
        raise BadValue(match.field, str(error)) from None
    test = filters.Test(match.field, "eq", wanted)
    condition = filters.to_sql(test, {"status": profiles.c.status}, profiles.c.facts)
    query = tx.shaped(("profiles by fact", filters.shape(test)), lambda: _select(condition))
    return tx.all(query, database_id=database.id, **filters.params(test))


def _by_subscription_field(tx: Tx, database: Row, match: Match) -> list[Row]:
    s = subscriptions.c
    test = filters.Test(match.field, "eq", values.plain(match.value))
    either = sa.or_(
        filters.to_sql(test, {}, s.fields, prefix="f"),
        sa.and_(s.contact_kind == sa.literal("data"), filters.to_sql(test, {}, s.data, prefix="d")),
    )

    def build() -> Any:
        ids = sa.select(s.profile_id).where(
            _in_database(subscriptions), s.deleted.is_(sa.false()), either
        )
        return _select(profiles.c.id.in_(ids))

    query = tx.shaped(("profiles by subscription field", filters.shape(test)), build)
    params = {**filters.params(test, prefix="f"), **filters.params(test, prefix="d")}
    return tx.all(query, database_id=database.id, **params)
