"""Answering a ticket, by role and name only. Source: CONSOLE.md 3 Inbox, 7."""

import base64
import re

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Place

pytestmark = pytest.mark.browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
QUESTION = "My lamp does not light up"


@pytest.fixture
def ticket(place: Place) -> str:
    """The title of a customer's ticket, written through the help desk's own API."""
    if "ticket" not in place.ids:
        with httpx.Client(base_url=place.url("opensupports") + "/api") as desk:
            asked = {
                "name": "Ann Field",
                "email": "ann.field@example.com",
                "title": QUESTION,
                "content": "It worked yesterday.",
                "departmentId": 1,
                "language": "en",
            }
            answer = desk.post("/ticket/create", data=asked).json()
            assert answer["status"] == "success", answer
            place.ids["ticket"] = 1
    return QUESTION


def open_ticket(page: Page, place: Place, ticket: str) -> None:
    """The ticket's page, with the reader on the desk's staff."""
    page.goto(f"{place.console}/edit/inbox?view=open")
    page.get_by_role("link", name=ticket).click()
    expect(page).to_have_url(re.compile("id="))
    expect(page.get_by_role("heading", name=ticket)).to_be_visible()
    join = page.get_by_role("button", name="Join the desk")
    if join.is_visible():
        join.click()
        expect(page.get_by_text("You joined the desk.")).to_be_visible()


def test_reply_and_note_keep_their_own_drafts(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    reply = page.get_by_role("textbox", name="Reply to the customer")
    with page.expect_response(re.compile("/draft$")):
        reply.fill("Please try another battery.")
    page.get_by_role("link", name="Internal note").click()
    note = page.get_by_role("textbox", name="Note for colleagues")
    expect(note).to_have_value("")
    with page.expect_response(re.compile("/draft$")):
        note.fill("Third lamp this week.")
    page.reload()
    expect(note).to_have_value("Third lamp this week.")
    page.get_by_role("link", name="Reply to customer").click()
    expect(reply).to_have_value("Please try another battery.")
    page.get_by_role("link", name="Internal note").click()
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Note added.")).to_be_visible()
    expect(page.get_by_text("Third lamp this week.")).to_be_visible()


def test_control_and_enter_send_once(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    text = "Once is enough."
    page.get_by_role("textbox", name="Reply to the customer").fill(text)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/write") else None)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("article").filter(has_text=text)).to_have_count(1)
    assert len(sent) == 1


def test_a_picture_goes_with_a_reply(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    page.get_by_role("textbox", name="Reply to the customer").fill("The switch is here.")
    pictures: list[FilePayload] = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": PIXEL}
        for name in ("switch", "wrong")
    ]
    page.get_by_label("Pictures", exact=True).set_input_files(pictures)
    page.get_by_label("Description of switch.png").fill("The switch under the lamp")
    page.get_by_role("button", name="Remove wrong.png").click()
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    picture = page.get_by_role("img", name="The switch under the lamp")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    expect(page.locator(".said img")).to_have_count(1)
    picture.click()
    large = page.get_by_role("dialog", name="Picture")
    expect(large.get_by_role("img")).to_be_visible()
    large.get_by_role("button", name="Close").click()
    expect(large).to_be_hidden()


def test_a_customer_who_writes_meanwhile_is_not_passed_over(
    page: Page, place: Place, ticket: str
) -> None:
    open_ticket(page, place, ticket)
    reply = page.get_by_role("textbox", name="Reply to the customer")
    reply.fill("Mine comes second.")
    number = re.findall(r"id=(\d+)", page.url)[0]
    with httpx.Client(base_url=place.url("opensupports") + "/api") as desk:
        known = {"ticketNumber": number, "email": "ann.field@example.com"}
        session = desk.post("/ticket/check", data=known).json()["data"]
        keys = {"csrf_userid": session["userId"], "csrf_token": session["token"]}
        said = {"ticketNumber": number, "content": "It works again!", **keys}
        answer = desk.post("/ticket/comment", data=said).json()
        assert answer["status"] == "success", answer
    told = page.get_by_text("Somebody else wrote meanwhile.")
    page.get_by_role("button", name="Send reply").click()
    expect(told).to_be_visible()
    expect(reply).to_have_value("Mine comes second.")
    page.get_by_label("Send mine all the same").check()
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    expect(page.get_by_text("It works again!")).to_be_visible()
    expect(page.get_by_text("Mine comes second.")).to_be_visible()


def test_tags_and_canned_replies(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    page.goto(f"{place.console}/edit/inbox/replies?new=1")
    page.get_by_role("textbox", name="Name").fill("Battery")
    page.get_by_role("textbox", name="Text").fill("Please change\nthe battery.")
    page.get_by_role("button", name="Save reply").click()
    expect(page.get_by_text("Canned reply added.")).to_be_visible()
    open_ticket(page, place, ticket)
    reply = page.get_by_role("textbox", name="Reply to the customer")
    reply.fill("")  # another test's draft may stand there
    page.get_by_label("Canned reply").select_option(label="Battery")
    expect(reply).to_have_value("Please change\nthe battery.")
    with page.expect_response(re.compile("/draft$")):
        reply.press("End")
        reply.type("!")
    page.reload()
    page.once("dialog", lambda sure: sure.accept())
    page.get_by_role("button", name="Delete draft").click()
    expect(page.get_by_text("Draft deleted.")).to_be_visible()
    expect(reply).to_have_value("")


def test_an_article_is_written(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    page.get_by_role("link", name="Articles").click()
    page.get_by_role("link", name="New topic").click()
    page.get_by_role("textbox", name="Name").fill("Lamps")
    page.get_by_role("button", name="Save topic").click()
    expect(page.get_by_text("Topic added.")).to_be_visible()
    page.get_by_role("link", name="New article").click()
    page.get_by_role("textbox", name="Title").fill("Batteries")
    page.get_by_role("textbox", name="Text").fill("<p>Two <b>AA</b> cells.</p>")
    page.get_by_role("button", name="Save article").click()
    expect(page.get_by_text("Two AA cells.")).to_be_visible()


def test_without_script_a_reply_is_sent(page: Page, place: Place, ticket: str) -> None:
    open_ticket(page, place, ticket)
    plain = page.context.browser.new_context(  # type: ignore[union-attr] # launched, not persistent
        storage_state=page.context.storage_state(), java_script_enabled=False
    )
    bare = plain.new_page()
    bare.goto(page.url)
    bare.get_by_role("textbox", name="Reply to the customer").fill("Sent by a plain form.")
    bare.get_by_role("button", name="Send reply").click()
    expect(bare.get_by_text("Sent by a plain form.")).to_be_visible()
    plain.close()
