"""Editing an entity as a form and as code, by role and name only. Source: CONSOLE.md 3 Entities."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Place
from tests.support.server import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def label(place: Place) -> str:
    """The identifier of a new label, made through the objects' own API."""
    with httpx.Client(base_url=place.url("rightech") + "/api/v1") as things:
        signed = things.post("/auth/token", json={"login": "admin", "password": PASSWORD})
        bearer = {"Authorization": f"Bearer {signed.json()['token']}"}
        made = things.post(
            "/labels", json={"name": "North", "note": {"deep": [1, 2]}}, headers=bearer
        )
        assert made.status_code == 200, made.text
        return str(made.json()["_id"])


def test_form_and_code_carry_changes_to_each_other(page: Page, place: Place, label: str) -> None:
    page.goto(f"{place.console}/edit/entities/labels/{label}")
    page.get_by_label("name", exact=True).fill("South")
    page.get_by_role("button", name="Code").click()
    code = page.get_by_role("textbox", name="JSON")
    expect(code).to_have_value(re.compile('"name": "South"'))
    text = code.input_value()
    code.fill(text.replace("[", "[1,, "))
    expect(page.get_by_text(re.compile(r"Line \d+, column \d+: expected a value"))).to_be_visible()
    page.get_by_role("button", name="Form", exact=True).click()  # what cannot be read stays code
    expect(code).to_have_value(re.compile(r"\[1,, "))
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Line \d+, column \d+"))
    code.fill(text.replace("2\n", "3\n"))
    page.get_by_role("button", name="Format").click()
    page.get_by_role("button", name="Form", exact=True).click()
    expect(page.get_by_label("name", exact=True)).to_have_value("South")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row", name="console name North South")).to_be_visible()
    page.get_by_role("link", name="Code").click()
    assert re.search(r"1,\s+3\s", page.get_by_role("textbox", name="JSON").input_value())


def test_an_entity_is_deleted_by_its_name(page: Page, place: Place, label: str) -> None:
    page.goto(f"{place.console}/edit/entities/labels/{label}")
    page.get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Type its name to confirm").fill("North")
    asked.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“North” deleted.")).to_be_visible()
    answer = page.goto(f"{place.console}/edit/entities/labels/{label}")
    assert answer is not None
    assert answer.status == 404
