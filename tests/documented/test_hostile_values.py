"""Every row of every dialect is given what its author did not expect, by a caller with all rights.
It may refuse, in whatever words, but neither crash nor spoil the log. Source: DESIGN.md 9.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
from structlog.testing import capture_logs

from dragoman import demo, fixtures
from dragoman.app import DIALECTS
from dragoman.core.files import Files
from dragoman.wire.dialect import ask_of
from dragoman.wire.endpoint import Endpoint
from tests.support.site import TestSite

pytestmark = pytest.mark.slow

DEEP: Any = "x"
for _ in range(400):
    DEEP = {"a": [DEEP]}

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 2**63, -(2**70), 1e308, "", "1", " ", "a\0b", "\ud800", "%_\\", "é" * 9,
    "99999999999999999999", "0001-01-01T00:00:00+14:00", "NaN", "[[", '{"a":1e999}', "x" * 70_000,
    "../../etc/passwd", "<script>", [], [None], [[1], {"id": 1}], {}, {"$gt": {"$regex": "(a+)+$"}},
    {"": "", "\0": 1}, {"id": [1], "name": {"a": 1}}, DEEP,
)  # fmt: skip
IDS = ("1", "2", "0", "-1", "9" * 20, "%00", "x", "1.5", "%FF", "6b0703abdab789af6207808f")
WORDS = (
    "id", "ids", "email", "db_id", "data", "fields", "where", "filter", "limit", "offset", "page",
    "sort", "sortBy", "order", "search", "type", "name", "title", "content", "key", "spaceId",
    "parentId", "tags", "products", "orders", "matching", "only", "from", "to", "begin", "end",
    "value", "status", "departmentId", "ticketNumber", "query", "levels", "date", "state", "model",
    "group", "owner", "config", "args", "meta", "expr", "params", "article", "sections", "currency",
)  # fmt: skip
#: What would end the caller's own session or switch off what is tested comes last, or not at all.
ENDS = re.compile(r"delete|logout|remove|revoke|ban|wipe|erase|password|apikey|disable", re.I)
NEVER = re.compile(r"settings/dialects|init-|delete-own|edit/logout|system/delete-all-users")
CRASHES = {"unexpected", "refusal failed", "call logged bare", "request log not written"}
JSON = {"content-type": "application/json"}


@dataclass
class Caller:
    """Who asks: what every request of theirs carries."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    form: bool = False
    prefix: str = ""


def shop(site: TestSite) -> Caller:
    """A manager with a token."""
    asked = {"login": demo.SHOP, "password": demo.SHOP_PASSWORD}
    token = site.request("cartum", "POST", "/api/auth/", json=asked).json["response"]["token"]
    return Caller(members={"token": token})


def profiles(site: TestSite) -> Caller:
    """Who sees every database."""
    return Caller(members={"token": demo.TOKEN})


def things(site: TestSite) -> Caller:
    """The operator."""
    asked = {"login": demo.OPERATOR, "password": demo.OPERATOR_PASSWORD}
    token = site.request("rightech", "POST", "/api/v1/auth/token", json=asked).json["token"]
    return Caller(headers={"authorization": f"Bearer {token}"})


def content(site: TestSite) -> Caller:
    """The editor."""
    return Caller(headers={"x-chautec-api-key": demo.API_KEY})


def desk(site: TestSite) -> Caller:
    """Staff of the highest level."""
    asked = {"email": demo.STAFF, "password": demo.STAFF_PASSWORD, "staff": "1"}
    answer = site.request("opensupports", "POST", "/api/user/login", form=asked)
    data = answer.json["data"]
    members = {"csrf_userid": data["userId"], "csrf_token": data["token"]}
    return Caller(cookies=answer.cookies, members=members, form=True, prefix="/api")


def console(site: TestSite) -> Caller:
    """The owner."""
    asked = {"login": demo.ADMIN, "password": demo.ADMIN_PASSWORD}
    ours = {"sec-fetch-site": "same-origin"}
    cookies = site.request("console", "POST", "/edit/login.php", form=asked, headers=ours).cookies
    page = site.request("console", "GET", "/edit/help", cookies=cookies).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    return Caller(headers=ours, cookies=cookies, members={"csrf": token[1]}, form=True)


CALLERS: Mapping[str, Callable[[TestSite], Caller]] = {
    "cartum": shop, "altcraft": profiles, "rightech": things, "chautec": content,
    "opensupports": desk, "console": console,
}  # fmt: skip


def names(endpoint: Endpoint) -> list[str]:
    """Members that the row takes."""
    fields = msgspec.structs.fields(ask_of(endpoint))
    return [one.encode_name for one in fields] or list(WORDS[:12])


def members_of(endpoint: Endpoint, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Each value everywhere, then mixtures."""
    known = names(endpoint)
    for value in VALUES:
        yield dict.fromkeys(known, value)
    for _ in range(12):
        taken = chance.sample(known, min(len(known), 4)) + chance.sample(WORDS, 3)
        yield {name: chance.choice(VALUES) for name in taken}


def pairs(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """A value as PHP's clients write it into a form."""
    if isinstance(value, (dict, list)) and depth < 70:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from pairs(item, f"{name}[{key}]" if name else str(key), depth + 1)
    elif value is not None:
        yield name, str(value).encode("utf-8", "surrogatepass")


def ask(
    caller: Caller, endpoint: Endpoint, members: dict[str, Any], ids: Iterator[str]
) -> dict[str, Any]:
    """One request to a row, as `TestSite.request` takes it."""
    path = caller.prefix + re.sub(r"\{[^}]+\}", lambda _: next(ids), endpoint.path)
    method = "POST" if endpoint.method == "ANY" else endpoint.method
    sent = {**members, **caller.members}
    headers = dict(caller.headers)
    body = None
    if method == "GET":
        path = f"{quote(path, safe='/%')}?{urlencode(list(pairs(sent, '')))[:60_000]}"
    elif caller.form:
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode(list(pairs(sent, ""))).encode()
    else:
        headers |= JSON
        body = json.dumps(sent).encode()
    return {
        "method": method, "target": path, "body": body, "headers": headers,
        "cookies": caller.cookies,
    }  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda kind: kind.name)
def test_no_value_crashes_a_row(site: TestSite, dialect: Any) -> None:
    files = Files(site.settings.files_url)
    for part in demo.PARTS:
        fixtures.load_file(site.database, files, Path(demo.__file__).parent / f"{part}.json")
    caller = CALLERS[dialect.name](site)
    rows = [row for row in dialect.endpoints if not NEVER.search(row.path)]
    rows.sort(key=lambda row: bool(ENDS.search(f"{row.method} {row.path}")))
    ids, crashed, statuses = cycle(IDS), [], Counter[int]()
    for row in rows:
        for members in members_of(row, random.Random(row.path)):
            sent = ask(caller, row, members, ids)
            remote = f"192.0.2.{statuses.total() % 250}"  # nobody meets the limit of one address
            with capture_logs() as logged:
                answer = site.request(dialect.name, remote=remote, **sent)
            statuses[answer.status] += 1
            bad = [entry for entry in logged if entry["event"] in CRASHES]
            if bad or answer.status == 500:
                crashed.append((sent["method"], sent["target"][:200], repr(members)[:300], bad))
    site.flush_log()
    assert crashed == []
    assert statuses[401] < statuses.total() / 3, "the caller has lost its rights on the way"
