"""Users as staff look after them, and supervised tickets. Source: spec/opensupports 9.1."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes
from dragoman.dialects.opensupports.accounts import Custom, Email, OneEmail
from dragoman.dialects.opensupports.lookups import captcha
from dragoman.dialects.opensupports.reading import Look, maybe, optional, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Truthy
from dragoman.domains.desk import (
    bans,
    customfields,
    logs,
    people,
    searching,
    threads,
    tokens,
    users,
)
from dragoman.domains.desk.searching import Wanted
from dragoman.wire.endpoint import NoAsk

Page = Annotated[int, says("INVALID_PAGE", reading.page)]
MaybePage = Annotated[int, says("INVALID_PAGE", reading.maybe_page)]
PageSize = Annotated[int, says("INVALID_PAGE_SIZE", reading.page_size)]
MaybeText = Annotated[str | None, says("", maybe)]


def raw(name: str) -> Any:
    """A parameter echoed as it was sent."""
    return says("", lambda look, _: maybe(look, look.fields.get(name)))


def _order(look: Look, given: Any) -> str | None:
    if given is not None and given not in ("id", "tickets"):
        raise ValueError
    return given  # type: ignore[no-any-return] # one of two texts


def pages(total: int, size: int) -> int:
    """How many pages there are."""
    return -(-total // size)


class ListUsers(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/get-users."""

    page: Page
    order_by: Annotated[str | None, says("INVALID_ORDER", _order)]
    desc: Truthy
    search: MaybeText
    page_sent: Annotated[str | None, raw("page")]
    desc_sent: Annotated[str | None, raw("desc")]


def list_users(tx: Tx, ask: ListUsers) -> dict[str, Any]:
    """POST /user/get-users"""
    rows, total = users.page(
        tx, ask.page, order=ask.order_by, descending=ask.desc, search=ask.search
    )
    return {
        "users": [
            {
                "id": str(row.id), "name": row.name, "verified": row.verify_token is None,
                "tickets": str(row.tickets), "email": row.email,
                "signupDate": shapes.stamp(row.signed_up_ms), "disabled": bool(row.disabled),
            }
            for row in rows
        ],
        "pages": pages(total, users.PAGE),
        "page": ask.page_sent,
        "orderBy": ask.order_by,
        "desc": ask.desc_sent,
        "search": ask.search,
    }  # fmt: skip


class OneUser(msgspec.Struct, frozen=True, rename="camel"):
    """A user by id."""

    user_id: Annotated[Any, says("INVALID_USER", lookups.user)]


def fetch(tx: Tx, ask: OneUser) -> dict[str, Any]:
    """POST /user/get-user"""
    row = ask.user_id
    return {
        "name": row.name,
        "email": row.email,
        "signupDate": shapes.stamp(row.signed_up_ms),
        "verified": row.verify_token is None,
        "disabled": bool(row.disabled),
        "customfields": shapes.custom_values(tx, row.id),
        "userList": shapes.users(tx, users.supervised_by(tx, row.id)),
    }


class Invite(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/invite."""

    name: Annotated[str, says("INVALID_NAME", reading.clean_name)]
    email: Email
    captcha: Annotated[None, says("INVALID_CAPTCHA", captcha())]
    custom: Custom
    prepared: str | None = None


def invite(tx: Tx, ask: Invite) -> dict[str, Any]:
    """POST /user/invite"""
    users.refuse_registered(tx, ask.email)
    bans.refuse(tx, ask.email)
    custom = customfields.chosen(tx, ask.custom)
    id = users.invite(
        tx, email=ask.email, name=ask.name, password_hash=ask.prepared or "", custom=custom,
        host=callers.person(tx),
    )  # fmt: skip
    return {"userId": id, "userEmail": ask.email}


def resend_invitation(tx: Tx, ask: OneEmail) -> None:
    """POST /user/resend-invite-user"""
    bans.refuse(tx, ask.email)
    invite_again(tx, people.user_by_email(tx, ask.email), staff=False)


def invite_again(tx: Tx, row: Row | None, *, staff: bool) -> None:
    """Send an invitation once more; INVALID_EMAIL unless one is pending."""
    if row is None or not tokens.pending(tx, staff=staff, person_id=row.id):
        raise Refused("INVALID_EMAIL")
    users.send_invitation(tx, staff=staff, row=row)
    logs.add(tx, "INVITE", callers.person(tx), row.email)


def delete(tx: Tx, ask: OneUser) -> None:
    """POST /user/delete"""
    users.delete(tx, ask.user_id.id, callers.person(tx))


def ban(tx: Tx, ask: OneEmail) -> None:
    """POST /user/ban"""
    users.ban(tx, ask.email, callers.person(tx))


def lift_ban(tx: Tx, ask: OneEmail) -> None:
    """POST /user/un-ban"""
    users.lift_ban(tx, ask.email, callers.person(tx))


def list_bans(tx: Tx, ask: NoAsk) -> list[str]:
    """POST /user/list-ban"""
    return bans.listed(tx)


def disable(tx: Tx, ask: OneUser) -> None:
    """POST /user/disable"""
    users.disable(tx, ask.user_id.id)


def enable(tx: Tx, ask: OneUser) -> None:
    """POST /user/enable"""
    users.enable(tx, ask.user_id.id)


class EditSupervised(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/edit-supervised-list."""

    user_id_list: Annotated[tuple[int, ...], says("INVALID_LIST", lookups.users)]
    user_id: Annotated[Any, says("INVALID_USER", lookups.user)]


def edit_supervised(tx: Tx, ask: EditSupervised) -> None:
    """POST /user/edit-supervised-list"""
    users.supervise(tx, ask.user_id.id, ask.user_id_list)


class SupervisedTickets(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/get-supervised-tickets."""

    supervised_users: Annotated[
        tuple[int, ...] | None, says("INVALID_SUPERVISED_USERS", optional(lookups.users))
    ]
    page: MaybePage
    page_size: PageSize
    show_own_tickets: Truthy


def supervised_tickets(tx: Tx, ask: SupervisedTickets) -> Any:
    """POST /user/get-supervised-tickets"""
    who = callers.person(tx)
    if who.staff or who.ticket_number is not None:
        raise Denied("staff")
    watched = {row.id for row in users.supervised_by(tx, who.id)}
    wanted = set(ask.supervised_users) if ask.supervised_users is not None else set(watched)
    if not wanted <= watched | {who.id}:
        raise Refused("INVALID_SUPERVISED_USERS")
    if ask.show_own_tickets:
        wanted.add(who.id)
    if not wanted:
        return []
    sought = Wanted(authors=tuple((False, id) for id in sorted(wanted)))
    ids, total = searching.find(tx, sought, page=ask.page, size=ask.page_size)
    found = threads.many(tx, ids)
    return {
        "tickets": [shapes.ticket(each, to_staff=False) for each in found],
        "pages": pages(total, ask.page_size),
        "page": ask.page,
    }
