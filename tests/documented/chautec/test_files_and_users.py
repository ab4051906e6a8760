"""Files, users, keys and sessions. Source: spec/chautec 8, 9."""

import pytest

from dragoman.core import tables
from dragoman.core.tx import Tx
from dragoman.domains.content import users
from tests.documented.chautec.conftest import EMAIL, KEY, OK, PASSWORD, Cms

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
OCTETS = "application/octet-stream"


def test_a_file_from_upload_to_removal(cms: Cms) -> None:  # spec/chautec 8, 12.8
    id = cms.make("pic", name="A picture", metadata={"n": 1.0})
    assert cms.call("GET", f"/component/file/check/{id}").status == 404
    answer = cms.upload(id, "x.bin", PNG)
    assert (answer.status, answer.json) == (200, {"id": id, "message": OK, "success": True})
    assert cms.call("GET", f"/component/file/check/{id}").json["id"] == id
    assert b'{"n":1.0,"mimeType":"image/png"}' in cms.call("GET", f"/component/{id}").body
    for path in (f"/component/file/{id}", f"/component/file/{cms.space}/pic"):
        got = cms.anonymous("GET", path)
        assert (got.status, got.body) == (200, PNG)
        assert got.headers["content-type"] == "image/png"
        assert got.headers["content-disposition"] == 'attachment; filename="A picture"'
        assert got.headers["content-length"] == str(len(PNG))
        assert got.headers["x-content-type-options"] == "nosniff"
    for metadata, kind in (
        ({}, OCTETS), ({"mimeType": "text/x-own"}, "text/x-own"), ({"mimeType": 5}, OCTETS),
        ({"mimeType": "bad\r\nx: y"}, OCTETS), ({"mimeType": "nothing"}, OCTETS),
        ({"mimeType": "a/" + "b" * 70_000}, OCTETS), ({"mimeType": "a/ä"}, OCTETS),
    ):  # fmt: skip
        cms.call("PUT", f"/component/{id}", json={"id": id, "metadata": metadata})
        assert cms.anonymous("GET", f"/component/file/{id}").headers["content-type"] == kind
    assert cms.upload(id, "", b"").status == 200
    assert cms.anonymous("GET", f"/component/file/{id}").body == b""
    assert cms.call("DELETE", f"/component/file/{id}").json["id"] == id
    assert cms.call("GET", f"/component/{id}").json["metadata"] == {}
    gone = cms.anonymous("GET", f"/component/file/{id}")
    assert (gone.status, gone.json["code"]) == (404, "chautec.component.not.found.file")


@pytest.mark.parametrize(
    ("name", "content", "declared", "kind"),
    [
        ("a", PNG, "text/plain", "image/png"),
        ("a", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "", "image/jpeg"),
        ("a", b"GIF89a\x01\x00\x01\x00", "", "image/gif"),
        ("a", b"%PDF-1.7\n%\xe2\xe3", "", "application/pdf"),
        ("a.bin", b'<?xml version="1.0"?><svg xmlns="x"/>', "", "image/svg+xml"),
        ("a", b"<!DOCTYPE html><p>", "", "text/html"),
        ("a.css", b"p{}", "text/plain", "text/css"),
        ("a", b"plain", "text/x-thing; charset=x", "text/x-thing"),
        ("a", b"plain", "", OCTETS),
        ("a", b"plain", "x/y\tevil: z", OCTETS),
        ("a", b"plain", "x/" + "y" * 300, OCTETS),
        ("../../etc/passwd", PNG, "", "image/png"),
        ("..%2f..%2fa.css", b"p{}", "", "text/css"),
    ],
)
def test_detection(cms: Cms, name: str, content: bytes, declared: str, kind: str) -> None:
    id = cms.make("f")
    assert cms.upload(id, name, content, declared).status == 200
    assert cms.call("GET", f"/component/{id}").json["metadata"] == {"mimeType": kind}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", 'attachment; filename="f"'),
        ('a"b\\c\r\nd', 'attachment; filename="a_b_c__d"'),
        (
            "Ünï 😀.pdf",
            "attachment; filename=\"_n_ _.pdf\"; filename*=UTF-8''%C3%9Cn%C3%AF%20%F0%9F%98%80.pdf",
        ),
        ("../../etc/passwd", 'attachment; filename="../../etc/passwd"'),
        ("x" * 100_000 + ".tar.gz", f'attachment; filename="{"x" * 252}.gz"'),
        ("x" * 300 + "." + "y" * 20, f'attachment; filename="{"x" * 255}"'),
        (
            "ü" * 200 + ".png",
            f"attachment; filename=\"{'_' * 125}.png\"; filename*=UTF-8''{'%C3%BC' * 125}.png",
        ),
    ],
)
def test_names_of_downloads(cms: Cms, name: str, shown: str) -> None:
    id = cms.make("f", name=name)
    cms.upload(id, "x", b"x")
    assert cms.anonymous("GET", f"/component/file/{id}").headers["content-disposition"] == shown


def test_parts_of_a_file(cms: Cms) -> None:  # spec/chautec 8, RFC 9110
    content = bytes(range(256)) * 2000
    size = len(content)
    id = cms.make("film", name="film.bin")
    cms.upload(id, "film.bin", content)
    path = f"/component/file/{id}"
    whole = cms.anonymous("GET", path)
    assert (whole.status, whole.body, whole.headers["accept-ranges"]) == (200, content, "bytes")
    tag = whole.headers["etag"]
    for asked, first, end in (
        ("bytes=0-0", 0, 1), ("bytes=10-", 10, size), ("bytes=300000-400000", 300_000, 400_001),
        ("bytes=-5", size - 5, size), (f"bytes=-{size * 9}", 0, size),
        (f"bytes=5-{'9' * 18}", 5, size), ("bytes = 1 - 2", 1, 3),
    ):  # fmt: skip
        for more in ({}, {"if-range": tag}):
            part = cms.anonymous("GET", path, headers={"range": asked, **more})
            assert (part.status, part.body) == (206, content[first:end]), asked
            assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
            assert part.headers["content-length"] == str(end - first)
            assert part.headers["content-disposition"] == 'attachment; filename="film.bin"'
    for headers in (
        {"range": "bytes=9-3"}, {"range": f"bytes={size}-"}, {"range": "bytes=-0"},
        {"range": "bytes=-"}, {"range": "bytes=0-1,3-4"}, {"range": "items=0-1"},
        {"range": "bytes=0-0x"}, {"range": f"bytes=0-{'9' * 30}"},
        {"range": "bytes=0-1", "if-range": '"other"'},
    ):  # fmt: skip
        answer = cms.anonymous("GET", path, headers=headers)
        assert (answer.status, answer.body) == (200, content), headers
    head = cms.anonymous("HEAD", path, headers={"range": "bytes=0-1"})
    assert (head.status, head.headers["content-length"], head.body) == (200, str(size), b"")
    cms.upload(id, "empty", b"")
    empty = cms.anonymous("GET", path, headers={"range": "bytes=-5"})
    assert (empty.status, empty.body) == (200, b"")


def test_a_file_that_is_known_is_not_sent_again(cms: Cms) -> None:  # spec/chautec 10
    id = cms.make("pic", name="pic.png")
    cms.upload(id, "pic.png", PNG)
    path = f"/component/file/{id}"
    tag = cms.anonymous("GET", path).headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        for method in ("GET", "HEAD"):
            answer = cms.anonymous(method, path, headers={"if-none-match": known})
            assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    for change in (
        {"name": "other.png"}, {"metadata": {"mimeType": "image/x-own"}}, {"published": False},
    ):  # fmt: skip
        cms.call("PUT", f"/component/{id}", json={"id": id, **change})
        answer = cms.anonymous("GET", path, headers={"if-none-match": tag})
        assert answer.status == (404 if change == {"published": False} else 200)
        assert change == {"published": False} or answer.headers["etag"] != tag
        tag = answer.headers.get("etag", tag)
    assert cms.call("GET", path, headers={"if-none-match": tag}).status == 304
    cms.upload(id, "pic.png", PNG + b"more")
    assert cms.call("GET", path, headers={"if-none-match": tag}).body == PNG + b"more"


def test_users_and_keys(cms: Cms) -> None:  # spec/chautec 9.1, 12.9
    owner = {"id": 1, "email": EMAIL, "apiKeyEnabled": True, "active": True}
    new = {"email": "andrew@chautec.com", "password": "doHY[af20Dt2"}
    answer = cms.call("POST", "/user", json={**new, "active": False})
    assert (answer.status, answer.json) == (201, {"id": 2, "message": OK, "success": True})
    andrew = {"id": 2, "email": new["email"], "apiKeyEnabled": False, "active": False}
    assert cms.call("GET", "/user/2").json == andrew
    assert cms.call("GET", "/user/all").json == {"users": [owner, andrew]}
    first = cms.call("PUT", "/user/key/2").json
    assert sorted(first) == ["key", "success"]
    assert len(first["key"]) == 62
    assert set(first["key"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    mine = {"x-chautec-api-key": first["key"]}
    assert cms.anonymous("GET", "/user/2", headers=mine).status == 401
    assert cms.call("PUT", "/user/2", json={"id": "2", "active": True}).json["id"] == 2
    assert cms.anonymous("GET", "/user/2", headers=mine).json["apiKeyEnabled"] is True
    second = cms.call("PUT", "/user/key/2").json["key"]
    assert cms.anonymous("GET", "/user/2", headers=mine).status == 401
    mine = {"X-Chautec-Api-Key": second}
    assert cms.anonymous("GET", "/user/2", headers=mine).status == 200
    assert [cms.call("DELETE", "/user/key/2").status for _ in range(2)] == [200, 200]
    assert cms.anonymous("GET", "/user/2", headers=mine).status == 401
    own = {"id": 2, "email": "Andrew@chautec.com"}
    assert cms.call("PUT", "/user/2", json=own).status == 200
    assert cms.call("DELETE", "/user/2").json == {"id": 2, "message": OK, "success": True}
    assert cms.call("GET", "/user/2").status == 404
    again = cms.call("POST", "/user", json=new).json["id"]
    assert again == 3
    assert cms.call("DELETE", "/user/1").status == 200
    assert cms.call("GET", "/user/all").status == 401


def test_sessions(cms: Cms) -> None:  # spec/chautec 9.2
    form = {"email": EMAIL.upper(), "password": PASSWORD}
    answer = cms.anonymous("POST", "!/auth/login", form=form, scheme="https")
    assert (answer.status, answer.json) == (200, {"id": 1, "message": OK, "success": True})
    cookie = answer.headers["set-cookie"]
    for part in ("chautec_session=", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=86400"):
        assert part in cookie
    jar = answer.cookies
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 200
    bad = {"x-chautec-api-key": "bad"}
    assert cms.anonymous("GET", "/user/1", cookies=jar, headers=bad).status == 401
    assert len(cms.anonymous("PUT", "/user/key/1", cookies=jar).json["key"]) == 62
    assert cms.call("GET", "/user/1").status == 401, KEY
    out = cms.anonymous("POST", "!/auth/logout", cookies=jar)
    assert (out.status, out.json) == (200, {"message": OK, "success": True})
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 401


def test_a_session_in_use_keeps_its_cookie(cms: Cms) -> None:  # spec/chautec 9.2: idle 24 h
    login = {"email": EMAIL, "password": PASSWORD}
    jar = cms.anonymous("POST", "!/auth/login", json=login).cookies
    assert "set-cookie" not in cms.anonymous("GET", "/user/1", cookies=jar).headers
    for path in ("/user/1", f"/component/{cms.root}", f"/component/text/{cms.root}"):
        cms.site.tx(_two_minutes_later)
        again = cms.anonymous("GET", path, cookies=jar, scheme="https")
        assert again.cookies == jar
        assert again.headers["set-cookie"].endswith(
            "; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure"
        )
        assert "set-cookie" not in cms.anonymous("GET", path, cookies=jar).headers
    cms.site.tx(_two_minutes_later)
    out = cms.anonymous("POST", "!/auth/logout", cookies=jar)
    assert out.cookies == {"chautec_session": ""}
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 401


def _two_minutes_later(tx: Tx) -> None:
    for row in tx.all(tables.sessions.select()):
        tx.update(tables.sessions, row.id, {"seen_ms": row.seen_ms - 120_000})


def test_a_new_password_ends_sessions(cms: Cms) -> None:  # spec/chautec 9.2
    login = {"email": EMAIL, "password": PASSWORD}
    jar = cms.anonymous("POST", "!/auth/login", json=login).cookies
    change = {"id": 1, "password": "other-1234"}
    assert cms.call("PUT", "/user/1", json=change).status == 200
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 401
    assert cms.anonymous("POST", "!/auth/login", json=login).status == 401
    login["password"] = "other-1234"
    jar = cms.anonymous("POST", "!/auth/login", json=login).cookies
    other = {"email": "b@x.org", "password": "abc12345"}
    assert cms.call("POST", "/user", json=other).status == 201
    assert cms.call("PUT", "/user/1", json={"id": 1, "active": False}).status == 200
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 401
    cms.site.tx(lambda tx: users.change(tx, 1, email=None, password_hash=None, active=True))
    assert cms.anonymous("GET", "/user/1", cookies=jar).status == 200
