"""Addresses that may not sign up."""

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.sql import prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables
from dragoman.domains.desk.faults import AlreadyBanned

_ALL = prepare(sa.select(tables.bans).order_by(tables.bans.c.id))
_ONE = prepare(sa.select(tables.bans).where(tables.bans.c.folded == sa.bindparam("folded")))


def listed(tx: Tx) -> list[str]:
    """Every banned address, in the order they were banned."""
    return [row.email for row in tx.all(_ALL)]


def refuse(tx: Tx, email: str) -> None:
    """Raise AlreadyBanned for a banned address."""
    if tx.first(_ONE, folded=fold(email)) is not None:
        raise AlreadyBanned


def add(tx: Tx, email: str) -> None:
    """Ban an address. Raises AlreadyBanned."""
    refuse(tx, email)
    numbering.add(tx, tables.bans, {"email": email, "folded": fold(email)})


def lift(tx: Tx, email: str) -> None:
    """Lift a ban. Raises NotFound("ban")."""
    held = tx.first(_ONE, folded=fold(email))
    if held is None:
        raise NotFound("ban", "email", email)
    tx.delete(tables.bans, held.id)
