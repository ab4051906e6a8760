"""Mail of the desk: templates, the outbox, and who is written to when. Source: spec 8."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import people, settings, tables
from dragoman.domains.desk.people import Person
from dragoman.domains.desk.wording import NAMES, Template, shipped

JOB = "desk mail"
_MARK = re.compile(r"\{\{([A-Za-z]+)\}\}")
_sd = tables.staff_departments.c
_ONE = prepare(
    sa.select(tables.templates).where(
        tables.templates.c.template == sa.bindparam("template"),
        tables.templates.c.language == sa.bindparam("language"),
    )
)
_WANTING = prepare(
    sa.select(tables.staff.c.name, tables.staff.c.email)
    .select_from(tables.staff.join(tables.staff_departments, _sd.staff_id == tables.staff.c.id))
    .where(
        _sd.department_id == sa.bindparam("department_id", type_=sa.BigInteger()),
        tables.staff.c.mail_on_new_ticket.is_(True),
    )
    .order_by(tables.staff.c.id)
)
_OUTBOX = prepare(sa.select(tables.mails).order_by(tables.mails.c.id.desc()).limit(500))


def template(tx: Tx, name: str, language: str) -> Template:
    """The template in use. Raises NotFound("template")."""
    if name not in NAMES or language not in settings.LANGUAGES:
        raise NotFound("template", "name", name)
    held = tx.first(_ONE, template=name, language=language)
    if held is None:
        return shipped(name, language)
    return Template(held.subject, held.text1, held.text2, held.text3)


def placeholders(text: str) -> set[str]:
    """The names between double braces."""
    return set(_MARK.findall(text))


def edit(tx: Tx, name: str, language: str, new: Template) -> None:
    """Use other words from now on."""
    values = {
        "subject": new.subject, "text1": new.text1, "text2": new.text2, "text3": new.text3,
    }  # fmt: skip
    tx.upsert(tables.templates, {"template": name, "language": language}, values)


def recover(tx: Tx, name: str, language: str) -> None:
    """Back to the shipped words."""
    template(tx, name, language)
    held = tx.first(_ONE, template=name, language=language)
    if held is not None:
        tx.delete(tables.templates, held.id)


def _filled(text: str, facts: Mapping[str, str]) -> str:
    return _MARK.sub(lambda match: facts.get(match[1], match[0]), text)


def post(
    tx: Tx, name: str, to: str, facts: Mapping[str, str], *, user_id: int | None = None
) -> None:
    """Write a mail into the outbox; it goes out after the commit when a server is configured.

    user_id: who counts as verified if it cannot be sent.
    """
    held = settings.of_mail(tx)
    words = template(tx, name, held.get("language") or "en")
    known = {"to": to, "url": (held.get("url") or tx.origin.site_url).rstrip("/"), **facts}
    goes_out = settings.mails_go_out(held)
    image = held.get("mail-template-header-image") or ""
    parts = [f'<img src="{image}" alt="" />'] if image else []
    parts += [f"<h1>{words.text1}</h1>", f"<p>{_filled(words.text2, known)}</p>"]
    if words.text3:
        parts.append(f"<p>{_filled(words.text3, known)}</p>")
    values = {
        "template": name, "recipient": to,
        "subject": " ".join(_filled(words.subject, known).split()), "body": "\n".join(parts),
        "state": "waiting" if goes_out else "kept", "problem": "", "user_id": user_id,
        "created_ms": tx.now_ms,
    }  # fmt: skip
    id = tx.insert(tables.mails, values)
    if goes_out:
        tx.enqueue(JOB, mail_id=id)


def fetch(tx: Tx, id: int) -> Row | None:
    """A mail of the outbox."""
    return tx.get(tables.mails, id)


def sent(tx: Tx, id: int) -> None:
    """The server has taken it."""
    tx.update(tables.mails, id, {"state": "sent", "sent_ms": tx.now_ms, "problem": ""})


def failed(tx: Tx, id: int, problem: str, *, last: bool) -> None:
    """It could not be sent (this time); a new user counts as verified then."""
    held = fetch(tx, id)
    if held is None:
        return
    tx.update(tables.mails, id, {"state": "failed" if last else "waiting", "problem": problem})
    if held.user_id is not None and people.user(tx, held.user_id) is not None:
        tx.update(tables.users, held.user_id, {"verify_token": None})


def outbox(tx: Tx) -> list[Row]:
    """The last mails, newest first: template, recipient, subject, body, state, problem."""
    return tx.all(_OUTBOX)


def wanting_news(tx: Tx, department_id: int) -> list[Row]:
    """Staff of a department who want a mail for each new ticket: name, email."""
    return tx.all(_WANTING, department_id=department_id)


def author_of(tx: Tx, ticket: Row) -> tuple[str, str] | None:
    """Name and address of a ticket's author, if known."""
    row: Any = (people.member if ticket.by_staff else people.user)(tx, ticket.by_id)
    if row is not None:
        return row.name, row.email
    return (ticket.author_name, ticket.author_email) if ticket.author_email else None


def responded(tx: Tx, ticket: Row, person: Person, content: str, *, private: bool) -> None:
    """Tell the author of a public answer by somebody else, and the owner of anyone else's."""
    facts = {"ticketNumber": str(ticket.number), "title": ticket.title, "content": content}
    by_author = (ticket.by_staff, ticket.by_id) == person.key
    author = None if private or by_author else author_of(tx, ticket)
    if author is not None:
        post(
            tx,
            "TICKET_RESPONDED",
            author[1],
            {"name": author[0], **_links(ticket, author[1]), **facts},
        )
    if ticket.owner_id and (True, ticket.owner_id) != person.key:
        owner = people.member(tx, ticket.owner_id)
        if owner is not None:
            mine = _links(ticket, owner.email)
            post(tx, "TICKET_RESPONDED", owner.email, {"name": owner.name, **mine, **facts})


def _links(ticket: Row, email: str) -> dict[str, str]:
    return {"link": f"check-ticket/{ticket.number}/{email}"}


def closed(tx: Tx, ticket: Row) -> None:
    """Tell the author."""
    author = author_of(tx, ticket)
    if author is not None:
        facts = {"ticketNumber": str(ticket.number), "title": ticket.title, "name": author[0]}
        post(tx, "TICKET_CLOSED", author[1], facts)
