"""OpenSupports: ticket/get, ticket/comment, ticket/search over 10,000 tickets."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bench.case import Case, Part, Request
from bench.floor import Group, answer, body_of, connect
from dragoman.core.clock import now_ms, to_datetime
from dragoman.core.identity import passwords, sessions
from dragoman.core.sql import Statements
from dragoman.dialects.opensupports import auth
from dragoman.domains.desk import (
    customfields,
    letters,
    people,
    searching,
    settings,
    staff,
    threads,
    tickets,
    users,
)
from dragoman.domains.desk.searching import Wanted
from dragoman.domains.desk.tickets import NewTicket

_COUNT = 10_000
_WORDS = (
    "parcel", "moisture", "battery", "invoice", "sensor", "window", "garden", "delay", "colour",
    "manual",
)  # fmt: skip
_CONTENT = "<p>" + "An example of what a customer writes. " * 12 + "</p>"


def prepare(tx: Any) -> dict[str, str]:
    """10,000 tickets of 100 customers, two comments each; a member of staff who is logged in."""
    hashed = passwords.hashed("bench123")
    agent = staff.join(tx, email="agent@x.io", name="Agent", level=3, password_hash=hashed)
    staff.place(tx, agent, [1])
    me = people.as_person(tx, people.member(tx, agent), staff=True)
    authors = []
    for at in range(100):
        row = users.guest(tx, email=f"customer{at}@x.io", name=f"Customer {at}")
        authors.append(people.as_person(tx, row, staff=False))
    number = 0
    for at in range(_COUNT):
        by = authors[at % 100]
        word = _WORDS[at // 100 % 10] if at % 100 == 99 else "order"
        new = NewTicket(
            title=f"The {word} of number {at}", content=_CONTENT, department_id=1, language="en"
        )
        id, number = tickets.open_(tx, by, new)
        for person in (me, by):
            tickets.add_event(tx, id, "comment", by=person.key, content=_CONTENT)
    cookie, token = auth.open_session(tx, me, days=30)
    return {"desk_number": str(number), "desk_user": str(agent), "desk_token": token,
            "desk_cookie": cookie}  # fmt: skip


_statements = Statements("sqlite")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_DEFAULT = Wanted(viewer=(1, (1,)))
_TEXT = Wanted(viewer=(1, (1,)), query="x")
_SHAPES: dict[bool, tuple[Callable[[Wanted], Any], ...]] = {
    False: (searching._total, searching._page),
    True: (searching._text_page,),
}
_LISTS = {
    text: [_statements.compiled(build(_TEXT if text else _DEFAULT)) for build in builds]
    for text, builds in _SHAPES.items()
}
_EVENT_ROW = (
    "INSERT INTO desk_events (ticket_id, kind, content, content_folded, by_staff, by_id, private,"
    " edited, at_ms) VALUES (?,'comment',?,?,1,?,0,0,?) RETURNING id"
)
_CHANGE = (
    "INSERT INTO changes (txid, at_ms, event, subject, subject_id, account_id, dialect,"
    " request_id, before, after, facts, live) VALUES (0,?,?,?,?,?,?,?,?,?,?,?)"
)
_UPDATE = (
    "UPDATE desk_tickets SET unread=1, unread_staff=1, staff_replies=staff_replies+1,"
    " first_reply_ms=coalesce(first_reply_ms, ?) WHERE id=?"
)
_MAIL_NAMES = _statements.compiled(settings._MAIL).bind({})
_LOG = (
    "INSERT INTO desk_logs (kind, subject, by_staff, by_id, by_name, at_ms)"
    " VALUES ('COMMENT',?,1,?,?,?)"
)
_MAIL = (
    "INSERT INTO desk_mails (template, recipient, subject, body, state, problem, created_ms)"
    " VALUES ('TICKET_RESPONDED',?,?,?,'kept','',?) RETURNING id"
)


class Desk:
    """The bare statements that a request of staff needs, as the domain has them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._known: dict[int, str] = {}

    def rows(self, query: Any, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run one of the domain's statements."""
        sql = self._known.get(id(query)) or self._known.setdefault(
            id(query), _statements.compiled(query).sql
        )
        return list(self._connection.execute(sql, arguments).fetchall())

    def caller(self, fields: dict[str, str], scope: Any) -> tuple[Any, ...]:
        """Session, member, departments."""
        cookie = next(value for name, value in scope["headers"] if name == b"cookie")
        token = auth.token_of(cookie.partition(b"=")[2].decode())
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = self.rows(sessions._FOUND, "desk", "session", digest)[0]
        facts = _decode(found[3])
        if fields["csrf_token"] != token or fields["csrf_userid"] != str(facts["id"]):
            raise ValueError
        member = self.rows(people._STAFF, facts["id"])[0]
        departments = [row[0] for row in self.rows(people._DEPARTMENTS, facts["id"])]
        return member, departments

    def found(self, text: str | None, me: int, departments: list[int]) -> tuple[list[int], int]:
        """One page of a search."""
        given: dict[str, Any] = {
            "me": me, "own": departments, "limit": 10, "offset": 0, "sought": text,
        }  # fmt: skip
        listed = _LISTS[text is not None]
        out = [self._connection.execute(each.sql, each.bind(given)).fetchall() for each in listed]
        if text is None:
            return [row[0] for row in out[1]], out[0][0][0]
        return [row[0] for row in out[0]], out[0][0][-1]

    def many(self, ids: list[int]) -> list[dict[str, Any]]:
        """Tickets whole."""
        wanted = _encode(ids).decode()
        found = {row[0]: row for row in self.rows(threads._MANY, wanted)}
        events: dict[int, list[Any]] = {id: [] for id in found}
        for row in self.rows(threads._EVENTS_MANY, wanted):
            events[row[1]].append(row)
        tags: dict[int, list[str]] = {id: [] for id in found}
        for row in self.rows(threads._TAGS_MANY, wanted):
            tags[row[0]].append(row[1])
        authors = _encode(sorted({row[6] for row in found.values() if not row[5]})).decode()
        self.rows(customfields._VALUES, authors)
        return [_ticket(found[id], events[id], tags[id]) for id in ids]

    def one(self, number: int) -> dict[str, Any]:
        """One ticket whole."""
        id = self.rows(tickets._NUMBER, number)[0][0]
        row = self.rows(threads._ONE, id)[0]
        self.rows(customfields._VALUES, f"[{row[6]}]")
        tags = [each[1] for each in self.rows(threads._TAGS, id)]
        return _ticket(row, self.rows(threads._EVENTS, id), tags)


def _stamp(at_ms: int) -> str:
    return f"{to_datetime(at_ms):%Y%m%d%H%M}"


def _ticket(row: Any, events: list[Any], tags: list[str]) -> dict[str, Any]:
    owner = None
    if row[9]:
        owner = {"id": str(row[9]), "name": row[22], "email": row[23], "profilePic": row[24]}
    return {
        "ticketNumber": str(row[1]), "title": row[2], "content": row[3],
        "department": {"id": str(row[4]), "name": row[18]}, "date": _stamp(row[17]),
        "file": row[14], "language": row[10], "unread": bool(row[12]),
        "unreadStaff": bool(row[13]), "closed": bool(row[11]),
        "author": {
            "id": str(row[6]), "staff": bool(row[5]), "name": row[19],
            "profilePic": row[21] if row[5] else None, "email": row[20], "customfields": [],
        },
        "owner": owner, "events": [_event(each) for each in events], "tags": tags,
        "edited": "1" if row[15] else None, "editedTitle": "1" if row[16] else None,
    }  # fmt: skip


def _event(row: Any) -> dict[str, Any]:
    return {
        "type": "COMMENT", "content": row[3],
        "author": {
            "id": str(row[5]), "name": row[10], "email": row[11],
            "profilePic": row[12] if row[4] else None, "staff": bool(row[4]),
        },
        "date": _stamp(row[9]), "file": row[7], "private": "1" if row[6] else "0",
        "edited": "1" if row[8] else None, "id": str(row[0]),
    }  # fmt: skip


def _success(data: Any) -> bytes:
    return b'{"status":"success","data":' + _encode(data) + b"}"


def floor_get(path: str) -> Any:
    """One ticket for a member of staff."""
    desk = Desk(connect(path))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        fields = dict(parse_qsl((await body_of(receive)).decode()))
        desk.caller(fields, scope)
        await answer(send, _success(desk.one(int(fields["ticketNumber"]))))

    return app


def floor_search(path: str) -> Any:
    """A page of tickets, with or without a text."""
    desk = Desk(connect(path))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        fields = dict(parse_qsl((await body_of(receive)).decode()))
        member, departments = desk.caller(fields, scope)
        ids, total = desk.found(fields.get("query"), member[0], departments)
        data = {"tickets": desk.many(ids), "pages": -(-total // 10), "page": 1}
        await answer(send, _success(data))

    return app


def floor_comment(path: str) -> Any:
    """Four rows and their journal, one group commit."""
    connection = connect(path)
    desk, reading = Desk(connection), Desk(connect(path))
    group = Group(connection)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        fields = dict(parse_qsl((await body_of(receive)).decode()))
        member, _ = reading.caller(fields, scope)

        def work() -> None:
            _write(connection, desk, fields, member)

        await group.do(work)
        await answer(send, _success(None))

    return app


def _write(connection: Any, desk: Desk, fields: dict[str, str], member: Any) -> None:
    now, text = now_ms(), fields["content"]
    ticket = desk.rows(tickets._NUMBER, int(fields["ticketNumber"]))[0]
    author = desk.rows(people._USER, ticket[8])[0]
    held = dict(desk.rows(settings._MAIL, *_MAIL_NAMES))
    desk.rows(letters._ONE, "TICKET_RESPONDED", held["language"])
    arguments = (ticket[0], text, text.lower(), member[0], now)
    id = connection.execute(_EVENT_ROW, arguments).fetchall()[0][0]
    connection.execute(_UPDATE, (now, ticket[0]))
    connection.execute(_LOG, (str(ticket[1]), member[0], member[2], now))
    connection.execute(_MAIL, (author[4], ticket[2], f"<p>{text}</p>", now)).fetchall()
    changes = (
        ("desk_events.created", "desk_events", id, None, _encode(arguments).decode()),
        ("desk_tickets.changed", "desk_tickets", ticket[0], "{}", '{"unread":true}'),
    )
    for event, subject, subject_id, before, after in changes:
        told = (now, event, subject, subject_id, None, "floor", "x", before, after, None, 0)
        connection.execute(_CHANGE, told)


_FORM = {
    "Content-Type": "application/x-www-form-urlencoded", "Cookie": "PHPSESSID={desk_cookie}",
}  # fmt: skip
_WHO = "csrf_userid={desk_user}&csrf_token={desk_token}"
_HERE = "bench.cases.opensupports"

PART = Part(
    prepare,
    [
        Case(
            "opensupports ticket/get",
            "opensupports",
            Request("POST", "/api/ticket/get", _FORM, _WHO + "&ticketNumber={desk_number}"),
            3.0,
            f"{_HERE}:floor_get",
        ),
        Case(
            "opensupports ticket/search, 10 of 10,000",
            "opensupports",
            Request("POST", "/api/ticket/search", _FORM, _WHO),
            3.0,
            f"{_HERE}:floor_search",
        ),
        Case(
            "opensupports ticket/search, with a text",
            "opensupports",
            Request("POST", "/api/ticket/search", _FORM, _WHO + "&query=battery"),
            3.0,
            f"{_HERE}:floor_search",
            clients=8,
        ),
        Case(
            "opensupports ticket/comment, durable",
            "opensupports",
            Request(
                "POST",
                "/api/ticket/comment",
                _FORM,
                _WHO + "&ticketNumber={desk_number}&content=An+answer+{n}",
            ),
            3.0,
            f"{_HERE}:floor_comment",
        ),
    ],
)
