"""Altcraft: an import that updates a profile that is there."""

import hashlib
from typing import Any

import msgspec

from bench.case import Case, Part, Request
from bench.floor import Group, answer, body_of, connect
from dragoman.core import statements
from dragoman.core.clock import now_ms
from dragoman.core.identity import credentials
from dragoman.core.loading import Loading
from dragoman.core.sql import Statements
from dragoman.domains.profiles import access, fixtures
from dragoman.domains.profiles import tables as profile_tables

_TOKEN = "e" * 32
_COUNT = 10_000


def prepare(tx: Any) -> dict[str, str]:
    """A database with 10,000 profiles, a resource and a token that sees everything."""
    part = {
        "tokens": [{"name": "bench", "text": _TOKEN, "groups": [0]}],
        "databases": [{"number": 1, "name": "Bench", "fields": [{"name": "n", "type": "int"}]}],
        "resources": [{"number": 1, "name": "Site", "channels": ["email"], "databases": [1]}],
        "profiles": [
            {
                "database": 1,
                "email": f"person-{at}@bench.example",
                "first_name": "Jim",
                "phones": [f"+7900{at:07d}"],
            }
            for at in range(_COUNT)
        ],
    }
    fixtures.load(tx, part, Loading(None, None, now_ms()))  # type: ignore[arg-type] # no files in it
    return {}


_statements = Statements("sqlite")
# The same SQL is what a floor is about.
_CREDENTIAL = _statements.compiled(credentials._FOUND).sql
_DATABASE = _statements.compiled(access._DATABASE).sql
_RESOURCE = _statements.compiled(access._RESOURCE).sql
_KEPT = dict.fromkeys(("status", "media_type", "body", "expires_ms"))
_KEEP = _statements.compiled(statements.update(profile_tables.replays, _KEPT)).sql
_CLAIM = (
    "INSERT INTO profile_replays (key, shown, status, media_type, body, expires_ms)"
    " VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING RETURNING id"
)
_FOUND = (
    "SELECT * FROM profiles WHERE database_id = ? AND id IN (SELECT id FROM profiles WHERE"
    " database_id = ? AND email_folded = ? UNION SELECT profile_id FROM profile_subscriptions WHERE"
    " database_id = ? AND contact_kind = 'email' AND contact = ? AND deleted IS 0 AND resource = ?)"
    " ORDER BY id LIMIT 2"
)
_UPDATE = "UPDATE profiles SET facts=?, updated_ms=? WHERE id = ?"
_CHANGE = (
    "INSERT INTO changes (txid, at_ms, event, subject, subject_id, account_id, dialect,"
    " request_id, before, after, facts, live) VALUES (0,?,?,?,?,?,?,?,?,?,?,?)"
)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_DAY_MS = 86_400_000


def floor_import(path: str) -> Any:
    """The token looked up, the key claimed, the profile found, changed and told, the answer kept;
    one group commit.
    """
    connection, reading = connect(path), connect(path)
    group = Group(connection)

    def work(fields: dict[str, Any], key: str) -> bytes:
        now = now_ms()
        claim = (key, key, 0, "", "", now + 20_000)
        claimed = connection.execute(_CLAIM, claim).fetchall()[0][0]
        connection.execute(_DATABASE, (fields["db_id"],)).fetchall()
        connection.execute(_RESOURCE, (fields["resource_id"],)).fetchall()
        email = fields["email"]
        search = (1, 1, email, 1, email, fields["resource_id"])
        row = connection.execute(_FOUND, search).fetchall()[0]
        facts = _encode({**_decode(row[7]), "first_name": fields["data"]["_fname"]}).decode()
        connection.execute(_UPDATE, (facts, now, row[0]))
        told = (
            now, "profiles.updated", "profiles", row[0], 1, "floor", "x", row[7], facts, None, 0,
        )  # fmt: skip
        connection.execute(_CHANGE, told)
        result = {"error": 0, "error_text": "Successful operation", "profile_id": row[1]}
        body = _encode(result)
        kind = "application/json; charset=utf-8"
        connection.execute(_KEEP, (200, kind, body.decode(), now + _DAY_MS, claimed))
        return body

    async def app(scope: Any, receive: Any, send: Any) -> None:
        content = await body_of(receive)
        fields = _decode(content)
        digest = hashlib.sha256(fields["token"].encode()).hexdigest()
        reading.execute(_CREDENTIAL, ("profiles", "token", digest)).fetchall()
        key = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        await answer(send, await group.do(lambda: work(fields, key)))

    return app


_BODY = (
    '{"token":"' + _TOKEN + '","db_id":1,"resource_id":1,"matching":"email",'
    '"email":"person-77@bench.example","data":{"_status":0,"_fname":"Jim {n}","_lname":"Jones",'
    '"email":"person-77@bench.example","phones":["+79000000077"]}}'
)

PART = Part(
    prepare,
    [
        Case(
            "altcraft import, profile is there, durable",
            "altcraft",
            Request(
                "POST", "/api/v1.1/profiles/import", {"Content-Type": "application/json"}, _BODY
            ),
            2.5,
            "bench.cases.altcraft:floor_import",
        ),
    ],
)
