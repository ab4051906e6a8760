"""The palette: pages, actions and records, at most 14 hits. Each source belongs to a right."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import msgspec

from dragoman.bridges import addresses
from dragoman.core.text import fold, fold_accents
from dragoman.core.tx import Tx
from dragoman.dialects.console import entities, navigation, shop
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Data, Page
from dragoman.domains.console import members
from dragoman.domains.content import searching
from dragoman.domains.content.searching import Wanted
from dragoman.domains.desk import searching as desk
from dragoman.domains.desk import threads
from dragoman.domains.shop import products
from dragoman.wire.binding import Query
from dragoman.wire.endpoint import NoAsk

MOST = 14


class Hit(msgspec.Struct, frozen=True):
    """One line. to: an address, or `#theme` and `#keys` for what the page does itself."""

    label: str
    kind: str
    to: str


class Find(msgspec.Struct, frozen=True):
    """GET /edit/palette."""

    q: Annotated[str, Query()] = ""


ACTIONS = (
    ("tokens:write", Hit("New token", "Action", "/edit/tokens?new=content")),
    ("users:write", Hit("New user", "Action", "/edit/users?new=1")),
    ("content:write", Hit("New component", "Action", "/edit/content")),
    ("settings:read", Hit("Audit trail", "Page", "/edit/settings/audit")),
    ("logs:read", Hit("Errors of the last hour", "Action", "/edit/logs?outcome=error&range=1h")),
    ("", Hit("Switch light and dark", "Action", "#theme")),
    ("", Hit("List of keys", "Help", "#keys")),
    ("", Hit("Your account", "Page", "/edit/account")),
)


def _components(tx: Tx, text: str) -> list[Hit]:
    rows, _ = searching.search(tx, Wanted(terms=text.split(), limit=6, drafts=True))
    return [
        Hit(
            row.name or row.key,
            f"Component · {row.key}",
            f"/edit/content/{row.space_id}?id={row.id}",
        )
        for row in rows
    ]


def _users(tx: Tx, text: str) -> list[Hit]:
    found = [row for row in members.listed(tx) if fold(text) in fold(row.login)][:4]
    return [Hit(row.login, "User", f"/edit/users/{row.number}") for row in found]


def _tickets(tx: Tx, text: str) -> list[Hit]:
    ids, _ = desk.find(tx, desk.Wanted(query=fold_accents(text)), page=1, size=5)
    return [
        Hit(
            one.ticket.title,
            f"Ticket #{one.ticket.number}",
            f"/edit/inbox?view=open&id={one.ticket.number}",
        )
        for one in threads.many(tx, ids, with_events=False)
    ]


def _people(tx: Tx, text: str) -> list[Hit]:
    rows = addresses.listed(tx, text, limit=5)
    return [Hit(row.email, "Person", f"/edit/people/{quote(row.email)}") for row in rows]


def _products(tx: Tx, text: str) -> list[Hit]:
    rows = products.find(tx, products.Selection(text=text, limit=5, offset=0))
    return [
        Hit(shop.title(row.title) or row.article, f"Product · {row.article}",
            f"/edit/shop?q={quote(row.article)}")
        for row in rows
    ]  # fmt: skip


def _objects(tx: Tx, text: str) -> list[Hit]:
    return [
        Hit(title, f"Object · {row.key}", f"/edit/devices/{row.oid}")
        for row, title in entities.search(tx, "objects", text, limit=5)
    ]


Source = Callable[[Tx, str], Sequence[Hit]]
SOURCES: list[tuple[str, Source]] = [
    ("inbox:read", _tickets),
    ("people:read", _people),
    ("shop:read", _products),
    ("devices:read", _objects),
    ("content:read", _components),
    ("users:read", _users),
]


def find(tx: Tx, ask: Find) -> Data:
    """GET /edit/palette"""
    member: Any = tx.actor
    text = ask.q.strip()[:100]
    hits = [hit for hit in _commands(member) if fold(text) in fold(hit.label)]
    if text:
        for right, source in SOURCES:
            if member.may(right):
                hits.extend(source(tx, text))
    return Data(hits[:MOST])


def _commands(member: Member) -> list[Hit]:
    pages = [
        Hit(item.label, "Page", item.address)
        for group in navigation.shown(member)
        for item in group.items
    ]
    return pages + [hit for right, hit in ACTIONS if not right or member.may(right)]


def keys(tx: Tx, ask: NoAsk) -> Page:
    """GET /edit/help"""
    return Page("help.html", {"active": "", "title": "Keys and help"})
