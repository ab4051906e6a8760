"""Pictures of the console for the README: `python -m docs.screenshots`.

Starts the demo with data of its own on free ports, makes some calls, signs in with Debian's
chromium and writes `docs/images/*.png`, 1440 by 900.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.process import free_ports
from tests.browser.conftest import FLAGS

IMAGES = Path(__file__).parent / "images"
LARGEST = 200_000
PORTS = 8
START_S = 90
PERSON = "soren.ostergaard@example.net"  # of the demo data
Facts = dict[str, dict[str, Any]]


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as facts:
        _call(facts)
        time.sleep(1)  # the request log is written a moment later
        with sync_playwright() as started:
            path = shutil.which("chromium")
            browser = started.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page(
                viewport={"width": 1440, "height": 900},
                color_scheme="light",
                reduced_motion="reduce",
            )
            _sign_in(page, facts["console"])
            _take(page, facts, "log", "/edit/logs?range=1h")
            _take(page, facts, "inbox", "/edit/inbox?view=open")
            _take(page, facts, "devices", "/edit/devices")
            browser.close()


@contextmanager
def _demo(folder: Path) -> Iterator[Facts]:
    arguments = [
        "-m",
        "dragoman",
        "demo",
        "--data-dir",
        str(folder),
        "--port",
        str(free_ports(PORTS)),
    ]
    server = subprocess.Popen(  # noqa: S603 # our own arguments
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env=os.environ
    )
    try:
        yield _started(server, folder / "demo.json")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _started(server: "subprocess.Popen[bytes]", told: Path) -> Facts:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        time.sleep(0.3)
        if told.exists():
            facts: Facts = json.loads(told.read_text())
            try:
                httpx.get(facts["console"]["url"] + "/edit/login.php").raise_for_status()
            except httpx.HTTPError:
                continue
            return facts
    raise SystemExit("the demo did not start")


def _call(facts: Facts) -> None:
    """Calls of every dialect as integrations make them, a few refused."""
    content, desk = facts["chautec"], facts["opensupports"]
    things, shop, profiles = facts["rightech"], facts["cartum"], facts["altcraft"]
    with httpx.Client(timeout=20) as client:
        signed = {"login": things["login"], "password": things["password"]}
        answer = client.post(things["url"] + "/api/v1/auth/token", json=signed)
        bearer = {"authorization": f"Bearer {answer.json().get('token', '')}"}
        signed = {"login": shop["login"], "password": shop["password"]}
        answer = client.post(shop["url"] + "/api/auth/", json=signed)
        token = answer.json()["response"]["token"]
        signed = {"email": desk["staff_email"], "password": desk["staff_password"], "staff": "1"}
        staff = client.post(desk["url"] + "/user/login", data=signed).json()["data"]
        agent = {"csrf_userid": staff["userId"], "csrf_token": staff["token"], "page": "1"}
        for n in range(8):
            client.get(f"{content['url']}/api/v1/component/{n + 1}")
            query = {"token": token, "limit": 5, "offset": n * 5}
            client.post(shop["url"] + "/api/catalog/export/", json=query)
            client.get(things["url"] + "/api/v1/objects", headers=bearer if n != 5 else {})
            client.post(desk["url"] + "/staff/get-tickets", data=agent)
            search = {"spaceId": content["space_id"], "terms": "garden"}
            client.post(content["url"] + "/api/v1/component/search", json=search)
            wanted = {"token": profiles["token"], "db_id": 1, "matching": "email"}
            wanted["email"] = PERSON if n != 2 else "nobody@example.net"
            client.post(profiles["url"] + "/api/v1.1/profiles/get", json=wanted)
            client.post(shop["url"] + "/api/orders/get/", json=query)


def _sign_in(page: Page, console: dict[str, Any]) -> None:
    page.goto(console["url"] + "/edit/login.php")
    page.get_by_label("E-mail or API login").fill(console["login"])
    page.get_by_label("Password").fill(console["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/edit/?$"))


def _take(page: Page, facts: Facts, name: str, address: str) -> None:
    page.goto(facts["console"]["url"] + address)
    if name == "inbox":
        page.get_by_role("main").locator("a[href*='/edit/inbox'][href*='id=']").first.click()
        page.get_by_role("button", name="Join the desk").click()
        page.get_by_role("button", name="Send reply").wait_for()
        page.reload()  # without the message of having joined
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=str(path))
    size = path.stat().st_size
    print(f"{path.name}: {size / 1000:.0f} kB")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is over {LARGEST} bytes")


main()
