"""The tickets of a fixture file, with their threads. Source: docs/fixtures.md 7."""

from typing import Any

from dragoman.core.loading import Loading
from dragoman.core.sql import Row
from dragoman.core.text import fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import (
    attachments,
    departments,
    people,
    settings,
    tables,
    tags,
    tickets,
    users,
)
from dragoman.domains.desk.cleaning import clean
from dragoman.domains.desk.people import Person
from dragoman.domains.desk.tickets import NewTicket


def load_tickets(tx: Tx, entries: list[dict[str, Any]], loading: Loading) -> None:
    """Tickets that are not there yet, in the order of the list."""
    for at, entry in enumerate(entries):
        if tickets.by_number(tx, int(entry["number"])) is None:
            _Loaded(tx, entry, f"desk.tickets[{at}]", loading).load()


class _Loaded:
    def __init__(self, tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
        self.tx = tx
        self.entry = entry
        self.place = place
        self.loading = loading
        self.changes: dict[str, Any] = {}
        self.url = (settings.read(tx).get("url") or "").rstrip("/")

    def load(self) -> None:
        tx, entry = self.tx, self.entry
        author = self._author()
        held = settings.read(tx)
        new = NewTicket(
            title=clean(entry["title"]),
            content="",
            department_id=self._department(entry["department"]).id,
            language=entry.get("language") or held.get("language") or "en",
            email=author.email if entry.get("guest") else None,
            number=int(entry["number"]),
        )
        id, _ = tickets.open_(tx, author, new)
        content, file = self._text(entry, self.place)
        created_ms = self._at(entry.get("created", "now"), "created")
        self.changes = {
            "content": content, "content_folded": fold_accents(content), "file": file,
            "created_ms": created_ms, "unread": entry.get("unread", False),
            "unread_staff": entry.get("unread_staff", False), "assigns": 0, "moves": 0,
            "staff_replies": 0, "owner_id": 0, "closed": False,
        }  # fmt: skip
        for name in entry.get("tags", []):
            tag = tags.named(tx, name)
            if tag is None:
                self.loading.fail(f"{self.place}.tags", f"no tag {name!r}")
            tags.put_on(tx, id, tag.id)
        for at, event in enumerate(entry.get("thread", [])):
            self._event(id, event, f"{self.place}.thread[{at}]")
        tx.update(tables.tickets, id, self.changes)

    def _at(self, value: object, member: str) -> int:
        return self.loading.at_ms(value, f"{self.place}.{member}")

    def _author(self) -> Person:
        tx, entry = self.tx, self.entry
        email = entry["author"]
        row = people.user_by_email(tx, email)
        if row is None and entry.get("guest"):
            row = users.guest(tx, email=email, name=entry["author_name"])
        if row is not None:
            return people.as_person(tx, row, staff=False)
        member = people.member_by_email(tx, email)
        if member is None:
            self.loading.fail(f"{self.place}.author", f"no user {email!r}")
        return people.as_person(tx, member, staff=True)

    def _department(self, name: str) -> Row:
        row = departments.named(self.tx, name)
        if row is None:
            self.loading.fail(f"{self.place}.department", f"no department {name!r}")
        return row

    def _text(self, entry: dict[str, Any], place: str) -> tuple[str, str | None]:
        loading, prefix = self.loading, f"t{self.entry['number']}"
        text = entry.get("content")
        if text is None and "content_file" in entry:
            text = loading.read(entry["content_file"], place).decode()
        names = [
            attachments.keep(self.tx, loading.store(path, place), prefix=prefix, original=path)
            for path in entry.get("images", [])
        ]
        file = None
        if "file" in entry:
            stored = loading.store(entry["file"], place)
            file = attachments.keep(self.tx, stored, prefix=prefix, original=entry["file"])
        return attachments.with_pictures(clean(text or ""), self.url, names), file

    def _event(self, id: int, event: dict[str, Any], place: str) -> None:
        tx, kind = self.tx, event["type"]
        at_ms = self.loading.at_ms(event["at"], f"{place}.at")
        by = self._person(event["by"], place)
        content, file = None, None
        if kind == "comment":
            content, file = self._text(event, place)
            self._reply(by, at_ms, private=event.get("private", False))
        elif kind in ("assign", "unassign"):
            member = people.member_by_email(tx, event["staff"])
            if member is None:
                self.loading.fail(f"{place}.staff", f"no member of staff {event['staff']!r}")
            content = member.name
            self.changes["owner_id"] = member.id if kind == "assign" else 0
            self.changes["assigns"] += int(kind == "assign")
        elif kind == "department":
            department = self._department(event["department"])
            content = department.name
            self.changes["department_id"] = department.id
            self.changes["moves"] += 1
        elif kind in ("close", "reopen"):
            self._turned(kind, at_ms)
        else:
            self.loading.fail(f"{place}.type", f"no type {kind!r}")
        event_id = tickets.add_event(
            tx, id, kind, by=by, content=content, private=event.get("private", False), file=file
        )
        tx.update(tables.events, event_id, {"at_ms": at_ms})

    def _person(self, email: str, place: str) -> tuple[bool, int]:
        member = people.member_by_email(self.tx, email)
        if member is not None:
            return True, member.id
        user = people.user_by_email(self.tx, email)
        if user is None:
            self.loading.fail(f"{place}.by", f"nobody is {email!r}")
        return False, user.id

    def _reply(self, by: tuple[bool, int], at_ms: int, *, private: bool) -> None:
        if by[0] and not private:
            self.changes["staff_replies"] += 1
            self.changes.setdefault("first_reply_ms", at_ms)

    def _turned(self, kind: str, at_ms: int) -> None:
        closed = kind == "close"
        if closed:
            self.changes["last_closed_ms"] = at_ms
            self.changes.setdefault("first_closed_ms", at_ms)
        elif self.changes["closed"]:
            self.changes["reopened"] = True
        self.changes["closed"] = closed
