"""What can be set while the server runs, for every worker: which dialects are off, and how long
the request log is kept.
"""

from collections.abc import Iterable

import msgspec

from dragoman.core import settings
from dragoman.core.tx import Tx

_OFF, _LOG = "dialects.off", "log.kept"


class Kept(msgspec.Struct, frozen=True):
    """How long calls stay in the log: days, and at most so many rows (0: as many as there are)."""

    days: int
    rows: int


def off(tx: Tx) -> frozenset[str]:
    """Names of the dialects that are switched off."""
    return frozenset(settings.read(tx, _OFF) or ())


def switch_off(tx: Tx, names: Iterable[str]) -> None:
    """Switch these dialects off, and all others on; every worker knows within a second."""
    settings.store(tx, _OFF, sorted(names))


def kept(tx: Tx, default: Kept) -> Kept:
    """As set here, else as configured."""
    held = settings.read(tx, _LOG)
    return Kept(int(held["days"]), int(held["rows"])) if held else default


def keep(tx: Tx, wanted: Kept) -> None:
    """Set how long the log is kept, for the next time that it is trimmed."""
    settings.store(tx, _LOG, msgspec.to_builtins(wanted))
