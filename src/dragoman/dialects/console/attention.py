"""What needs somebody, and the first steps of a new installation.

Each source is a function of the transaction that gives items; a source belongs to a right, so that
nobody is told
of what they may not see.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.domains.content import spaces
from dragoman.domains.content.tables import components
from dragoman.domains.desk import tables as desk
from dragoman.domains.things import tables as things


class Item(msgspec.Struct, frozen=True):
    """One line: what is the matter, where to go, since when, how bad (`bad`, `warn` or empty)."""

    text: str
    address: str
    at_ms: int | None = None
    kind: str = ""


class Step(msgspec.Struct, frozen=True):
    """One of the first steps: done or not."""

    text: str
    address: str
    done: bool


_DRAFTS = prepare(
    sa.select(sa.func.count().label("count"), sa.func.max(components.c.updated_ms).label("at_ms"))
    .select_from(components)
    .where(components.c.published.is_(False))
)
_KEYS = prepare(
    sa.select(sa.func.count())
    .select_from(tables.credentials)
    .where(tables.credentials.c.kind != "password", tables.credentials.c.active.is_(True))
)
_ENDING = prepare(
    sa.select(tables.credentials.c.name, tables.credentials.c.expires_ms)
    .where(
        tables.credentials.c.active.is_(True),
        tables.credentials.c.expires_ms > sa.bindparam("now", type_=sa.BigInteger()),
        tables.credentials.c.expires_ms < sa.bindparam("soon", type_=sa.BigInteger()),
    )
    .order_by(tables.credentials.c.expires_ms)
    .limit(3)
)
_JOBS = prepare(
    sa.select(sa.func.count().label("count"), sa.func.max(tables.jobs.c.ended_ms).label("at_ms"))
    .select_from(tables.jobs)
    .where(tables.jobs.c.state == "failed")
)
_OPEN_SINCE = prepare(
    sa.select(desk.tickets.c.created_ms)
    .where(desk.tickets.c.closed.is_(False))
    .order_by(desk.tickets.c.created_ms)
    .limit(2000)
)
_UNOWNED = prepare(
    sa.select(sa.func.count().label("count"), sa.func.min(desk.tickets.c.created_ms).label("at_ms"))
    .select_from(desk.tickets)
    .where(desk.tickets.c.closed.is_(False), desk.tickets.c.owner_id == 0)
)
_SILENT = prepare(
    sa.select(things.thing_items.c.oid, things.thing_items.c.body, things.thing_states.c.time_ms)
    .join(things.thing_states, things.thing_states.c.item_id == things.thing_items.c.id)
    .where(
        things.thing_items.c.store == "objects",
        things.thing_states.c.time_ms < sa.bindparam("before", type_=sa.BigInteger()),
    )
    .order_by(things.thing_states.c.time_ms.desc())
    .limit(3)
)
_OBJECTS = prepare(
    sa.select(things.thing_items.c.id).where(things.thing_items.c.store == "objects").limit(1)
)
_SILENT_MS = 2 * 3_600_000
_WEEK_MS = 7 * 86_400_000


def _drafts(tx: Tx) -> list[Item]:
    row = tx.first(_DRAFTS)
    if row is None or not row.count:
        return []
    what = "component is" if row.count == 1 else "components are"
    return [Item(f"{row.count} {what} not published", "/edit/content", row.at_ms)]


def _ending(tx: Tx) -> list[Item]:
    rows = tx.all(_ENDING, now=tx.now_ms, soon=tx.now_ms + _WEEK_MS)
    return [
        Item(f"“{row.name or 'A token'}” expires soon", "/edit/tokens", row.expires_ms, "warn")
        for row in rows
    ]


def _jobs(tx: Tx) -> list[Item]:
    row = tx.first(_JOBS)
    if row is None or not row.count:
        return []
    return [Item(f"{row.count} background jobs failed", "/edit/settings", row.at_ms, "bad")]


def _unowned(tx: Tx) -> list[Item]:
    row = tx.first(_UNOWNED)
    if row is None or not row.count:
        return []
    what = "ticket has" if row.count == 1 else "tickets have"
    return [Item(f"{row.count} {what} no owner", "/edit/inbox?view=unassigned", row.at_ms, "warn")]


def _silent(tx: Tx) -> list[Item]:
    rows = tx.all(_SILENT, before=tx.now_ms - _SILENT_MS)
    return [
        Item(f"{_name(row.body)} is silent", f"/edit/devices/{row.oid}", row.time_ms, "bad")
        for row in rows
    ]


def _name(body: msgspec.Raw) -> str:
    found = msgspec.json.decode(body)
    return str(found.get("name") or found.get("id") or "An object")


Source = Callable[[Tx], Sequence[Item]]
SOURCES: list[tuple[str, Source]] = [
    ("devices:read", _silent),
    ("inbox:read", _unowned),
    ("tokens:read", _ending),
    ("settings:read", _jobs),
    ("content:read", _drafts),
]


def found(tx: Tx, member: Any) -> list[Item]:
    """Everything that the reader may see, worst first."""
    if not isinstance(member, Member):
        return []
    items = [item for right, source in SOURCES if member.may(right) for item in source(tx)]
    order = {"bad": 0, "warn": 1, "": 2}
    return sorted(items, key=lambda item: order[item.kind])


def first_steps(tx: Tx, member: Any) -> list[Step]:
    """The checklist of a new installation; ticks itself off."""
    if not isinstance(member, Member):
        return []
    known = (
        (
            "tokens:read",
            Step("Make a token for an integration", "/edit/tokens", bool(tx.scalar(_KEYS))),
        ),
        (
            "content:read",
            Step("Create a space for content", "/edit/content", bool(spaces.listed(tx))),
        ),
        ("devices:read", Step("Add a device", "/edit/devices", bool(tx.scalar(_OBJECTS)))),
        ("logs:read", Step("Make a call and see it here", "/edit/logs", False)),
    )
    return [step for right, step in known if member.may(right)]


def open_tickets(tx: Tx, starts: Sequence[int]) -> tuple[int, list[float]]:
    """How many tickets are open, and how many of those that are were there at each instant."""
    made = [row.created_ms for row in tx.all(_OPEN_SINCE)]
    return len(made), [float(sum(at <= start for at in made)) for start in starts]
