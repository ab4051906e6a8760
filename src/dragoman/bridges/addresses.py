"""Addresses that any system knows, in pages: all of them, or those of a database or a segment of
profiles. Reads only.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.sql import Row, contains, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables as desk
from dragoman.domains.profiles import segments
from dragoman.domains.profiles import tables as profiles
from dragoman.domains.shop import tables as shop
from dragoman.domains.things import tables as things

_c, _i, _p = shop.shop_customers.c, things.thing_items.c, profiles.profiles.c
_m = core.memberships.c


class Listed(msgspec.Struct, frozen=True):
    """One address, when it was last seen, and which systems know it."""

    email: str
    at_ms: int
    shop: bool
    profiles: bool
    things: bool
    content: bool
    desk: bool


_ERASED = "@erased.invalid"
_SOUGHT = sa.bindparam("sought", type_=sa.Text())
_MOST = sa.bindparam("most", type_=sa.BigInteger())
# system -> address, when it was seen, which rows
_KNOWN: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "shop": (_c.email_folded, _c.registered_ms, ()),
    "profiles": (_p.email_folded, _p.updated_ms, ()),
    "things": (_i.mail, _i.time_ms, (_i.store == "users",)),
    "content": (_m.login_folded, _m.created_ms, (_m.domain == "content",)),
    "desk": (desk.users.c.email_folded, desk.users.c.signed_up_ms, ()),
}


def _newest(email: Any, at: Any, where: tuple[Any, ...]) -> Any:
    """The addresses seen last in one system, by an index."""
    held = (email.is_not(None), email != "", ~contains(email, sa.literal(_ERASED)))
    found = sa.select(email.label("email"), at.label("at_ms"))
    wanted = found.where(*held, contains(email, _SOUGHT), *where)
    return sa.select(wanted.order_by(at.desc()).limit(_MOST).subquery())


def _page() -> Any:
    """Who is among the newest of all is among the newest of some system."""
    whole = sa.union_all(*(_newest(*known) for known in _KNOWN.values())).subquery("people")
    last = sa.func.max(whole.c.at_ms)
    return (
        sa.select(whole.c.email, last.label("at_ms"))
        .group_by(whole.c.email)
        .order_by(last.desc(), whole.c.email)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .offset(sa.bindparam("offset", type_=sa.BigInteger()))
    )


_PAGE = prepare(_page())
_IN_DATABASE = prepare(
    sa.select(_p.email_folded.label("email"), _p.updated_ms.label("at_ms"))
    .where(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        _p.email_folded.is_not(None),
        _p.email_folded != "",
        contains(_p.email_folded, _SOUGHT),
    )
    .order_by(_p.email_folded)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .offset(sa.bindparam("offset", type_=sa.BigInteger()))
)
_DATABASES = prepare(sa.select(sa.func.count()).select_from(profiles.databases))
_HOLDS = {
    name: prepare(sa.select(email).where(member(email, "emails"), *where))
    for name, (email, _, where) in _KNOWN.items()
}


def listed(tx: Tx, text: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """Addresses that hold a text, with the systems that know them, last seen first."""
    # an address may stand once in each database of profiles
    most = (limit + offset) * max(1, int(tx.scalar(_DATABASES)))
    sought = fold(text.strip())
    return _known(tx, tx.all(_PAGE, sought=sought, most=most, limit=limit, offset=offset))


def in_database(tx: Tx, database: Row, text: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """The same for a database of profiles, by address; seen: when the profile changed."""
    sought = fold(text.strip())
    return _known(
        tx,
        tx.all(_IN_DATABASE, database_id=database.id, sought=sought, limit=limit, offset=offset),
    )


def in_segment(tx: Tx, segment: Row, text: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """The same for a segment, in its own order. Long where few of many hold the text."""
    database, sought = tx.get(profiles.databases, segment.database_id), fold(text.strip())
    if database is None:
        return []
    tx.expect_long()
    meant = (
        _Seen(row.email_folded, row.updated_ms)
        for row in segments.everyone(tx, segment, database)
        if row.email_folded and sought in row.email_folded
    )
    return _known(tx, list(islice(meant, offset, offset + limit)))


class _Seen(NamedTuple):
    email: str
    at_ms: int


def _known(tx: Tx, found: Sequence[Any]) -> list[Listed]:
    emails = [row.email for row in found]
    known = {
        name: {row[0] for row in tx.all(query, emails=emails)} for name, query in _HOLDS.items()
    }
    return [
        Listed(row.email, row.at_ms, **{name: row.email in held for name, held in known.items()})
        for row in found
    ]
