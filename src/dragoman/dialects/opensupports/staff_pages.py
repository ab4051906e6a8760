"""Chapter "Staff". Source: spec/opensupports 9.3."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied
from dragoman.core.identity import passwords
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes, uploads
from dragoman.dialects.opensupports.accounts import OneEmail
from dragoman.dialects.opensupports.people_pages import MaybeText, invite_again
from dragoman.dialects.opensupports.reading import optional, or_falsy, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.uploads import Attached, Store, Uploads
from dragoman.domains.desk import departments, people, staff, users
from dragoman.wire.endpoint import NoAsk


def _id_of(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)


class GetStaff(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/get."""

    staff_id: MaybeText


def fetch(tx: Tx, ask: GetStaff) -> dict[str, Any]:
    """POST /staff/get"""
    who = callers.person(tx)
    wanted = _id_of(ask.staff_id) if who.level >= 3 else None
    row = (people.member(tx, wanted) if wanted else None) or staff.fetch(tx, who.id)
    own = people.departments_of(tx, row.id)
    return {
        "name": row.name,
        "email": row.email,
        "profilePic": row.profile_pic,
        "level": str(row.level),
        "staff": True,
        "departments": [
            {"id": str(each.id), "name": each.name, "private": shapes.zero_one(each.private)}
            for each in departments.listed(tx)
            if each.id in own
        ],
        "sendEmailOnNewTicket": shapes.zero_one(row.mail_on_new_ticket),
    }


def listed(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /staff/get-all"""
    places, owned = staff.places(tx), staff.owned(tx)
    known = departments.listed(tx)
    return [_item(row, places.get(row.id, []), owned, known) for row in staff.listed(tx)]


def _item(
    row: Row, places: list[int], owned: dict[int, tuple[int, int]], known: list[Row]
) -> dict[str, Any]:
    assigned, closed = owned.get(row.id, (0, 0))
    return {
        "id": str(row.id),
        "name": row.name,
        "email": row.email,
        "profilePic": row.profile_pic,
        "level": str(row.level),
        "departments": [
            {"id": str(each.id), "name": each.name, "owners": str(each.owners)}
            for each in known
            if each.id in places
        ],
        "assignedTickets": assigned,
        "closedTickets": closed,
        "lastLogin": shapes.stamp(row.last_login_ms),
    }


class Invite(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/invite."""

    name: Annotated[str, says("INVALID_NAME", reading.clean_name)]
    email: Annotated[str, says("INVALID_EMAIL", reading.email)]
    level: Annotated[int, says("INVALID_LEVEL", reading.level)]
    departments: Annotated[
        tuple[int, ...] | None, says("INVALID_DEPARTMENT", optional(lookups.departments))
    ]
    profile_pic: MaybeText
    prepared: str | None = None


def invite(tx: Tx, ask: Invite) -> dict[str, int]:
    """POST /staff/invite"""
    id = staff.invite(
        tx, email=ask.email, name=ask.name, level=ask.level, departments=ask.departments or (),
        profile_pic=ask.profile_pic, password_hash=ask.prepared or "", host=callers.person(tx),
    )  # fmt: skip
    return {"id": id}


class Edit(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/edit."""

    email: Annotated[str | None, says("INVALID_EMAIL", or_falsy(reading.email))]
    password: Annotated[str | None, says("INVALID_PASSWORD", or_falsy(reading.password))]
    level: Annotated[int | None, says("INVALID_LEVEL", or_falsy(reading.level))]
    staff_id: MaybeText
    departments: MaybeText
    send_email_on_new_ticket: Annotated[bool | None, says("", reading.maybe_truthy)]
    uploads: Uploads
    store: Store
    prepared: tuple[str, Attached] | None = None


def prepare(tx: Tx, ask: Edit) -> tuple[str, uploads.Attached]:
    """Before the transaction: the new hash, and the picture put away."""
    hashed = passwords.hashed(ask.password) if ask.password else ""
    return hashed, uploads.store_picture(tx, ask)


def edit(tx: Tx, ask: Edit) -> None:
    """POST /staff/edit"""
    who = callers.person(tx)
    id = _id_of(ask.staff_id) if ask.staff_id else who.id
    if id != who.id and who.level < 3:
        raise Denied("level")
    row = people.member(tx, id) if id is not None else None
    if row is None:
        raise Refused("INVALID_STAFF")
    if ask.email:
        staff.change_email(tx, row, ask.email)
    hashed, attached = ask.prepared or ("", uploads.NOTHING)
    changes: dict[str, Any] = {}
    picture = uploads.link(tx, attached, "", prefix="p", url="").file
    if picture is not None:
        changes["profile_pic"] = picture
    if who.level >= 3:
        _place(tx, row.id, ask.departments)
        if ask.level and row.id != who.id:
            changes["level"] = ask.level
    if row.id == who.id and ask.send_email_on_new_ticket is not None:
        changes["mail_on_new_ticket"] = ask.send_email_on_new_ticket
    staff.change(tx, row.id, **changes)
    if hashed:
        users.set_password(tx, staff=True, row=row, password_hash=hashed)


def _place(tx: Tx, id: int, raw: str | None) -> None:
    if not raw:
        return
    try:
        wanted = reading.ids(raw)
    except ValueError:
        raise Refused("INVALID_DEPARTMENT") from None
    if not set(wanted) <= {each.id for each in departments.listed(tx)}:
        raise Refused("INVALID_DEPARTMENT")
    staff.place(tx, id, wanted)


class OneMember(msgspec.Struct, frozen=True, rename="camel"):
    """A member of staff by id."""

    staff_id: Annotated[Any, says("INVALID_STAFF", lookups.member_row)]


def delete(tx: Tx, ask: OneMember) -> None:
    """POST /staff/delete"""
    staff.delete(tx, ask.staff_id.id, callers.person(tx))


def resend_invitation(tx: Tx, ask: OneEmail) -> None:
    """POST /staff/resend-invite-staff"""
    invite_again(tx, people.member_by_email(tx, ask.email), staff=True)
