"""Users, roles, sessions, settings, palette. Source: CONSOLE.md 3."""

import pytest

from dragoman.domains.console import members
from dragoman.domains.desk import settings as desk
from dragoman.wire import switches
from dragoman.wire.switches import Kept
from tests.documented.console.conftest import OWNER, PASSWORD, Browser, member
from tests.support.site import TestSite

NEW = {"email": "new@livada.example", "name": "New", "password": "long enough 1", "role": "editor"}


def test_a_new_user_may_sign_in(owner: Browser, site: TestSite) -> None:
    assert owner.post("/edit/users/new", NEW).status == 303
    guest = Browser(site)
    assert guest.sign_in(login="NEW@livada.example", password="long enough 1").status == 302
    assert guest.get("/edit/content").status == 200
    assert guest.get("/edit/logs").status == 403


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"email": OWNER}, 409),
        ({"email": "no address"}, 400),
        ({"email": ""}, 400),
        ({"password": "short"}, 400),
        ({"password": "x" * 2000}, 400),
        ({"role": "emperor"}, 400),
    ],
)
def test_bad_users_are_refused(
    owner: Browser, site: TestSite, changes: dict[str, str], status: int
) -> None:
    assert owner.post("/edit/users/new", {**NEW, **changes}).status == status
    assert len(site.look(members.listed)) == 1


def test_the_last_owner_stays(owner: Browser, site: TestSite) -> None:
    for path, form in (
        ("/edit/users/1", {"name": "x", "role": "viewer", "active": "on"}),
        ("/edit/users/1", {"name": "x", "role": "owner"}),
        ("/edit/users/1/remove", {"confirm": OWNER}),
    ):
        answer = owner.post(path, form)
        assert (answer.status, "Make somebody else an owner first" in answer.text) == (409, True)
    member(site, "second@livada.example", "owner")
    form = {"name": "x", "role": "viewer", "active": "on"}
    assert owner.post("/edit/users/1", form).status == 303
    assert owner.get("/edit/help").status == 302  # the role changed: sign in again
    owner.sign_in()
    assert owner.get("/edit/users").status == 403


def test_a_new_password_ends_other_sessions(owner: Browser, site: TestSite) -> None:
    other = Browser(site)
    other.sign_in()
    assert owner.post("/edit/account/password", {"password": "another one 2"}).status == 303
    assert owner.get("/edit/help").status == 200
    assert other.get("/edit/help").status == 302
    assert other.sign_in().status == 401
    assert other.sign_in(password="another one 2").status == 302


def test_sessions_can_be_ended_one_by_one(owner: Browser, site: TestSite) -> None:
    number = member(site, "viewer@livada.example", "viewer")
    guest = Browser(site)
    guest.sign_in(login="viewer@livada.example")
    mine = owner.get("/edit/users/1").text
    theirs = owner.get(f"/edit/users/{number}").text
    id = theirs.split('name="id" value="')[1].split('"')[0]
    assert "this one" in mine
    assert owner.post("/edit/users/1/sessions", {"id": id}).status == 404  # not that user's
    assert owner.post(f"/edit/users/{number}/sessions", {"id": id}).status == 303
    assert guest.get("/edit/help").status == 302


def test_removing_asks_for_the_address(owner: Browser, site: TestSite) -> None:
    number = member(site, "viewer@livada.example", "viewer")
    path = f"/edit/users/{number}/remove"
    assert owner.post(path, {"confirm": "no"}).status == 400
    assert owner.post(path, {"confirm": "viewer@livada.example"}).status == 303
    assert owner.get(f"/edit/users/{number}").status == 404


def test_the_organisation_is_shown_everywhere(owner: Browser, site: TestSite) -> None:
    name = "Livada & <Sons>"
    assert owner.post("/edit/settings", {"organisation": name}).status == 303
    assert "Livada &amp; &lt;Sons&gt;" in owner.get("/edit/settings").text
    assert "Livada &amp; &lt;Sons&gt;" in Browser(site).get("/edit/login.php").text
    assert owner.post("/edit/settings", {"organisation": ""}).status == 400
    assert owner.post("/edit/settings", {"organisation": "x" * 100}).status == 400


def test_the_theme_is_kept_for_the_account(owner: Browser, site: TestSite) -> None:
    assert 'data-theme="system"' in owner.get("/edit/help").text
    answer = owner.post("/edit/preferences", {"theme": "dark", "back": "/edit/logs?q=x"})
    assert (answer.status, answer.headers["location"]) == (303, "/edit/logs?q=x")
    other = Browser(site)
    other.sign_in()
    assert 'data-theme="dark"' in other.get("/edit/help").text
    assert owner.post("/edit/preferences", {"theme": "pink"}).status == 400


def test_the_palette_finds_pages_actions_and_records(owner: Browser, site: TestSite) -> None:
    member(site, "viewer@livada.example", "viewer")
    pages = [hit["label"] for hit in owner.get("/edit/palette").json]
    assert {"Overview", "Request log"} <= set(pages)
    assert len(pages) <= 14
    assert [hit["to"] for hit in owner.get("/edit/palette?q=viewer").json] == ["/edit/users/2"]
    guest = Browser(site)
    guest.sign_in(login="viewer@livada.example")
    assert "New token" not in {hit["label"] for hit in guest.get("/edit/palette").json}
    assert guest.get("/edit/palette?q=viewer").json == []


def test_passwords_are_never_shown(owner: Browser) -> None:
    for address in (
        "/edit/users/1",
        "/edit/account",
        "/edit/settings/audit",
        "/edit/logs?dialect=console",
    ):
        assert PASSWORD not in owner.get(address).text


def test_views_are_kept_for_their_owner(owner: Browser, site: TestSite) -> None:
    form = {"page": "logs", "query": "dialect=chautec&q=%3Cb%3E", "name": "My <errors>"}
    answer = owner.post("/edit/views", form)
    assert (answer.status, answer.headers["location"]) == (303, f"/edit/logs?{form['query']}")
    assert "My &lt;errors&gt;" in owner.get("/edit/logs").text
    assert owner.post("/edit/views", {**form, "query": "q=2"}).status == 303  # replaced
    member(site, "viewer@livada.example", "viewer")
    other = Browser(site)
    other.sign_in(login="viewer@livada.example")
    assert "My &lt;errors&gt;" not in other.get("/edit/logs").text
    assert other.post("/edit/views/1/remove", {"page": "logs"}).status == 404
    assert owner.post("/edit/views/1/remove", {"page": "logs"}).status == 303
    assert "My &lt;errors&gt;" not in owner.get("/edit/logs").text
    for wrong in ({"page": "x"}, {"name": " "}, {"query": "x" * 2000}):
        assert owner.post("/edit/views", {**form, **wrong}).status == 400


def test_systems_are_switched_from_the_settings(owner: Browser, site: TestSite) -> None:
    on = [("on", name) for name in ("cartum", "altcraft", "rightech", "opensupports")]
    assert owner.post("/edit/settings/systems", on).status == 303
    assert site.look(switches.off) == {"chautec"}
    assert owner.get("/edit/settings").text.count('name="on"') == 5
    assert owner.get("/edit/settings").text.count(" checked>") == 4
    assert owner.post("/edit/settings/systems", [("on", "console")]).status == 400
    assert owner.post("/edit/settings/systems", [*on, ("on", "chautec")]).status == 303
    assert site.look(switches.off) == set()


def test_retention_and_attachments_are_set(owner: Browser, site: TestSite) -> None:
    assert owner.post("/edit/settings/log", {"days": "7", "rows": "1000"}).status == 303
    assert site.look(lambda tx: switches.kept(tx, Kept(30, 0))) == Kept(7, 1000)
    assert owner.post("/edit/settings/files", {"allowed": "on", "size": "2,5"}).status == 303
    held = site.look(desk.read)
    assert (held["allow-attachments"], held["max-size"]) == ("1", "2.5")
    assert 'value="7"' in owner.get("/edit/settings").text
    for address, form in (
        ("log", {"days": "0"}), ("log", {"days": "9999"}), ("log", {"days": "7", "rows": "-1"}),
        ("files", {"size": "21"}), ("files", {"size": "0"}), ("files", {"size": "x"}),
    ):  # fmt: skip
        assert owner.post(f"/edit/settings/{address}", form).status == 400, form
    assert site.look(lambda tx: switches.kept(tx, Kept(30, 0))) == Kept(7, 1000)
    assert site.look(desk.read)["max-size"] == "2.5"


def test_only_owners_change_settings(owner: Browser, site: TestSite) -> None:
    member(site, "ed@livada.example", "editor")
    editor = Browser(site)
    editor.sign_in("ed@livada.example")
    for name in ("systems", "log", "files"):
        assert editor.post(f"/edit/settings/{name}", {"days": "7", "size": "1"}).status == 403
    assert site.look(switches.off) == set()
