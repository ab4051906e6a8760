"""Chapter "Users": sessions, sign-up, staff's view. Source: spec/opensupports 2, 9.1."""

import re

from tests.documented.opensupports.conftest import PASSWORD, Desk

USER = {"email": "user@x.io", "password": PASSWORD}


def test_login_answer_and_cookie(desk: Desk) -> None:
    data = desk.ok("/api/user/login", {**USER, "email": "USER@x.io"})
    assert data == {
        "userId": "1", "userEmail": "user@x.io", "staff": False, "token": data["token"],
        "rememberToken": None, "rememberExpiration": None,
    }  # fmt: skip
    assert re.fullmatch("[0-9a-f]{40}", data["token"])
    cookie = desk.last.headers["set-cookie"]
    assert re.match(r"PHPSESSID=[0-9a-z]{26,}; Max-Age=2592000; path=/; HttpOnly", cookie)
    assert "Secure" not in cookie
    for wrong in (
        {**USER, "password": "nope99"}, {**USER, "staff": "1"}, {"email": "user@x.io"},
        {**USER, "email": "no@x.io"}, {**USER, "staff": "false"}, {},
    ):  # fmt: skip
        assert desk.fails("/user/login", wrong) == "INVALID_CREDENTIALS"


def test_cookie_with_both_fields_or_the_fields_alone(desk: Desk) -> None:
    held = desk.callers["user"]
    both = {"csrf_userid": held["id"], "csrf_token": held["token"]}
    cookie = {"PHPSESSID": held["cookie"]}
    assert desk.ok("/user/get", both)["email"] == "user@x.io"
    assert "set-cookie" not in desk.last.headers
    assert desk.ok("/user/get", both, cookies={"PHPSESSID": "a" * 32})["name"] == "Una User"
    for fields in ({}, {**both, "csrf_token": "0" * 40}, {**both, "csrf_userid": "2"}):
        assert desk.fails("/user/get", fields, cookies=cookie) == "NO_PERMISSION"
        assert desk.fails("/user/get", fields) == "NO_PERMISSION"
    assert "set-cookie" in desk.last.headers
    assert desk.ok("/user/check-session", {}, cookies=cookie) == {"sessionActive": True}
    assert desk.ok("/user/check-session", both) == {"sessionActive": True}
    assert desk.ok("/user/check-session") == {"sessionActive": False}
    # a logged-in session's cookie is held to its own fields
    other = desk.callers["other"]
    assert desk.fails("/user/get", both, cookies={"PHPSESSID": other["cookie"]}) == "NO_PERMISSION"


def test_logout_ends_the_session(desk: Desk) -> None:
    desk.log_in("brief", "user@x.io")
    assert desk.ok("/user/logout", who="brief") is None
    assert desk.fails("/user/get", who="brief") == "NO_PERMISSION"


def test_remember_token_is_single_use(desk: Desk) -> None:
    data = desk.ok("/user/login", {**USER, "remember": "1"})
    assert re.fullmatch("[0-9a-f]{40}", data["rememberToken"])
    assert re.fullmatch("[0-9]{12}", data["rememberExpiration"])
    back = {"userId": "1", "rememberToken": data["rememberToken"]}
    assert desk.fails("/user/login", {**back, "userId": "2"}) == "INVALID_CREDENTIALS"
    assert desk.fails("/user/login", {**back, "staff": "1"}) == "INVALID_CREDENTIALS"
    assert desk.ok("/user/login", back)["userEmail"] == "user@x.io"
    assert desk.fails("/user/login", back) == "INVALID_CREDENTIALS"


def test_sign_up_checks_in_order(desk: Desk) -> None:
    new = {"name": "New", "email": "New@x.io", "password": "secret99"}
    cases = [
        ({}, "INVALID_NAME"), ({"name": "00"}, "INVALID_NAME"), ({"name": "a"}, "INVALID_EMAIL"),
        ({"name": "a", "email": "a@localhost"}, "INVALID_EMAIL"),
        ({**new, "password": "000000"}, "INVALID_PASSWORD"),
        ({**new, "password": "short"}, "INVALID_PASSWORD"),
        ({**new, "email": "user@x.io"}, "USER_EXISTS"),
    ]  # fmt: skip
    for fields, constant in cases:
        assert desk.fails("/user/signup", fields) == constant
    desk.ok("/user/ban", {"email": "new@x.io"}, who="staff1")
    assert desk.fails("/user/ban", {"email": "new@x.io"}, who="staff1") == "ALREADY_BANNED"
    assert desk.ok("/user/list-ban", who="staff1") == ["new@x.io"]
    assert desk.fails("/user/signup", new) == "ALREADY_BANNED"
    desk.ok("/user/un-ban", {"email": "new@x.io"}, who="staff1")
    assert desk.fails("/user/un-ban", {"email": "new@x.io"}, who="staff1") == "INVALID_EMAIL"
    assert desk.ok("/user/signup", new) == {"userId": 3, "userEmail": "new@x.io"}
    one = {"userId": "3"}
    desk.ok("/user/disable", one, who="staff1")
    assert desk.fails("/user/disable", one, who="staff1") == "ALREADY_DISABLED"
    login = {"email": "new@x.io", "password": "secret99"}
    assert desk.fails("/user/login", login) == "USER_DISABLED"
    desk.ok("/user/enable", one, who="staff1")
    assert desk.fails("/user/enable", one, who="staff1") == "ALREADY_ENABLED"
    listed = desk.ok("/user/get-users", {"page": "1", "search": "NEW"}, who="staff1")
    assert listed["users"][0]["id"] == "3"
    assert (listed["page"], listed["pages"], listed["search"]) == ("1", 1, "NEW")
    assert desk.fails("/user/get-users", {"page": "0"}, who="staff1") == "INVALID_PAGE"
    wrong = {"page": "1", "orderBy": "name"}
    assert desk.fails("/user/get-users", wrong, who="staff1") == "INVALID_ORDER"
    desk.log_in("new", "new@x.io")
    desk.ticket("new")
    desk.ok("/user/delete", one, who="staff1")
    assert desk.fails("/user/get", who="new") == "NO_PERMISSION"
    assert desk.fails("/user/get-user", one, who="staff1") == "INVALID_USER"


def test_recovery_and_invitation(desk: Desk) -> None:
    invited = {"name": "Ivy", "email": "ivy@x.io"}
    id = desk.ok("/user/invite", invited, who="staff1")["userId"]
    mail = desk.ok("/user/get-user", {"userId": id}, who="staff1")
    assert mail["email"] == "ivy@x.io"
    token = _token(desk, "ivy@x.io")
    assert desk.fails("/user/resend-invite-user", {"email": "user@x.io"}, who="staff1") == (
        "INVALID_EMAIL"
    )
    desk.ok("/user/resend-invite-user", {"email": "ivy@x.io"}, who="staff1")
    fresh = _token(desk, "ivy@x.io")
    set_it = {"email": "ivy@x.io", "password": "ivy-secret"}
    assert desk.fails("/user/recover-password", {**set_it, "token": token}) == "NO_PERMISSION"
    assert desk.ok("/user/recover-password", {**set_it, "token": fresh}) == {"staff": "0"}
    assert desk.fails("/user/recover-password", {**set_it, "token": fresh}) == "NO_PERMISSION"
    desk.log_in("ivy", "ivy@x.io", "ivy-secret")
    change = {"newPassword": "ivy-second", "oldPassword": "wrong"}
    assert desk.fails("/user/edit-password", change, who="ivy") == "INVALID_OLD_PASSWORD"
    desk.ok("/user/edit-password", {**change, "oldPassword": "ivy-secret"}, who="ivy")
    assert desk.fails("/user/edit-email", {"newEmail": "staff1@x.io"}, who="ivy") == "INVALID_EMAIL"
    desk.ok("/user/edit-email", {"newEmail": "Ivy2@x.io"}, who="ivy")
    desk.log_in("ivy", "ivy2@x.io", "ivy-second")
    assert desk.fails("/user/send-recover-password", {"email": "no@x.io"}) == "INVALID_EMAIL"
    desk.ok("/user/send-recover-password", {"email": "staff1@x.io", "staff": 1})


def _token(desk: Desk, email: str) -> str:
    from dragoman.domains.desk import letters

    body = next(m.body for m in desk.site.look(letters.outbox) if m.recipient == email)
    return str(re.search(r"token=([0-9a-f]{40})", body)[1])  # type: ignore[index] # it is there


def test_supervised_users(desk: Desk) -> None:
    number = desk.ticket("other")
    pair = {"userIdList": "[2,2]", "userId": "1"}
    assert desk.ok("/user/get-supervised-tickets", who="user") == []
    assert desk.ok("/user/get", who="user")["users"] is None
    desk.ok("/user/edit-supervised-list", pair, who="staff1")
    assert [each["id"] for each in desk.ok("/user/get", who="user")["users"]] == ["2"]
    found = desk.ok("/user/get-supervised-tickets", {"supervisedUsers": "[2]"}, who="user")
    assert [each["ticketNumber"] for each in found["tickets"]] == [number]
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "from above"}, who="user")
    wrong = {"supervisedUsers": "[1]"}
    assert desk.fails("/user/get-supervised-tickets", wrong, who="other") == (
        "INVALID_SUPERVISED_USERS"
    )
    own = {"userIdList": "[1]", "userId": "1"}
    assert desk.fails("/user/edit-supervised-list", own, who="staff1") == (
        "SUPERVISOR_CAN_NOT_SUPERVISE_HIMSELF"
    )
    assert desk.fails("/user/edit-supervised-list", {"userId": "1"}, who="staff1") == "INVALID_LIST"
    assert desk.fails("/user/get-supervised-tickets", who="staff1") == "NO_PERMISSION"


def test_custom_fields(desk: Desk) -> None:
    add = {"name": "Shoe size", "type": "select", "options": '["40","41"]'}
    desk.ok("/system/add-custom-field", add, who="staff2")
    assert desk.fails("/system/add-custom-field", add, who="staff2") == (
        "CUSTOM_FIELD_ALREADY_EXISTS"
    )
    for change, constant in (
        ({"name": ""}, "INVALID_NAME"), ({"description": "x" * 101}, "INVALID_DESCRIPTION"),
        ({"type": "date"}, "INVALID_CUSTOM_FIELD_TYPE"),
        ({"options": '["a"]'}, "INVALID_CUSTOM_FIELD_OPTIONS"),
    ):  # fmt: skip
        assert desk.fails("/system/add-custom-field", {**add, **change}, who="staff2") == constant
    [field] = desk.ok("/system/get-custom-fields")
    assert (field["id"], field["type"], field["options"][1]["name"]) == ("1", "select", "41")
    wrong = {"customfield_Shoe_size": "99"}
    assert desk.fails("/user/edit-custom-fields", wrong, who="user") == (
        "INVALID_CUSTOM_FIELD_OPTION"
    )
    desk.ok("/user/edit-custom-fields", {"customfield_Shoe size": "41"}, who="user")
    [value] = desk.ok("/user/get", who="user")["customfields"]
    assert (value["customfield"], value["value"]) == ("Shoe size", "41")
    assert value["customfieldoption"]["name"] == "41"
    assert desk.fails("/user/edit-custom-fields", {"userId": "99"}, who="staff2") == "INVALID_USER"
    desk.ok("/system/delete-custom-field", {"id": "1"}, who="staff2")
    assert desk.fails("/system/delete-custom-field", {"id": "1"}, who="staff2") == (
        "INVALID_CUSTOM_FIELD"
    )
    assert desk.ok("/user/get", who="user")["customfields"] == []
