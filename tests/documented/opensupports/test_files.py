"""Attachments, images and the download. Source: spec/opensupports 6."""

import re

from tests.documented.opensupports.conftest import Desk

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
SENT = {"title": "Help", "content": 'see <img src="IMAGE_PATH_0"/> IMAGE_PATH_1', "images": "1"}


def get(desk: Desk, name: str, who: str | None = None) -> object:
    cookies = {"PHPSESSID": desk.callers[who]["cookie"]} if who else {}
    return desk.site.request(
        "opensupports", "GET", f"/api/system/download?file={name}", cookies=cookies
    )


def test_ticket_with_file_and_image(desk: Desk) -> None:
    files = [
        ("file", "My Pic (1).PNG", "text/html", PNG), ("image_0", "a.png", "image/png", PNG),
    ]  # fmt: skip
    desk.ok("/ticket/create", SENT, who="user", files=files)
    shown = desk.ok("/ticket/search", who="staff1")["tickets"][0]
    number = shown["ticketNumber"]
    assert re.fullmatch(rf"t{number}_[0-9a-f]{{40}}_my_pic__1_\.png", shown["file"])
    image = re.search(r'src="[^"]*/api/system/download\?file=(t[^"]*_a\.png)"', shown["content"])
    assert image
    assert shown["content"].endswith("IMAGE_PATH_1")
    for who, status in (
        ("user", 200), ("staff1", 200), ("staff3", 200), ("other", 403), (None, 403),
    ):  # fmt: skip
        answer = get(desk, shown["file"], who)
        assert answer.status == status  # type: ignore[attr-defined]
        assert answer.body == (PNG if status == 200 else b"")  # type: ignore[attr-defined]
    headers = get(desk, shown["file"], "user").headers  # type: ignore[attr-defined]
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"] == f"filename={shown['file']}"
    assert headers["cache-control"] == "private"
    assert headers["content-length"] == str(len(PNG))


def test_download_rights_and_names(desk: Desk) -> None:
    assert get(desk, "../x", "staff1").json["message"] == "INVALID_FILE"  # type: ignore[attr-defined]
    assert get(desk, "").json["message"] == "INVALID_FILE"  # type: ignore[attr-defined]
    missing = get(desk, "t1_gone.png", "staff1")
    assert (missing.status, missing.body) == (200, b"")  # type: ignore[attr-defined]
    assert missing.headers["content-type"].startswith("text/html")  # type: ignore[attr-defined]
    assert get(desk, "p_gone.png").status == 200  # type: ignore[attr-defined]
    assert get(desk, "a_gone.png").status == 403  # type: ignore[attr-defined]
    assert get(desk, "a_gone.png", "user").status == 200  # type: ignore[attr-defined]
    assert get(desk, "x_gone.png", "user").status == 403  # type: ignore[attr-defined]


def test_refused_files_leave_nothing(desk: Desk) -> None:
    number = desk.ticket()
    fields = {"ticketNumber": number, "content": "look"}
    for content in (b"<html><body>x", b"\x7fELF\0\0", b"", b"x", b"0" * ((1 << 20) + 1)):
        files = [("file", "a.png", "image/png", content)]
        assert desk.fails("/ticket/comment", fields, who="user", files=files) == "INVALID_FILE"
    limit = [("file", "a.txt", "image/png", b"0" * (1 << 20))]
    desk.ok("/ticket/comment", fields, who="user", files=limit)
    guest = {"title": "x", "content": "y", "email": "bad@x.io", "name": "N"}
    files = [("file", "a.png", "image/png", b"\x7fELF\0\0")]
    assert desk.fails("/ticket/create", guest, files=files) == "INVALID_FILE"
    two = {**fields, "images": "2"}
    files = [("image_0", "a.png", "image/png", PNG)]
    assert desk.fails("/ticket/comment", two, who="user", files=files) == "INVALID_FILE"
    odd = {**fields, "images": "many"}
    desk.ok("/ticket/comment", odd, who="user", files=files)


def test_attachments_switched_off_are_ignored_for_users(desk: Desk) -> None:
    number = desk.ticket()
    desk.ok("/system/edit-settings", {"allow-attachments": "0"}, who="staff3")
    fields = {"ticketNumber": number, "content": "look"}
    files = [("file", "a.png", "image/png", PNG)]
    desk.ok("/ticket/comment", fields, who="user", files=files)
    desk.ok("/ticket/comment", fields, who="staff1", files=files)
    kept = [event["file"] for event in desk.show(number)["events"]]
    assert kept[0] is None
    assert kept[1].endswith("_a.png")
    desk.ok("/staff/edit", {}, who="staff1", files=files)
    picture = desk.ok("/staff/get", who="staff1")["profilePic"]
    assert picture.startswith("p_")
    assert get(desk, picture).body == PNG  # type: ignore[attr-defined]
