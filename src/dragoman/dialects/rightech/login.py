"""Logging in and out. Source: spec/rightech 3."""

import msgspec

from dragoman.core.faults import Unauthenticated
from dragoman.core.identity import credentials, passwords, sessions
from dragoman.core.tx import Tx
from dragoman.dialects.rightech.auth import caller
from dragoman.dialects.rightech.envelope import Ask, Done, SignedIn, SignedOut
from dragoman.domains.things import events, items, tokens, users
from dragoman.domains.things.users import DOMAIN, Login


def probe(tx: Tx, ask: Ask) -> object:
    """What agents ask to see whether somebody is there."""
    return Done()


def verify(tx: Tx, ask: Ask) -> object:
    """Slow work before the transaction: a Login whose password fits, or None."""
    login, password = ask.fields.get("login"), ask.fields.get("password")
    if not isinstance(login, str) or not isinstance(password, str):
        return None
    found = users.find_login(tx, login)
    fits = passwords.fits(found.password_hash if found is not None else None, password)
    return found if fits and found is not None and found.usable else None


def _entered(tx: Tx, ask: Ask) -> Login:
    found = ask.prepared
    if not isinstance(found, Login):
        raise Unauthenticated("login")
    row = users.item_of(tx, found.membership.facts["user"])
    data = {"user": row.oid, "login": found.membership.login}
    tx.actor = msgspec.structs.replace(tx.actor, account_id=found.membership.account_id)
    events.log(tx, events.SIGNED_IN, row, data)
    return found


def sign_in(tx: Tx, ask: Ask) -> object:
    """A session for the cookie. spec/rightech R3.1"""
    if isinstance(ask.prepared, Login) and not ask.prepared.by_web:
        raise Unauthenticated("login")
    found = _entered(tx, ask)
    member, ttl_ms = found.membership, ask.options.session_ttl * 1000
    secret = sessions.open(
        tx, domain=DOMAIN, ttl_ms=ttl_ms, account_id=member.account_id, membership_id=member.id
    )
    return SignedIn(secret, tx.now_ms + ttl_ms)


def give_token(tx: Tx, ask: Ask) -> object:
    """A short token. spec/rightech R3.2"""
    member = _entered(tx, ask).membership
    minted = tokens.mint(tx, member, ask.options.token_ttl * 1000)
    text = tokens.sign(
        tokens.make_secret(tx),
        minted,
        web=True,
        user=member.facts["user"],
        group=member.facts["group"],
        root=events.root_group(tx),
    )
    return {
        "type": "access",
        "token": text,
        "issuedAt": minted.issued_ms,
        "expiresAt": minted.expires_ms,
    }


def sign_out(tx: Tx, ask: Ask) -> object:
    """End the session or token that this call came with. spec/rightech R3.6"""
    who = caller(tx)
    if who.session_id is not None:
        sessions.close(tx, who.session_id)
    if who.credential_id is not None:
        credentials.revoke(tx, who.credential_id)
    if who.token_item:
        row = items.by_oid(tx, "tokens", who.token_item)
        if row is not None:
            tokens.change(tx, row, {"active": False})
    return SignedOut()


def whoami(tx: Tx, ask: Ask) -> object:
    """The user, the active group, and what is permitted. spec/rightech R3.7"""
    who = caller(tx)
    permitted = who.scopes if who.scopes is not None else who.role
    return {
        "user": items.body_of(users.item_of(tx, who.user)),
        "group": who.group,
        "scopes": list(permitted if permitted is not None else ("*",)),
    }
