"""Chautec: GET by id, POST, search."""

import hashlib
from typing import Any

import msgspec

from bench.case import Case, Part, Request
from bench.floor import Group, answer, body_of, connect
from dragoman.core.clock import iso_z, now_ms
from dragoman.core.identity import credentials, passwords
from dragoman.core.sql import Statements
from dragoman.domains.content import components, spaces, trees, users
from dragoman.domains.content.components import NewComponent

_KEY = "B" * 62
_CONTENT = "<p>" + "An example of a page. " * 40 + "</p>"
_COUNT = 10_000


def prepare(tx: Any) -> dict[str, str]:
    """A space with 10,000 components, three in four published, and a user with a key."""
    number = users.create(tx, email="bench@example.com", password_hash=passwords.hashed("bench123"))
    users.keep_key(tx, users.fetch(tx, number), _KEY)
    space = spaces.create(tx, "bench")
    root = trees.by_key(tx, space, "root", drafts=True).id
    first = 0
    for at in range(_COUNT):
        id = components.create(
            tx,
            NewComponent(
                space_id=space,
                parent_id=root,
                key=f"component-{at}",
                kind="page",
                name=f"Component {at} sample",
                content=_CONTENT,
                tags=["bench"],
                published=at % 4 != 3,
                sequence=(at * 7919) % _COUNT,
            ),
        )
        first = first or id
    return {"id": str(first), "space": str(space), "root": str(root)}


_statements = Statements("sqlite")
_GET = _statements.compiled(trees._BY_ID).sql  # the same SQL is what a floor is about
_CREDENTIAL = _statements.compiled(credentials._FOUND).sql  # as above
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def _shown(row: Any) -> bytes:
    return _encode(
        {
            "id": row[0], "key": row[3], "name": row[4], "spaceId": row[1], "content": row[6],
            "metadata": msgspec.Raw(row[7].encode()),
            "parents": [{"id": row[2], "key": row[14], "name": row[15]}], "componentType": row[5],
            "published": bool(row[9]), "visible": bool(row[10]), "sequence": row[11],
            "date": iso_z(row[12]), "tags": _decode(row[8]),
        }
    )  # fmt: skip


def floor_get(path: str) -> Any:
    """GET by id, anonymous."""
    connection = connect(path)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        id = int(scope["path"].rsplit("/", 1)[1])
        row = connection.execute(_GET, (id,)).fetchall()[0]
        await answer(send, _shown(row))

    return app


def floor_get_key(path: str) -> Any:
    """GET by id, with a key looked up by its hash."""
    connection = connect(path)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        id = int(scope["path"].rsplit("/", 1)[1])
        key = next(value for name, value in scope["headers"] if name == b"x-chautec-api-key")
        digest = hashlib.sha256(key).hexdigest()
        connection.execute(_CREDENTIAL, ("content", "key", digest)).fetchall()
        row = connection.execute(_GET, (id,)).fetchall()[0]
        await answer(send, _shown(row))

    return app


_COMPONENT = (
    "INSERT INTO components (space_id, parent_id, key, name, searched, kind, content, metadata,"
    " tags, published, visible, sequence, date_ms, created_ms, updated_ms)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id"
)
_CHANGE = (
    "INSERT INTO changes (txid, at_ms, event, subject, subject_id, account_id, dialect,"
    " request_id, before, after, facts, live) VALUES (0,?,?,?,?,?,?,?,?,?,?,?)"
)


def floor_post(path: str) -> Any:
    """POST: key looked up, the same two inserts, one group commit."""
    connection, reading = connect(path), connect(path)
    group = Group(connection)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        fields = _decode(await body_of(receive))
        key = next(value for name, value in scope["headers"] if name == b"x-chautec-api-key")
        digest = hashlib.sha256(key).hexdigest()
        reading.execute(_CREDENTIAL, ("content", "key", digest)).fetchall()

        def work() -> int:
            now = now_ms()
            values = (
                fields["spaceId"], fields["parentId"], fields["key"], fields["name"], fields["key"],
                fields["componentType"], fields["content"], "{}", "[]", 1, 1, 1000, now, now, now,
            )  # fmt: skip
            id = connection.execute(_COMPONENT, values).fetchall()[0][0]
            after = _encode(values).decode()
            told = (
                now,
                "components.created",
                "components",
                id,
                1,
                "floor",
                "x",
                None,
                after,
                None,
                0,
            )
            connection.execute(_CHANGE, told)
            return int(id)

        id = await group.do(work)
        await answer(send, _encode({"id": id, "message": "ok", "success": True}), 201)

    return app


_AUTH = {"X-CHAUTEC-API-KEY": _KEY}
_JSON = {"Content-Type": "application/json"}
_NEW = (
    '{"key":"new-{n}","name":"New {n}","spaceId":{space},"parentId":{root},"componentType":"page",'
    '"published":true,"content":"' + _CONTENT + '"}'
)
GET = "chautec GET by id"

PART = Part(
    prepare,
    [  # the search runs before the POST, which adds thousands of components
        Case(
            GET,
            "chautec",
            Request("GET", "/api/v1/component/{id}"),
            1.4,
            "bench.cases.chautec:floor_get",
        ),
        Case(
            "chautec GET by id, with key",
            "chautec",
            Request("GET", "/api/v1/component/{id}", _AUTH),
            1.4,
            "bench.cases.chautec:floor_get_key",
        ),
        Case(
            "chautec search, 50 of 7,500",
            "chautec",
            Request("POST", "/api/v1/component/search", _JSON, "{}"),
            15,
            of=GET,
        ),
        Case(
            "chautec search, with terms",
            "chautec",
            Request("POST", "/api/v1/component/search", _JSON, '{"terms":"component sample"}'),
            35,
            of=GET,
        ),
        Case(
            "chautec POST component, durable",
            "chautec",
            Request("POST", "/api/v1/component", {**_AUTH, **_JSON}, _NEW),
            2.0,
            "bench.cases.chautec:floor_post",
        ),
    ],
)
