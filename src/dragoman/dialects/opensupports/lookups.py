"""Checks of parameters that name something stored. Source: spec/opensupports 3."""

import datetime
from typing import Any

import sqlalchemy as sa

from dragoman.core.clock import from_datetime
from dragoman.core.sql import Row, member, prepare
from dragoman.dialects.opensupports import reading
from dragoman.dialects.opensupports.reading import Check, Look, number
from dragoman.domains.desk import apikeys, people, tables, tickets


def row_of(table: sa.Table) -> Check:
    """ID(x): the row of an existing x."""

    def read(look: Look, raw: Any) -> Row:
        row = look.tx.get(table, number(raw))
        if row is None:
            raise ValueError
        return row

    return read


department = row_of(tables.departments)
user = row_of(tables.users)
member_row = row_of(tables.staff)
tag = row_of(tables.tags)
topic = row_of(tables.topics)
article = row_of(tables.articles)
canned = row_of(tables.canned)
custom_field = row_of(tables.custom_fields)


def ticket(look: Look, raw: Any) -> Row:
    """TICKETNO: the row of an existing ticket."""
    row = tickets.by_number(look.tx, number(raw))
    if row is None:
        raise ValueError
    return row


def list_of(table: sa.Table) -> Check:
    """LIST(x): ids of existing x."""
    known = prepare(sa.select(table.c.id).where(member(table.c.id, "ids")))

    def read(look: Look, raw: Any) -> tuple[int, ...]:
        wanted = reading.ids(raw)
        if wanted:
            found = {row.id for row in look.tx.all(known, ids=sorted(set(wanted)))}
            if not found.issuperset(wanted):
                raise ValueError
        return wanted

    return read


departments = list_of(tables.departments)
tags = list_of(tables.tags)
members = list_of(tables.staff)
users = list_of(tables.users)


def authors(look: Look, raw: Any) -> tuple[tuple[bool, int], ...]:
    """A JSON list of `{id, isStaff}` of existing people, as (staff, id)."""
    found = author_keys(look, raw)
    for staff, id in set(found):
        if (people.member if staff else people.user)(look.tx, id) is None:
            raise ValueError
    return found


def author_keys(look: Look, raw: Any) -> tuple[tuple[bool, int], ...]:
    """A JSON list of `{id, isStaff}`, whether they exist or not."""
    value = reading.json(raw)
    if type(value) is not list or len(value) > 1000:
        raise ValueError
    return tuple(_author(item) for item in value)


def _author(item: Any) -> tuple[bool, int]:
    if type(item) is not dict:
        raise ValueError
    kind, id = item.get("isStaff"), item.get("id")
    if kind not in (0, 1, "0", "1"):
        raise ValueError
    if type(id) is not int or not 0 < id < 1 << 60:
        id = number(id)
    return str(int(kind)) == "1", id


def date_range(look: Look, raw: Any) -> tuple[int, int]:
    """DATERANGE as milliseconds, both ends included."""
    value = reading.json(raw)
    if type(value) is not list or len(value) != 2:
        raise ValueError
    low, high = (_stamp(item) for item in value)
    if low > high:
        raise ValueError
    return _at_ms(low), _at_ms(high) + 59_999


def _stamp(item: Any) -> int:
    if type(item) is float and item == int(item):
        item = int(item)
    if type(item) is not int:
        item = number(item)
    if not 0 <= item <= 999_912_312_359:
        raise ValueError
    return int(item)


def _at_ms(stamp: int) -> int:
    """The instant of YYYYMMDDHHmm; what lies outside the calendar is moved to its nearest edge."""
    text = f"{stamp:012d}"
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    start = datetime.datetime(max(year, 1), min(max(month, 1), 12), 1, tzinfo=datetime.UTC)
    minutes = ((max(day, 1) - 1) * 24 + int(text[8:10])) * 60 + int(text[10:12])
    return from_datetime(start) + minutes * 60_000


def captcha(waived_by: str = "", *, only_if_sent: bool = False) -> Check:
    """2.7: a known key decides by its flag; without a verifier any other value fails."""

    def read(look: Look, raw: Any) -> None:
        if (only_if_sent and raw is None) or not look.settings.get("recaptcha-private"):
            return
        key = api_key(look, look.fields.get("apiKey")) if waived_by else None
        if key is not None and getattr(key, waived_by):
            return
        raise ValueError

    return read


def api_key(look: Look, raw: Any) -> Row | None:
    """A known API key, or None."""
    return apikeys.find(look.tx, raw) if type(raw) is str else None


def guests_only(check: Check) -> Check:
    """Checked for callers who are not logged in; as sent for others."""
    return lambda look, raw: raw if look.person is not None else check(look, raw)


def custom(look: Look, raw: Any) -> dict[str, str]:
    """The `customfield_*` parameters by the rest of their name."""
    return {
        key[12:]: value
        for key, value in look.fields.items()
        if key[:12] == "customfield_" and type(value) is str
    }
