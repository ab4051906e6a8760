"""Chapters "Staff", "Articles" and canned responses. Source: spec/opensupports 9.3, 9.4."""

from tests.documented.opensupports.conftest import Desk


def test_staff_items(desk: Desk) -> None:
    self = desk.ok("/staff/get", who="staff1")
    assert self == {
        "name": "Agent 1", "email": "staff1@x.io", "profilePic": None, "level": "1", "staff": True,
        "departments": [{"id": "1", "name": "Help and Support", "private": "0"}],
        "sendEmailOnNewTicket": "0",
    }  # fmt: skip
    assert desk.ok("/staff/get", {"staffId": "3"}, who="staff1")["name"] == "Agent 1"
    assert desk.ok("/staff/get", {"staffId": "1"}, who="staff3")["name"] == "Agent 1"
    items = desk.ok("/staff/get-all", who="staff1")
    assert [item["id"] for item in items] == ["1", "2", "3"]
    assert items[2]["departments"][0] == {"id": "1", "name": "Help and Support", "owners": "3"}
    assert (items[0]["assignedTickets"], items[0]["closedTickets"]) == (0, 0)
    assert len(items[0]["lastLogin"]) == 12


def test_lists_of_staff(desk: Desk) -> None:
    number = desk.ticket(title="Zebra crossing")
    page = {"page": "1"}
    fresh = desk.ok("/staff/get-new-tickets", page, who="staff1")
    assert (fresh["tickets"][0]["ticketNumber"], fresh["page"], fresh["pages"]) == (number, "1", 1)
    assert fresh["tickets"][0]["events"] == []
    assert desk.ok("/staff/get-tickets", page, who="staff1")["tickets"] == []
    desk.ok("/staff/assign-ticket", {"ticketNumber": number, "staffId": "1"}, who="staff2")
    mine = desk.ok("/staff/get-tickets", page, who="staff1")["tickets"]
    assert [each["ticketNumber"] for each in mine] == [number]
    found = desk.ok("/staff/search-tickets", {**page, "query": "ZEBRA"}, who="staff1")
    assert found["tickets"][0]["events"][0]["type"] == "ASSIGN"
    assert desk.ok("/staff/get-all-tickets", page, who="staff1")["pages"] == 1
    assert desk.fails("/staff/search-tickets", page, who="staff1") == "INVALID_QUERY"
    [event] = desk.ok("/staff/last-events", page, who="staff1")
    assert event == {
        "type": "ASSIGN", "ticketNumber": number, "edited": None,
        "author": {"name": "Agent 2", "staff": True, "id": "2", "customfields": []},
    }  # fmt: skip
    for path in ("get-tickets", "get-new-tickets", "get-all-tickets", "last-events"):
        for wrong in ({}, {"page": "-1"}, {"page": "x"}):
            assert desk.fails(f"/staff/{path}", wrong, who="staff1") == "INVALID_PAGE"
    assign = {"ticketNumber": desk.ticket(), "staffId": "9"}
    assert desk.fails("/staff/assign-ticket", assign, who="staff1") == "INVALID_STAFF"


def test_staff_come_and_go(desk: Desk) -> None:
    new = {"name": "Dee", "email": "dee@x.io", "level": "2", "departments": "[1]"}
    for change, constant in (
        ({"name": " "}, "INVALID_NAME"), ({"email": "x"}, "INVALID_EMAIL"),
        ({"level": "4"}, "INVALID_LEVEL"), ({"departments": "[7]"}, "INVALID_DEPARTMENT"),
        ({"email": "staff1@x.io"}, "ALREADY_A_STAFF"),
    ):  # fmt: skip
        assert desk.fails("/staff/invite", {**new, **change}, who="staff3") == constant
    assert desk.ok("/staff/invite", new, who="staff3") == {"id": 4}
    desk.ok("/staff/resend-invite-staff", {"email": "dee@x.io"}, who="staff3")
    assert desk.fails("/staff/resend-invite-staff", {"email": "no@x.io"}, who="staff3") == (
        "INVALID_EMAIL"
    )
    edit = {"staffId": "4", "password": "dee-secret", "departments": "[1,2]", "level": "1"}
    assert desk.fails("/staff/edit", edit, who="staff2") == "NO_PERMISSION"
    assert desk.fails("/staff/edit", {**edit, "departments": "[9"}, who="staff3") == (
        "INVALID_DEPARTMENT"
    )
    assert desk.fails("/staff/edit", {**edit, "staffId": "9"}, who="staff3") == "INVALID_STAFF"
    assert desk.fails("/staff/edit", {**edit, "email": "user@x.io"}, who="staff3") == (
        "INVALID_EMAIL"
    )
    desk.ok("/staff/edit", edit, who="staff3")
    desk.log_in("dee", "dee@x.io", "dee-secret", staff=True)
    assert desk.ok("/staff/get", who="dee")["level"] == "1"
    desk.ok("/staff/edit", {"sendEmailOnNewTicket": "1"}, who="dee")
    assert desk.ok("/staff/get", who="dee")["sendEmailOnNewTicket"] == "1"
    number = desk.ticket()
    desk.ok("/staff/assign-ticket", {"ticketNumber": number}, who="dee")
    assert desk.fails("/staff/delete", {"staffId": "3"}, who="staff3") == (
        "YOU_CAN_NOT_DELETE_YOURSELF"
    )
    desk.ok("/staff/delete", {"staffId": "4"}, who="staff3")
    assert desk.fails("/staff/get", who="dee") == "NO_PERMISSION"
    shown = desk.show(number)
    assert (shown["owner"], shown["unreadStaff"]) == (None, True)
    assert shown["events"][0]["author"] == []
    assert desk.fails("/staff/delete", {"staffId": "4"}, who="staff3") == "INVALID_STAFF"


def test_articles(desk: Desk) -> None:
    assert desk.ok("/article/add-topic", {"name": "Faq", "icon": "x"}, who="staff2") == {
        "topicId": 1
    }
    desk.ok("/article/add-topic", {"name": "Inside", "private": "1"}, who="staff2")
    add = {"title": "How", "content": "<b>so", "topicId": "1", "position": "7"}
    assert desk.ok("/article/add", add, who="staff2") == {"articleId": 1}
    [topic] = desk.ok("/article/get-all")
    assert topic["articles"][0]["content"] == "<b>so</b>"
    assert topic["articles"][0]["position"] == "7"
    assert len(desk.ok("/article/get-all", who="staff1")) == 2
    for change, constant in (
        ({"title": ""}, "INVALID_TITLE"), ({"content": "<p> </p>"}, "INVALID_CONTENT"),
        ({"topicId": "9"}, "INVALID_TOPIC"), ({"images": "1"}, "INVALID_FILE"),
    ):  # fmt: skip
        assert desk.fails("/article/add", {**add, **change}, who="staff2") == constant
    desk.ok("/article/edit", {"articleId": "1", "title": "Why", "topicId": "2"}, who="staff2")
    assert desk.fails("/article/edit", {"articleId": "1", "topicId": "9"}, who="staff2") == (
        "INVALID_TOPIC"
    )
    desk.ok("/article/edit-topic", {"topicId": "2", "name": "Out", "private": "0"}, who="staff2")
    assert [each["name"] for each in desk.ok("/article/get-all")] == ["Faq", "Out"]
    desk.ok("/article/delete", {"articleId": "1"}, who="staff2")
    desk.ok("/article/delete-topic", {"topicId": "1"}, who="staff2")
    assert desk.fails("/article/delete-topic", {"topicId": "1"}, who="staff2") == "INVALID_TOPIC"


def test_canned_responses(desk: Desk) -> None:
    add = {"name": "Hello", "content": "hi", "language": "en"}
    desk.ok("/ticket/add-custom-response", add, who="staff2")
    for change, constant in (
        ({"name": ""}, "INVALID_TITLE"), ({"content": ""}, "INVALID_CONTENT"),
        ({"language": "xx"}, "INVALID_LANGUAGE"),
    ):  # fmt: skip
        assert desk.fails("/ticket/add-custom-response", {**add, **change}, who="staff2") == (
            constant
        )
    edit = {"id": "1", "content": "ho", "name": "Bye"}
    desk.ok("/ticket/edit-custom-response", edit, who="staff2")
    assert desk.fails("/ticket/edit-custom-response", {**edit, "id": "9"}, who="staff2") == (
        "INVALID_CUSTOM_RESPONSE"
    )
    assert desk.ok("/ticket/get-custom-responses", who="staff1") == [
        {"id": "1", "name": "Bye", "language": "en", "content": "ho"}
    ]
    desk.ok("/ticket/delete-custom-response", {"id": "1"}, who="staff2")
    assert desk.fails("/ticket/delete-custom-response", {"id": "1"}, who="staff2") == (
        "INVALID_NAME"
    )


def test_authors(desk: Desk) -> None:
    found = desk.ok("/ticket/search-authors", {"query": "u"}, who="staff1")["authors"]
    assert found[0] == {"id": "1", "name": "Una User", "email": "user@x.io", "isStaff": 0}
    hidden = {"blackList": '[{"id":1,"isStaff":1}]'}
    rest = desk.ok("/ticket/search-authors", hidden, who="staff1")["authors"]
    assert (rest[0]["id"], rest[0]["isStaff"]) == ("2", 1)
    for wrong, constant in (
        ({"query[]": "x"}, "INVALID_QUERY"), ({"blackList": "x"}, "INVALID_BLACK_LIST"),
        ({"searchUsers": "2"}, "INVALID_USER_SEARCH_OPTION"),
    ):  # fmt: skip
        assert desk.fails("/ticket/search-authors", wrong, who="staff1") == constant
    pair = {"authors": '[{"id":2,"isStaff":0},{"id":"1","isStaff":1},{"id":2,"isStaff":0}]'}
    assert [each["id"] for each in desk.ok("/ticket/get-authors", pair, who="staff1")] == (
        ["2", "1", "2"]
    )
    assert desk.fails("/ticket/get-authors", who="staff1") == "INVALID_LIST"
