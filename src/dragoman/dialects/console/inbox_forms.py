"""What an agent does with a ticket. Every act goes through the desk's own functions."""

from typing import Annotated

import msgspec
from markupsafe import escape

from dragoman.core.faults import BadValue, Missing, NotFound, TooLarge
from dragoman.core.files import Files, Stored
from dragoman.core.tx import Tx
from dragoman.dialects.console import inbox, ticket_html
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.refusals import ChangedMeanwhile
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.console import keeping
from dragoman.domains.desk import attachments, departments, settings, tickets
from dragoman.wire.binding import Given, Header, Part, Path
from dragoman.wire.call import Upload
from dragoman.wire.dialect import Site

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff")


class Write(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/write. last: the newest entry that the writer had before him."""

    number: Annotated[int, Path()]
    store: Annotated[Files, Given()]
    site: Annotated[Site, Given()]
    kind: str
    text: str = ""
    alt: str = ""
    last: int = 0
    anyway: bool = False
    back: str = ""
    fragment: Annotated[str, Header("x-fragment")] = ""
    upload: Annotated[Upload | None, Part("picture")] = None
    prepared: Stored | None = None


class Act(msgspec.Struct, frozen=True):
    """POST /edit/inbox/{number}/act."""

    number: Annotated[int, Path()]
    act: str
    staff: str = ""
    department: str = ""
    back: str = ""


def store_picture(tx: Tx, ask: Write) -> Stored | None:
    """Before the transaction: the bytes, by content and never by name."""
    upload = ask.upload
    if upload is None or not upload.size_bytes:
        return None
    inbox.require_staff(tx)
    limit = settings.max_bytes(settings.read(tx))
    if upload.size_bytes > limit:
        raise TooLarge(limit, "picture")
    head = upload.file.read(4096)
    upload.file.seek(0)
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if not head.startswith(_PICTURES) and not webp:
        raise BadValue("picture")
    return ask.store.put(upload.file)


def write(tx: Tx, ask: Write) -> Redirect | Page:
    """POST /edit/inbox/{number}/write: a reply or an internal note."""
    me, row = inbox.require_staff(tx), inbox.ticket_of(tx, ask.number)
    if ask.kind not in ("reply", "note"):
        raise BadValue("kind")
    tickets.require(tx, row, me)
    if not ask.text.strip() and ask.prepared is None:
        raise Missing("text")
    crossed = inbox.others_after(inbox.thread_of(tx, ask.number), ask.last, me)
    if crossed and not ask.anyway and ask.kind == "reply":
        if ask.fragment:
            raise ChangedMeanwhile("ticket", "answered", ask.number)
        shown = inbox.again(ask.back, ask.number, ask.kind)
        return inbox.page(
            tx, shown, refused={"text": ask.text, "alt": ask.alt, "last": str(ask.last)}
        )
    content = ticket_html.written(ask.text)
    if ask.prepared is not None and ask.upload is not None:
        content += _picture(tx, ask)
    tickets.comment(tx, row.id, me, content, private=ask.kind == "note")
    keeping.drop_draft(tx, own(tx), ask.kind, str(ask.number))
    told = "Reply sent." if ask.kind == "reply" else "Note added."
    return Redirect(inbox.back_to(ask.back, ask.number), told)


def _picture(tx: Tx, ask: Write) -> str:
    assert ask.prepared is not None and ask.upload is not None  # noqa: S101, PT018 # the caller looked
    name = attachments.keep(
        tx, ask.prepared, prefix=str(ask.number), original=ask.upload.name or "picture.png"
    )
    alt = escape(ask.alt.strip()[:300] or "Picture")
    address = f"{ask.site.public_url}/api/system/download?file={name}"
    return f'<br><img src="{address}" alt="{alt}">'


def act(tx: Tx, ask: Act) -> Redirect:
    """POST /edit/inbox/{number}/act: close, reopen, hand over, move."""
    me, row = inbox.require_staff(tx), inbox.ticket_of(tx, ask.number)
    to = inbox.back_to(ask.back, ask.number)
    if ask.act == "close":
        tickets.close(tx, row.id, me)
        return Redirect(to, f"Ticket #{row.number} closed.")
    if ask.act == "reopen":
        tickets.reopen(tx, row.id, me)
        return Redirect(to, f"Ticket #{row.number} opened again.")
    if ask.act == "assign":
        return _assign(tx, ask, row.id, row.owner_id)
    if ask.act == "move":
        id = int(ask.department) if ask.department.isdecimal() and len(ask.department) < 10 else 0
        department = departments.fetch(tx, id)
        if department is None:
            raise NotFound("department", "id", id)
        tickets.move(tx, row.id, me, department)
        return Redirect(to, f"Moved to {department.name}.")
    raise BadValue("act")


def _assign(tx: Tx, ask: Act, ticket_id: int, owner_id: int) -> Redirect:
    me = inbox.require_staff(tx)
    if ask.staff not in ("", "me") and not (ask.staff.isdecimal() and len(ask.staff) < 10):
        raise BadValue("staff")
    staff_id = me.id if ask.staff == "me" else int(ask.staff or 0)
    row = inbox.ticket_of(tx, ask.number)
    offered = {one.id for one in inbox.colleagues(tx, row.department_id)}
    if staff_id and staff_id not in {me.id, owner_id, *offered}:
        raise BadValue("staff")
    if owner_id and owner_id != staff_id:
        tickets.unassign(tx, ticket_id, me)
    if staff_id and owner_id != staff_id:
        tickets.assign(tx, ticket_id, me, staff_id)
    to = inbox.back_to(ask.back, ask.number)
    return Redirect(to, "Owner set." if staff_id else "Nobody owns it now.")
