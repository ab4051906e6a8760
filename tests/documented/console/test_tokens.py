"""Tokens and keys: shown once, usable, dead after revoking; never more than hints. Source:
CONSOLE.md 3.
"""

import re
from pathlib import Path

import pytest

from dragoman.core import journal, tables
from dragoman.core.identity import credentials, passwords
from dragoman.domains.content import users as content_users
from dragoman.domains.shop import users as shop_users
from tests.documented.console.conftest import PASSWORD, Browser
from tests.support import things
from tests.support.site import TestSite

EMAIL = "editor@livada.example"


@pytest.fixture
def editor(site: TestSite) -> str:
    """A user of the content, who may have a key."""
    hashed = passwords.hashed(PASSWORD)
    site.tx(lambda tx: content_users.create(tx, email=EMAIL, password_hash=hashed))
    return EMAIL


def _secret(text: str) -> str:
    found = re.search(r'id="secret" readonly value="([^"]+)"', text)
    assert found, "no secret on the page"
    return found[1]


def _works(site: TestSite, key: str) -> bool:
    headers = {"x-chautec-api-key": key}
    return site.request("chautec", "GET", "/api/v1/user/all", headers=headers).status == 200


def test_a_key_is_shown_once_works_and_dies(owner: Browser, site: TestSite, editor: str) -> None:
    form = {"domain": "content", "name": "Robot", "login": editor}
    made = owner.post("/edit/tokens/new", form)
    assert made.status == 200
    assert made.headers["cache-control"] == "no-store"
    assert 'data-address="/edit/tokens"' in made.text
    key = _secret(made.text)
    assert _works(site, key)
    page = owner.get("/edit/tokens")
    assert key not in page.text
    assert f"••••{key[-4:]}" in page.text
    [row] = site.look(credentials.listed)
    wrong = owner.post(f"/edit/tokens/revoke/{row.id}", {"confirm": "something else"})
    assert wrong.status == 400
    assert _works(site, key)
    assert owner.post(f"/edit/tokens/revoke/{row.id}", {"confirm": row.name}).status == 303
    assert not _works(site, key)
    events = [
        one.event for one in site.look(lambda tx: journal.history(tx, tables.credentials, row.id))
    ]
    assert events[-1] == "credentials.created"
    assert "credentials.updated" in events


def test_rotating_ends_the_old_secret(owner: Browser, site: TestSite, editor: str) -> None:
    form = {"domain": "content", "name": "Robot", "login": editor}
    old = _secret(owner.post("/edit/tokens/new", form).text)
    [row] = site.look(credentials.listed)
    new = _secret(owner.post(f"/edit/tokens/rotate/{row.id}").text)
    assert new != old
    assert len(new) == len(old)
    assert (_works(site, old), _works(site, new)) == (False, True)
    assert owner.post(f"/edit/tokens/rotate/{row.id}").status == 400  # that one is revoked


def test_a_new_api_user_of_the_shop_has_its_password_shown_once(
    owner: Browser, site: TestSite
) -> None:
    form = {"domain": "shop", "name": "ERP", "login": "erp"}
    password = _secret(owner.post("/edit/tokens/new", form).text)
    stored = site.look(lambda tx: shop_users.password_hash(tx, "erp"))
    assert passwords.fits(stored, password)
    assert password not in owner.get("/edit/tokens").text


def test_secrets_never_reach_log_or_journal(owner: Browser, site: TestSite, editor: str) -> None:
    form = {"domain": "content", "name": "Robot", "login": editor}
    key, csrf = _secret(owner.post("/edit/tokens/new", form).text), owner.csrf
    site.flush_log()
    kept = repr(site.look(lambda tx: tx.all(tables.request_log.select())))
    kept += repr(site.look(lambda tx: tx.all(tables.changes.select())))
    for secret in (key, csrf, PASSWORD, owner.cookies["console"]):
        assert secret not in kept


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"domain": "content", "name": "x", "login": "nobody@x.example"}, 404),
        ({"domain": "content", "name": "x"}, 400),
        ({"domain": "content", "name": " "}, 400),
        ({"domain": "nothing", "name": "x", "login": "y"}, 400),
        ({"domain": "os", "name": "x", "login": "y"}, 400),
        ({"domain": "../shop", "name": "x", "login": "y"}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_made_is_refused(
    owner: Browser, site: TestSite, form: dict[str, str], status: int
) -> None:
    assert owner.post("/edit/tokens/new", form).status == status
    assert site.look(credentials.listed) == []


def test_unknown_ids_are_not_found(owner: Browser) -> None:
    for id in ("0", "-1", "999", "9" * 17):
        assert owner.post(f"/edit/tokens/revoke/{id}", {"confirm": "x"}).status == 404
    for id in ("x", "9" * 30):
        assert owner.post(f"/edit/tokens/revoke/{id}", {"confirm": "x"}).status == 400


def test_a_device_token_revoked_here_is_dead_and_inactive_there(
    owner: Browser, site: TestSite, tmp_path: Path
) -> None:
    site.tx(lambda tx: things.furnish(tx, tmp_path))
    form = {"domain": "things", "name": "Gate", "login": "admin", "days": "7"}
    client = things.Client(site, token=_secret(owner.post("/edit/tokens/new", form).text))
    assert client("GET", "/objects").status == 200
    [row] = [one for one in site.look(credentials.listed) if one.name == "Gate"]
    assert abs(row.expires_ms - row.created_ms - 7 * 86_400_000) < 1000
    assert owner.post(f"/edit/tokens/revoke/{row.id}", {"confirm": "Gate"}).status == 303
    assert client("GET", "/objects").status == 401
    shown = things.Client(site)("GET", f"/tokens/{row.facts['item']}").json
    assert shown["active"] is False


def test_a_key_made_for_a_time_ends(owner: Browser, site: TestSite, editor: str) -> None:
    form = {"domain": "content", "name": "Robot", "login": editor, "days": "30"}
    key = _secret(owner.post("/edit/tokens/new", form).text)
    [row] = site.look(credentials.listed)
    assert abs(row.expires_ms - row.created_ms - 30 * 86_400_000) < 1000
    assert _works(site, key)
    past = {"expires_ms": row.created_ms - 1}
    site.tx(lambda tx: tx.update(tables.credentials, row.id, past))
    assert not _works(site, key)


@pytest.mark.parametrize(
    "form",
    [
        {"domain": "content", "name": "x", "login": EMAIL, "days": "0"},
        {"domain": "content", "name": "x", "login": EMAIL, "days": "-7"},
        {"domain": "content", "name": "x", "login": EMAIL, "days": "x"},
        {"domain": "shop", "name": "x", "login": "y", "days": "7"},
    ],
)
def test_a_life_that_is_not_offered_is_refused(
    owner: Browser, site: TestSite, editor: str, form: dict[str, str]
) -> None:
    assert owner.post("/edit/tokens/new", form).status == 400
    assert site.look(credentials.listed) == []
