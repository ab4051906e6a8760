"""What users do with their own account. Source: spec/opensupports 9.1."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied
from dragoman.core.identity import credentials, passwords
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes
from dragoman.dialects.opensupports.lookups import captcha
from dragoman.dialects.opensupports.reading import Look, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Text, Truthy
from dragoman.domains.desk import (
    bans,
    customfields,
    letters,
    people,
    searching,
    threads,
    tokens,
    users,
)
from dragoman.wire.endpoint import NoAsk

Email = Annotated[str, says("INVALID_EMAIL", reading.email)]
Custom = Annotated[dict[str, str], says("", lookups.custom)]


class SignUp(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/signup."""

    name: Annotated[str, says("INVALID_NAME", reading.clean_name)]
    email: Email
    password: Annotated[str, says("INVALID_PASSWORD", reading.password)]
    captcha: Annotated[None, says("INVALID_CAPTCHA", captcha("creates_users"))]
    api_key: Annotated[Any, says("", lookups.api_key)]
    custom: Custom
    prepared: str | None = None


def hashed(tx: Tx, ask: Any) -> str:
    """Before the transaction: the hash of the password that is set."""
    return passwords.hashed(ask.password)


def hashed_random(tx: Tx, ask: Any) -> str:
    """Before the transaction: the hash of a password that nobody knows."""
    return passwords.hashed(random_hex(40))


def sign_up(tx: Tx, ask: SignUp) -> dict[str, Any]:
    """POST /user/signup"""
    users.refuse_registered(tx, ask.email)
    bans.refuse(tx, ask.email)
    found = callers.caller(tx).person
    chief = found is not None and found.staff and found.level >= 2
    if ask.api_key is None and not chief:
        users.refuse_closed(tx)
    custom = customfields.chosen(tx, ask.custom)
    id = users.sign_up(
        tx, email=ask.email, name=ask.name, password_hash=ask.prepared or "", custom=custom
    )
    return {"userId": id, "userEmail": ask.email}


def fetch(tx: Tx, ask: NoAsk) -> dict[str, Any]:
    """POST /user/get"""
    who = callers.person(tx)
    if who.staff:
        raise Refused("INVALID_CREDENTIALS")
    row = users.fetch(tx, who.id)
    ids = searching.of_author(tx, who.id)
    found = threads.many(tx, ids, with_events=False)
    if who.ticket_number is not None:
        found = [each for each in found if each.ticket.number == who.ticket_number]
    watched = None
    if row.supervision is not None:
        watched = shapes.users(tx, users.supervised_by(tx, who.id))
    return {
        "name": row.name,
        "email": row.email,
        "staff": False,
        "verified": row.verify_token is None,
        "tickets": [shapes.ticket(each, to_staff=False, short=True) for each in found],
        "customfields": shapes.custom_values(tx, who.id),
        "users": watched,
    }


class EditEmail(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/edit-email."""

    new_email: Email


def edit_email(tx: Tx, ask: EditEmail) -> None:
    """POST /user/edit-email"""
    users.change_email(tx, callers.person(tx), ask.new_email)


class EditPassword(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/edit-password."""

    new_password: Annotated[str, says("INVALID_PASSWORD", reading.password)]
    old_password: Text
    prepared: str | None = None


def own_row(tx: Tx) -> Row:
    """The caller's row of users or staff."""
    who = callers.person(tx)
    row = (people.member if who.staff else people.user)(tx, who.id)
    if row is None:
        raise Denied("login")
    return row


def own_password_fits(tx: Tx, password: str) -> bool:
    """Whether it is the caller's own password."""
    held = own_row(tx).membership_id
    return passwords.fits(
        credentials.password_hash(tx, held) if held is not None else None, password
    )


def rehashed(tx: Tx, ask: EditPassword) -> str:
    """Before the transaction: the new hash, empty when the old password is wrong."""
    fits = own_password_fits(tx, ask.old_password)
    return passwords.hashed(ask.new_password) if fits else ""


def edit_password(tx: Tx, ask: EditPassword) -> None:
    """POST /user/edit-password"""
    if not ask.prepared:
        raise Refused("INVALID_OLD_PASSWORD")
    who = callers.person(tx)
    users.set_password(tx, staff=who.staff, row=own_row(tx), password_hash=ask.prepared)


def _known_email(look: Look, raw: Any) -> str:
    email = reading.email(look, raw)
    if people.user_by_email(look.tx, email) or people.member_by_email(look.tx, email):
        return email
    raise ValueError


KnownEmail = Annotated[str, says("INVALID_EMAIL", _known_email)]


class SendRecovery(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/send-recover-password."""

    email: KnownEmail
    staff: Truthy


def send_recovery(tx: Tx, ask: SendRecovery) -> None:
    """POST /user/send-recover-password"""
    row = (people.member_by_email if ask.staff else people.user_by_email)(tx, ask.email)
    if row is None:
        raise Refused("INVALID_EMAIL")
    secret = tokens.issue(tx, "recover", staff=ask.staff, person_id=row.id)
    letters.post(tx, "PASSWORD_FORGOT", row.email, {"name": row.name, "token": secret})


class Recover(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/recover-password."""

    email: KnownEmail
    password: Annotated[str, says("INVALID_PASSWORD", reading.password)]
    token: Text
    prepared: str | None = None


def recover(tx: Tx, ask: Recover) -> dict[str, str]:
    """POST /user/recover-password"""
    found = tokens.find(tx, "recover", ask.token) if ask.token else None
    row = None
    if found is not None:
        row = (people.member if found.staff else people.user)(tx, found.person_id)
    if found is None or row is None or row.email.lower() != ask.email:
        raise Denied("token")
    tokens.forget(tx, staff=found.staff, person_id=row.id, kind="recover")
    users.set_password(tx, staff=found.staff, row=row, password_hash=ask.prepared or "")
    return {"staff": shapes.zero_one(found.staff)}


class Verify(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/verify."""

    email: Email
    token: Text


def verify(tx: Tx, ask: Verify) -> None:
    """POST /user/verify"""
    row = people.user_by_email(tx, ask.email)
    if row is None or (row.verify_token or "") != ask.token:
        raise Refused("INVALID_TOKEN")
    users.verify(tx, row)


class OneEmail(msgspec.Struct, frozen=True, rename="camel"):
    """Paths that take an address alone."""

    email: Email


def resend_verification(tx: Tx, ask: OneEmail) -> None:
    """POST /user/resend-email-token"""
    row = people.user_by_email(tx, ask.email)
    if row is None or row.verify_token is None:
        raise Denied("verified")
    users.ask_to_verify(tx, row)


class EditCustomFields(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/edit-custom-fields."""

    user_id: Annotated[str | None, says("INVALID_USER", reading.maybe)]
    custom: Custom


def edit_custom_fields(tx: Tx, ask: EditCustomFields) -> None:
    """POST /user/edit-custom-fields"""
    who = callers.person(tx)
    id = 0 if who.staff else who.id
    if who.staff and who.level >= 2 and ask.user_id is not None:
        id = int(ask.user_id) if ask.user_id.isascii() and ask.user_id.isdigit() else 0
    row = people.user(tx, id) if id < 1 << 60 else None
    if row is None:
        raise Refused("INVALID_USER")
    customfields.replace(tx, row.id, customfields.chosen(tx, ask.custom))
