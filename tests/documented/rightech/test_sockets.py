"""Frames on the wire: handshakes, refusals, heartbeat, packets, polling, upgrade, stream."""

import json
import time
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.journal import Change
from dragoman.dialects.rightech.auth import Caller
from dragoman.dialects.rightech.flow import Flow, Told
from tests.documented.rightech.test_auth import LOGIN
from tests.documented.rightech.test_stores import FORBIDDEN, NOT_FOUND, UNAUTHORIZED
from tests.documented.rightech.wires import Wire, settle
from tests.support.site import TestSite
from tests.support.things import Client

WS = "/socket.io/?EIO=3&transport=websocket"
POLL = "/socket.io/?EIO=3&transport=polling"


def bearer(client: Client) -> dict[str, str]:
    return {"authorization": f"Bearer {client.token}"}


@pytest.fixture
def wire(things_site: TestSite, admin: Client) -> Wire:
    opened = Wire(things_site, WS, bearer(admin))
    opened.open()
    return opened


def test_handshake(things_site: TestSite, admin: Client) -> None:
    """Source: seed "WebSocket", spec R13.1-R13.3, R13.7."""
    cookie = things_site.request("rightech", "POST", "/api/v1/auth", json=LOGIN).cookies["sid"]
    for headers in ({"cookie": f"sid={cookie}"}, bearer(admin)):
        wire = Wire(things_site, WS, headers)
        hello = wire.open()
        told = json.loads(hello[1:])
        assert hello[0] == "0"
        assert len(told.pop("sid")) == 20
        assert told == {"upgrades": [], "pingInterval": 25000, "pingTimeout": 60000}
        wire.say("2")
        assert wire.text() == "3"
        wire.say("2probe")
        assert wire.text() == "3probe"
        wire.leave()
    things_site.flush_log()
    log = things_site.look(
        lambda tx: tx.all(
            sa.select(tables.request_log).where(tables.request_log.c.path == "/socket.io/")
        )
    )
    assert [row.status for row in log] == [101, 101]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("EIO=3", 0, "Transport unknown"),
        ("EIO=3&transport=pigeon", 0, "Transport unknown"),
        ("EIO=3&transport=polling&sid=unknown", 1, "Session ID unknown"),
        ("EIO=3&transport=websocket", 3, "Bad request"),
        ("transport=polling", 5, "Unsupported protocol version"),
        ("EIO=4&transport=polling", 5, "Unsupported protocol version"),
    ],
)
def test_bad_handshakes(things_site: TestSite, query: str, code: int, message: str) -> None:
    """Source: spec R13.5; they come before authentication."""
    answer = things_site.request("rightech", "GET", f"/socket.io/?{query}")
    assert (answer.status, answer.json) == (400, {"code": code, "message": message})
    assert answer.headers["content-type"] == "application/json"
    if code != 3:
        wire = Wire(things_site, f"/socket.io/?{query}")
        start, body = wire.next(), wire.next()
        assert start["type"] == "websocket.http.response.start"
        expected = "Bad request" if "polling" in query and code not in (1, 5) else message
        assert (start["status"], body["body"]) == (400, expected.encode())
        assert (b"connection", b"close") in start["headers"]


def test_post_without_session(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.5."""
    answer = things_site.request("rightech", "POST", POLL, body=b"1:2", headers=bearer(admin))
    assert (answer.status, answer.json) == (400, {"code": 2, "message": "Bad handshake method"})


def test_sockets_need_credentials(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.4, R13.26."""
    token = admin.made("tokens", name="t", scopes=["GET /objects/*"])["token"]
    for path in (WS, "/events/stream"):
        for headers, body in (
            ({}, UNAUTHORIZED),
            ({"authorization": "Bearer x"}, UNAUTHORIZED),
            ({"authorization": f"Bearer {token}"}, FORBIDDEN),
        ):
            wire = Wire(things_site, path, headers)
            start = wire.next()
            assert (start["type"], start["status"]) == (
                "websocket.http.response.start",
                int(body["code"]),  # type: ignore[call-overload] # text
            )
            assert json.loads(wire.next()["body"]) == body
    assert things_site.request("rightech", "GET", POLL).json == UNAUTHORIZED


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "7",
        "x",
        "4",
        "42",
        "42{}",
        "42[]",
        "42[1]",
        '42abc["x"]',
        '42["x"',
        "4abc",
        "48",
        "45",
        '45["x"]',
        '41-["x"]',
        "43{}",
        b"",
        b"\x04abc",
        b"abc",
        "1",
        "ä",
        "42" + "[" * 5000,
        "x" * 1_000_001,
    ],
)
def test_frames_that_are_no_packets(wire: Wire, frame: str | bytes) -> None:
    """Source: spec R13.8, R13.9: the server closes."""
    wire.say(frame)
    assert wire.is_closed()


def test_frames_that_are_ignored(wire: Wire) -> None:
    """Source: spec R13.8, R13.11."""
    for frame in ("0", "3", "5", "6", "40", "40/", "43[1]", '44"x"', '42/other,["x"]'):
        wire.say(frame)
    wire.say('451-8["x",{"_placeholder":true,"num":0}]')
    wire.say(b"\x04abc")
    assert wire.text() == "438" + json.dumps([NOT_FOUND], separators=(",", ":"))
    wire.say("2")
    assert wire.text() == "3"
    for frame in ("40/other,", "40/other", "40/other?q=1,"):
        wire.say(frame)
        assert wire.text() == '44/other,"Invalid namespace"'


def test_subscriptions(things_site: TestSite, admin: Client, farmer: Client, wire: Wire) -> None:
    """Source: spec R13.22, R13.23, 14."""
    model = admin.made("models", base="mqtt", name="m")["_id"]
    for _ in range(2):
        assert wire.text().startswith('42["')
    one = admin.made("objects", model=model, id="one")["_id"]
    admin.made("objects", model=model, id="two")
    told = [wire.text() for _ in range(4)]
    assert told[0].startswith('42["object-insert",{"_id":')
    assert told[1] == '42["event"' + told[0].removeprefix('42["object-insert"')
    wire.say('420["subscribe",{"objects":["one"],"events":["object-packet"]}]')
    answer = {"sucess": True, "success": True, "objects": [one], "events": ["object-packet"]}
    assert wire.text() == "430" + json.dumps([answer], separators=(",", ":"))
    for id in ("two", "one"):
        admin("POST", f"/objects/{id}/packets", {"temperature": 1})
    admin.made("labels", name="x")
    name, event = json.loads(wire.text()[2:])
    assert (name, event["_oid"], event["event"]) == ("object-packet", one, "object-packet")
    assert event["data"]["temperature"] == 1
    assert json.loads(wire.text()[2:]) == ["event", event]
    for argument in ('{"objects":["none"]}', '{"objects":["' + "f" * 24 + '"]}'):
        wire.say(f'421["subscribe",{argument}]')
        assert json.loads(wire.text()[3:]) == [NOT_FOUND]
    wire.say('421["subscribe",{"objects":5}]')
    assert json.loads(wire.text()[3:])[0]["code"] == "400"
    wire.say('422["unsubscribe"]')
    assert json.loads(wire.text()[3:])[0]["success"] is True
    admin.made("labels", name="y")
    assert wire.text().startswith('42["label-insert"')
    seen_by_farmer = Wire(things_site, WS, bearer(farmer))
    seen_by_farmer.open()
    seen_by_farmer.say('420["subscribe",{"objects":["one"]}]')
    assert json.loads(seen_by_farmer.text()[3:]) == [NOT_FOUND]


def test_who_hears_what(
    things_site: TestSite, admin: Client, farmer: Client, miller: Client
) -> None:
    """Source: spec R4.3: events of what is not visible do not arrive."""
    wires = [Wire(things_site, WS, bearer(one)) for one in (admin, farmer, miller)]
    for wire in wires:
        wire.open()
    farmer.made("labels", name="of the field")
    miller.made("labels", name="of the barn")
    farmer_heard = json.loads(wires[1].text()[2:])
    assert farmer_heard[1]["data"]["name"] == "of the field"
    miller_heard = json.loads(wires[2].text()[2:])
    assert miller_heard[1]["data"]["name"] == "of the barn"
    both = [json.loads(wires[0].text()[2:])[1]["data"]["name"] for _ in range(4)]
    assert both == ["of the field"] * 2 + ["of the barn"] * 2


def test_leaving_the_namespace(wire: Wire, admin: Client) -> None:
    """Source: spec R13.11."""
    wire.say("41")
    wire.say("2")
    assert wire.text() == "3"
    admin.made("labels", name="x")
    wire.say("2")
    assert wire.text() == "3"


@pytest.mark.parametrize("how", ["logout", "disabled", "role", "revoked"])
def test_cut_off(things_site: TestSite, admin: Client, farmer: Client, how: str) -> None:
    """Source: spec R13.4."""
    user = farmer("GET", "/auth").json["user"]["_id"]
    client = farmer
    if how == "revoked":
        token = farmer.made("tokens", name="t")
        client = Client(things_site, token=token["token"])
    wire = Wire(things_site, WS, bearer(client))
    wire.open()
    stream = Wire(things_site, "/events/stream", bearer(client))
    assert stream.next()["type"] == "websocket.accept"
    if how == "logout":
        farmer("POST", "/auth/logout")
    elif how == "disabled":
        admin("PATCH", f"/users/{user}", {"disabled": True})
    elif how == "role":
        admin("PATCH", f"/users/{user}", {"role": admin.made("roles", name="r")["_id"]})
    else:
        admin("DELETE", f"/tokens/{token['_id']}")
    heard = []
    while (message := wire.next())["type"] == "websocket.send":
        heard.append(message["text"])
    assert heard[-1] == "41"
    assert message["type"] == "websocket.close"
    while (message := stream.next())["type"] == "websocket.send":
        pass
    assert message["type"] == "websocket.close"


class _Cut:
    """A listener that notes that it was cut off."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.was_cut = False

    def tell(self, told: Told) -> None:
        """Listen."""

    def cut_off(self) -> None:
        """Note it."""
        self.was_cut = True


@pytest.mark.parametrize(
    ("event", "after", "cuts"),
    [
        ("memberships.created", {"facts": {"user": "u", "group": "other"}, "active": True}, False),
        ("memberships.updated", {"facts": {"user": "u", "group": "g", "role": None}}, False),
        ("memberships.updated", {"facts": {"user": "u", "group": "other"}}, True),
        ("memberships.updated", {"facts": {"user": "u", "group": "g", "role": "r"}}, True),
        ("memberships.updated", {"active": True}, False),
        ("memberships.updated", {"active": False}, True),
        ("memberships.deleted", None, True),
        ("credentials.created", {"facts": {"scopes": ["GET /x"]}, "active": True}, False),
        ("credentials.updated", {"facts": {"scopes": [], "item": "t"}}, False),
        ("credentials.updated", {"facts": {"scopes": ["GET /x"], "item": "t"}}, True),
        ("credentials.updated", {"active": False}, True),
        ("credentials.ended", None, True),
        ("accounts.updated", {"facts": {}}, False),
        ("accounts.updated", {"active": False}, True),
    ],
)
def test_what_a_socket_knew_when_it_opened_does_not_cut_it_off(
    things_site: TestSite, event: str, after: Any, cuts: bool
) -> None:
    """Another worker's change may be heard later than it was seen."""
    flow = Flow(things_site.app.hub)
    ids = {"account_id": 7, "membership_id": 7, "credential_id": 7}
    listener = _Cut(Caller(**ids, user="u", group="g", token_item="t"))  # no password
    flow.add(listener)
    change = Change(
        position="1", at_ms=0, event=event, subject=event.partition(".")[0], subject_id=7,
        account_id=None, dialect="rightech", request_id="", before=None, after=after, facts={},
    )  # fmt: skip
    flow.hear(change)
    assert listener.was_cut is cuts
    flow.remove(listener)


def test_cut_off_by_expiry(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.4: the socket's own timer."""
    expires = int(time.time() * 1000) + 700
    token = admin.made("tokens", name="t", expiresAt=expires)["token"]
    wire = Wire(things_site, WS, {"authorization": token})
    wire.open()
    assert wire.text() == "41"
    assert wire.is_closed()


def test_stream(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.26, R13.27."""
    wire = Wire(things_site, f"/events/stream?accessToken={admin.token}&events=label-update")
    assert wire.next()["type"] == "websocket.accept"
    wire.say("whatever")
    item = admin.made("labels", name="x")
    admin("PATCH", f"/labels/{item['_id']}", {"name": "y"})
    told = json.loads(wire.text())
    assert (told["event"], told["data"]["name"]) == ("label-update", "y")
    wire.leave()


# Long polling


def opened(site: TestSite, client: Client) -> str:
    settle(site)
    answer = site.request("rightech", "GET", POLL, headers=bearer(client))
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert "set-cookie" not in answer.headers
    length, _, rest = answer.text.partition(":")
    hello, rest = rest[: int(length)], rest[int(length) :]
    assert rest == "2:40"
    told = json.loads(hello[1:])
    assert told["upgrades"] == ["websocket"]
    return f"{POLL}&sid={told['sid']}"


def test_polling(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.14-R13.18."""
    url = opened(things_site, admin)
    for body, kind in ((b"1:2", "text/plain"), (b"\x00\x01\xff2", "application/octet-stream")):
        answer = things_site.request(
            "rightech", "POST", url, body=body, headers={"content-type": kind}
        )
        assert (answer.status, answer.text) == (200, "ok")
        assert answer.headers["content-type"] == "text/html"
        assert things_site.request("rightech", "GET", url).text == "1:3"
    admin.made("labels", name="Ŝ🌱")
    told = things_site.request("rightech", "GET", url).text
    assert told.isascii()
    assert "\\u015c\\ud83c\\udf31" in told
    things_site.request("rightech", "POST", url, body=b"1:2" * 20)
    assert things_site.request("rightech", "GET", url).text == "1:3" * 16
    assert things_site.request("rightech", "GET", url).text == "1:3" * 4
    things_site.request("rightech", "POST", url, body=b"1:1")
    answer = things_site.request("rightech", "GET", url)
    assert (answer.status, answer.json) == (400, {"code": 1, "message": "Session ID unknown"})


@pytest.mark.parametrize(
    "body", [b"", b"x", b"5:2", b"1:", b"1:2x", b"\xff", b"3:b4!", b"2:47", b"99999999999:2"]
)
def test_payloads_that_cannot_be_read(things_site: TestSite, admin: Client, body: bytes) -> None:
    """Source: spec R13.17."""
    url = opened(things_site, admin)
    answer = things_site.request("rightech", "POST", url, body=body)
    assert (answer.status, answer.text) == (200, "ok")
    assert things_site.request("rightech", "GET", url).json["code"] == 1


def test_parallel_polls_end_the_session(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.16."""
    import asyncio

    url = opened(things_site, admin)

    async def both() -> Any:
        first = asyncio.create_task(_get(things_site, url))
        await asyncio.sleep(0.05)
        return await _get(things_site, url), await first

    (second_status, _), first = things_site.run(both())
    assert second_status == 500
    assert first == (200, b"1:1")


async def _get(site: TestSite, target: str) -> tuple[int, bytes]:
    import asyncio

    sent: list[Any] = []
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "headers": [],
        "query_string": query.encode(),
        "server": ("127.0.0.1", site.ports["rightech"]),
        "client": None,
        "scheme": "http",
        "http_version": "1.1",
    }

    async def send(message: Any) -> None:
        sent.append(message)

    await site.app.front(scope, asyncio.Event().wait, send)
    return sent[0]["status"], sent[1]["body"]


def test_upgrade(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.19."""
    url = opened(things_site, admin)
    wire = Wire(things_site, url.replace("polling", "websocket"))
    assert wire.next()["type"] == "websocket.accept"
    wire.say("2probe")
    assert wire.text() == "3probe"
    assert things_site.request("rightech", "GET", url).text == "1:6"
    admin.made("labels", name="while it changes")
    wire.say("5")
    assert wire.text().startswith('42["label-insert"')
    answer = things_site.request("rightech", "GET", url)
    assert (answer.status, answer.json) == (400, {"code": 3, "message": "Bad request"})
    second = Wire(things_site, url.replace("polling", "websocket"))
    assert second.next()["type"] == "websocket.accept"
    assert second.is_closed()
    wire.leave()


def test_upgrade_that_fails_leaves_polling(things_site: TestSite, admin: Client) -> None:
    """Source: spec R13.19."""
    url = opened(things_site, admin)
    wire = Wire(things_site, url.replace("polling", "websocket"))
    assert wire.next()["type"] == "websocket.accept"
    wire.say("nonsense")
    assert wire.is_closed()
    things_site.request("rightech", "POST", url, body=b"1:2")
    assert things_site.request("rightech", "GET", url).text == "1:3"
