"""Keys of the help desk: rows of its own, not credentials of an account; shown beside those."""

from typing import Annotated

import msgspec

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.results import Redirect
from dragoman.domains.desk import apikeys
from dragoman.wire.binding import Path

RIGHTS = {
    "users": "creates_users",
    "tickets": "creates_tickets",
    "check": "checks_tickets",
    "number": "returns_number",
}


class RevokeKey(msgspec.Struct, frozen=True):
    """POST /edit/tokens/desk/{id}/revoke. confirm: the name, typed again."""

    id: Annotated[int, Path()]
    confirm: str = ""


def issue(tx: Tx, name: str, rights: str) -> str:
    """A new key. rights: some of RIGHTS, separated by commas. Returns its text."""
    wanted = [part.strip() for part in rights.split(",") if part.strip()]
    if any(part not in RIGHTS for part in wanted):
        raise BadValue("rights", "desk")
    return apikeys.create(tx, name, flags={RIGHTS[key]: key in wanted for key in RIGHTS})


def listed(tx: Tx) -> list[Row]:
    """Every key by id: id, name, token and its flags."""
    return apikeys.listed(tx)


def rights(row: Row) -> str:
    """What a key is for, in words of RIGHTS."""
    return ", ".join(key for key, column in RIGHTS.items() if getattr(row, column)) or "nothing"


def revoke(tx: Tx, ask: RevokeKey) -> Redirect:
    """POST /edit/tokens/desk/{id}/revoke: the key is removed; the desk knows no other end."""
    row = next((one for one in listed(tx) if one.id == ask.id), None)
    if row is None:
        raise NotFound("token", "id", ask.id)
    if ask.confirm.strip() != row.name:
        raise BadValue("confirm", "differs")
    apikeys.delete(tx, row.name)
    return Redirect("/edit/tokens", "Revoked. It is dead from its next call on.")
