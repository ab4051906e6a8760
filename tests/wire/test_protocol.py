"""The short way of the server's protocol answers as the long one does. Source: DESIGN.md 2, 3."""

import json
import re
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.tx import Origin
from dragoman.domains.content import components, trees, users
from dragoman.domains.content.components import NewComponent
from dragoman.domains.content.tables import spaces as spaces_table
from tests.support import postgres
from tests.support.server import Server, serving

GET = "GET /api/v1/space/1 HTTP/1.1\r\nHost: x\r\n\r\n"
POST = "POST /api/v1/component/search HTTP/1.1\r\nHost: x\r\n"
MOVES = re.compile(rb"(x-request-id|date): [^\r]+\r\n")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The real command; on PostgreSQL every request waits for its answer in a task."""
    with (
        postgres.for_server(request.param, "protocol") as url,
        serving(tmp_path_factory.mktemp("protocol"), database=url) as running,
    ):
        yield running


def talk(server: Server, *parts: str, dialect: str = "chautec", answers: int = 1) -> bytes:
    """Send the parts, each in a packet of its own; read until so many answers are whole."""
    with socket.create_connection(("127.0.0.1", server.ports[dialect]), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at, part in enumerate(parts):
            if at:
                time.sleep(0.05)
            connection.sendall(part.encode())
        received = b""
        while not whole(received, answers):
            got = connection.recv(65536)
            if not got:
                return received
            received += got
        return received


def whole(received: bytes, answers: int) -> bool:
    """Whether so many answers with a Content-Length have come."""
    for _ in range(answers):
        head, end, received = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        size = int(length[1]) if length else 0
        if not end or len(received) < size:
            return False
        received = received[size:]
    return True


def still(answer: bytes) -> list[bytes]:
    """An answer without what differs from call to call, its header lines sorted."""
    head, _, body = MOVES.sub(b"", answer).partition(b"\r\n\r\n")
    return [*sorted(line for line in head.split(b"\r\n") if line), body]


@pytest.mark.parametrize(
    ("dialect", "request_text"),
    [
        ("chautec", GET),
        ("chautec", GET.replace("space/1", "space/99")),
        ("chautec", GET.replace("space/1", "nowhere?a=%20b")),
        ("chautec", GET.replace("space/1", "component/x")),
        ("chautec", GET.replace("GET", "DELETE").replace("space/1", "nowhere")),
        ("chautec", GET.replace("GET", "OPTIONS")),
        ("cartum", "GET /api/catalog/export/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("cartum", "POST /api/pages/export/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"),
        ("altcraft", "GET /api/v1/profiles/get HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("opensupports", "POST /api/system/get-settings HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("console", "GET /edit/login.php HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("chautec", GET.replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n{x")),
        ("chautec", POST + "Content-Length: 2\r\n\r\n{x"),
        ("console", "GET /chautec/api/v1/space/1 HTTP/1.1\r\nHost: x\r\n\r\n"),
    ],
)
def test_both_ways_answer_alike(server: Server, dialect: str, request_text: str) -> None:
    whole_at_once = talk(server, request_text, dialect=dialect)
    in_parts = talk(server, request_text[:-1], request_text[-1:], dialect=dialect)
    assert whole_at_once.startswith(b"HTTP/1.1 ")
    if b"set-cookie" not in whole_at_once:
        assert still(whole_at_once) == still(in_parts)


def test_head_has_the_length_and_no_body(server: Server) -> None:
    got = talk(server, GET)
    with httpx.Client(base_url=server.url("chautec")) as client:
        answer = client.head("/api/v1/space/1")
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(got.partition(b"\r\n\r\n")[2]))


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    body = '{"email":"a@example.com","password":"wrong"}'
    login = f"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    other = GET.replace("space/1", "nowhere")
    received = talk(server, GET + login + other + GET, answers=4)
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", received)
    assert statuses[0] == statuses[3]
    assert statuses[2] == b"404"
    assert len(statuses) == 4


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """Chautec's header with a key of a new user."""
    database = open_database(server.database)
    try:
        with database.begin(Origin("test"), writes=True) as tx:
            number = users.create(tx, email="protocol@example.com", password_hash="")
            return f"X-Chautec-Api-Key: {users.new_key(tx, number)}\r\n"
    finally:
        database.close()


def post(path: str, fields: dict[str, object], key: str) -> str:
    """A request with a JSON body."""
    body = json.dumps(fields)
    head = f"POST /api/v1{path} HTTP/1.1\r\nHost: x\r\n{key}Content-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n{body}"


def member(answer: bytes, name: str) -> int:
    """A number of a JSON answer."""
    return int(json.loads(answer.partition(b"\r\n\r\n")[2])[name])


@pytest.fixture(scope="module")
def long_page(server: Server, key: str) -> str:
    """A GET of a component of 3 MB, which is sent from a file."""
    space = member(talk(server, post("/space", {"name": "long"}, key)), "id")
    database = open_database(server.database)
    try:
        with database.begin(Origin("test"), writes=True) as tx:
            root = trees.by_key(tx, space, "root", drafts=True).id
            id = components.create(
                tx,
                NewComponent(
                    space_id=space, parent_id=root, key="long", kind="page", name="Long",
                    content="0123456789" * 300_000, published=True,
                ),
            )  # fmt: skip
    finally:
        database.close()
    return f"GET /api/v1/component/{id} HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_long_answer_is_whole_either_way(server: Server, long_page: str) -> None:
    whole_at_once = talk(server, long_page)
    assert len(whole_at_once) > 3_000_000
    assert still(whole_at_once) == still(talk(server, long_page[:-1], long_page[-1:]))


def test_what_follows_a_long_answer_waits_for_its_end(server: Server, long_page: str) -> None:
    received = talk(server, long_page + GET + long_page, answers=3)
    long, _, rest = received.partition(b"HTTP/1.1 401")
    assert len(long) > 3_000_000
    assert rest.count(b"HTTP/1.1 200") == 1


def test_who_leaves_before_a_long_answer_ends_harms_nobody(server: Server, long_page: str) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.ports["chautec"])) as connection:
            connection.sendall(long_page.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert len(talk(server, long_page)) > 3_000_000
    assert "Traceback" not in server.output


def test_a_write_is_kept_though_its_caller_has_left(server: Server, key: str) -> None:
    with socket.create_connection(("127.0.0.1", server.ports["chautec"])) as connection:
        connection.sendall(post("/space", {"name": "left behind"}, key).encode())
    until = time.monotonic() + 10
    while not (found := named(server, "left behind")) and time.monotonic() < until:
        time.sleep(0.1)
    assert len(found) == 1
    assert "Traceback" not in server.output


def named(server: Server, name: str) -> list[int]:
    """Spaces of this name."""
    database = open_database(server.database)
    try:
        with database.begin(Origin("test"), writes=False) as tx:
            return [
                row.id for row in tx.all(sa.select(spaces_table).where(spaces_table.c.name == name))
            ]
    finally:
        database.close()


def test_writes_in_one_packet_are_done_in_order(server: Server, key: str) -> None:
    names = [f"row {number}" for number in range(20)]
    received = talk(
        server, "".join(post("/space", {"name": name}, key) for name in names), answers=len(names)
    )
    assert received.count(b"HTTP/1.1 201") == len(names)
    ids = [named(server, name)[0] for name in names]
    assert ids == sorted(ids)


def test_an_old_client_and_a_closing_one_are_hung_up_on(server: Server) -> None:
    for text in (
        GET.replace("HTTP/1.1", "HTTP/1.0"),
        GET.replace("Host: x", "Host: x\r\nConnection: close"),
    ):
        received = talk(server, text, answers=2)  # reads to the end
        assert b"connection: close" in received
        assert received.count(b"HTTP/1.1 ") == 1


def test_an_expected_100_is_sent_before_the_body(server: Server) -> None:
    head = GET.replace("GET /api/v1/space/1", "POST /api/v1/login").replace(
        "x\r\n", "x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
    )
    received = talk(server, head, "{}", answers=2)
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 4")


def test_a_broken_body_is_refused_and_leaves_the_server_well(server: Server) -> None:
    head = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    assert b" 400 " in talk(server, head, answers=2)
    assert talk(server, GET).startswith(b"HTTP/1.1 ")


def test_calls_of_both_ways_are_logged(server: Server) -> None:
    paths = ("/api/v1/nowhere/short", "/api/v1/nowhere/long")
    talk(server, GET.replace("/api/v1/space/1", paths[0]))
    long = GET.replace("/api/v1/space/1", paths[1])
    talk(server, long[:-1], long[-1:])
    found: list[str] = []
    until = time.monotonic() + 10
    while len(found) < 2 and time.monotonic() < until:
        time.sleep(0.1)
        found = sorted(logged(server, "/api/v1/nowhere/"))
    assert found == sorted(paths)


def logged(server: Server, prefix: str) -> list[str]:
    """Paths in the request log."""
    database = open_database(server.database)
    column = tables.request_log.c.path
    try:
        with database.begin(Origin("test"), writes=False) as tx:
            return [row.path for row in tx.all(sa.select(column).where(column.like(prefix + "%")))]
    finally:
        database.close()
