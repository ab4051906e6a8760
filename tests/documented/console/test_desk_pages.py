"""Articles, canned replies, tags, pictures and what is read. Source: CONSOLE.md 3 Inbox."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.tx import Tx
from dragoman.domains.desk import (
    articles,
    canned,
    departments,
    settings,
    staff,
    tables,
    tags,
    tickets,
)
from tests.documented.console.conftest import OURS, Browser, member
from tests.documented.console.test_inbox import _thread, _ticket, _write
from tests.support.site import Answer, TestSite

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ARTICLES, REPLIES, TOPICS = "/edit/inbox/articles", "/edit/inbox/replies", "/edit/inbox/topics"


def _topics(site: TestSite) -> list[tuple[Any, list[Any]]]:
    return site.look(lambda tx: articles.listed(tx, private=True))


def test_topics_and_articles(site: TestSite, owner: Browser) -> None:
    _ticket(site)
    assert "No topics yet" in owner.get(ARTICLES).text
    assert owner.post(TOPICS, {"name": "First steps", "private": "on"}).status == 303
    ((topic, _),) = _topics(site)
    assert (topic.name, topic.private) == ("First steps", True)
    form = {"title": "The <i>lamp</i>", "topic": topic.id, "position": "2"}
    hostile = '<p>Press <b>on</b></p><script>alert(1)</script><img src="x" onerror="y()">'
    made = owner.post(ARTICLES, {**form, "content": hostile})
    assert made.status == 303
    ((_, (article,)),) = _topics(site)
    assert (article.title, article.position) == ("The lamp", 2)
    assert "alert" not in article.content
    assert "onerror" not in article.content
    page = owner.get(made.headers["location"])
    assert "<b>on</b>" in page.text
    assert owner.post(f"{TOPICS}/{topic.id}/delete", {}).status == 400  # it holds an article
    assert owner.post(f"{TOPICS}/{topic.id}", {"name": "Steps"}).status == 303
    changed = owner.post(f"{ARTICLES}/{article.id}", {**form, "title": "Lamp", "content": "x"})
    assert changed.status == 303
    ((topic, (article,)),) = _topics(site)
    assert (topic.name, topic.private, article.title) == ("Steps", False, "Lamp")
    assert owner.post(f"{ARTICLES}/{article.id}/delete", {}).status == 303
    assert owner.post(f"{TOPICS}/{topic.id}/delete", {}).status == 303
    assert _topics(site) == []


def test_canned_replies(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    text = "Dear <customer>,\nthank you & goodbye."
    assert owner.post(REPLIES, {"name": "Thanks", "content": text}).status == 303
    (row,) = site.look(canned.listed)
    assert row.content == "Dear &lt;customer&gt;,<br>thank you &amp; goodbye."
    page = owner.get(f"{REPLIES}?id={row.id}").text
    assert "Dear &lt;customer&gt;,\nthank you &amp; goodbye.</textarea>" in page
    assert "Thanks</option>" in owner.get(f"/edit/inbox?view=open&id={number}").text
    changed = {"name": "Bye", "content": "Bye", "language": "de"}
    assert owner.post(f"{REPLIES}/{row.id}", changed).status == 303
    (row,) = site.look(canned.listed)
    assert (row.name, row.language, row.content) == ("Bye", "de", "Bye")
    assert owner.post(f"{REPLIES}/{row.id}/delete", {}).status == 303
    assert site.look(canned.listed) == []


WRONG: list[tuple[int, str, dict[str, Any]]] = [
    (400, TOPICS, {"name": " "}),
    (400, TOPICS, {"name": "x" * 101}),
    (404, f"{TOPICS}/99", {"name": "x"}),
    (404, f"{TOPICS}/99/delete", {}),
    (400, ARTICLES, {"title": "", "topic": "1", "content": "x"}),
    (400, ARTICLES, {"title": "x", "topic": "1", "content": ""}),
    (400, ARTICLES, {"title": "x", "topic": "one", "content": "x"}),
    (404, ARTICLES, {"title": "x", "topic": "99", "content": "x"}),
    (400, ARTICLES, {"title": "x", "topic": "1", "content": "x" * 500_001}),
    (404, f"{ARTICLES}/99", {"title": "x", "topic": "1", "content": "x"}),
    (404, f"{ARTICLES}/99/delete", {}),
    (400, REPLIES, {"name": "x", "content": ""}),
    (400, REPLIES, {"name": "x", "content": "x", "language": "<b>"}),
    (404, f"{REPLIES}/99", {"name": "x", "content": "x"}),
    (404, f"{REPLIES}/99/delete", {}),
]


def test_wrong_forms_store_nothing(site: TestSite, owner: Browser) -> None:
    _ticket(site)
    assert owner.post(TOPICS, {"name": "One"}).status == 303
    before = _topics(site), site.look(canned.listed)
    for status, address, form in WRONG:
        assert owner.post(address, form).status == status, (address, str(form)[:80])
    assert (_topics(site), site.look(canned.listed)) == before
    for address in (f"{ARTICLES}?id=99", f"{ARTICLES}?topic=x", f"{REPLIES}?id=99"):
        assert owner.get(address).status == 404


def test_who_may_change_them(site: TestSite, owner: Browser) -> None:
    _ticket(site)
    member(site, "sam@livada.example", "agent")
    agent = Browser(site)
    assert agent.sign_in("sam@livada.example").status == 302
    assert agent.get(ARTICLES).status == 200
    assert "New topic" not in agent.get(ARTICLES).text
    for address, form in ((TOPICS, {"name": "x"}), (REPLIES, {"name": "x", "content": "x"})):
        assert agent.post(address, form).status == 403
        assert owner.post(address, form, csrf="wrong").status == 403

    def lower(tx: Tx) -> None:
        me = next(row for row in staff.listed(tx) if row.name == "Anna")
        tx.update(tables.staff, me.id, {"level": 1})

    site.tx(lower)
    assert owner.post(TOPICS, {"name": "x"}).status == 403
    assert _topics(site) == []


def test_tags_go_on_and_off(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    tag = site.tx(lambda tx: tags.create(tx, name="frost", color="#0000FF"))
    address = f"/edit/inbox/{number}/act"
    for _ in range(2):  # again is no error
        assert owner.post(address, {"act": "tag", "tag": tag}).status == 303
    assert list(_thread(site, number).tags) == ["frost"]
    assert "Remove tag frost" in owner.get(f"/edit/inbox?view=open&id={number}").text
    assert owner.post(address, {"act": "untag", "tag": tag}).status == 303
    assert list(_thread(site, number).tags) == []
    for form in ({"act": "tag", "tag": "99"}, {"act": "untag", "tag": tag}):
        assert owner.post(address, form).status == 404


def test_the_same_answer_is_not_sent_twice(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    for _ in range(2):
        assert _write(owner, number, text="Once", last="0").status == 303
    assert [one.content for one in _thread(site, number).events] == ["Once"]
    last = _thread(site, number).events[-1].id
    assert _write(owner, number, text="Once", last=last).status == 303  # said again on purpose
    assert _write(owner, number, kind="note", text="Once", last=last).status == 303
    assert len(_thread(site, number).events) == 3


def test_its_owner_has_read_it(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    address = f"/edit/inbox/{number}"
    page = f"/edit/inbox?view=open&id={number}"

    def unread(tx: Tx) -> bool:
        row = tickets.by_number(tx, number)
        assert row is not None
        return bool(row.unread_staff)

    assert owner.post(f"{address}/seen", {}, headers={"x-fragment": "none"}).status == 204
    assert site.look(unread)  # nobody owns it
    assert owner.post(f"{address}/act", {"act": "assign", "staff": "me"}).status == 303

    def again(tx: Tx) -> None:
        row = tickets.by_number(tx, number)
        assert row is not None
        tx.update(tables.tickets, row.id, {"unread_staff": True})

    site.tx(again)
    assert "data-unread" in owner.get(page).text
    assert site.look(unread)  # reading a page changes nothing
    answer = owner.post(f"{address}/seen", {"back": page})
    assert (answer.status, answer.headers["location"]) == (303, page)
    assert not site.look(unread)
    assert "data-unread" not in owner.get(page).text


def test_a_draft_is_deleted(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    address = f"/edit/inbox/{number}/draft"
    assert owner.post(address, {"kind": "note", "text": "Old"}).status == 204
    assert "Old</textarea>" in owner.get(f"/edit/inbox?view=open&id={number}&tab=note").text
    assert owner.post(f"{address}/drop", {"kind": "poem"}).status == 400
    assert owner.post(f"{address}/drop", {"kind": "note"}).status == 303
    assert "Old" not in owner.get(f"/edit/inbox?view=open&id={number}&tab=note").text


def test_moved_to_another_department(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    other = site.tx(lambda tx: departments.create(tx, name="Returns"))
    address = f"/edit/inbox/{number}/act"
    held = _thread(site, number).ticket.department_id
    for wrong, status in (("99", 404), ("x", 404), (str(held), 409)):
        assert owner.post(address, {"act": "move", "department": wrong}).status == status
    assert owner.post(address, {"act": "move", "department": str(other)}).status == 303
    assert _thread(site, number).ticket.department_id == other
    page = owner.get(f"/edit/inbox?view=open&id={number}").text
    assert "you can read it and not answer" in page  # its agent is not of that department
    assert _write(owner, number, text="x").status == 403


def _send(owner: Browser, number: int, pictures: list[tuple[str, bytes]], **form: str) -> Answer:
    """A multipart form, as a browser writes it."""
    fields = {"kind": "reply", "text": "Look", "last": "0", "csrf": owner.csrf, **form}
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if name != "alts"
    ]
    for alt in form.get("alts", "").split("|"):
        parts.append(f'--B\r\nContent-Disposition: form-data; name="alt"\r\n\r\n{alt}\r\n'.encode())
    for name, content in pictures:
        head = f'--B\r\nContent-Disposition: form-data; name="picture"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
    return owner.site.request(
        "console",
        "POST",
        f"/edit/inbox/{number}/write",
        body=b"".join(parts) + b"--B--\r\n",
        headers={**OURS, "content-type": "multipart/form-data; boundary=B"},
        cookies=owner.cookies,
    )


def test_several_pictures_each_with_its_words(site: TestSite, owner: Browser) -> None:
    number = _ticket(site)
    site.tx(lambda tx: settings.store(tx, {"max-size": "1"}))
    sent = _send(owner, number, [("a.png", PNG), ("../b.png", PNG)], alts='front|"back" <b>')
    assert sent.status == 303
    page = owner.get(f"/edit/inbox?view=open&id={number}").text
    assert 'alt="front"' in page
    assert "back" in page
    assert "<b>" not in page.partition("Look")[2].partition("</article>")[0]
    names = [part.partition('"')[0] for part in page.split(f"/edit/inbox/{number}/file/")[1:]]
    shown = [owner.get(f"/edit/inbox/{number}/file/{name}") for name in names if name != "own.png"]
    assert [(one.status, one.body) for one in shown] == [(200, PNG), (200, PNG)]
    again = _send(owner, number, [("a.png", PNG)], alts="front")
    assert again.status == 303  # the same words from the same page: sent once
    assert len(_thread(site, number).events) == 1


@pytest.mark.parametrize(
    ("status", "pictures"),
    [
        (400, [("a.png", b"<svg onload=alert(1)>")]),
        (400, [("a.png", PNG), ("b.png", b"MZ" + b"\0" * 60)]),
        (413, [("a.png", PNG + b"\0" * (1 << 20))]),
        (400, [(f"{at}.png", PNG) for at in range(11)]),
    ],
)
def test_pictures_that_are_refused_leave_nothing(
    site: TestSite, owner: Browser, status: int, pictures: list[tuple[str, bytes]]
) -> None:
    number = _ticket(site)
    site.tx(lambda tx: settings.store(tx, {"max-size": "1"}))
    assert _send(owner, number, pictures).status == status
    assert _thread(site, number).events == []
    assert site.look(lambda tx: tx.all(sa.select(core.files))) == []
