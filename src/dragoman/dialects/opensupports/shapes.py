"""The vendor's objects. Numbers from storage are texts. Source: spec/opensupports 4."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.core.clock import to_datetime
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.desk import cleaning, customfields
from dragoman.domains.desk.threads import Thread

_KINDS = {
    "comment": "COMMENT", "assign": "ASSIGN", "unassign": "UN_ASSIGN", "close": "CLOSE",
    "reopen": "RE_OPEN", "department": "DEPARTMENT_CHANGED",
}  # fmt: skip


def stamp(at_ms: int | None) -> str | None:
    """YYYYMMDDHHmm, UTC."""
    return None if at_ms is None else _minute(at_ms // 60_000)


@functools.lru_cache(4096)
def _minute(at: int) -> str:
    return f"{to_datetime(at * 60_000):%Y%m%d%H%M}"


def zero_one(value: object) -> str:
    """A stored flag."""
    return "1" if value else "0"


def one_or_null(value: object) -> str | None:
    """A flag that is null until it is set."""
    return "1" if value else None


def text_number(value: int | None) -> str | None:
    """A stored number."""
    return None if value is None else str(value)


def ticket(thread: Thread, *, to_staff: bool, short: bool = False) -> dict[str, Any]:
    """Ticket, full or short. to_staff: private events are for staff only."""
    row = thread.ticket
    events: list[Any] = []
    if not short:
        events = [event(each) for each in thread.events if to_staff or not each.private]
    return {
        "ticketNumber": str(row.number),
        "title": row.title,
        "content": cleaning.strip_tags(row.content) if short else row.content,
        "department": {"id": str(row.department_id), "name": row.department},
        "date": stamp(row.created_ms),
        "file": row.file,
        "language": row.language,
        "unread": row.unread,
        "unreadStaff": row.unread_staff,
        "closed": row.closed,
        "author": author(row, thread.custom),
        "owner": _owner(row),
        "events": events,
        "tags": thread.tags,
        "edited": one_or_null(row.edited),
        "editedTitle": one_or_null(row.edited_title),
    }


def author(row: Row, custom: Sequence[Row]) -> dict[str, Any]:
    """The author of a ticket, gone or not."""
    if row.by_name is None:
        return {
            "id": None, "staff": False, "name": row.author_name, "profilePic": None,
            "email": row.author_email, "customfields": [],
        }  # fmt: skip
    return {
        "id": str(row.by_id),
        "staff": row.by_staff,
        "name": row.by_name,
        "profilePic": row.by_picture if row.by_staff else None,
        "email": row.by_email,
        "customfields": [] if row.by_staff else [custom_value(value) for value in custom],
    }


def _owner(row: Row) -> dict[str, Any] | None:
    if not row.owner_id or row.owner_name is None:
        return None
    return {
        "id": str(row.owner_id), "name": row.owner_name, "email": row.owner_email,
        "profilePic": row.owner_picture,
    }  # fmt: skip


def event(row: Row) -> dict[str, Any]:
    """One entry of a thread."""
    by: Any = []
    if row.by_name is not None:
        by = {
            "id": str(row.by_id), "name": row.by_name, "email": row.by_email,
            "profilePic": row.by_picture if row.by_staff else None, "staff": row.by_staff,
        }  # fmt: skip
    comment = row.kind == "comment"
    return {
        "type": _KINDS[row.kind],
        "content": row.content,
        "author": by,
        "date": stamp(row.at_ms),
        "file": row.file,
        "private": zero_one(row.private) if comment else None,
        "edited": one_or_null(row.edited),
        "id": str(row.id),
    }


def kind_of(row: Row) -> str:
    """The vendor's word for an event's kind."""
    return _KINDS[row.kind]


def custom_value(row: Row) -> dict[str, Any]:
    """CustomFieldValue."""
    option = None
    if row.option_id is not None:
        option = {"id": str(row.option_id), "name": row.option}
    return {
        "id": str(row.id), "customfield": row.field, "value": row.value,
        "customfieldoption": option,
    }  # fmt: skip


def custom_values(tx: Tx, user_id: int) -> list[dict[str, Any]]:
    """A user's values."""
    return [custom_value(row) for row in customfields.values_of(tx, [user_id])[user_id]]


def custom_field(field: Row, options: Sequence[Row]) -> dict[str, Any]:
    """CustomField."""
    return {
        "id": str(field.id), "name": field.name, "description": field.description,
        "type": field.kind,
        "options": [{"id": str(option.id), "name": option.name} for option in options],
    }  # fmt: skip


def users(tx: Tx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """User, of supervised lists."""
    custom = customfields.values_of(tx, [row.id for row in rows])
    return [_user(row, custom[row.id]) for row in rows]


def _user(row: Row, custom: Sequence[Row]) -> dict[str, Any]:
    relation = None if row.supervision is None else {"id": str(row.supervision)}
    return {
        "email": row.email,
        "id": str(row.id),
        "name": row.name,
        "verified": row.verify_token is None,
        "disabled": text_number(row.disabled),
        "customfields": [custom_value(value) for value in custom],
        "notRegistered": one_or_null(row.membership_id is None),
        "supervisedrelation": relation,
        "isStaff": 0,
    }


def mini_author(row: Row, *, staff: bool) -> dict[str, Any]:
    """Mini author."""
    out: dict[str, Any] = {"id": str(row.id), "name": row.name, "email": row.email}
    if staff:
        out["profilePic"] = row.profile_pic
    out["isStaff"] = int(staff)
    return out


def department(row: Row) -> dict[str, Any]:
    """Department, as settings show it."""
    return {
        "id": str(row.id), "name": row.name, "owners": str(row.owners),
        "private": zero_one(row.private),
    }  # fmt: skip


def tag(row: Row) -> dict[str, Any]:
    """Tag."""
    return {"id": str(row.id), "name": row.name, "color": row.color}


def topic(row: Row, articles: Sequence[Row]) -> dict[str, Any]:
    """Topic with its articles."""
    return {
        "id": str(row.id), "name": row.name, "icon": row.icon, "iconColor": row.icon_color,
        "private": zero_one(row.private), "articles": [article(each) for each in articles],
    }  # fmt: skip


def article(row: Row) -> dict[str, Any]:
    """Article."""
    return {
        "id": str(row.id), "title": row.title, "content": row.content,
        "lastEdited": stamp(row.edited_ms), "position": str(row.position),
    }  # fmt: skip


def named(rows: Sequence[Row]) -> Mapping[int, Row]:
    """Rows by id."""
    return {row.id: row for row in rows}
