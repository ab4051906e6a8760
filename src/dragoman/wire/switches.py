"""What can be set while the server runs, for every worker: which dialects are off, and how long
the request log is kept.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx

_OFF, _LOG = "dialects.off", "log.kept"
_NAMED = prepare(sa.select(tables.settings).where(tables.settings.c.name == sa.bindparam("name")))


class Kept(msgspec.Struct, frozen=True):
    """How long calls stay in the log: days, and at most so many rows (0: as many as there are)."""

    days: int
    rows: int


def off(tx: Tx) -> frozenset[str]:
    """Names of the dialects that are switched off."""
    return frozenset(_value(tx, _OFF) or ())


def switch_off(tx: Tx, names: Iterable[str]) -> None:
    """Switch these dialects off, and all others on; every worker knows within a second."""
    tx.upsert(tables.settings, {"name": _OFF}, {"value": sorted(names)})


def kept(tx: Tx, default: Kept) -> Kept:
    """As set here, else as configured."""
    held = _value(tx, _LOG)
    return Kept(int(held["days"]), int(held["rows"])) if held else default


def keep(tx: Tx, wanted: Kept) -> None:
    """Set how long the log is kept, for the next time that it is trimmed."""
    tx.upsert(tables.settings, {"name": _LOG}, {"value": msgspec.to_builtins(wanted)})


def _value(tx: Tx, name: str) -> Any:
    row = tx.first(_NAMED, name=name)
    return row.value if row is not None else None
