"""Content: tree, editor, drafts, files, publishing; every change in the audit trail. Source:
CONSOLE.md 3.
"""

from typing import Any

import pytest

from dragoman.core import tables
from dragoman.domains.content import spaces, trees
from dragoman.domains.content.tables import components as table
from tests.documented.console.conftest import Browser, member
from tests.support.multipart import multipart
from tests.support.site import TestSite

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def space(owner: Browser, site: TestSite) -> int:
    """A space with a, a/b, a/c and d."""
    owner.post("/edit/content/spaces", {"name": "Site"})
    [row] = site.look(spaces.listed)
    ids = {"root": site.look(lambda tx: trees.by_key(tx, row.id, "root", drafts=True)).id}
    for parent, key in (("root", "a"), ("a", "b"), ("a", "c"), ("root", "d")):
        form = {"parent": ids[parent], "name": key.upper(), "key": key, "kind": "page"}
        assert owner.post("/edit/content/create", form).status == 303
        ids[key] = _row(site, row.id, key).id
    return int(row.id)


def _row(site: TestSite, space_id: int, key: str) -> Any:
    return site.look(lambda tx: trees.by_key(tx, space_id, key, drafts=True))


def _children(site: TestSite, space_id: int, key: str) -> list[str]:
    row = _row(site, space_id, key)
    tree = site.look(lambda tx: trees.subtree(tx, row, levels=1, drafts=True))
    return [node.row.key for node in tree.children or []]


def _form(site: TestSite, id: int, **changes: Any) -> dict[str, Any]:
    row = site.look(lambda tx: tx.get(table, id))
    form = {
        "key": row.key,
        "kind": row.kind,
        "name": row.name,
        "content": row.content,
        "tags": ", ".join(row.tags),
        "sequence": row.sequence,
        "metadata": bytes(row.metadata).decode(),
        "updated_ms": row.updated_ms,
        "visible": "on",
    }
    return {**form, **changes}


def test_saving_keeps_the_state_and_publishing_the_text(
    owner: Browser, site: TestSite, space: int
) -> None:
    id = _row(site, space, "b").id
    form = _form(site, id, name="Bee", content="<p>x</p>\r\n", tags="one, two", metadata='{"t": 1}')
    assert owner.post(f"/edit/content/save/{id}", form).status == 303
    row = _row(site, space, "b")
    assert (row.name, row.content, row.tags) == ("Bee", "<p>x</p>\n", ["one", "two"])
    assert bytes(row.metadata) == b'{"t": 1}'
    assert not row.published
    assert owner.post(f"/edit/content/publish/{id}", {"published": "on"}).status == 303
    assert owner.post(f"/edit/content/save/{id}", _form(site, id, name="Bee 2")).status == 303
    assert _row(site, space, "b").published  # saving never unpublishes
    public = site.request("chautec", "GET", f"/api/v1/component/{id}")
    assert public.json["name"] == "Bee 2"
    assert owner.post(f"/edit/content/publish/{id}").status == 303
    assert not _row(site, space, "b").published


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "Not A Key"}, "lower-case letters"),
        ({"key": "d"}, "belongs to component"),
        ({"key": "root"}, "root of each space"),
        ({"key": ""}, "missing"),
        ({"metadata": "{"}, "JSON object"),
        ({"metadata": "[1]"}, "JSON object"),
        ({"sequence": "many"}, "whole number"),
        ({"updated_ms": 1}, "Somebody else saved"),
    ],
)
def test_what_cannot_be_saved_is_said_and_changes_nothing(
    owner: Browser, site: TestSite, space: int, changes: dict[str, Any], words: str
) -> None:
    id = _row(site, space, "b").id
    before = site.look(lambda tx: tx.get(table, id))
    answer = owner.post(f"/edit/content/save/{id}", _form(site, id, name="changed", **changes))
    assert answer.status in (400, 409)
    assert words in answer.text
    module = owner.post(
        f"/edit/content/save/{id}", _form(site, id, **changes), headers={"x-fragment": "panes"}
    )
    assert words in module.json["message"]
    assert site.look(lambda tx: tx.get(table, id)) == before


def test_moves(owner: Browser, site: TestSite, space: int) -> None:
    ids = {key: _row(site, space, key).id for key in ("root", "a", "b", "c", "d")}

    def move(key: str, target: str, place: str) -> int:
        form = {"target": ids[target], "place": place}
        return owner.post(f"/edit/content/move/{ids[key]}", form).status

    assert move("c", "b", "before") == 303
    assert _children(site, space, "a") == ["c", "b"]
    assert move("d", "c", "after") == 303
    assert _children(site, space, "a") == ["c", "d", "b"]
    assert move("d", "a", "before") == 303
    assert _children(site, space, "root") == ["d", "a"]
    assert move("b", "d", "into") == 303
    assert _children(site, space, "d") == ["b"]
    for key, target, place in (
        ("a", "c", "into"),
        ("a", "a", "into"),
        ("root", "a", "into"),
        ("a", "b", "sideways"),
    ):
        assert move(key, target, place) == 400
    assert owner.post(f"/edit/content/move/{ids['a']}", {"target": 999}).status == 404
    assert _children(site, space, "root") == ["d", "a"]


def test_deleting_says_how_much_went(owner: Browser, site: TestSite, space: int) -> None:
    id = _row(site, space, "a").id
    assert "and the 2 below it?" in owner.get(f"/edit/content/{space}?id={id}").text
    answer = owner.post(f"/edit/content/delete/{id}")
    assert "Deleted%203%20components." in answer.headers["set-cookie"]
    root = _row(site, space, "root").id
    assert owner.post(f"/edit/content/delete/{root}").status == 400


def test_drafts_belong_to_one_person(owner: Browser, site: TestSite, space: int) -> None:
    id = _row(site, space, "b").id
    form = {"kind": "component", "subject": id, "text": '{"content":"typed, not saved","name":5}'}
    assert owner.post("/edit/drafts", form).status == 204
    page = owner.get(f"/edit/content/{space}?id={id}").text
    assert "typed, not saved" in page
    assert "Discard them" in page
    member(site, "other@livada.example", "editor")
    other = Browser(site)
    other.sign_in(login="other@livada.example")
    assert "typed, not saved" not in other.get(f"/edit/content/{space}?id={id}").text
    assert owner.post(f"/edit/content/discard/{id}").status == 303
    assert "typed, not saved" not in owner.get(f"/edit/content/{space}?id={id}").text
    assert owner.post("/edit/drafts", {**form, "kind": "x"}).status == 400
    assert owner.post("/edit/drafts", {**form, "text": "not json"}).status == 204
    assert owner.get(f"/edit/content/{space}?id={id}").status == 200


def test_files_are_served_without_running(owner: Browser, site: TestSite, space: int) -> None:
    id = _row(site, space, "b").id
    for content, name, kind, inline in (
        (PNG, "a.png", "image/png", True),
        (b"<svg xmlns='x'><script>1</script></svg>", "a.png", "image/svg+xml", False),
        (b"<html><script>1</script>", "a.jpg", "text/html", False),
    ):
        csrf = owner.csrf
        body, headers = multipart([("csrf", csrf)], [("file", name, "image/png", content)])
        answer = site.request(
            "console",
            "POST",
            f"/edit/content/file/{id}",
            body=body,
            cookies=owner.cookies,
            headers={**headers, "sec-fetch-site": "same-origin"},
        )
        assert answer.status == 303, answer
        served = owner.get(f"/edit/content/file/{id}")
        assert served.body == content
        assert served.headers["content-type"] == kind
        assert served.headers["content-disposition"].startswith(
            "inline" if inline else "attachment"
        )
        assert served.headers["content-security-policy"].startswith("sandbox")
        assert served.headers["x-content-type-options"] == "nosniff"
    assert owner.post(f"/edit/content/file/{id}/remove").status == 303
    assert owner.get(f"/edit/content/file/{id}").status == 404


def test_the_audit_trail_tells_who_did_what(owner: Browser, site: TestSite, space: int) -> None:
    text = owner.get("/edit/settings/audit?q=components").text
    assert text.count("components created") == 5
    assert "Administrator" in text
    last = site.look(lambda tx: tx.all(tables.changes.select().order_by(tables.changes.c.id)))[-1]
    assert (last.dialect, last.account_id is not None) == ("console", True)


def test_a_large_space_shows_a_part_of_its_tree(owner: Browser, site: TestSite, space: int) -> None:
    from dragoman.domains.content import components

    def fill(tx: Any) -> None:
        ids = []
        for n in range(450):
            parent = ids[n // 9 - 1] if n >= 9 else _root
            new = components.NewComponent(
                space_id=space, parent_id=parent, key=f"k{n}", kind="page"
            )
            ids.append(components.create(tx, new))

    _root = _row(site, space, "root").id
    site.tx(fill)
    deep = _row(site, space, "k449")
    text = owner.get(f"/edit/content/{space}?id={deep.id}").text
    assert text.count('role="treeitem"') < 100
    assert f'data-id="{deep.id}"' in text


def test_hostile_forms_are_refused(owner: Browser, site: TestSite, space: int) -> None:
    id = _row(site, space, "b").id
    csrf = owner.csrf
    cookies, ours = owner.cookies, {"sec-fetch-site": "same-origin", "x-csrf": csrf}
    for kind, body in (
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\ncut"),
        ("application/json", b'{"name": "x"}'),
        ("application/x-www-form-urlencoded", b"name=%ff%fe&key=%00&updated_ms=1&kind=p"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00"),
        ("", b""),
    ):
        headers = {**ours, "content-type": kind}
        answer = site.request(
            "console",
            "POST",
            f"/edit/content/save/{id}",
            body=body,
            headers=headers,
            cookies=cookies,
        )
        assert answer.status in (400, 409), (kind, body)
    big = b"name=" + b"x" * (9 << 20)
    headers = {**ours, "content-type": "application/x-www-form-urlencoded"}
    answer = site.request(
        "console", "POST", f"/edit/content/save/{id}", body=big, headers=headers, cookies=cookies
    )
    assert answer.status == 413
