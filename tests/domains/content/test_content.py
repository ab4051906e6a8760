"""Trees, moves, searching against a reference, order, fixtures. Source: spec/chautec 5, 6."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dragoman.demo
from dragoman.core.database import Database
from dragoman.core.files import Files
from dragoman.core.loading import BadFixture
from dragoman.core.text import fold
from dragoman.core.tx import Origin, Tx
from dragoman.domains.content import components, searching, spaces, trees
from dragoman.domains.content.components import ComponentChanges, NewComponent
from dragoman.domains.content.faults import UnderDescendant
from dragoman.domains.content.searching import Wanted
from dragoman.domains.content.tables import component_tags
from dragoman.fixtures import load_file
from tests.support.site import TestSite

DEMO = Path(dragoman.demo.__file__).parent
EDITOR = {"x-chautec-api-key": "LIVADA0DEMO0KEY0OF0THE0EDITOR0NOT0FOR0PRODUCTION00000000000001"}
_numbers = itertools.count()


def _in(database: Database, work: Callable[[Tx], Any], *, writes: bool = True) -> Any:
    with database.begin(Origin("test"), writes=writes) as tx:
        return work(tx)


def _space(database: Database) -> tuple[int, int]:
    def make(tx: Tx) -> tuple[int, int]:
        space_id = spaces.create(tx, f"s{next(_numbers)}")
        return space_id, trees.by_key(tx, space_id, "root", drafts=True).id

    made: tuple[int, int] = _in(database, make)
    return made


def _make(tx: Tx, space_id: int, parent_id: int, key: str, **members: Any) -> int:
    new = NewComponent(space_id=space_id, parent_id=parent_id, key=key, kind="t", **members)
    return components.create(tx, new)


def test_two_moves_at_once_make_no_ring(database: Database) -> None:
    space_id, root = _space(database)
    for at in range(6):
        a = _in(database, lambda tx, at=at: _make(tx, space_id, root, f"a{at}"))
        b = _in(database, lambda tx, at=at: _make(tx, space_id, root, f"b{at}"))
        refused = []
        ready = threading.Barrier(2)

        def move(id: int, to: int, ready: Any = ready, refused: Any = refused) -> None:
            ready.wait()
            try:
                _in(database, lambda tx: components.change(tx, id, ComponentChanges(parent_id=to)))
            except UnderDescendant as fault:
                refused.append(fault)

        movers = [threading.Thread(target=move, args=pair) for pair in ((a, b), (b, a))]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.join()
        assert len(refused) == 1
        reached = _in(database, lambda tx: {row.id for row in trees.below(tx, root)}, writes=False)
        assert {a, b} <= reached


def test_a_deep_chain_is_read_moved_and_deleted(database: Database) -> None:
    space_id, root = _space(database)

    def build(tx: Tx) -> list[int]:
        ids = [root]
        for at in range(1200):
            ids.append(_make(tx, space_id, ids[-1], f"k{at}"))
        return ids[1:]

    ids = _in(database, build)
    _in(database, lambda tx: _refused_ring(tx, ids))
    assert len(_in(database, lambda tx: trees.ancestors(tx, ids[-1]), writes=False)) == 1200
    assert _in(database, lambda tx: components.delete(tx, ids[0])) == 1200
    assert _in(database, lambda tx: len(trees.below(tx, root)), writes=False) == 1


def _refused_ring(tx: Tx, ids: list[int]) -> None:
    with pytest.raises(UnderDescendant):
        components.change(tx, ids[0], ComponentChanges(parent_id=ids[-1]))


def test_tags_of_any_number_are_added_and_replaced(database: Database) -> None:
    space_id, root = _space(database)
    many = [f"tag {at}" for at in range(5000)]
    id = _in(database, lambda tx: _make(tx, space_id, root, "k", tags=[*many, "tag 0"]))
    other = _in(database, lambda tx: _make(tx, space_id, root, "other", tags=many[:3]))
    for tags in (many[10:], many[12:], ["x", *many[4000:]], [], ["x"], ["y", "x", "y"], many):
        changes = ComponentChanges(tags=tags)
        _in(database, lambda tx, changes=changes: components.change(tx, id, changes))
        held = _in(database, _tags, writes=False)
        assert held.pop(other) == many[:3]
        assert held == ({id: sorted(set(tags))} if tags else {})
        shown = _in(database, lambda tx: trees.by_id(tx, id, drafts=True).tags, writes=False)
        assert shown == list(dict.fromkeys(tags))
    _in(database, lambda tx: components.delete(tx, id))
    assert _in(database, _tags, writes=False) == {other: many[:3]}


def _tags(tx: Tx) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in tx.all(component_tags.select()):
        found.setdefault(row.component_id, []).append(row.tag)
    return {id: sorted(tags) for id, tags in found.items()}


WORDS = ["Ärzte", "große", "ΣΊΣΥΦΟΣ", "press", "a_b%", "'x", "É", "ı", "post", "Posts"]
COMPONENT = st.fixed_dictionaries(
    {
        "name": st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
        "tags": st.lists(st.sampled_from(["x", "y", "X", "é"]), max_size=3),
        "published": st.booleans(),
        "sequence": st.integers(-2, 2),
        "date_ms": st.integers(-3, 3),
    }
)
WANTED = st.builds(
    Wanted,
    terms=st.lists(st.sampled_from([*WORDS, "S", "k1", "SS", "ÄR", "o"]), max_size=12),
    tags=st.lists(st.sampled_from(["x", "Y", "é", "X"]), max_size=2),
    kind=st.sampled_from([None, None, "t", "T"]),
    limit=st.integers(0, 4),
    offset=st.integers(0, 4),
    order=st.sampled_from(["id", "date", "sequence"]),
    descending=st.booleans(),
    drafts=st.booleans(),
)


def _reference(rows: list[dict[str, Any]], wanted: Wanted) -> tuple[list[int], int]:
    found = [
        row
        for row in rows
        if all(
            fold(term) in fold(row["key"]) or fold(term) in fold(row["name"])
            for term in wanted.terms
        )
        and (not wanted.tags or set(wanted.tags) & set(row["tags"]))
        and wanted.kind in (None, "t")
        and (wanted.drafts or row["published"])
    ]
    by = {"id": "id", "date": "date_ms", "sequence": "sequence"}[wanted.order]
    found.sort(key=lambda row: row["id"])
    found.sort(key=lambda row: row[by], reverse=wanted.descending)
    page = found[wanted.offset : wanted.offset + wanted.limit]
    return [row["id"] for row in page], len(found)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(COMPONENT, max_size=8), asks=st.lists(WANTED, min_size=4, max_size=8))
def test_searching_agrees_with_a_reference(
    database: Database, rows: list[dict[str, Any]], asks: list[Wanted]
) -> None:
    space_id, root = _space(database)

    def fill(tx: Tx) -> list[dict[str, Any]]:
        return [
            {**row, "key": f"k{at}", "id": _make(tx, space_id, root, f"k{at}", **row)}
            for at, row in enumerate(rows)
        ]

    stored = _in(database, fill)
    _in(
        database,
        lambda tx: components.change(tx, root, ComponentChanges(kind="r", published=False)),
    )
    held = {"key": "root", "name": "Root", "tags": [], "published": False, "id": root}
    for ask in asks:
        if ask.drafts and ask.kind is None:
            ask = _with_kind(ask)
        ask = _in_space(ask, space_id)
        got, total = _in(database, lambda tx, ask=ask: searching.search(tx, ask), writes=False)
        assert ([row.id for row in got], total) == _reference(stored, ask), (ask, held)


def _with_kind(ask: Wanted) -> Wanted:
    return Wanted(**{**_facts(ask), "kind": "t"})


def _in_space(ask: Wanted, space_id: int) -> Wanted:
    return Wanted(**{**_facts(ask), "space_id": space_id})


def _facts(ask: Wanted) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in ask.__struct_fields__}


def test_the_demo_content_loads_twice_and_is_served(site: TestSite) -> None:
    store = Files(site.settings.files_url)
    people = site.app.settings.data.dir + "/people.json"
    Path(people).write_text(
        '{"format":1,"accounts":[{"email":"editor@livada.example","name":"Radu",'
        '"password":"Demo-editor-01","memberships":[{"domain":"content","api_key":"'
        + EDITOR["x-chautec-api-key"]
        + '"}]}]}'
    )
    load_file(site.database, store, Path(people))
    load_file(site.database, store, DEMO / "content.json")
    ask = {"spaceId": 1, "limit": 1000, "order": "id"}
    url = "/api/v1/component/search"
    first = site.request("chautec", "POST", url, json=ask, headers=EDITOR)
    load_file(site.database, store, Path(people))
    load_file(site.database, store, DEMO / "content.json")
    again = site.request("chautec", "POST", url, json=ask, headers=EDITOR)
    assert first.json["total"] > 50
    assert [row["key"] for row in again.json["components"]] == [
        row["key"] for row in first.json["components"]
    ]
    page = site.request("chautec", "GET", "/api/v1/component/1/home?children=content&levels=7")
    assert page.json["name"] == "Gardens that almost grow by themselves"
    assert page.json["children"][0]["key"] == "home-hero"
    assert site.request("chautec", "GET", "/api/v1/component/1/spring-offer").status == 404
    assert site.request("chautec", "GET", "/api/v1/component/1/spring-terms").status == 200
    hero = site.request("chautec", "GET", "/api/v1/component/file/1/img-hero")
    assert (hero.status, hero.headers["content-type"]) == (200, "image/jpeg")
    assert hero.body == (DEMO / "content" / "images" / "hero.jpg").read_bytes()
    login = {"email": "editor@livada.example", "password": "Demo-editor-01"}
    assert site.request("chautec", "POST", "/auth/login", json=login).status == 200


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ('{"x":1}', "content.x: unknown member; there are spaces"),
        ('{"spaces":[{"name":""}]}', "content.spaces[0].name: a space needs a name"),
        (
            '{"spaces":[{"name":"n","components":[{"key":"a","type":"t","tags":[1]}]}]}',
            "content.spaces[0].components[0].tags: not a list of texts",
        ),
        (
            '{"spaces":[{"name":"n","components":[{"key":"a","type":"t","sequence":"1"}]}]}',
            "content.spaces[0].components[0].sequence: not an integer",
        ),
    ],
)
def test_a_bad_fixture_names_its_place(
    database: Database, tmp_path: Path, part: str, problem: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"format":1,"content":' + part + "}")
    with pytest.raises(BadFixture) as raised:
        load_file(database, Files(f"file://{tmp_path / 'files'}"), path)
    assert str(raised.value) == problem
    assert _in(database, spaces.listed, writes=False) == []
