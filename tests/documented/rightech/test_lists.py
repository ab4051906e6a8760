"""Lists: paging, only, meta, periods, where, sort, search, framing."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.site import TestSite
from tests.support.things import Client


@pytest.fixture
def five(admin: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"name": "Delta", "n": 4, "s": "1234", "deep": {"x": 1, "y": [1, 2]}, "on": True},
        {"name": "alpha", "n": 1, "s": "a,b", "deep": {"x": 2}, "on": False},
        {"name": "Charlie", "n": 3, "s": None, "description": "Ŝtono needle"},
        {"name": "bravo", "n": 2.5, "s": "x"},
        {"name": "echo", "n": "4", "s": "true", "tags": ["one", "two"]},
    ]
    return [admin.made("labels", **row) for row in rows]


def names(answer: Any) -> list[str]:
    assert answer.status == 200, answer
    return [one["name"] for one in answer.json]


def test_framing(admin: Client) -> None:
    """Source: spec R1.9."""
    assert admin("GET", "/labels").body == b"[\n]\n"
    first = admin.made("labels", name="a\nb")
    second = admin.made("labels", name="c")
    lines = admin("GET", "/labels?only=name").body
    expected = b'[\n{"_id":"%s","name":"a\\nb"}\n,\n{"_id":"%s","name":"c"}\n]\n' % (
        first["_id"].encode(),
        second["_id"].encode(),
    )
    assert lines == expected
    whole = admin("GET", "/labels")
    assert whole.headers["content-length"] == str(len(whole.body))
    stored = [{k: v for k, v in one.items() if "suc" not in k} for one in (first, second)]
    assert whole.json == stored


PLAIN = ["Delta", "alpha", "Charlie", "bravo", "echo"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", PLAIN),
        ("offset=1", PLAIN[1:]),
        ("offset=1&limit=2", PLAIN[1:3]),
        ("limit=0", PLAIN),
        ("limit=99999", PLAIN),
        ("offset=99999999999999999999", []),
        ("nolimit=true", PLAIN),
        ("streamed=true&db=x&snaps=1&unknown=1", PLAIN),
        ("where.n=1", ["alpha"]),
        ("where_n=4", ["Delta"]),
        ("where.n=%224%22", ["echo"]),
        ("where.n=1,2.5", ["alpha", "bravo"]),
        ("where.s=1234", []),
        ("where.s=%221234%22", ["Delta"]),
        ("where.s=null", ["Charlie"]),
        ("where.s=%22a,b%22", ["alpha"]),
        ("where.s=%22true%22", ["echo"]),
        ("where.on=true", ["Delta"]),
        ("where.deep.x=2", ["alpha"]),
        ("where.deep.y=2", ["Delta"]),
        ("where.tags=two", ["echo"]),
        ("where.nothing=null", PLAIN),
        ("where.name=alpha&where.n=1", ["alpha"]),
        ("where.name=alpha&where.n=2", []),
        ("sortBy=name", ["alpha", "bravo", "Charlie", "Delta", "echo"]),
        ("sortBy=-name", ["echo", "Delta", "Charlie", "bravo", "alpha"]),
        ("sortBy=name&sortOrder=desc&limit=2", ["echo", "Delta"]),
        ("sortBy=n&offset=1", ["bravo", "Charlie", "Delta", "echo"]),
        ("sortBy=-_id", PLAIN[::-1]),
        ("search=NEEDLE", ["Charlie"]),
        ("search=" + quote("ŝTONO"), ["Charlie"]),
        ("search=nothing", []),
        ("from=2000-01-01", PLAIN),
        ("from=2000-01-01T00:00&to=2000-01-02T00:00", []),
        ("begin=0&end=9999999999999", PLAIN),
        ("from=5&to=3", []),
        ("to=2000-01-01T00:00%2B03:00", []),
        ("to=2000-01-01T00:00 03:00", []),
        ("to=2000-01-01T00:00:00.5Z", []),
        ("from=0&begin=9999999999999", PLAIN),
    ],
)
def test_what_a_list_shows(admin: Client, five: list[Any], query: str, expected: list[str]) -> None:
    """Source: seed "Working with lists", spec 6."""
    assert names(admin("GET", f"/labels?{query}")) == expected
    if "offset" not in query and "limit" not in query:
        overview = admin("GET", f"/labels?meta=count&{query}").json
        assert overview["count"] == overview["total"] == len(expected)


def test_sort_puts_missing_first(admin: Client, five: list[Any]) -> None:
    """Source: spec R6.7: nulls first, ties by _id."""
    assert names(admin("GET", "/labels?sortBy=deep.x")) == [
        "Charlie",
        "bravo",
        "echo",
        "Delta",
        "alpha",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "offset=-1",
        "offset=x",
        "limit=1.5",
        "limit=-1",
        "limit=",
        "meta=maybe",
        "meta=true&limit=5",
        "meta=true&offset=0",
        "meta=count&limit=0",
        "from=yesterday",
        "to=2000-13-01",
        "begin=12:00",
        "end=2000-01-01T25:00",
        "withChildGroups=perhaps",
        "where." + ".".join("abcdefghijklmnop") + "=1",
    ],
)
def test_parameters_that_cannot_be_read(admin: Client, query: str) -> None:
    """Source: spec 6: 400."""
    answer = admin("GET", f"/labels?{query}")
    assert answer.status == 400, answer
    assert answer.json["tags"][0] == "error_bad_request"


def test_meta(admin: Client, five: list[dict[str, Any]]) -> None:
    """Source: seed "meta", spec R6.4."""
    plain = [{k: v for k, v in one.items() if "suc" not in k} for one in five]
    flags = {"sucess": True, "success": True}
    whole = admin("GET", "/labels?meta=true").json
    assert whole == {"count": 5, "total": 5, "first": plain[0], "last": plain[4], **flags}
    some = admin("GET", "/labels?meta=1&where.n=1,2.5&only=n").json
    first, last = ({"_id": plain[at]["_id"], "n": plain[at]["n"]} for at in (1, 3))
    assert some == {"count": 2, "total": 2, "first": first, "last": last, **flags}
    none = admin("GET", "/labels?meta=yes&search=nothing").json
    assert none == {"count": 0, "total": 0, "first": None, "last": None, **flags}
    assert admin("GET", "/labels?meta=count").json == {"count": 5, "total": 5, **flags}
    assert len(admin("GET", "/labels?meta=false&limit=2").json) == 2


def test_only(admin: Client, five: list[dict[str, Any]]) -> None:
    """Source: seed "only", spec R6.3."""
    answer = admin("GET", "/labels?only=name, deep.x&only=nothing&limit=1&where.n=4")
    assert answer.json == [{"_id": five[0]["_id"], "name": "Delta", "deep": {"x": 1}}]
    assert len(admin("GET", "/labels?only=").json[0]) > 5
    one = admin("GET", f"/labels/{five[0]['_id']}?only=deep.y,n").json
    assert one == {
        "_id": five[0]["_id"],
        "deep": {"y": [1, 2]},
        "n": 4,
        "sucess": True,
        "success": True,
    }


def test_heavy_data_is_left_out_of_lists(admin: Client) -> None:
    """Source: spec R6.9."""
    model = admin.made("models", base="mqtt", name="m")
    assert model["data"]["id"] == "root"
    assert "data" not in admin("GET", "/models").json[0]
    assert admin("GET", "/models?with=data").json[0]["data"] == model["data"]
    assert admin("GET", "/models?only=data").json[0]["data"] == model["data"]
    assert admin("GET", f"/models/{model['_id']}").json["data"] == model["data"]
    assert len(admin("GET", "/models?where.data.id=root").json) == 1


def test_more_than_ten_thousand(things_site: TestSite, admin: Client) -> None:
    """Source: seed: `?offset=10000&limit=1000` gives items 10001 to 11000."""
    group = admin("GET", "/auth").json["group"]
    things_site.tx(lambda tx: _many(tx, group, 11_500))
    assert len(admin("GET", "/labels?only=name").json) == 10_000
    page = admin("GET", "/labels?offset=10000&limit=1000&only=name").json
    assert (page[0]["name"], page[-1]["name"], len(page)) == ("10001", "11000", 1000)
    assert len(admin("GET", "/labels?nolimit=true").json) == 11_500
    answer = admin("GET", "/labels")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert admin("GET", "/labels?meta=count").json["count"] == 11_500


def _many(tx: Any, group: str, count: int) -> None:
    import msgspec

    from dragoman.core.ids import mint_oid
    from dragoman.domains.things.tables import thing_items

    for number in range(1, count + 1):
        oid = str(mint_oid())
        body = msgspec.Raw(msgspec.json.encode({"_id": oid, "name": str(number), "pad": "x" * 200}))
        row = {
            "store": "labels",
            "oid": oid,
            "owner": "",
            "group": group,
            "access": "",
            "branch": group,
            "name_folded": "",
            "search": "",
            "time_ms": number,
            "body": body,
        }
        tx.insert(thing_items, row)
