"""Sign in, sign out, and giving the password again."""

import secrets
from typing import Annotated, Any

import msgspec

from dragoman.core import tables
from dragoman.core.faults import Unauthenticated
from dragoman.core.identity import credentials, memberships, passwords, sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Actor, Tx
from dragoman.dialects.console import auth, navigation
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.options import Options
from dragoman.dialects.console.places import local
from dragoman.dialects.console.refusals import SignInFailed, WrongPassword
from dragoman.dialects.console.results import Asset, Page, Redirect, SignedIn, SignedOut
from dragoman.domains.console import members
from dragoman.domains.shop import users as shop_users
from dragoman.wire.binding import Given, Header, Path, Query
from dragoman.wire.endpoint import NoAsk


class ShowLogin(msgspec.Struct, frozen=True):
    """GET /edit/login.php."""

    back: Annotated[str, Query()] = ""


class LogIn(msgspec.Struct, frozen=True):
    """POST /edit/login.php."""

    options: Annotated[Options, Given()]
    login: str = ""
    password: str = ""
    back: str = ""
    agent: Annotated[str, Header("user-agent")] = ""
    prepared: Any = None


class Confirm(msgspec.Struct, frozen=True):
    """POST /edit/confirm."""

    password: str = ""
    back: str = ""
    prepared: bool | None = None


class OneAsset(msgspec.Struct, frozen=True):
    """GET /edit/static/{hash}/{name}."""

    hash: Annotated[str, Path()]
    name: Annotated[str, Path()]


def show(tx: Tx, ask: ShowLogin) -> Page | Redirect:
    """GET /edit/login.php"""
    if isinstance(tx.actor, Member):
        return Redirect(local(ask.back) or navigation.home(tx.actor), status=302)
    return Page("login.html", {"login": "", "back": local(ask.back), "problem": ""})


def verify(tx: Tx, ask: LogIn) -> Any:
    """Before the transaction: (membership id, door), or () when nothing fits; takes as long for
    strangers.
    """
    doors = [
        (row, door)
        for door, row in (
            (members.DOMAIN, _member(tx, ask.login)),
            (shop_users.DOMAIN, _api_user(tx, ask.login)),
        )
        if row is not None
    ]
    for row, door in doors or [(None, "")]:
        stored = credentials.password_hash(tx, row.id) if row is not None else None
        if passwords.fits(stored, ask.password) and row is not None:
            return row.id, door
    return ()


def _member(tx: Tx, login: str) -> Row | None:
    return memberships.by_login(tx, domain=members.DOMAIN, login=login.strip())


def _api_user(tx: Tx, login: str) -> Row | None:
    row = shop_users.by_login(tx, login)
    return row if row is not None and shop_users.may_call(row.facts) else None


def log_in(tx: Tx, ask: LogIn) -> SignedIn:
    """POST /edit/login.php"""
    if not ask.prepared:
        raise SignInFailed("password")
    membership_id, door = ask.prepared
    held = memberships.fetch(tx, membership_id)
    found = tx.get(tables.accounts, held.account_id)
    if not held.active or found is None or not found.active:
        raise SignInFailed("inactive")
    secret = sessions.open(
        tx,
        domain=members.DOMAIN,
        account_id=held.account_id,
        membership_id=held.id,
        ttl_ms=ask.options.session_hours * auth.HOUR_MS,
        facts={
            "csrf": secrets.token_urlsafe(24),
            "door": door,
            "confirmed_ms": tx.now_ms,
            "agent": ask.agent[:200],
            "remote": tx.origin.remote,
        },
    )
    tx.actor = Actor(account_id=held.account_id, membership_id=held.id, name=held.login)
    tx.note("console.signed_in", tables.accounts, held.account_id, remote=tx.origin.remote)
    return SignedIn(secret, local(ask.back) or "/edit/")


def log_out(tx: Tx, ask: NoAsk) -> SignedOut:
    """GET or POST /edit/logout.php"""
    if tx.actor.session_id is not None:
        sessions.close(tx, tx.actor.session_id)
    return SignedOut()


def show_confirm(tx: Tx, ask: ShowLogin) -> Page:
    """GET /edit/confirm"""
    return Page("confirm.html", {"back": local(ask.back), "problem": ""})


def verify_again(tx: Tx, ask: Confirm) -> bool:
    """Before the transaction: whether the password fits the session's membership."""
    held = tx.actor.membership_id
    stored = credentials.password_hash(tx, held) if held is not None else None
    return passwords.fits(stored, ask.password)


def confirm(tx: Tx, ask: Confirm) -> Redirect:
    """POST /edit/confirm"""
    if not ask.prepared:
        raise WrongPassword("password")
    actor = tx.actor
    if not isinstance(actor, Member) or actor.session_id is None:
        raise Unauthenticated
    sessions.change(tx, actor.session_id, {**actor.facts, "confirmed_ms": tx.now_ms})
    return Redirect(local(ask.back) or "/edit/", "Confirmed. Please go on.")


def asset(tx: Tx, ask: OneAsset) -> Asset:
    """GET /edit/static/{hash}/{name}"""
    return Asset(ask.hash, ask.name)


def front_door(tx: Tx, ask: NoAsk) -> Redirect:
    """GET /"""
    return Redirect("/edit/", status=302)


def shop_log(tx: Tx, ask: NoAsk) -> Redirect:
    """GET /api/logs/: on this port the whole log, filtered to the shop."""
    return Redirect("/edit/logs?dialect=cartum", status=302)
