"""What people do, by role and name only. Source: CONSOLE.md 7."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Place, sign_in
from tests.support.server import ADMIN, PASSWORD

pytestmark = pytest.mark.browser


def _first_call(page: Page) -> Locator:
    return page.get_by_role("region", name="Calls").get_by_role("row").nth(1).get_by_role("link")


def _call(place: Place, path: str) -> None:
    httpx.get(place.url("chautec") + path)


def test_wrong_password_then_back_to_the_asked_page(page: Page, place: Place) -> None:
    page.context.clear_cookies()
    page.goto(f"{place.console}/edit/logs?outcome=error")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail or API login").fill(ADMIN)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The login or password is incorrect.")
    expect(page.get_by_label("E-mail or API login")).to_have_value(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/edit/logs\?outcome=error$"))
    expect(page.get_by_label("Outcome")).to_have_value("error")


def test_filters_are_in_the_address_and_survive_a_reload(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs")
    page.get_by_role("radio", name="Content").check(force=True)
    expect(page).to_have_url(re.compile("dialect=chautec"))
    page.get_by_role("searchbox", name="Search").fill("search")
    expect(page).to_have_url(re.compile("q=search"))
    page.get_by_label("Outcome").select_option("success")
    expect(page).to_have_url(re.compile("outcome=success"))
    rows = page.get_by_role("row").filter(has_text="/api/v1/component/search")
    expect(rows.first).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("search")
    expect(page.get_by_role("radio", name="Content")).to_be_checked()
    page.go_back()
    expect(page).not_to_have_url(re.compile("outcome=success"))


def test_drawer_j_and_escape(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs?dialect=chautec")
    _first_call(page).click()
    drawer = page.get_by_role("complementary", name="Call")
    expect(drawer).to_be_visible()
    first = page.url
    page.get_by_role("heading", name="Request log").click()
    page.keyboard.press("j")
    expect(page).not_to_have_url(first)
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page).not_to_have_url(re.compile("id="))


def test_copy_as_curl(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs?dialect=chautec&q=search")
    _first_call(page).click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert "curl -X POST" in page.evaluate("navigator.clipboard.readText()")


def test_replay(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs?dialect=chautec&q=search")
    _first_call(page).click()
    page.get_by_text("Replay this call").click()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text(re.compile(r"It answered 200 in \d+ ms"))).to_be_visible()


def test_live_tail_shows_a_call_of_another_worker(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs")
    page.get_by_role("button", name="Live").click()
    for n in range(8):  # new connections, so both workers answer some
        _call(place, f"/api/v1/component/live-{n}")
    for n in range(8):
        expect(page.get_by_role("link", name=f"/api/v1/component/live-{n}")).to_be_visible()


def test_palette_by_keyboard(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/settings")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search")
    box.fill("trail lamp")
    expect(page.get_by_role("option", name="Field test: Trail lamp")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/edit/content/\d+\?id={place.ids['lamp']}"))
    page.keyboard.press("Control+k")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_theme_is_kept(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/help")
    button = page.get_by_role("button", name="Dark mode")
    with page.expect_response(re.compile("/edit/preferences")):
        button.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with page.expect_response(re.compile("/edit/preferences")):
        button.click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_keys_are_listed(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/settings")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Name").press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_tree_by_keyboard(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['hero']}")
    item = page.get_by_role("treeitem", name="Hero banner")
    item.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_text("Moved.")).to_be_visible()
    names = [text.strip() for text in page.get_by_role("treeitem").all_text_contents()]
    order = [name for name in names if name.startswith(("Hero", "Introduction"))]
    assert order[0].startswith("Introduction")
    expect(page.get_by_role("treeitem", name="Hero banner")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    moved = page.get_by_role("treeitem").filter(has_text=re.compile(r"^\s*(Hero|Introduction)"))
    expect(moved.first).to_contain_text("Hero")
    expect(page.get_by_role("treeitem", name="Hero banner")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("treeitem", name=re.compile("^Home"))).to_be_focused()


def test_tree_by_drag_and_a_refused_move_is_told(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}")
    tree = page.get_by_role("tree")
    tree.get_by_text("Introduction").drag_to(tree.get_by_text("Blog", exact=True))
    expect(page.get_by_text("Moved.")).to_be_visible()
    blog = page.get_by_role("treeitem", name=re.compile("^Blog"))
    expect(blog.get_by_text("Introduction")).to_be_visible()
    tree.get_by_text("Blog", exact=True).drag_to(blog.get_by_text("Introduction"))
    expect(page.get_by_text("cannot be moved under its own descendant")).to_be_visible()
    expect(blog.get_by_text("Introduction")).to_be_visible()
    tree.get_by_text("Introduction").drag_to(tree.get_by_text("Home", exact=True))
    home = page.get_by_role("treeitem", name=re.compile("^Home"))
    expect(home.get_by_text("Introduction")).to_be_visible()


def test_a_component_is_moved_by_searching_for_its_place(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['hero']}")
    page.get_by_text("More", exact=True).click()
    box = page.get_by_label("Move into")
    with page.expect_response(re.compile("/edit/pick/components.*blog")):
        box.press_sequentially("blog")
    offered = page.locator("#l-target option").first  # the browser's own list has no role
    expect(offered).to_have_attribute("value", re.compile("^Blog · [0-9]+$"))
    box.fill(offered.get_attribute("value") or "")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Moved.")).to_be_visible()
    blog = page.get_by_role("treeitem", name=re.compile("^Blog"))
    expect(blog.get_by_text("Hero banner")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Move into").fill("nowhere at all")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Choose one of the components").first).to_be_visible()
    tree = page.get_by_role("tree")
    tree.get_by_text("Hero banner").drag_to(tree.get_by_text("Home", exact=True))
    home = page.get_by_role("treeitem", name=re.compile("^Home"))
    expect(home.get_by_text("Hero banner")).to_be_visible()


def test_preview_of_unsaved_text_runs_no_script(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['lamp']}")
    title = page.title()
    page.get_by_label("Content", exact=True).fill(
        "<h1>Typed</h1><script>parent.document.title = 'pwned'</script>"
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Typed")).to_be_visible()
    assert page.title() == title


def test_a_draft_survives_a_reload_and_is_gone_after_saving(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['long']}")
    content = page.get_by_label("Content", exact=True)
    with page.expect_response(re.compile("/edit/drafts")):
        content.fill("<p>typed and not saved</p>")
    page.reload()
    expect(content).to_have_value("<p>typed and not saved</p>")
    expect(page.get_by_text("You have changes here that are not saved")).to_be_visible()
    content.press("Control+s")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("You have changes here that are not saved")).to_be_hidden()
    expect(content).to_have_value("<p>typed and not saved</p>")


def test_publishing_is_seen_by_the_api(page: Page, place: Place) -> None:
    address = f"{place.url('chautec')}/api/v1/component/{place.ids['long']}"
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['long']}")
    assert httpx.get(address).status_code == 404
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Back to draft")).to_be_visible()
    assert httpx.get(address).status_code == 200
    page.get_by_role("button", name="Back to draft").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    assert httpx.get(address).status_code == 404


def test_a_bad_key_is_told_at_the_field_and_the_text_is_kept(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['lamp']}")
    page.get_by_label("Key", exact=True).fill("home")
    page.get_by_label("Name", exact=True).fill("Typed name")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("Key", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Typed name")
    page.get_by_label("Key", exact=True).fill("lamp")


def test_a_token_is_shown_once_used_and_revoked(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/tokens?new=content")
    page.get_by_label("Name").fill("Robot")
    page.get_by_label("E-mail of the content user").fill(ADMIN)
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_label("Secret", exact=True).input_value()
    expect(page).to_have_url(f"{place.console}/edit/tokens")
    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    address, headers = f"{place.url('chautec')}/api/v1/user/all", {"x-chautec-api-key": secret}
    assert httpx.get(address, headers=headers).status_code == 200
    page.reload()
    expect(page.get_by_role("heading", name="Tokens and keys")).to_be_visible()
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text=secret[-4:])
    row.get_by_label(re.compile("^Actions for")).click()
    name = row.get_by_role("cell").first.inner_text().split("\n")[0]
    row.get_by_label(re.compile("^Type")).fill(name)
    row.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked. It is dead")).to_be_visible()
    assert httpx.get(address, headers=headers).status_code == 401


def test_a_role_without_the_right_has_no_link_and_gets_403(
    page: Page, place: Place, browser: Browser
) -> None:
    page.goto(f"{place.console}/edit/users?new=1")
    page.get_by_label("Name").fill("Vera Viewer")
    page.get_by_label("E-mail").fill("vera@livada.example")
    page.get_by_label("First password").fill("long enough 1")
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_role("heading", name="Vera Viewer")).to_be_visible()
    other = browser.new_context()
    guest = other.new_page()
    sign_in(guest, place, login="vera@livada.example", password="long enough 1")
    expect(guest.get_by_role("heading", name="Overview")).to_be_visible()
    expect(guest.get_by_role("link", name="Tokens and keys")).to_be_hidden()
    answer = guest.goto(f"{place.console}/edit/tokens")
    assert answer is not None
    assert answer.status == 403
    expect(guest.get_by_text("Your role does not include this")).to_be_visible()
    other.close()


def test_without_javascript_one_can_sign_in_filter_and_read(place: Place, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, place)
    page.goto(f"{place.console}/edit/logs")
    page.get_by_label("Outcome").select_option("error")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("outcome=error"))
    _first_call(page).click()
    expect(page.get_by_role("complementary", name="Call")).to_be_visible()
    page.goto(f"{place.console}/edit/content/{place.ids['space']}?id={place.ids['lamp']}")
    expect(page.get_by_label("Key", exact=True)).to_have_value("lamp")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    context.close()


def test_dragging_over_the_histogram_chooses_a_span(page: Page, place: Place) -> None:
    page.goto(f"{place.console}/edit/logs?range=1h")
    plot = page.get_by_role("figure").locator("svg")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 20)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"since=\d+&until=\d+"))
    expect(page.get_by_role("link", name="Chosen span")).to_be_visible()
