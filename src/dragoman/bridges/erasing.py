"""Taking one person out of every system, and the fields of their profiles."""

from typing import Any

from dragoman.bridges import forgetting
from dragoman.bridges.people import find
from dragoman.core import tables as core
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.desk import users
from dragoman.domains.profiles import profiles, tables, values
from dragoman.domains.profiles.access import MAIN, Viewer
from dragoman.domains.profiles.matching import Match
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.values import Operation
from dragoman.domains.shop import customers

_ALL = Viewer(frozenset({MAIN}))


def erase(tx: Tx, email: str, account_id: int) -> dict[str, int]:
    """Remove what systems hold about an address, and what the journal and the request log quote.

    Users of content and devices stay. Raises NotFound("person"). Returns how much went, by kind.
    """
    found = find(tx, email)
    if not (found.customer or found.profiles or found.user):
        raise NotFound("person", "email", email)
    begun = forgetting.start(tx)
    gone = {"orders": 0, "profiles": len(found.profiles), "tickets": 0}
    if found.customer is not None:
        gone["orders"] = customers.anonymise(tx, found.customer.id)
    for row in found.profiles:
        match = Match(mode="profile_id", oid=row.oid)
        profiles.delete(tx, _ALL, Rules(), _database(tx, row).number, match)
    if found.user is not None:
        gone["tickets"] = found.ticket_count
        users.erase(tx, found.user)
    gone["changes"] = forgetting.journal(tx, email, begun)
    gone["requests"] = forgetting.requests(tx, email)
    tx.note("people.erased", core.accounts, account_id, gone=gone)
    return gone


def _database(tx: Tx, row: Row) -> Row:
    held = tx.get(tables.databases, row.database_id)
    if held is None:
        raise NotFound("database", "id", row.database_id)
    return held


def set_field(tx: Tx, email: str, oid: str, name: str, text: str) -> None:
    """Set one field of one of the person's profiles; no text takes the value away.

    Raises NotFound("profile"), BadValue.
    """
    row = next((one for one in find(tx, email).profiles if one.oid == oid), None)
    if row is None:
        raise NotFound("profile", "oid", oid)
    database = _database(tx, row)
    custom = name in {one["name"] for one in database.fields}
    if not custom and (name not in values.SYSTEM or name in {"email", "phones"}):
        raise BadValue(name, "is not a field")
    one = {name: Operation("set", text) if text else Operation("unset")}
    parts: dict[str, Any] = {"custom": one} if custom else {"system": one}
    match = Match(mode="profile_id", oid=oid)
    profiles.write(
        tx, _ALL, Rules(), Write(database=database.number, match=match, creates=False, **parts)
    )
