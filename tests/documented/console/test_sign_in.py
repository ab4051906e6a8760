"""Sign in and out, where one may return to, throttling. Source: CONSOLE.md 6, seeds/cartum.txt."""

import pytest

from tests.documented.console.conftest import (
    OWNER,
    PASSWORD,
    Browser,
    member,
    shop_user,
)
from tests.support.site import TestSite

BACK = [
    ("/edit/logs?outcome=error", "/edit/logs?outcome=error"),
    ("/edit/", "/edit/"),
    ("/api/logs/", "/api/logs/"),
    ("", "/edit/"),
    ("https://evil.example/", "/edit/"),
    ("//evil.example/edit/", "/edit/"),
    ("/\\evil.example", "/edit/"),
    ("javascript:alert(1)", "/edit/"),
    ("/edit/../../etc", "/edit/"),
    ("/cartum/api", "/edit/"),
    ("/edit/\r\nset-cookie: a=b", "/edit/"),
    ("http:/edit/", "/edit/"),
]


def test_pages_lead_to_the_sign_in_and_back(visitor: Browser) -> None:
    answer = visitor.get("/edit/logs?outcome=error")
    assert (answer.status, answer.headers["location"]) == (
        302,
        "/edit/login.php?back=/edit/logs%3Foutcome%3Derror",
    )
    form = visitor.get(answer.headers["location"])
    assert 'name="back" value="/edit/logs?outcome=error"' in form.text


@pytest.mark.parametrize(("back", "to"), BACK)
def test_only_local_addresses_are_returned_to(visitor: Browser, back: str, to: str) -> None:
    answer = visitor.sign_in(back=back)
    assert (answer.status, answer.headers["location"]) == (302, to)


def test_the_cookie_is_kept_from_scripts_and_bound_to_https(
    visitor: Browser, site: TestSite
) -> None:
    plain = visitor.sign_in().headers["set-cookie"]
    assert plain.startswith("console=")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Path=/" in plain
    form = {"login": OWNER, "password": PASSWORD}
    safe = site.request("console", "POST", "/edit/login.php", form=form, scheme="https")
    assert safe.headers["set-cookie"].startswith("__Host-console=")
    assert "Secure" in safe.headers["set-cookie"]


def test_wrong_passwords_and_unknown_logins_are_answered_alike(visitor: Browser) -> None:
    wrong = visitor.sign_in(password="wrong")
    unknown = visitor.sign_in(login="nobody@livada.example")
    assert (wrong.status, unknown.status) == (401, 401)
    for answer in (wrong, unknown):
        assert "The login or password is incorrect." in answer.text
        assert "set-cookie" not in answer.headers
    assert OWNER in wrong.text  # what was typed is kept, but for the password
    assert "wrong" not in wrong.text


def test_failures_are_throttled_by_account_and_by_address(visitor: Browser, site: TestSite) -> None:
    for _ in range(10):
        assert visitor.sign_in(password="wrong").status == 401
    stopped = visitor.sign_in()  # now even the right one
    assert stopped.status == 429
    assert int(stopped.headers["retry-after"]) > 0
    other = Browser(site, remote="192.0.2.8")
    assert other.sign_in().status == 429  # the account, from anywhere
    for number in range(30):
        Browser(site, remote="192.0.2.9").sign_in(login=f"guess{number}@x.example")
    member(site, "free@livada.example", "viewer")
    assert Browser(site, remote="192.0.2.9").sign_in(login="free@livada.example").status == 429
    assert Browser(site, remote="192.0.2.10").sign_in(login="free@livada.example").status == 302


def test_an_api_user_of_the_shop_may_sign_in(visitor: Browser, site: TestSite) -> None:
    shop_user(site, "erp", api=True)
    assert visitor.sign_in(login="erp", back="/api/logs/").status == 302
    assert visitor.get("/api/logs/").headers["location"] == "/edit/logs?dialect=cartum"
    assert visitor.get("/edit/logs?dialect=cartum").status == 200
    assert visitor.get("/edit/tokens").status == 403
    assert visitor.get("/edit/users").status == 403


def test_a_shop_user_without_api_permission_may_not(visitor: Browser, site: TestSite) -> None:
    shop_user(site, "clerk", api=False)
    assert visitor.sign_in(login="clerk").status == 401


def test_signing_out_ends_the_session(owner: Browser) -> None:
    held = dict(owner.cookies)
    answer = owner.post("/edit/logout.php")
    assert (answer.status, answer.headers["location"]) == (303, "/edit/login.php")
    owner.cookies = held
    assert owner.get("/edit/help").status == 302


def test_signing_out_by_get_is_refused_across_sites(owner: Browser) -> None:
    held = dict(owner.cookies)
    assert owner.get("/edit/logout.php", sec_fetch_site="cross-site").status == 403
    assert owner.get("/edit/help").status == 200
    assert owner.get("/edit/logout.php").status == 303
    owner.cookies = held
    assert owner.get("/edit/help").status == 302


def test_a_sign_in_from_elsewhere_is_refused(visitor: Browser, site: TestSite) -> None:
    form = {"login": OWNER, "password": PASSWORD}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        answer = site.request("console", "POST", "/edit/login.php", form=form, headers=headers)
        assert answer.status == 403, headers
        assert "set-cookie" not in answer.headers
    plain = site.request("console", "POST", "/edit/login.php", form=form)
    assert plain.status == 302  # a plain client, as the seed asks


def test_a_switched_off_member_is_out_at_once(owner: Browser, site: TestSite) -> None:
    number = member(site, "viewer@livada.example", "viewer")
    viewer = Browser(site)
    assert viewer.sign_in(login="viewer@livada.example").status == 302
    form = {"name": "V", "role": "viewer"}
    assert owner.post(f"/edit/users/{number}", form).status == 303
    assert viewer.get("/edit/help").status == 302
    assert viewer.sign_in(login="viewer@livada.example").status == 401


def test_no_api_credential_opens_the_console(owner: Browser, site: TestSite) -> None:
    secret = owner.cookies["console"]
    for headers in (
        {"authorization": f"Bearer {secret}"},
        {"x-chautec-api-key": secret},
        {"cookie": f"chautec_session={secret}"},
    ):
        assert site.request("console", "GET", "/edit/help", headers=headers).status == 302
    answer = site.request(
        "chautec", "GET", "/api/v1/user/all", headers={"cookie": f"console={secret}"}
    )
    assert answer.status == 401
