"""A console with an owner, and a browser of a kind: with cookies and the headers of browsers."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import pytest

from dragoman.core.identity import credentials, memberships, passwords
from dragoman.core.tx import Tx
from dragoman.domains.console import members
from dragoman.domains.console.setup import create_owner
from tests.support.site import Answer, TestSite

OWNER, PASSWORD = "owner@livada.example", "Garden-hose-19"

OURS = {"sec-fetch-site": "same-origin"}


class Browser:
    """One visitor of the console."""

    def __init__(self, site: TestSite, *, remote: str = "192.0.2.7") -> None:
        self.site = site
        self.remote = remote
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> Answer:
        """GET, as a click on a page of ours."""
        return self._send("GET", address, None, {**OURS, **_spelled(headers)})

    def post(
        self,
        address: str,
        form: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        *,
        csrf: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST, as a form of ours would; csrf: None takes the session's token."""
        fields = list(dict(form or {}).items()) if not isinstance(form, list) else list(form)
        token = self.csrf if csrf is None else csrf
        if token:
            fields.append(("csrf", token))
        return self._send("POST", address, fields, {**OURS, **(headers or {})})

    @property
    def csrf(self) -> str:
        """The token of the session, as pages carry it."""
        if "console" not in self.cookies:
            return ""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/edit/help").text)
        return unescape(found[1]) if found else ""

    def sign_in(self, login: str = OWNER, password: str = PASSWORD, **more: str) -> Answer:
        """Through the sign-in form."""
        form = {"login": login, "password": password, **more}
        return self._send("POST", "/edit/login.php", list(form.items()), OURS)

    def _send(self, method: str, address: str, form: Any, headers: Mapping[str, str]) -> Answer:
        answer = self.site.request(
            "console",
            method,
            address,
            form=form,
            headers=headers,
            cookies=self.cookies,
            remote=self.remote,
        )
        for name, value in answer.cookies.items():
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def member(site: TestSite, email: str, role: str) -> int:
    """A member of the console; the password is PASSWORD. Returns the number."""

    def work(tx: Tx) -> int:
        held = members.create(
            tx, email=email, name=email, role=role, password_hash=passwords.hashed(PASSWORD)
        )
        return int(held.number)

    return site.tx(work)


def shop_user(site: TestSite, login: str, *, api: bool) -> None:
    """A user of the shop with or without the permission to call its API."""

    def work(tx: Tx) -> None:
        held = memberships.join(tx, domain="shop", kind="manager", login=login, facts={"api": api})
        credentials.set_password(tx, held, passwords.hashed(PASSWORD))

    site.tx(work)


@pytest.fixture
def visitor(site: TestSite) -> Browser:
    """Somebody who is not signed in; there is an owner."""
    site.tx(lambda tx: create_owner(tx, OWNER, passwords.hashed(PASSWORD)))
    return Browser(site)


@pytest.fixture
def owner(visitor: Browser) -> Browser:
    """The owner, signed in."""
    assert visitor.sign_in().status == 302
    return visitor
