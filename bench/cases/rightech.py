"""Rightech: a list of 50 objects, by token."""

import hashlib
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import jwt

from bench.case import Case, Part, Request
from bench.floor import answer, connect
from dragoman.core.identity import accounts, credentials
from dragoman.core.loading import Loading
from dragoman.core.sql import Statements, decode_json
from dragoman.domains.things import fixtures, items, listing, packets, sources
from dragoman.domains.things.listing import Selection
from dragoman.domains.things.users import DOMAIN
from dragoman.domains.things.visibility import Viewer

_COUNT = 2_000


def prepare(tx: Any) -> dict[str, str]:
    """2,000 objects of one model, each with a state, and a user with a long token."""
    load = Loading(None, None, tx.now_ms)  # type: ignore[arg-type] # there are no files in it
    account = accounts.create(tx, name="bench", email="bench@things.example")
    fixtures.join(tx, account, {"login": "bench"}, load)
    objects = [
        {
            "id": f"bench-{at}",
            "name": f"Sensor {at}",
            "description": "Soil moisture and air temperature, row by row",
            "model": "bench",
            "config": {"interval": 300, "limits": {"temperature": [4, 38]}},
        }
        for at in range(_COUNT)
    ]
    models = [{"key": "bench", "base": "mqtt", "name": "Bench"}]
    fixtures.load(tx, {"models": models, "objects": objects}, load)
    for at in range(_COUNT):
        row = items.by_key(tx, "objects", f"bench-{at}")
        packet = {"temperature": at % 40, "moisture": 41.5, "lat": 52.1, "lon": 5.2, "online": True}
        packets.post(tx, row, [packet])
    return {"things_token": fixtures.issue(tx, "bench", "bench", {})}


_statements = Statements("sqlite")
_CREDENTIAL = _statements.compiled(credentials._FOUND).sql  # the same SQL is what a floor is about


class _Shapes:
    """Stands in for a Tx: only compiles."""

    shaped = staticmethod(_statements.shaped)


def _list_sql() -> Any:
    source = sources.items(_Shapes(), Viewer("", ""), "objects")  # type: ignore[arg-type] # as above
    _, where, _ = listing._conditions(source, Selection())
    build = partial(listing._ranked, source, where, False, True)
    return _statements.shaped("list", build)


def floor_list(path: str) -> Any:
    """The token's text known as well signed, its credential looked up, one page of ready texts."""
    connection, known, compiled = connect(path), {}, _list_sql()

    def caller(scope: Any) -> Any:
        header = next(value for name, value in scope["headers"] if name == b"authorization")
        text = header[7:]
        if text not in known:
            claims = jwt.decode(text, options={"verify_signature": False})
            known[text] = str(claims["jti"])
        digest = hashlib.sha256(known[text].encode()).hexdigest()
        return connection.execute(_CREDENTIAL, (DOMAIN, "token", digest)).fetchall()[0]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        member = decode_json(caller(scope)[11])
        query = dict(parse_qsl(scope["query_string"].decode()))
        wanted = {
            "store": "objects",
            "active": member["group"],
            "user": member["user"],
            "size": int(query["limit"]),
            "offset": 0,
        }
        rows: list[Any] = connection.execute(compiled.sql, compiled.bind(wanted)).fetchall()
        texts = [f'{body[:-1]},"state":{state}}}' for _, body, state in rows]
        await answer(send, ("[\n" + "\n,\n".join(texts) + "\n]\n").encode())

    return app


PART = Part(
    prepare,
    [
        Case(
            "rightech list, 50 of 2,000 objects",
            "rightech",
            Request("GET", "/api/v1/objects?limit=50", {"Authorization": "Bearer {things_token}"}),
            1.5,
            "bench.cases.rightech:floor_list",
        ),
    ],
)
