"""Chromium against the real command with two workers, filled through the APIs. Source: CONSOLE.md
7.

`DRAGOMAN_BROWSER_PORT=8000` uses a server that runs already (its console's port; the dialects on
the
ports behind it; the administrator of tests/support/server.py), for writing tests.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.support import postgres
from tests.support import server as servers
from tests.support.server import ADMIN, PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.violations.push(e.violatedDirective + " " + e.blockedURI);
});
"""
LAMP = "<h1>Lamp</h1><script>parent.document.title = 'x'</script>"
# What a frame without scripts says about the script in its content, as it should.
EXPECTED = (
    "because the document's frame is sandboxed",
    "Failed to load resource: the server responded with a status of 4",  # refusals under test
)


class Place:
    """Where everything is. ids: of what `fill` made."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports
        self.ids: dict[str, int] = {}

    @property
    def console(self) -> str:
        """The console's origin."""
        return self.url("console")

    def url(self, dialect: str) -> str:
        """A dialect's origin."""
        return f"http://127.0.0.1:{self.ports[dialect]}"


def _chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium: install Debian's package")
        pytest.skip("no chromium")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    path = _chromium()
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


FLOWS = "flows"  # modules whose names end so run on both databases
ENGINES = [
    "sqlite",  # no group: spread over the workers, each with a server of its own
    pytest.param(
        "postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("browser postgresql")]
    ),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Flows on both databases; the looks of pages do not depend on it."""
    if "place" in metafunc.fixturenames:
        flows = metafunc.module.__name__.endswith(FLOWS)
        engines = ENGINES if flows else ENGINES[:1]
        metafunc.parametrize("place", engines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def place(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A filled site, on the database that the parameter names."""
    running = os.environ.get("DRAGOMAN_BROWSER_PORT")
    if running:
        ports = {name: int(running) + n for n, name in enumerate(servers.DIALECTS)}
        made = Place(ports)
        fill(made)
        yield made
        return
    folder = tmp_path_factory.mktemp("console")
    with (
        postgres.for_server(request.param, "browser") as url,
        servers.serving(folder, workers=2, database=url) as served,
    ):
        made = Place(served.ports)
        fill(made)
        yield made


def fill(place: Place) -> None:
    """A space with components, and calls of every kind in the log."""
    with httpx.Client(base_url=place.url("chautec")) as client:
        client.post("/auth/login", json={"email": ADMIN, "password": PASSWORD}).raise_for_status()
        space = client.post("/api/v1/space", json={"name": "Main site"}).json()["id"]
        root = client.get(f"/api/v1/component/{space}/root").json()["id"]
        place.ids.update(space=space, root=root)
        for parent, key, kind, name, content in (
            ("root", "home", "page", "Home", "<h1>Home</h1>"),
            ("home", "hero", "block", "Hero banner", ""),
            ("home", "intro", "html", "Introduction", "<p>Welcome</p>"),
            ("root", "blog", "page", "Blog", ""),
            ("blog", "lamp", "article", "Field test: Trail lamp", LAMP),
            ("blog", "long", "article", "A name of forty characters, to see it cut", "<p>Long</p>"),
            ("blog", "rtl", "article", "اختبار ميداني", "<p dir=rtl>مصباح</p>"),
        ):
            form = {
                "spaceId": space,
                "parentId": place.ids[parent],
                "key": key,
                "componentType": kind,
                "name": name,
                "content": content,
                "published": key != "long",
            }
            place.ids[key] = client.post("/api/v1/component", json=form).json()["id"]
        for n in range(40):
            client.get(f"/api/v1/component/{n}")
            client.post("/api/v1/component/search", json={"terms": "lamp"})
    for dialect in ("cartum", "altcraft", "rightech", "opensupports"):
        for path in ("/api/catalog/export/", "/api/v1/objects", "/api/staff/get-tickets"):
            httpx.post(place.url(dialect) + path, json={"token": "none"})


@pytest.fixture(scope="session")
def signed_in(place: Place, browser: Browser) -> Any:
    """The administrator's cookies."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, place)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, place: Place, *, login: str = ADMIN, password: str = PASSWORD) -> None:
    """Through the form."""
    page.goto(f"{place.console}/edit/login.php")
    page.get_by_label("E-mail or API login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


class Watched:
    """A page whose console, policy violations and requests are kept."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("response", lambda answer: self._answered(answer.url, answer.status))
        page.on("request", lambda request: self._asked(request.url, origin))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            self.problems.append(message.text)

    def _asked(self, url: str, origin: str) -> None:
        if not url.startswith((origin + "/", "data:", "blob:", "about:")):
            self.foreign.append(url)

    def _answered(self, url: str, status: int) -> None:
        if "/edit/static/" in url and status >= 400:
            self.problems.append(f"{status} {url}")

    def violations(self) -> list[str]:
        """Of the security policy, on the page as it is."""
        found: list[str] = self.page.evaluate("window.violations ?? []")
        return found


@pytest.fixture
def context(browser: Browser, signed_in: Any) -> Iterator[BrowserContext]:
    """The administrator's browser."""
    made = browser.new_context(
        storage_state=signed_in,
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    made.add_init_script(WATCH)
    made.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # a busy machine is no failure
    yield made
    made.close()


@pytest.fixture
def watched(context: BrowserContext, place: Place, tmp_path: Path) -> Iterator[Watched]:
    """A signed-in page; afterwards nothing may have gone wrong in its console."""
    made = Watched(context.new_page(), place.console)
    yield made
    made.page.screenshot(path=str(tmp_path / "last.png"))
    assert made.foreign == []
    assert made.problems == []


@pytest.fixture
def page(watched: Watched, place: Place) -> Page:
    """The same, alone."""
    return watched.page
