"""Every page, light and dark: axe, policy, console, overflow at 390 px, weight. Add your pages to
PAGES.
"""

import gzip
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

import dragoman
from tests.browser.conftest import Place, Watched

pytestmark = pytest.mark.browser

STATIC = Path(dragoman.__file__).parent / "dialects" / "console" / "static"
PAGES = [
    "/edit/?range=1h",
    "/edit/?range=24h",
    "/edit/logs",
    "/edit/logs?id=5",
    "/edit/logs?q=nothing-fits",
    "/edit/content/{space}",
    "/edit/content/{space}?id={lamp}",
    "/edit/content/{space}?id={root}&new={root}",
    "/edit/shop",
    "/edit/shop/orders",
    "/edit/shop/import",
    "/edit/devices",
    "/edit/devices?view=table",
    "/edit/entities/labels",
    "/edit/entities/groups?field=name&is=x",
    "/edit/tokens",
    "/edit/tokens?new=content",
    "/edit/users",
    "/edit/users?new=1",
    "/edit/users/1",
    "/edit/inbox",
    "/edit/inbox/articles?new=topic",
    "/edit/inbox/replies?new=1",
    "/edit/people",
    "/edit/people/nobody@example.com",
    "/edit/account",
    "/edit/settings",
    "/edit/settings/audit",
    "/edit/confirm",
    "/edit/help",
    "/edit/nothing",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_page(watched: Watched, place: Place, address: str, theme: str) -> None:
    page = watched.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # one of the two
    answer = page.goto(place.console + address.format(**place.ids))
    assert answer is not None
    assert answer.status == (404 if address.endswith("nothing") else 200)
    found = Axe().run(page)
    wrong = [
        (rule["id"], [node["html"][:150] for node in rule["nodes"][:4]])
        for rule in found.response["violations"]
    ]
    assert wrong == []
    assert watched.violations() == []
    assert watched.problems == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert len(gzip.compress(answer.body())) <= 30 << 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sign_in_page(watched: Watched, place: Place, theme: str) -> None:
    page = watched.page
    page.context.clear_cookies()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # one of the two
    page.goto(f"{place.console}/edit/login.php")
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_static_files_keep_their_budget(place: Place) -> None:
    sizes = {path.name: path.stat().st_size for path in STATIC.iterdir()}
    scripts = {name: size for name, size in sizes.items() if name.endswith(".js")}
    assert sum(scripts.values()) <= 60 << 10
    assert {name: size for name, size in scripts.items() if size > 6 << 10} == {}
    assert sizes["console.css"] <= 40 << 10
    text = "".join(path.read_text() for path in STATIC.iterdir())
    assert ".innerHTML" not in text
    assert httpx.get(f"{place.console}/edit/login.php").status_code == 200
