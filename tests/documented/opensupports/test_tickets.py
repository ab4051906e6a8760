"""Chapter "Tickets". Source: spec/opensupports 5, 9.2."""

import re

from tests.documented.opensupports.conftest import Desk


def test_life_of_a_ticket(desk: Desk) -> None:
    number = desk.ticket(title="A & B", content="<p>x<br>y<script>bad()</script></p>")
    assert re.fullmatch(r"[1-9][0-9]{5}", number)
    shown = desk.show(number, "user")
    assert shown["title"] == "A &amp; B"
    assert shown["content"] == "<p>x<br />y</p>"
    assert shown["author"]["name"] == "Una User"
    assert shown["author"]["id"] == "1"
    assert shown["department"] == {"id": "1", "name": "Help and Support"}
    assert (shown["unread"], shown["unreadStaff"], shown["closed"]) == (False, True, False)
    assert (shown["owner"], shown["events"], shown["tags"], shown["file"]) == (None, [], [], None)
    assert (shown["edited"], shown["editedTitle"]) == (None, None)
    assert desk.ok("/staff/assign-ticket", {"ticketNumber": number}, who="staff1") is None
    assert (
        desk.fails("/staff/assign-ticket", {"ticketNumber": number}, who="staff1")
        == "TICKET_ALREADY_ASSIGNED"
    )
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "hello"}, who="staff1")
    desk.ok(
        "/ticket/comment", {"ticketNumber": number, "content": "psst", "private": 1}, who="staff1"
    )
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "thanks"}, who="user")
    kinds = [event["type"] for event in desk.show(number, "user")["events"]]
    assert kinds == ["ASSIGN", "COMMENT", "COMMENT"]
    whole = desk.show(number)
    assert [event["private"] for event in whole["events"]] == [None, "0", "1", "0"]
    assert whole["owner"]["email"] == "staff1@x.io"
    assert (whole["unread"], whole["unreadStaff"]) == (True, True)
    desk.ok("/ticket/seen", {"ticketNumber": number}, who="user")
    desk.ok("/ticket/seen", {"ticketNumber": number}, who="staff1")
    whole = desk.show(number)
    assert (whole["unread"], whole["unreadStaff"]) == (False, False)
    desk.ok("/ticket/close", {"ticketNumber": number}, who="user")
    assert desk.show(number)["closed"] is True
    desk.ok("/ticket/re-open", {"ticketNumber": number}, who="staff2")
    assert desk.show(number)["closed"] is False
    assert desk.fails("/ticket/delete", {"ticketNumber": number}, who="user") == "NO_PERMISSION"
    desk.ok("/staff/un-assign-ticket", {"ticketNumber": number}, who="staff2")
    desk.ok("/ticket/delete", {"ticketNumber": number}, who="user")
    assert desk.fails("/ticket/get", {"ticketNumber": number}, who="staff3") == "NO_PERMISSION"


def test_guest_comes_back_with_number_and_address(desk: Desk) -> None:
    fields = {"title": "Help", "content": "Hi", "email": "G@x.io", "name": "Guest"}
    assert desk.ok("/ticket/create", fields) is None
    found = desk.ok("/ticket/search", {}, who="staff1")["tickets"][0]
    number = found["ticketNumber"]
    assert found["author"]["email"] == "g@x.io"
    data = desk.ok("/ticket/check", {"ticketNumber": number, "email": "g@X.io"})
    assert data["ticketNumber"] == number
    pair = {"csrf_userid": data["userId"], "csrf_token": data["token"]}
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "thanks", **pair})
    assert "set-cookie" not in desk.last.headers
    alone = {"token": data["token"], "ticketNumber": number}
    assert len(desk.ok("/ticket/get", alone)["events"]) == 1
    other = desk.ticket()
    assert desk.fails("/ticket/get", {"ticketNumber": other, **pair}) == "NO_PERMISSION"
    assert (
        desk.fails("/ticket/check", {"ticketNumber": number, "email": "h@x.io"}) == "NO_PERMISSION"
    )
    assert (
        desk.fails("/user/login", {"email": "g@x.io", "password": "whatever"})
        == "INVALID_CREDENTIALS"
    )


def test_title_department_and_tags(desk: Desk) -> None:
    number = desk.ticket("staff1")
    desk.ok("/ticket/edit-title", {"ticketNumber": number, "title": "<b>New"}, who="staff1")
    shown = desk.show(number, "staff1")
    assert (shown["title"], shown["editedTitle"]) == ("<b>New</b>", "1")
    desk.ok("/ticket/create-tag", {"name": "urgent", "color": "#f00"}, who="staff3")
    tag = {"ticketNumber": number, "tagId": desk.ok("/ticket/get-tags", who="staff3")[-1]["id"]}
    desk.ok("/ticket/add-tag", tag, who="staff1")
    assert desk.fails("/ticket/add-tag", tag, who="staff1") == "TAG_EXISTS"
    assert desk.show(number)["tags"] == ["urgent"]
    desk.ok("/ticket/remove-tag", tag, who="staff1")
    assert desk.fails("/ticket/remove-tag", tag, who="staff1") == "INVALID_TAG"
    move = {"ticketNumber": number, "departmentId": 2}
    desk.ok("/staff/assign-ticket", {"ticketNumber": number}, who="staff1")
    desk.ok("/ticket/change-department", move, who="staff1")
    assert desk.fails("/ticket/change-department", move, who="staff1") == "SAME_DEPARTMENT"
    shown = desk.show(number)
    kinds = [event["type"] for event in shown["events"]]
    assert kinds == ["ASSIGN", "UN_ASSIGN", "DEPARTMENT_CHANGED"]
    assert shown["owner"] is None
    mine = desk.ticket()
    move["ticketNumber"] = mine
    assert desk.fails("/ticket/change-department", move, who="staff1") == "NO_PERMISSION"


def test_editing_comments(desk: Desk) -> None:
    number = desk.ticket()
    own = {"ticketNumber": number, "content": "better"}
    desk.ok("/ticket/edit-comment", own, who="user")
    assert desk.show(number)["edited"] == "1"
    assert desk.fails("/ticket/edit-comment", own, who="other") == "NO_PERMISSION"
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "one"}, who="user")
    assert desk.fails("/ticket/edit-comment", own, who="user") == "TICKET_CONTENT_CANNOT_BE_EDITED"
    event = desk.show(number)["events"][-1]["id"]
    desk.ok("/ticket/edit-comment", {"ticketEventId": event, "content": "two"}, who="user")
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "three"}, who="staff1")
    assert (
        desk.fails("/ticket/edit-comment", {"ticketEventId": event, "content": "x"}, who="user")
        == "INVALID_TICKET_EVENT"
    )
    assert desk.fails("/ticket/edit-comment", {"content": "x"}, who="user") == "INVALID_TICKET"


def test_search_filters_and_order(desk: Desk) -> None:
    number = desk.ticket(title="Café über alles", content="needle in text")
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "hidden straw"}, who="user")
    for query in ("CAFE UBER", "needle", "STRAW", number[1:4] + number[4:]):
        found = desk.ok("/ticket/search", {"query": query}, who="staff1")
        assert number in [each["ticketNumber"] for each in found["tickets"]], query
    assert found["page"] == 1
    assert desk.ok("/ticket/search", {"query": "zzzz"}, who="staff1") == {
        "tickets": [],
        "pages": 0,
        "page": 1,
    }
    only = {
        "authors": '[{"id":1,"isStaff":0}]', "closed": "0", "assigned": "0", "unreadStaff": "1",
        "departments": "[1]", "dateRange": "[200001010000,999912312359]", "tags": "[]",
        "owners": "[]", "orderBy": '{"value":"date","asc":1}', "pageSize": "5", "page": "1.7",
    }  # fmt: skip
    found = desk.ok("/ticket/search", only, who="staff3")
    assert {each["author"]["id"] for each in found["tickets"]} == {"1"}
    wrong = {
        "page": ("0", "INVALID_PAGE"), "tags": ("[99]", "INVALID_TAG_FILTER"),
        "closed": ("2", "INVALID_CLOSED_FILTER"),
        "unreadStaff": ("", "INVALID_UNREAD_STAFF_FILTER"),
        "dateRange": ("[2,1]", "INVALID_DATE_RANGE_FILTER"),
        "departments": ("[9]", "INVALID_DEPARTMENT_FILTER"),
        "authors": ('[{"id":1}]', "INVALID_AUTHOR_FILTER"),
        "owners": ("[9]", "INVALID_OWNER_FILTER"),
        "assigned": ("x", "INVALID_ASSIGNED_FILTER"), "query": (" ", "INVALID_QUERY_FILTER"),
        "orderBy": ('{"value":"x","asc":1}', "INVALID_ORDER_BY"),
        "pageSize": ("51", "INVALID_PAGE_SIZE"),
    }  # fmt: skip
    for name, (value, constant) in wrong.items():
        assert desk.fails("/ticket/search", {name: value}, who="staff1") == constant


def test_text_search_counts_and_pages(desk: Desk) -> None:
    for at in range(7):
        desk.ticket(title=f"Quokka {at}")
    ask = {"query": "QUOKKA", "pageSize": "5"}
    first = desk.ok("/ticket/search", ask, who="staff1")
    second = desk.ok("/ticket/search", {**ask, "page": "2"}, who="staff1")
    beyond = desk.ok("/ticket/search", {**ask, "page": "9"}, who="staff1")
    assert [len(each["tickets"]) for each in (first, second, beyond)] == [5, 2, 0]
    assert [each["pages"] for each in (first, second, beyond)] == [2, 2, 2]
    nothing = desk.ok("/ticket/search", {"query": "no such words"}, who="staff1")
    assert nothing == {"tickets": [], "pages": 0, "page": 1}
