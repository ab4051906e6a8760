"""What is there from the first start: the group that holds everything, the global list."""

from dragoman.core import jobs
from dragoman.core.jobs import Plan
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, tables

REFRESH = "refresh profile segments"
TRIM = "trim profile replays"
PLANS = {TRIM: Plan(every_s=3600), REFRESH: Plan(every_s=86_400)}


def install(tx: Tx) -> None:
    """Make what is missing; what is there stays as it is."""
    jobs.plant(tx, PLANS)
    if access.MAIN in access.groups(tx):
        return
    access.put_group(tx, access.MAIN, "main")
    tx.insert(
        tables.suppressions,
        {"number": 1, "name": "Global suppress list", "groups": [], "tags": []},
    )
