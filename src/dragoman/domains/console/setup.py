"""First start: the owner."""

from dragoman.core import jobs
from dragoman.core.jobs import Plan
from dragoman.core.tx import Tx
from dragoman.domains.console import members, roles

PLANS = {"trim console drafts": Plan(every_s=86_400)}


def install(tx: Tx) -> None:
    """Plant the job that drops drafts left alone."""
    jobs.plant(tx, PLANS)


def create_owner(tx: Tx, email: str, password_hash: str) -> int:
    """Make the first owner; once there is a member with that address, do nothing. Returns its
    number.
    """
    for row in members.listed(tx):
        if row.login == email:
            return int(row.number)
    held = members.create(
        tx, email=email, name="Administrator", role=roles.OWNER, password_hash=password_hash
    )
    return int(held.number)
