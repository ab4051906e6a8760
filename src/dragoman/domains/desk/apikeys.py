"""Named keys of programs: they waive the captcha, and authenticate nobody."""

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables
from dragoman.domains.desk.faults import NameTaken

_k = tables.api_keys.c
_ALL = prepare(sa.select(tables.api_keys).order_by(_k.id))
_FOUND = prepare(sa.select(tables.api_keys).where(_k.token == sa.bindparam("token")))
_NAMED = prepare(sa.select(tables.api_keys).where(_k.folded == sa.bindparam("folded")))


def find(tx: Tx, token: str) -> Row | None:
    """The key with this text: creates_users, creates_tickets, checks_tickets, returns_number."""
    return tx.first(_FOUND, token=token) if token else None


def listed(tx: Tx) -> list[Row]:
    """Every key by id."""
    return tx.all(_ALL)


def create(tx: Tx, name: str, *, flags: dict[str, bool]) -> str:
    """A new key; its text stays readable for staff. Raises NameTaken."""
    held = tx.first(_NAMED, folded=fold(name))
    if held is not None:
        raise NameTaken("key", "name", name, held.id)
    token = random_hex(40)
    values = {"name": name, "folded": fold(name), "token": token, **flags}
    numbering.add(tx, tables.api_keys, values)
    return token


def delete(tx: Tx, name: str) -> None:
    """Remove a key. Raises NotFound("key")."""
    held = tx.first(_NAMED, folded=fold(name))
    if held is None:
        raise NotFound("key", "name", name)
    tx.delete(tables.api_keys, held.id)
