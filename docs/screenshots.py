"""Pictures of the console for the README: `python docs/screenshots.py`.

Starts the demo with data of its own on free ports, makes some calls, signs in with Debian's
chromium and writes `docs/images/*.png`, 1440 by 900.
"""

import json
import os
import re
import shutil
import signal
import socket
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

IMAGES = Path(__file__).parent / "images"
LARGEST = 200_000
PORTS = 8
START_S = 90
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
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
            _take(page, facts, "overview", "/edit/?range=1h")
            _take(page, facts, "log", "/edit/logs?range=1h")
            _take(page, facts, "inbox", "/edit/inbox?view=open")
            browser.close()


@contextmanager
def _demo(folder: Path) -> Iterator[Facts]:
    arguments = ["-m", "dragoman", "demo", "--data-dir", str(folder), "--port", str(_free_port())]
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


def _free_port() -> int:
    """The first of PORTS neighbouring free ports."""
    for first in range(21_000, 60_000, 100):
        try:
            for port in range(first, first + PORTS):
                with socket.socket() as trial:
                    trial.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise SystemExit("no free ports")


def _call(facts: Facts) -> None:
    """Calls of every dialect, some refused, so that the log and the figures have something."""
    content, desk = facts["chautec"], facts["opensupports"]
    things, shop = facts["rightech"], facts["cartum"]
    with httpx.Client(timeout=20) as client:
        signed = {"login": things["login"], "password": things["password"]}
        answer = client.post(things["url"] + "/api/v1/auth/token", json=signed)
        bearer = {"authorization": f"Bearer {answer.json().get('token', '')}"}
        signed = {"login": shop["login"], "password": shop["password"]}
        client.post(shop["url"] + "/api/auth/", json=signed)
        for n in range(24):
            client.get(f"{content['url']}/api/v1/component/{n % 9 + 1}")
            search = {"spaceId": content["space_id"], "terms": "lamp"}
            client.post(content["url"] + "/api/v1/component/search", json=search)
            client.get(things["url"] + "/api/v1/objects", headers=bearer if n % 6 else {})
            client.post(shop["url"] + "/api/catalog/export/", json={"token": "none"})
            client.post(desk["url"] + "/staff/get-tickets", data={"page": "1"})
            profile = {"token": facts["altcraft"]["token"], "db_id": 1, "email": "ana@mail.example"}
            client.post(facts["altcraft"]["url"] + "/api/v1.1/profiles/get", json=profile)


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
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=str(path))
    size = path.stat().st_size
    print(f"{path.name}: {size / 1000:.0f} kB")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is over {LARGEST} bytes")


main()
