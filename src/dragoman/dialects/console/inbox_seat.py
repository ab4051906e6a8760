"""The agent's own seat at the desk: joining its staff, and drafts of replies and notes."""

from typing import Annotated

import msgspec

from dragoman.core.faults import BadValue, Denied
from dragoman.core.identity import accounts
from dragoman.core.tx import Tx
from dragoman.dialects.console import inbox
from dragoman.dialects.console.keeping import keep_draft, own
from dragoman.dialects.console.results import Data, Nothing, Redirect
from dragoman.domains.console import keeping
from dragoman.domains.desk import departments, staff, tickets
from dragoman.wire.binding import Header, Path

_HIGHEST = 3


class Join(msgspec.Struct, frozen=True):
    """POST /edit/inbox/join. back: the Inbox as it stood."""

    back: str = ""


class SaveDraft(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/draft. last: the newest entry that the writer had before him."""

    number: Annotated[int, Path()]
    kind: str
    text: str = ""
    last: int = 0


def join(tx: Tx, ask: Join) -> Redirect:
    """POST /edit/inbox/join: an owner becomes desk staff of the highest level, everywhere."""
    to = inbox.back_to(ask.back)
    if inbox.acting(tx) is not None:
        return Redirect(to, "You are on the desk already.")
    account = accounts.fetch(tx, own(tx))
    if account is None or not account.email:
        raise Denied("staff")
    id = staff.join(
        tx,
        email=account.email,
        name=account.name or account.email,
        level=_HIGHEST,
        password_hash=None,
        account_id=account.id,
    )
    staff.place(tx, id, [row.id for row in departments.listed(tx)])
    return Redirect(to, "You joined the desk. You can answer tickets now.")


class Seen(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/seen. back: the Inbox as it stood, of a form without script."""

    number: Annotated[int, Path()]
    back: str = ""
    fragment: Annotated[str, Header("x-fragment")] = ""


def seen(tx: Tx, ask: Seen) -> Nothing | Redirect:
    """POST /edit/inbox/{number}/seen: its owner has read the ticket."""
    tickets.seen(tx, inbox.ticket_of(tx, ask.number).id, inbox.require_staff(tx))
    return Nothing() if ask.fragment else Redirect(inbox.back_to(ask.back, ask.number))


class DropDraft(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/draft/drop."""

    number: Annotated[int, Path()]
    kind: str
    back: str = ""


def drop_draft(tx: Tx, ask: DropDraft) -> Redirect:
    """POST /edit/inbox/{number}/draft/drop: what was typed and not sent is thrown away."""
    if ask.kind not in ("reply", "note"):
        raise BadValue("draft")
    keeping.drop_draft(tx, own(tx), ask.kind, str(ask.number))
    return Redirect(inbox.back_to(ask.back, ask.number), "Draft deleted.")


def save_draft(tx: Tx, ask: SaveDraft) -> Nothing | Data:
    """POST /edit/inbox/{number}/draft: kept, unless this text has been sent meanwhile.

    A draft that was under way while its text was sent would come back after the sending.
    """
    if ask.kind not in ("reply", "note"):
        raise BadValue("draft")
    me, held = inbox.acting(tx), inbox.thread_of(tx, ask.number)
    private = ask.kind == "note"
    if any(
        me is not None and (event.by_staff, event.by_id) == me.key and event.private == private
        for event in inbox.comments_after(held, ask.last)
    ):
        return Data({"sent": True})
    keep_draft(tx, ask.kind, str(ask.number), ask.text)
    return Nothing()
