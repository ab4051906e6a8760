"""Inbox: reading, answering, drafts, rights, hostile text. Source: CONSOLE.md 3 Inbox."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.identity import memberships
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import departments, people, staff, threads, tickets, users
from dragoman.domains.desk.tickets import NewTicket
from tests.documented.console.conftest import OWNER, Browser, member
from tests.support.site import TestSite

CUSTOMER = "mira@example.com"
ACCOUNT = sa.select(tables.memberships.c.account_id).where(tables.memberships.c.domain == "console")
HOSTILE = (
    'Hello <script>alert(1)</script><b>there</b><img src="http://evil.example/x.png">'
    '<img src="/api/system/download?file=own.png" onerror="x()"><p style="color:red">red</p>'
)


def _ticket(site: TestSite, *, as_staff: bool = True, content: str = HOSTILE) -> int:
    def work(tx: Tx) -> int:
        department = departments.create(tx, name="Support")
        row = users.guest(tx, name="Mira", email=CUSTOMER)
        author = people.as_person(tx, row, staff=False)
        new = NewTicket(
            title="Lamp arrived <i>cracked</i>",
            content=content,
            department_id=department,
            language="en",
            email=CUSTOMER,
        )
        _, number = tickets.open_(tx, author, new)
        if as_staff:
            id = staff.join(
                tx,
                email=OWNER,
                name="Anna",
                level=3,
                password_hash=None,
                account_id=tx.scalar(prepare(ACCOUNT)),
            )
            staff.place(tx, id, [department])
        return number

    return site.tx(work)


def _thread(site: TestSite, number: int) -> Any:
    def work(tx: Tx) -> Any:
        row = tickets.by_number(tx, number)
        assert row is not None
        return threads.one(tx, row.id)

    return site.look(work)


def _write(browser: Browser, number: int, **form: Any) -> Any:
    return browser.post(f"/edit/inbox/{number}/write", {"kind": "reply", "text": "", **form})


def test_empty_inbox(owner: Browser) -> None:
    answer = owner.get("/edit/inbox")
    assert answer.status == 200
    assert "No tickets here" in answer.text


def test_thread_is_cleaned(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    text = owner.get(f"/edit/inbox?view=open&id={number}").text
    assert "alert(1)" not in text
    assert "evil.example" not in text
    assert "onerror" not in text
    assert "color:red" not in text
    assert f"/edit/inbox/{number}/file/own.png" in text
    assert "Lamp arrived &lt;i&gt;cracked" in text


def test_reply_note_and_drafts(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    for kind in ("reply", "note"):
        form = {"kind": kind, "text": f"draft of {kind}"}
        assert owner.post(f"/edit/inbox/{number}/draft", form).status == 204
    page = owner.get(f"/edit/inbox?view=open&id={number}").text
    assert "draft of reply" in page
    assert "draft of note" not in page
    assert _write(owner, number, text="<b>Sorry</b>\nAnna").status == 303
    page = owner.get(f"/edit/inbox?view=open&id={number}&tab=note").text
    assert "draft of note" in page
    assert "draft of reply" not in page
    assert _write(owner, number, kind="note", text="Tell the warehouse", last="99").status == 303
    found = _thread(site, number).events
    assert [(one.private, one.content) for one in found] == [
        (False, "&lt;b&gt;Sorry&lt;/b&gt;<br>Anna"),
        (True, "Tell the warehouse"),
    ]
    assert "Internal note" in owner.get(f"/edit/inbox?view=open&id={number}").text


def test_somebody_else_answered(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)

    def answer(tx: Tx) -> None:
        row = tickets.by_number(tx, number)
        mira = people.as_person(tx, people.user_by_email(tx, CUSTOMER), staff=False)
        assert row is not None
        tickets.comment(tx, row.id, mira, "One more thing")

    assert owner.get(f"/edit/inbox/{number}/newer?after=0").status == 204
    site.tx(answer)
    assert owner.get(f"/edit/inbox/{number}/newer?after=0").status == 200
    assert _write(owner, number, text="Mine", last="0").status == 409
    assert len(_thread(site, number).events) == 1
    assert _write(owner, number, text="Mine", last="0", anyway="on").status == 303


def test_states(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    for act, more in (("close", {}), ("reopen", {}), ("assign", {"staff": "me"})):
        form = {"act": act, **more}
        assert owner.post(f"/edit/inbox/{number}/act", form).status == 303
    assert [one.kind for one in _thread(site, number).events] == ["close", "reopen", "assign"]
    assert owner.post(f"/edit/inbox/{number}/act", {"act": "explode"}).status == 400


@pytest.mark.parametrize("path", ["write", "act"])
def test_reads_without_staff(site: TestSite, owner: Browser, path: str) -> None:
    number = _ticket(site, as_staff=False)
    page = owner.get(f"/edit/inbox?view=open&id={number}")
    assert "must be help-desk staff" in page.text
    form = {"kind": "reply", "text": "x", "act": "close"}
    assert owner.post(f"/edit/inbox/{number}/{path}", form).status == 403
    assert _thread(site, number).events == []


def test_rights_and_csrf(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    form = {"kind": "reply", "text": "x"}
    assert owner.post(f"/edit/inbox/{number}/write", form, csrf="wrong").status == 403
    member(site, "ed@livada.example", "editor")
    editor = Browser(site)
    assert editor.sign_in("ed@livada.example").status == 302
    assert editor.get("/edit/inbox").status == 403
    assert editor.post(f"/edit/inbox/{number}/write", form).status == 403
    assert owner.get(f"/edit/inbox/{number}/file/other.png").status == 404
    assert owner.get("/edit/inbox?id=1").status == 404
    assert _thread(site, number).events == []


def test_crossed_answer_without_scripts(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    _customer_writes(site, number)
    answer = _write(owner, number, text="Mine, kept", last="0", back="/edit/inbox?view=closed&q=x")
    assert answer.status == 409
    assert 'id="meanwhile">' in answer.text
    assert 'name="anyway"' in answer.text
    assert "Mine, kept</textarea>" in answer.text
    assert "One more thing" in answer.text
    assert "view=closed&amp;q=x" in answer.text
    assert len(_thread(site, number).events) == 1


def test_a_note_counts_for_the_poll_and_for_the_check(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    other = _colleague(site, active=True)

    def note(tx: Tx) -> None:
        row = tickets.by_number(tx, number)
        assert row is not None
        person = people.as_person(tx, staff.fetch(tx, other), staff=True)
        tickets.comment(tx, row.id, person, "Do not ship", private=True)

    site.tx(note)
    assert owner.get(f"/edit/inbox/{number}/newer?after=0").status == 200
    assert _write(owner, number, text="Shipped", last="0").status == 409
    assert len(_thread(site, number).events) == 1


def test_late_draft_does_not_come_back(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    late = {"kind": "reply", "text": "Sorry", "last": "0"}
    address = f"/edit/inbox/{number}/draft"
    assert owner.post(address, late).status == 204
    assert _write(owner, number, text="Sorry").status == 303
    assert owner.post(address, late).text == '{"sent":true}'
    assert "Sorry</textarea>" not in owner.get(f"/edit/inbox?view=open&id={number}").text
    assert owner.post(address, {**late, "kind": "note"}).status == 204
    assert owner.post(address, {**late, "kind": "poem"}).status == 400
    last = _thread(site, number).events[-1].id
    assert owner.post(address, {**late, "text": "More", "last": str(last)}).status == 204
    assert "More</textarea>" in owner.get(f"/edit/inbox?view=open&id={number}").text


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/edit/inbox?view=closed&tag=2&page=3", "/edit/inbox?view=closed&tag=2&page=3"),
        ("https://evil.example/edit/inbox", None),
        ("//evil.example/edit/inbox", None),
        ("/edit/users", None),
        ("", None),
    ],
)
def test_view_and_filters_are_kept(
    site: TestSite, owner: Browser, back: str, to: str | None
) -> None:
    number = _ticket(site)
    form = {"act": "close", "back": back}
    answer = owner.post(f"/edit/inbox/{number}/act", form)
    assert answer.status == 303
    assert answer.headers["location"] == (to or f"/edit/inbox?view=open&id={number}")


def test_only_active_colleagues_are_offered(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    here, gone = _colleague(site, active=True), _colleague(site, active=False)
    page = owner.get(f"/edit/inbox?view=open&id={number}").text
    assert "Tomas active" in page
    assert "Tomas gone" not in page
    address = f"/edit/inbox/{number}/act"
    assert owner.post(address, {"act": "assign", "staff": str(gone)}).status == 400
    assert owner.post(address, {"act": "assign", "staff": str(here)}).status == 303
    assert _thread(site, number).ticket.owner_id == here


def test_owner_joins_the_desk(site: TestSite, owner: Browser) -> None:
    number = _ticket(site, as_staff=False)
    back = f"/edit/inbox?view=open&id={number}"
    assert "Join the desk" in owner.get(back).text
    answer = owner.post("/edit/inbox/join", {"back": back})
    assert (answer.status, answer.headers["location"]) == (303, back)
    assert owner.post("/edit/inbox/join", {"back": back}).status == 303
    assert _write(owner, number, text="Hello").status == 303
    assert [one.content for one in _thread(site, number).events] == ["Hello"]


def test_agent_does_not_join_alone(site: TestSite, owner: Browser) -> None:
    number = _ticket(site, as_staff=False)
    member(site, "sam@livada.example", "agent")
    agent = Browser(site)
    assert agent.sign_in("sam@livada.example").status == 302
    page = agent.get(f"/edit/inbox?view=open&id={number}").text
    assert "Join the desk" not in page
    assert "must be help-desk staff" in page
    assert agent.post("/edit/inbox/join", {}).status == 403


def _customer_writes(site: TestSite, number: int) -> None:
    def work(tx: Tx) -> None:
        row = tickets.by_number(tx, number)
        mira = people.as_person(tx, people.user_by_email(tx, CUSTOMER), staff=False)
        assert row is not None
        tickets.comment(tx, row.id, mira, "One more thing")

    site.tx(work)


def _colleague(site: TestSite, *, active: bool) -> int:
    def work(tx: Tx) -> int:
        word = "active" if active else "gone"
        id = staff.join(
            tx, email=f"{word}@livada.example", name=f"Tomas {word}", level=3, password_hash=None
        )
        staff.place(tx, id, [row.id for row in departments.listed(tx)])
        if not active:
            memberships.change(tx, staff.fetch(tx, id).membership_id, active=False)
        return id

    return site.tx(work)
