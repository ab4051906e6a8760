"""Who calls, as handlers see it."""

from dragoman.core.faults import Denied
from dragoman.core.tx import Actor, Tx
from dragoman.domains.desk.people import Person


class Caller(Actor, frozen=True, kw_only=True):
    """person: authenticated with cookie and fields, or with the fields alone. visitor: whoever the
    cookie alone leads to; enough for two paths.
    """

    person: Person | None = None
    visitor: Person | None = None


def caller(tx: Tx) -> Caller:
    """The caller of this transaction."""
    return tx.actor if isinstance(tx.actor, Caller) else Caller()


def person(tx: Tx) -> Person:
    """The authenticated person; the row's access has seen to it that there is one."""
    found = caller(tx).person
    if found is None:
        raise Denied("login")
    return found


def is_staff(tx: Tx) -> bool:
    """Whether a member of staff calls."""
    found = caller(tx).person
    return found is not None and found.staff
