"""People of every system in one list, last seen first, whatever the page."""

import random
from typing import Any

import sqlalchemy as sa

from dragoman.bridges import addresses
from dragoman.core.tx import Tx
from dragoman.domains.desk import users
from dragoman.domains.desk.tables import users as desk_users
from dragoman.domains.profiles import access, profiles, tables
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.values import Operation
from dragoman.domains.shop import customers
from dragoman.domains.shop.tables import shop_customers
from tests.support.site import TestSite

NAMES = [f"{name}@{place}.example" for name in "abcdefgh" for place in ("one", "two")]
Known = dict[str, dict[str, int]]


def fill(tx: Tx, dice: random.Random) -> Known:
    """Everybody in some systems, seen at some times. Returns address -> system -> time."""
    for number in (71, 72):
        facts = {"description": "", "tags": [], "groups": [], "fields": []}
        tx.insert(tables.databases, {"number": number, "name": "Mail", **facts})
    known: Known = {}
    for email in NAMES:
        for system in dice.sample(("shop", "desk", 71, 72), dice.randint(1, 4)):
            at_ms = dice.randrange(1, 50)  # some at the same time
            _put(tx, system, email, at_ms)
            name = system if isinstance(system, str) else "profiles"
            held = known.setdefault(email, {})
            held[name] = max(held.get(name, 0), at_ms)
    return known


def _put(tx: Tx, system: Any, email: str, at_ms: int) -> None:
    if system == "shop":
        id = customers.put(tx, email, {"name": "N"})
        tx.update(shop_customers, id, {"registered_ms": at_ms})
    elif system == "desk":
        row = users.guest(tx, name="N", email=email)
        tx.update(desk_users, row.id, {"signed_up_ms": at_ms})
    else:
        wanted = Write(database=system, system={"email": Operation("set", email)})
        oid = profiles.write(tx, Viewer(frozenset({access.MAIN})), Rules(), wanted)
        id = tx.scalar(sa.select(tables.profiles.c.id).where(tables.profiles.c.oid == oid))
        tx.update(tables.profiles, id, {"updated_ms": at_ms})


def test_pages_are_those_of_the_whole_list(site: TestSite) -> None:
    known = site.tx(lambda tx: fill(tx, random.Random(11)))
    for text in ("", "one", "B@", "nobody"):
        fits = [email for email in known if text.lower() in email]
        expected = sorted(fits, key=lambda email: (-max(known[email].values()), email))
        for limit in (1, 3, 100):
            found: list[Any] = []
            while True:
                offset = len(found)
                page = site.look(
                    lambda tx, text=text, limit=limit, offset=offset: addresses.listed(
                        tx, text, limit=limit, offset=offset
                    )
                )
                found += page
                if len(page) < limit:
                    break
            times = {one.email: one.at_ms for one in found}
            assert times == {email: max(known[email].values()) for email in fits}
            assert [one.at_ms for one in found] == [times[email] for email in expected]
            for one in found:
                systems = {name for name in ("shop", "profiles", "desk") if getattr(one, name)}
                assert systems == set(known[one.email])
                assert (one.things, one.content) == (False, False)
