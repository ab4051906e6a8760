"""No secret reaches the request log, in whatever encoding it was sent."""

import json
from urllib.parse import quote

import pytest

from dragoman.wire.masks import Masks

SECRET = "hunter2-sesame"
MASKS = Masks(["password", "apiKey", "token"], ["X-Own-Key"])
JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "application/xml"

_WRITTEN = [
    (JSON, json.dumps({"password": SECRET})),
    (JSON, json.dumps({"a": [{"b": {"PASSWORD": SECRET}}]})),
    (JSON, json.dumps({"password": [SECRET]})),
    (JSON, json.dumps({"password": {"x": SECRET}})),
    (JSON, '{"password":"SECRET!","password":null}'),
    (JSON, '{"pass\\u0077ord":"SECRET!"}'),
    (JSON, '{"pass\\u0077ord":"SECRET!"'),
    (JSON, '{"password" \n : "SECRET!'),
    (JSON, '{"password":"SECRET!\\"SECRET!","x":'),
    (JSON, '{"password":[1,"SECRET!"],'),
    (JSON, "\ufeff" + json.dumps({"password": SECRET})),
    (JSON, '"password" "SECRET!"'),
    (JSON, f"password={SECRET}"),
    (JSON, '{"token":"SECRET!"} trailing'),
    (FORM, f"a=1&password={SECRET}"),
    (FORM, f"%70assword={SECRET}"),
    (FORM, f"user[password]={SECRET}"),
    (FORM, f"PASSWORD={quote(SECRET)}&x=%zz"),
    (FORM, json.dumps({"password": SECRET})),
    (XML, f"<a><password>{SECRET}</password></a>"),
    (XML, f"<a><n:password x='1'>{SECRET}</n:password></a>"),
    (XML, f"<a><password><![CDATA[{SECRET}]]></password></a>"),
    (XML, f"<a><password><b>{SECRET}</b></password></a>"),
    (XML, f"<a><password>{SECRET}"),
    (XML, f"<a password='{SECRET}'/>"),
    (XML, f'<a apiKey = "{SECRET}"/>'),
    ("text/plain", f"password: {SECRET}"),
    ("", json.dumps({"token": SECRET})),
    ("", f"token={SECRET}"),
    ("application/octet-stream", f"password={SECRET}"),
    ("application/vnd.own+json; charset=utf-8", json.dumps({"token": SECRET})),
]
BODIES = [(kind, body.replace("SECRET!", SECRET)) for kind, body in _WRITTEN]


@pytest.mark.parametrize(("kind", "body"), BODIES, ids=map(str, range(len(BODIES))))
def test_a_secret_in_a_body_is_not_kept(kind: str, body: str) -> None:
    sent = body.encode()
    shown = MASKS.body(sent, kind, len(sent))
    assert SECRET not in shown
    assert "sesame" not in shown


@pytest.mark.parametrize("before", [b'{"a":"\xed\xa0\x80",', b'{"a":"\xff",', b'{"a":"\\ud800",'])
def test_nor_where_the_text_is_broken(before: bytes) -> None:
    sent = before + b'"password":"' + SECRET.encode() + b'"}'
    shown = MASKS.body(sent, JSON, len(sent))
    assert shown.startswith('{"a"')
    assert SECRET not in shown


@pytest.mark.parametrize(("kind", "body"), BODIES, ids=map(str, range(len(BODIES))))
def test_nor_in_a_body_that_was_cut(kind: str, body: str) -> None:
    sent = body.encode()
    for size in range(len(sent)):
        shown = MASKS.body(sent[:size], kind, len(sent))
        assert "sesame" not in shown


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_nor_in_wide_characters(encoding: str) -> None:
    sent = json.dumps({"password": SECRET}).encode(encoding)
    shown = MASKS.body(sent, JSON, len(sent))
    assert "s" not in shown.replace("bytes", "")


def test_what_is_no_secret_stays() -> None:
    body = b'{"name":"Ann","note":"my password is long"}'
    assert MASKS.body(body, JSON, len(body)) == body.decode()
    assert MASKS.query(b"a=1&b=%C3%9F") == "a=1&b=%C3%9F"


def test_a_long_token_keeps_its_first_characters() -> None:
    shown = MASKS.body(b'{"token":"abcdefghijklmnopqrst"}', JSON, 32)
    assert shown == '{"token":"abcd***"}'


def test_names_that_are_secret_in_one_row() -> None:
    body = b'{"key":"%s"}' % SECRET.encode()
    assert SECRET in MASKS.body(body, JSON, len(body))
    assert SECRET not in MASKS.body(body, JSON, len(body), frozenset({"key"}))


def test_headers() -> None:
    headers = [
        (b"authorization", b"Bearer " + SECRET.encode()),
        (b"cookie", b"a=" + SECRET.encode()),
        (b"x-own-key", b"hunter2 " + SECRET.encode()),
        (b"referer", b"http://x/y?token=" + SECRET.encode()),
        (b"accept", b"*/*"),
    ]
    shown = MASKS.headers(headers)
    assert "hunter2" not in shown
    assert "sesame" not in shown
    assert "authorization: Bearer ***" in shown
    assert "accept: */*" in shown
