"""Preferences and drafts of the person at the screen."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.tx import Tx
from dragoman.dialects.console.places import local
from dragoman.dialects.console.results import Nothing, Redirect
from dragoman.domains.console import keeping
from dragoman.wire.binding import Filled, Header, Path

_PAGES = frozenset({"logs", "people", "shop", "devices", "entities", "inbox"})
THEMES = ("system", "light", "dark")
_KINDS = frozenset({"component"})  # the Inbox has an address of its own: inbox_seat


class SetTheme(msgspec.Struct, frozen=True):
    """POST /edit/preferences."""

    theme: str
    back: str = ""
    fragment: Annotated[str, Header("x-fragment")] = ""


class SaveDraft(msgspec.Struct, frozen=True):
    """POST /edit/drafts: the text of one editor; an empty one is forgotten."""

    kind: str
    subject: str
    text: str = ""


def own(tx: Tx) -> int:
    """The account at the screen."""
    account_id: Any = tx.actor.account_id
    return int(account_id)


class SaveView(msgspec.Struct, frozen=True):
    """POST /edit/views: the filters of a page under a name."""

    page: str
    query: str
    name: Annotated[str, Filled()]


class DropView(msgspec.Struct, frozen=True):
    """POST /edit/views/{id}/remove."""

    id: Annotated[int, Path()]
    page: str


def _page(name: str) -> str:
    if name not in _PAGES:
        raise BadValue("page")
    return f"/edit/{name}"


def save_view(tx: Tx, ask: SaveView) -> Redirect:
    """Keep the filters of a page."""
    address, name = _page(ask.page), ask.name.strip()[:60]
    if len(ask.query) > 1000:
        raise BadValue("query")
    keeping.save_view(tx, own(tx), ask.page, name, ask.query)
    return Redirect(local(f"{address}?{ask.query}") or address, f"View “{name}” saved.")


def drop_view(tx: Tx, ask: DropView) -> Redirect:
    """Forget a saved view of one's own."""
    address = _page(ask.page)
    if not keeping.drop_view(tx, own(tx), ask.id):
        raise NotFound("view", "id", ask.id)
    return Redirect(address, "View removed.")


def set_theme(tx: Tx, ask: SetTheme) -> Nothing | Redirect:
    """Light, dark, or as the computer has it."""
    if ask.theme not in THEMES:
        raise BadValue("theme")
    keeping.prefer(tx, own(tx), "theme", ask.theme)
    return Nothing() if ask.fragment else Redirect(local(ask.back) or "/edit/")


def save_draft(tx: Tx, ask: SaveDraft) -> Nothing:
    """Keep what was typed, for the same person on any machine."""
    if ask.kind not in _KINDS or len(ask.subject) > 100:
        raise BadValue("draft")
    keep_draft(tx, ask.kind, ask.subject, ask.text)
    return Nothing()


def keep_draft(tx: Tx, kind: str, subject: str, text: str) -> None:
    """Keep what the one at the screen typed; an empty text is forgotten. Raises BadValue."""
    if len(text) > keeping.LARGEST:
        raise BadValue("draft")
    if text:
        keeping.save_draft(tx, own(tx), kind, subject, text)
    else:
        keeping.drop_draft(tx, own(tx), kind, subject)
