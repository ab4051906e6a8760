"""Inbox: reading, answering, drafts, rights, hostile text. Source: CONSOLE.md 3 Inbox."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
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
        form = {"kind": kind, "subject": str(number), "text": f"draft of {kind}"}
        assert owner.post("/edit/drafts", form).status == 204
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
