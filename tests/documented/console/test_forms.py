"""Where a form comes from, rights, headers, escaping. Source: CONSOLE.md 6."""

import pytest

from dragoman.core import tables
from dragoman.core.identity import sessions
from dragoman.core.tx import Tx
from dragoman.dialects.console.endpoints import ENDPOINTS
from dragoman.domains.console import roles
from dragoman.domains.content import components, spaces, trees
from tests.documented.console.conftest import OWNER, Browser, member
from tests.support.site import TestSite

FORM = {"name": "Main site"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
WRONG = [
    ("no token", {"csrf": ""}, {}),
    ("another token", {"csrf": "x" * 32}, {}),
    ("another site", {}, {"sec-fetch-site": "cross-site"}),
    ("a sister site", {}, {"sec-fetch-site": "same-site"}),
    ("typed in", {}, {"sec-fetch-site": "none"}),
]


@pytest.mark.parametrize(("what", "token", "headers"), WRONG, ids=[row[0] for row in WRONG])
def test_a_form_from_elsewhere_changes_nothing(
    owner: Browser, site: TestSite, what: str, token: dict[str, str], headers: dict[str, str]
) -> None:
    answer = owner.post("/edit/content/spaces", FORM, headers=headers, **token)
    assert answer.status == 403
    assert "Reload the page and try again." in answer.text
    assert site.look(spaces.listed) == []


def test_another_sessions_token_is_refused(owner: Browser, site: TestSite) -> None:
    other = Browser(site)
    other.sign_in()
    assert owner.post("/edit/content/spaces", FORM, csrf=other.csrf).status == 403
    assert owner.post("/edit/content/spaces", FORM).status == 303


def test_a_browser_without_fetch_metadata_needs_its_own_origin(
    owner: Browser, site: TestSite
) -> None:
    token = owner.csrf
    for origin, status in (
        ("http://testserver", 303),
        ("https://testserver", 403),
        ("http://testserver.evil.example", 403),
        ("null", 403),
        ("", 403),
    ):
        headers = {"origin": origin} if origin else {}
        form = {**FORM, "csrf": token}
        answer = site.request(
            "console",
            "POST",
            "/edit/content/spaces",
            form=form,
            headers=headers,
            cookies=owner.cookies,
        )
        assert answer.status == status, origin


def test_every_form_needs_the_token(owner: Browser) -> None:
    for endpoint in ENDPOINTS:
        if endpoint.method == "POST" and "signs in" not in endpoint.flags:
            path = endpoint.path.replace("{id}", "1").replace("{number}", "1")
            assert owner.post(path, csrf="wrong").status == 403, endpoint.path


def test_every_page_needs_a_session(visitor: Browser) -> None:
    for endpoint in ENDPOINTS:
        if endpoint.access != "public" and endpoint.method == "GET":
            path = endpoint.path
            for name in (
                "id",
                "number",
                "space_id",
                "hash",
                "name",
                "key",
                "email",
                "store",
                "oid",
            ):
                path = path.replace(f"{{{name}}}", "1")
            answer = visitor.get(path)
            assert answer.status == 302, path
            assert answer.headers["location"].startswith("/edit/login.php?back="), path


@pytest.mark.parametrize("role", sorted(roles.RIGHTS))
def test_a_role_sees_its_pages_and_no_others(visitor: Browser, site: TestSite, role: str) -> None:
    member(site, f"the-{role}@livada.example", role)
    visitor.sign_in(login=f"the-{role}@livada.example")
    shell = visitor.get("/edit/help").text
    for area in roles.AREAS:
        address = "/edit/" if area == "overview" else f"/edit/{area}"
        allowed = roles.may(role, f"{area}:read")
        assert (f'<a href="{address}"' in shell) == allowed, area
        status = visitor.get(address).status
        assert (status == 403) == (not allowed), (area, status)


def test_rights_are_checked_on_the_server(owner: Browser, site: TestSite) -> None:
    space_id = site.tx(lambda tx: spaces.create(tx, "Main site"))
    member(site, "viewer@livada.example", "viewer")
    viewer = Browser(site)
    viewer.sign_in(login="viewer@livada.example")
    assert viewer.get(f"/edit/content/{space_id}").status == 200
    for path, form in (
        ("/edit/content/spaces", {"name": "x"}),
        ("/edit/content/create", {"parent": "1", "name": "x"}),
        ("/edit/content/delete/1", {}),
        ("/edit/tokens/new", {"domain": "content", "name": "x", "login": "x"}),
        ("/edit/users/new", {"email": "a@b.example", "password": "x" * 12}),
        ("/edit/users/1", {"name": "x", "role": "owner"}),
        ("/edit/settings", {"organisation": "x"}),
    ):
        assert viewer.post(path, form).status == 403, path
    assert len(site.look(spaces.listed)) == 1


def test_every_answer_has_the_headers(owner: Browser, visitor: Browser, site: TestSite) -> None:
    for address in (
        "/edit/",
        "/edit/logs",
        "/edit/nothing",
        "/edit/login.php",
        "/edit/palette?q=a",
    ):
        headers = owner.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["permissions-policy"] == ""
        assert headers["cache-control"] == "no-store"


def test_static_files_are_immutable_and_named_by_their_hash(visitor: Browser) -> None:
    page = visitor.get("/edit/login.php").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.get(address)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    old = address.replace(address.split("/")[3], "0" * 12)
    assert visitor.get(old).status == 404
    assert visitor.get(address.replace("console.css", "..%2f__init__.py")).status == 404


def test_what_others_wrote_is_shown_as_text(owner: Browser, site: TestSite) -> None:
    space_id = site.tx(lambda tx: spaces.create(tx, HOSTILE))
    root = site.look(lambda tx: trees.by_key(tx, space_id, "root", drafts=True))
    new = components.NewComponent(
        space_id=space_id,
        parent_id=root.id,
        key="x",
        kind=HOSTILE,
        name=HOSTILE,
        content=HOSTILE,
        tags=[HOSTILE],
    )
    id = site.tx(lambda tx: components.create(tx, new))
    site.request("chautec", "GET", "/api/v1/component/1", headers={"x-y": HOSTILE})
    site.request("chautec", "POST", "/api/v1/component/search", json={"terms": HOSTILE})
    site.flush_log()
    for address in (
        f"/edit/content/{space_id}?id={id}",
        f"/edit/content/{space_id}?q=%3Cscript%3E",
        "/edit/logs?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/edit/logs?id=1",
        "/edit/logs?id=2",
        "/edit/settings/audit?q=%22%3E%3Cscript%3E",
    ):
        text = owner.get(address).text
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        assert "49" not in text.split("<main")[0]


def test_stored_html_is_answered_in_a_sandbox(owner: Browser, site: TestSite) -> None:
    answer = owner.post("/edit/content/preview", {"kind": "page", "content": HOSTILE})
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert HOSTILE in answer.text


def test_idle_sessions_end(owner: Browser, site: TestSite) -> None:
    def age(tx: Tx) -> None:
        for row in tx.all(tables.sessions.select()):
            tx.update(tables.sessions, row.id, {"expires_ms": tx.now_ms - 1})

    site.tx(age)
    assert owner.get("/edit/help").status == 302


def test_a_fragment_is_told_where_to_sign_in(visitor: Browser) -> None:
    answer = visitor.get(
        "/edit/logs", x_fragment="split", referer="http://testserver/edit/logs?q=a"
    )
    assert answer.status == 401
    assert answer.json["asks"] == "/edit/login.php?back=/edit/logs%3Fq%3Da"


def test_sensitive_forms_ask_for_the_password_again(owner: Browser, site: TestSite) -> None:
    def age(tx: Tx) -> None:
        for row in tx.all(tables.sessions.select()):
            facts = {**row.facts, "confirmed_ms": tx.now_ms - 16 * 60_000}
            sessions.change(tx, row.id, facts)

    site.tx(age)
    form = {"email": "new@livada.example", "password": "long enough 1", "role": "viewer"}
    headers = {"referer": "http://testserver/edit/users?new=1"}
    answer = owner.post("/edit/users/new", form, headers=headers)
    assert (answer.status, answer.headers["location"]) == (
        303,
        "/edit/confirm?back=/edit/users%3Fnew%3D1",
    )
    assert owner.post("/edit/confirm", {"password": "wrong"}).status == 403
    again = owner.post("/edit/confirm", {"password": "Garden-hose-19", "back": "/edit/users?new=1"})
    assert (again.status, again.headers["location"]) == (303, "/edit/users?new=1")
    assert owner.post("/edit/users/new", form).status == 303


def test_the_owner_is_known_by_the_page(owner: Browser) -> None:
    assert OWNER.split("@")[0] in owner.get("/edit/account").text
