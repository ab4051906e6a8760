"""Mail to a real server on loopback, and setting an empty desk up. Source: spec 8, 9.5."""

import asyncio
import re
import socket
from typing import Any

from aiosmtpd.controller import Controller

from dragoman.domains.desk import letters
from tests.support.site import Answer, TestSite


class Box:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


def post(site: TestSite, path: str, **fields: str) -> Answer:
    return site.request("opensupports", "POST", f"/api{path}", form=fields)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait(site: TestSite, done: Any) -> None:
    async def until() -> None:
        for _ in range(200):
            if done():
                return
            await asyncio.sleep(0.02)

    site.run(until())


def install(site: TestSite, smtp: str) -> None:
    assert post(site, "/system/installation-done").json["data"] == 0
    assert post(site, "/system/get-settings").json["data"] == []
    assert post(site, "/system/check-requirements").json["data"]["files"]["ok"] is True
    assert post(site, "/system/init-settings").json["message"] == "INVALID_LANGUAGE"
    fields = {"language": "en", "registration": "1", "smtp-host": smtp, "server-email": "d@x.io"}
    assert post(site, "/system/init-settings", **fields).json["status"] == "success"
    assert post(site, "/system/init-settings", **fields).json["message"] == "INIT_SETTINGS_DONE"
    admin = {"name": "Ada", "email": "ada@x.io", "password": "secret99"}
    assert post(site, "/system/init-admin", **{**admin, "name": ""}).json["message"] == (
        "INVALID_NAME"
    )
    assert post(site, "/system/init-admin", **admin).json == {"status": "success", "data": None}
    assert post(site, "/system/init-admin", **admin).json["message"] == "INIT_SETTINGS_DONE"
    assert post(site, "/system/installation-done").json["data"] == 1


NEW = {"name": "New", "email": "new@x.io", "password": "secret99"}
LOGIN = {"email": "new@x.io", "password": "secret99"}


def test_sign_up_is_verified_by_mail(site: TestSite) -> None:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        install(site, f"127.0.0.1:{controller.port}")
        data = post(site, "/user/signup", **NEW).json["data"]
        assert data == {"userId": 1, "userEmail": "new@x.io"}
        assert post(site, "/user/login", **LOGIN).json["message"] == "UNVERIFIED_USER"
        wait(site, lambda: box.mails)
        [mail] = box.mails
        assert mail.rcpt_tos == ["new@x.io"]
        [row] = site.look(letters.outbox)
        assert (row.state, row.template) == ("sent", "USER_SIGNUP") or row.state == "waiting"
        token = re.search(r"/verify-token/new@x\.io/([0-9a-f]{40})", row.body)
        assert token
        wrong = post(site, "/user/verify", email="new@x.io", token="0" * 40)
        assert wrong.json["message"] == "INVALID_TOKEN"
        assert post(site, "/user/resend-email-token", email="new@x.io").json["data"] is None
        right = post(site, "/user/verify", email="new@x.io", token=token[1])
        assert right.json == {"status": "success", "data": None}
        assert post(site, "/user/login", **LOGIN).json["status"] == "success"
        again = post(site, "/user/resend-email-token", email="new@x.io")
        assert again.json["message"] == "NO_PERMISSION"
        wait(site, lambda: len(box.mails) == 2)
        assert len(box.mails) == 2
    finally:
        controller.stop()


def test_unreachable_server_verifies_and_keeps_the_mail(site: TestSite) -> None:
    install(site, f"127.0.0.1:{free_port()}")
    post(site, "/user/signup", **NEW)
    wait(site, lambda: site.look(letters.outbox)[0].problem)
    [row] = site.look(letters.outbox)
    assert row.state == "waiting"  # it is tried again
    assert row.problem
    assert post(site, "/user/login", **LOGIN).json["status"] == "success"


def test_without_a_server_mail_stays_readable(site: TestSite) -> None:
    install(site, "")
    post(site, "/user/signup", **NEW)
    [row] = site.look(letters.outbox)
    assert (row.state, row.recipient) == ("kept", "new@x.io")
    assert row.subject == "Signup new@x.io - OpenSupports"
    assert "http://127.0.0.1:8005/verify-token/new@x.io" in row.body
    assert post(site, "/user/login", **LOGIN).json["status"] == "success"
