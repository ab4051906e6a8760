"""`/edit/login.php`, `/edit/logout.php`, `/edit/`. Source: spec/cartum 4."""

import re
from typing import Annotated

import msgspec

from dragoman.core.identity import accounts, credentials, memberships, passwords, sessions
from dragoman.core.ids import random_url
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import addresses, pages
from dragoman.dialects.cartum.options import Options
from dragoman.dialects.cartum.reading import lenient_text
from dragoman.domains.shop import users
from dragoman.wire.binding import Given, Read
from dragoman.wire.endpoint import NoAsk

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")
_Text = Annotated[str, Read(lenient_text)]


class Form(msgspec.Struct, frozen=True):
    """The login form."""

    options: Annotated[Options, Given()]
    login: _Text = ""
    password: _Text = ""
    back: _Text = ""
    prepared: int | None = None


def local(path: str) -> str:
    """Where to go after the login: a path of this site only."""
    return path if path.isascii() and len(path) < 2000 and _LOCAL.match(path) else ""


def form(tx: Tx, ask: Form) -> pages.Page:
    """GET /edit/login.php"""
    return pages.Page("login.html", {"back": local(ask.back), "problem": "", "name": ask.login})


def verify(tx: Tx, ask: Form) -> int:
    """Before the transaction: whose membership fits, 0 for nobody; takes as long for strangers."""
    doors = (
        users.by_login(tx, ask.login),
        memberships.by_login(tx, domain=pages.CONSOLE, login=ask.login.strip()),
    )
    for held in [row for row in doors if row is not None] or [None]:
        stored = credentials.password_hash(tx, held.id) if held is not None else None
        if passwords.fits(stored, ask.password) and held is not None:
            return int(held.id)
    return 0


def log_in(tx: Tx, ask: Form) -> pages.Shown:
    """POST /edit/login.php"""
    held = memberships.fetch(tx, ask.prepared) if ask.prepared else None
    account = accounts.fetch(tx, held.account_id) if held is not None else None
    back = local(ask.back)
    if held is None or account is None or not held.active or not account.active:
        values = {"back": back, "problem": "Login or password is incorrect.", "name": ask.login}
        return pages.Page("login.html", values, 401)
    secret = sessions.open(
        tx,
        domain=pages.CONSOLE,
        kind=pages.KIND,
        ttl_ms=ask.options.session_hours * 3_600_000,
        account_id=held.account_id,
        membership_id=held.id,
        facts={
            "csrf": random_url(),
            "door": held.domain,
            "confirmed_ms": tx.now_ms,
            "via": "cartum",
        },
    )
    return pages.Leads(back or addresses.EDIT, secret)


def log_out(tx: Tx, ask: NoAsk) -> pages.Leads:
    """GET /edit/logout.php"""
    if tx.actor.session_id is not None:
        sessions.close(tx, tx.actor.session_id)
    return pages.Leads(addresses.LOGIN, "")


class Home(msgspec.Struct, frozen=True):
    """GET /edit/"""

    options: Annotated[Options, Given()]


def home(tx: Tx, ask: Home) -> pages.Page:
    """GET /edit/: where the signed-in user can go."""
    assert tx.actor.account_id is not None  # noqa: S101 # the row asks for a sign-in
    values = {
        "console": ask.options.console_url,
        "log": pages.may_see_log(tx, tx.actor.account_id),
    }
    return pages.Page("home.html", values)
