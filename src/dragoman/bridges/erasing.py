"""Taking one person out of every system, and the fields of their profiles."""

from collections.abc import Mapping
from typing import Any

from dragoman.bridges import forgetting
from dragoman.bridges.people import Person, find
from dragoman.core import tables as core
from dragoman.core.faults import NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.desk import users
from dragoman.domains.profiles import profiles, tables
from dragoman.domains.profiles.access import OVERSEER
from dragoman.domains.profiles.matching import Match
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.values import Operation
from dragoman.domains.shop import customers


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
        profiles.delete(tx, OVERSEER, Rules(), _database(tx, row).number, match)
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


def profiles_of(tx: Tx, person: Person) -> list[tuple[Row, Row]]:
    """Each of a person's profiles with its database."""
    return [(row, _database(tx, row)) for row in person.profiles]


def profile(tx: Tx, email: str, oid: str) -> tuple[Row, Row]:
    """One of the person's profiles and its database. Raises NotFound("profile")."""
    for row, database in profiles_of(tx, find(tx, email)):
        if row.oid == oid:
            return row, database
    raise NotFound("profile", "oid", oid)


def set_fields(tx: Tx, database: Row, oid: str, wanted: Mapping[str, Any]) -> None:
    """Set fields of a profile; None takes a value away. Raises BadValue."""
    custom = {one["name"] for one in database.fields}
    made = {
        name: Operation("unset") if value is None else Operation("set", value)
        for name, value in wanted.items()
    }
    write = Write(
        database=database.number,
        match=Match(mode="profile_id", oid=oid),
        creates=False,
        custom={name: one for name, one in made.items() if name in custom},
        system={name: one for name, one in made.items() if name not in custom},
    )
    profiles.write(tx, OVERSEER, Rules(), write)
