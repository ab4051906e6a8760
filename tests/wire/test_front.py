"""Bodies, hosts, prefixes and the request log, through the real front and the Chautec dialect."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.domains.content import components, spaces, users
from dragoman.domains.content.components import NewComponent
from tests.support.site import TestSite

V1 = "/api/v1"


@pytest.fixture
def key(site: TestSite) -> str:
    def make(tx: Any) -> str:
        return users.new_key(tx, users.create(tx, email="a@example.com", password_hash=""))

    return site.tx(make)


def log(site: TestSite) -> list[Any]:
    site.flush_log()
    return site.look(
        lambda tx: tx.all(sa.select(tables.request_log).order_by(tables.request_log.c.id))
    )


def exchange(site: TestSite, parts: list[bytes], headers: dict[str, str]) -> tuple[list[Any], int]:
    """A POST of chunks. Returns what was sent, and how many chunks were read."""
    read = 0
    sent: list[Any] = []

    async def receive() -> Any:
        nonlocal read
        part = parts[read] if read < len(parts) else b""
        read += 1
        return {"type": "http.request", "body": part, "more_body": read < len(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "scheme": "http", "path": f"{V1}/space",
        "raw_path": b"", "query_string": b"", "client": ("192.0.2.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", site.ports["chautec"]), "http_version": "1.1",
    }  # fmt: skip
    site.run(site.app.front(scope, receive, send))
    return sent, read


def head_of(sent: list[Any]) -> tuple[int, dict[bytes, bytes]]:
    return sent[0]["status"], {name.lower(): value for name, value in sent[0]["headers"]}


def test_a_chunked_body_is_read_whole(site: TestSite, key: str) -> None:
    parts = [b'{"na', b'me":', b'"s"}']
    headers = {
        "x-chautec-api-key": key,
        "transfer-encoding": "chunked",
        "content-type": "application/json",
    }
    sent, _ = exchange(site, parts, headers)
    assert head_of(sent)[0] in (200, 201)


def test_a_chunked_body_beyond_its_bound_is_given_up(site: TestSite, key: str) -> None:
    parts = [b"x" * 1_000_000] * 500
    headers = {
        "x-chautec-api-key": key,
        "transfer-encoding": "chunked",
        "content-type": "application/json",
    }
    sent, read = exchange(site, parts, headers)
    status, answered = head_of(sent)
    assert 400 <= status < 500
    assert answered[b"connection"] == b"close"
    assert read < 100


def test_a_declared_length_beyond_its_bound_is_refused_unread(site: TestSite, key: str) -> None:
    headers = {
        "x-chautec-api-key": key,
        "content-length": "5000000000",
        "content-type": "application/json",
    }
    sent, read = exchange(site, [b"x"] * 10, headers)
    status, answered = head_of(sent)
    assert 400 <= status < 500
    assert answered[b"connection"] == b"close"
    assert read == 0


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3", "99999999999999999999999"])
def test_a_bad_content_length_is_no_crash(site: TestSite, key: str, length: str) -> None:
    headers = {
        "x-chautec-api-key": key,
        "content-length": length,
        "content-type": "application/json",
    }
    sent, _ = exchange(site, [b'{"name":"s"}'], headers)
    assert head_of(sent)[0] < 500


HOSTILE = [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 2, b'{"name":"\\ud800"}',
    b'{"name":"a\\u0000b"}', b"[" * 100_000, b'{"name":' + b"[" * 20_000, b'{"name":1e999}',
    b'{"name":' + b"9" * 10_000 + b"}", b'{"name":"' + b"x" * 900_000,
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_a_hostile_body_is_the_vendors_error(site: TestSite, key: str, body: bytes) -> None:
    headers = {"x-chautec-api-key": key, "content-type": "application/json"}
    answer = site.request("chautec", "POST", f"{V1}/space", body=body, headers=headers)
    assert 400 <= answer.status < 500
    assert answer.json["success"] is False
    assert site.look(lambda tx: spaces.listed(tx)) == []


PATHS = ["/", "//", "/%00", "/api/v1/component/%00", "/api/v1/component/" + "9" * 400, "/a" * 5000,
         "/api/v1/component/-1", "/api/v1/component/1%2F..%2F..", "/api/v1/../../etc/passwd",
         "/api/v1/component/\u0661"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=map(str, range(len(PATHS))))
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "BREW"])
def test_a_hostile_path_is_the_vendors_error(site: TestSite, method: str, path: str) -> None:
    assert 400 <= site.request("chautec", method, path).status < 500


# Hosts and prefixes


def text_component(site: TestSite) -> int:
    def make(tx: Any) -> int:
        space_id = spaces.create(tx, "s")
        root = tx.scalar(sa.text("SELECT min(id) FROM components"))
        new = NewComponent(
            space_id=space_id, parent_id=root, key="page", kind="html",
            content="<script>alert(1)</script>", published=True,
        )  # fmt: skip
        return components.create(tx, new)

    return site.tx(make)


def test_stored_content_under_a_prefix_is_sandboxed(site: TestSite) -> None:
    id = text_component(site)
    path = f"{V1}/component/text/{id}"
    own = site.request("chautec", "GET", path)
    assert own.status == 200
    assert "content-security-policy" not in own.headers
    under = site.request("console", "GET", f"/chautec{path}")
    assert under.body == own.body
    assert under.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert under.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_port_or_prefix_is_no_crash(site: TestSite) -> None:
    assert site.request("console", "GET", "/nowhere/at/all").status == 404
    assert site.request("console", "GET", "/chautec").status == 404
    assert site.request("console", "GET", "/chautecx/api/v1/component/1").status == 404


# Request log


def test_calls_are_logged_without_their_secrets(site: TestSite, key: str) -> None:
    secret = "Hunter42-sesame"
    login = {"email": "a@example.com", "password": secret}
    site.request("chautec", "POST", "/auth/login", json=login)
    site.request("chautec", "GET", f"{V1}/space/all?token=x", headers={"x-chautec-api-key": key})
    site.request("chautec", "POST", "/auth/login", body=json.dumps(login).encode()[:-3])
    made = site.request(
        "chautec", "POST", f"{V1}/user", json={"email": "b@example.com", "password": secret},
        headers={"x-chautec-api-key": key},
    )  # fmt: skip
    renewed = site.request(
        "chautec", "PUT", f"{V1}/user/key/{made.json['id']}", headers={"x-chautec-api-key": key}
    )
    rows = log(site)
    assert [row.status for row in rows][1:] == [200, 400, 201, 200]
    kept = repr(rows)
    assert "sesame" not in kept
    assert key not in kept
    assert renewed.json["key"] not in kept
    assert {row.remote for row in rows} == {"192.0.2.1"}
    assert rows[1].account_id is not None


def test_a_body_that_is_no_text_is_a_note(site: TestSite, key: str) -> None:
    site.request(
        "chautec", "POST", f"{V1}/space", body=b"\x00\x01\x02",
        headers={"x-chautec-api-key": key, "content-type": "application/octet-stream"},
    )  # fmt: skip
    assert log(site)[0].request_body == "[3 bytes of application/octet-stream]"


def test_undecodable_bytes_do_not_stop_the_log(site: TestSite) -> None:
    site.request("chautec", "POST", "/auth/login", body=b'{"a":"\xff\x00"}')
    site.request("chautec", "GET", "/%00%ff", headers={"x-odd": "\xff"})
    assert len(log(site)) == 2


def test_the_log_counts_by_minute(site: TestSite) -> None:
    for _ in range(3):
        site.request("chautec", "GET", f"{V1}/component/1")
    site.request("chautec", "GET", f"{V1}/space/all")
    site.flush_log()
    rows = site.look(lambda tx: tx.all(sa.select(tables.request_minutes)))
    assert sum(row.calls for row in rows) == 4
    assert sum(row.client_errors for row in rows) == 4
    assert all(sum(row.durations) == row.calls for row in rows)
