"""What an agent does with a ticket. Every act goes through the desk's own functions."""

from contextlib import suppress
from typing import Annotated

import msgspec
from markupsafe import escape

from dragoman.core.faults import BadValue, Missing, NotFound, TooLarge
from dragoman.core.files import Files, Stored
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console import inbox, ticket_html
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.reading import number_in
from dragoman.dialects.console.refusals import ChangedMeanwhile
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.console import keeping
from dragoman.domains.desk import attachments, departments, settings, tables, tags, tickets
from dragoman.domains.desk.faults import AlreadyTagged
from dragoman.domains.desk.people import Person
from dragoman.domains.desk.threads import Thread
from dragoman.wire.binding import Given, Header, Part, Path
from dragoman.wire.call import Upload
from dragoman.wire.dialect import Site

MOST_PICTURES = 10
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff")


class Write(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/write. last: the newest entry that the writer had before him.
    alt: what the pictures show, in their order.
    """

    number: Annotated[int, Path()]
    store: Annotated[Files, Given()]
    site: Annotated[Site, Given()]
    kind: str
    text: str = ""
    alt: list[str] = []
    last: int = 0
    anyway: bool = False
    back: str = ""
    fragment: Annotated[str, Header("x-fragment")] = ""
    uploads: Annotated[list[Upload], Part("picture")] = []
    prepared: list[Stored] | None = None


class Act(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/act."""

    number: Annotated[int, Path()]
    act: str
    staff: str = ""
    department: str = ""
    tag: str = ""
    back: str = ""


def store_pictures(tx: Tx, ask: Write) -> list[Stored] | None:
    """Before the transaction: the bytes, by content and never by name. All are looked at first."""
    if not ask.uploads:
        return None
    inbox.require_staff(tx)
    limit = settings.max_bytes(settings.read(tx))
    if len(ask.uploads) > MOST_PICTURES:
        raise BadValue("picture")
    for upload in ask.uploads:
        if upload.size_bytes > limit:
            raise TooLarge(limit, "picture")
        head = upload.file.read(4096)
        upload.file.seek(0)
        webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
        if not head.startswith(_PICTURES) and not webp:
            raise BadValue("picture")
    return [ask.store.put(upload.file) for upload in ask.uploads]


def write(tx: Tx, ask: Write) -> Redirect | Page:
    """POST /edit/inbox/{number}/write: a reply or an internal note."""
    me, row = inbox.require_staff(tx), inbox.ticket_of(tx, ask.number)
    if ask.kind not in ("reply", "note"):
        raise BadValue("kind")
    tickets.require(tx, row, me)
    if not ask.text.strip() and not ask.prepared:
        raise Missing("text")
    tx.lock(tables.tickets, row.id)
    held, content = inbox.thread_of(tx, ask.number), ticket_html.written(ask.text)
    to = inbox.back_to(ask.back, ask.number)
    told = "Reply sent." if ask.kind == "reply" else "Note added."
    if _said(held, ask, me, content):
        return Redirect(to, told)
    crossed = inbox.others_after(held, ask.last, me)
    if crossed and not ask.anyway and ask.kind == "reply":
        if ask.fragment:
            raise ChangedMeanwhile("ticket", "answered", ask.number)
        shown = inbox.again(ask.back, ask.number, ask.kind)
        kept = {"text": ask.text, "alt": "".join(ask.alt[:1]), "last": str(ask.last)}
        return inbox.page(tx, shown, refused=kept)
    content += _pictures(tx, ask)
    tickets.comment(tx, row.id, me, content, private=ask.kind == "note")
    keeping.drop_draft(tx, own(tx), ask.kind, str(ask.number))
    return Redirect(to, told)


def _said(held: Thread, ask: Write, me: Person, content: str) -> bool:
    """Whether this very text was sent before: a second click, or a form sent again by a reload."""
    return any(
        (event.by_staff, event.by_id) == me.key
        and event.private == (ask.kind == "note")
        and (event.content or "").partition("<br><img ")[0] == content
        for event in inbox.comments_after(held, ask.last)
    )


def _pictures(tx: Tx, ask: Write) -> str:
    out = ""
    alts = [*ask.alt, *[""] * len(ask.uploads)]
    for upload, stored, said in zip(ask.uploads, ask.prepared or (), alts, strict=False):
        name = attachments.keep(
            tx, stored, prefix=str(ask.number), original=upload.name or "picture.png"
        )
        alt = escape(said.strip()[:300] or "Picture")
        address = f"{ask.site.public_url}/api/system/download?file={name}"
        out += f'<br><img src="{address}" alt="{alt}">'
    return out


def act(tx: Tx, ask: Act) -> Redirect:
    """POST /edit/inbox/{number}/act: close, reopen, hand over, move, tag."""
    me, row = inbox.require_staff(tx), inbox.ticket_of(tx, ask.number)
    to = inbox.back_to(ask.back, ask.number)
    if ask.act == "close":
        tickets.close(tx, row.id, me)
        return Redirect(to, f"Ticket #{row.number} closed.")
    if ask.act == "reopen":
        tickets.reopen(tx, row.id, me)
        return Redirect(to, f"Ticket #{row.number} opened again.")
    if ask.act == "assign":
        return _assign(tx, ask, row, me)
    if ask.act in ("tag", "untag"):
        return _tag(tx, ask, row, me)
    if ask.act == "move":
        id = number_in(ask.department) or 0
        department = departments.fetch(tx, id)
        if department is None:
            raise NotFound("department", "id", id)
        tickets.move(tx, row.id, me, department)
        return Redirect(to, f"Moved to {department.name}.")
    raise BadValue("act")


def _tag(tx: Tx, ask: Act, row: Row, me: Person) -> Redirect:
    tickets.require(tx, row, me)
    id = number_in(ask.tag) or 0
    tag = tx.get(tables.tags, id)
    if tag is None:
        raise NotFound("tag", "id", id)
    to = inbox.back_to(ask.back, ask.number)
    if ask.act == "untag":
        tags.take_off(tx, row.id, tag.id)
        return Redirect(to, f"Tag {tag.name} removed.")
    with suppress(AlreadyTagged):
        tags.put_on(tx, row.id, tag.id)
    return Redirect(to, f"Tagged {tag.name}.")


def _assign(tx: Tx, ask: Act, row: Row, me: Person) -> Redirect:
    staff_id = me.id if ask.staff == "me" else number_in(ask.staff or "0")
    if staff_id is None:
        raise BadValue("staff")
    offered = {one.id for one in inbox.colleagues(tx, row.department_id)}
    if staff_id and staff_id not in {me.id, row.owner_id, *offered}:
        raise BadValue("staff")
    if row.owner_id and row.owner_id != staff_id:
        tickets.unassign(tx, row.id, me)
    if staff_id and row.owner_id != staff_id:
        tickets.assign(tx, row.id, me, staff_id)
    to = inbox.back_to(ask.back, ask.number)
    return Redirect(to, "Owner set." if staff_id else "Nobody owns it now.")
