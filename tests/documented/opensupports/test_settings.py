"""Settings, departments, keys, templates, logs, figures. Source: spec 2.6-2.7, 7-10."""

from tests.documented.opensupports.conftest import PASSWORD, Desk


def test_settings_in_two_forms(desk: Desk) -> None:
    short = desk.ok("/system/get-settings", {"allSettings": "1"})
    assert short["maintenance-mode"] == 0
    assert short["allow-attachments"] == 1
    assert (short["max-size"], short["mandatory-login"], short["reCaptchaKey"]) == ("1", "0", "")
    assert [each["id"] for each in short["departments"]] == ["1"]
    assert short["departments"][0]["owners"] == "3"
    assert len(short["allowedLanguages"]) == 15
    assert "url" not in short
    full = desk.ok("/system/get-settings", {"allSettings": "1"}, who="staff3")
    assert {"url", "smtp-host", "imap-token", "reCaptchaPrivate"} <= set(full)
    assert not {"smtp-pass", "imap-pass", "ticket-gap"} & set(full)
    assert len(full["departments"]) == 2


def test_edit_settings(desk: Desk) -> None:
    for wrong, constant in (
        ({"default-department-id": "9"}, "INVALID_DEFAULT_DEPARTMENT"),
        ({"default-department-id": "2"}, "INVALID_DEFAULT_DEPARTMENT"),
        ({"allowedLanguages": '["en"]'}, "INVALID_SUPPORTED_LANGUAGES"),
        (
            {"allowedLanguages": '["en"]', "supportedLanguages": '["de"]'},
            "INVALID_SUPPORTED_LANGUAGES",
        ),
    ):  # fmt: skip
        assert desk.fails("/system/edit-settings", wrong, who="staff3") == constant
    desk.ok(
        "/system/edit-settings",
        {"title": "Desk", "allowedLanguages": '["en","de"]', "supportedLanguages": '["en","de"]'},
        who="staff3",
    )
    held = desk.ok("/system/get-settings")
    assert (held["title"], held["supportedLanguages"]) == ("Desk", ["en", "de"])
    wrong = {"title": "a", "content": "b", "language": "fr"}
    assert desk.fails("/ticket/create", wrong, who="user") == "INVALID_LANGUAGE"


def test_departments(desk: Desk) -> None:
    desk.ok("/system/add-department", {"name": "Sales"}, who="staff3")
    assert desk.fails("/system/add-department", {"name": "SALES"}, who="staff3") == "INVALID_NAME"
    edit = {"departmentId": "3", "name": "Help and Support"}
    assert desk.fails("/system/edit-department", edit, who="staff3") == "NAME_ALREADY_USED"
    default = {"departmentId": "1", "name": "Help and Support", "private": "1"}
    assert desk.fails("/system/edit-department", default, who="staff3") == (
        "DEFAULT_DEPARTMENT_CAN_NOT_BE_PRIVATE"
    )
    number = desk.ticket(departmentId="3")
    private = {"departmentId": "3", "name": "Sales", "private": "1"}
    assert desk.fails("/system/edit-department", private, who="staff3") == (
        "DEPARTMENT_PRIVATE_TICKETS"
    )
    for pair, constant in (
        (("1", "3"), "CAN_NOT_DELETE_DEFAULT_DEPARTMENT"), (("3", "3"), "SAME_DEPARTMENT"),
        (("3", "2"), "DEPARTMENT_PRIVATE_TICKETS"), (("9", "1"), "INVALID_DEPARTMENT"),
    ):  # fmt: skip
        fields = {"departmentId": pair[0], "transferDepartmentId": pair[1]}
        assert desk.fails("/system/delete-department", fields, who="staff3") == constant
    fields = {"departmentId": "3", "transferDepartmentId": "1"}
    desk.ok("/system/delete-department", fields, who="staff3")
    assert desk.show(number)["department"]["id"] == "1"
    wrong = {"title": "a", "content": "b", "departmentId": "2"}
    assert desk.fails("/ticket/create", wrong, who="user") == "INVALID_DEPARTMENT"


def test_keys_and_captcha(desk: Desk) -> None:
    add = {"name": "Key 1", "canCreateTickets": "1", "shouldReturnTicketNumber": "1"}
    key = desk.ok("/system/add-api-key", add, who="staff3")
    assert len(key) == 40
    assert desk.fails("/system/add-api-key", add, who="staff3") == "NAME_ALREADY_USED"
    assert desk.fails("/system/add-api-key", {"name": "a-b"}, who="staff3") == "INVALID_NAME"
    [shown] = desk.ok("/system/get-api-keys", who="staff3")
    assert shown == {
        "name": "Key 1", "token": key, "canCreateUser": "0", "canCreateTickets": "1",
        "canCheckTickets": "0", "shouldReturnTicketNumber": "1",
    }  # fmt: skip
    desk.ok("/system/edit-settings", {"recaptcha-private": "k"}, who="staff3")
    guest = {"title": "Help", "content": "Hi", "email": "k@x.io", "name": "Kay"}
    assert desk.fails("/ticket/create", guest) == "INVALID_CAPTCHA"
    made = desk.ok("/ticket/create", {**guest, "apiKey": key})
    assert 100000 <= made["ticketNumber"] <= 999999
    check = {"ticketNumber": made["ticketNumber"], "email": "k@x.io", "apiKey": key}
    assert desk.fails("/ticket/check", check) == "INVALID_CAPTCHA"
    login = {"email": "user@x.io", "password": PASSWORD}
    assert desk.fails("/user/login", {**login, "captcha": ""}) == "INVALID_CAPTCHA"
    desk.ok("/user/login", login)
    desk.ok("/system/edit-settings", {"recaptcha-private": ""}, who="staff3")
    desk.ok("/system/delete-api-key", {"name": "Key 1"}, who="staff3")
    assert desk.fails("/system/delete-api-key", {"name": "Key 1"}, who="staff3") == "INVALID_NAME"


def test_switches(desk: Desk) -> None:
    right, wrong = {"password": PASSWORD}, {"password": "no"}
    for path in ("enable-registration", "disable-registration", "enable-mandatory-login"):
        assert desk.fails(f"/system/{path}", wrong, who="staff3") == "INVALID_PASSWORD"
    assert desk.fails("/system/disable-registration", right, who="staff3") == (
        "MANDATORY_LOGIN_IS_DESACTIVATED"
    )
    desk.ok("/system/enable-mandatory-login", right, who="staff3")
    guest = {"title": "Help", "content": "Hi", "email": "k@x.io", "name": "Kay"}
    assert desk.fails("/ticket/create", guest) == "NO_PERMISSION"
    assert desk.fails("/article/get-all") == "NO_PERMISSION"
    desk.ok("/system/disable-registration", right, who="staff3")
    new = {"name": "New", "email": "late@x.io", "password": "secret99"}
    assert desk.fails("/user/signup", new) == "NO_PERMISSION"
    assert desk.fails("/system/disable-mandatory-login", wrong, who="staff3") == (
        "REGISTRATION_IS_DESACTIVATED"
    )
    desk.ok("/system/enable-registration", right, who="staff3")
    desk.ok("/system/disable-mandatory-login", right, who="staff3")


def test_mail_templates(desk: Desk) -> None:
    names = desk.ok("/system/get-mail-template-list", who="staff3")
    assert len(names) == 9
    one = {"template": "USER_SIGNUP", "language": "en"}
    held = desk.ok("/system/get-mail-template", one, who="staff3")
    assert held["subject"] == "Signup {{to}} - OpenSupports"
    for wrong, constant in (
        ({"template": "abc"}, "INVALID_TEMPLATE"),
        ({"template": "USER_SIGNUP"}, "INVALID_TEMPLATE"),
        ({**one, "language": "xx"}, "INVALID_LANGUAGE"),
        ({**one, "template": "NOPE"}, "INVALID_TEMPLATE"),
    ):  # fmt: skip
        assert desk.fails("/system/get-mail-template", wrong, who="staff3") == constant
    edit = {**one, "subject": "Hello", "text1": "a", "text2": held["text2"], "text3": "none"}
    assert desk.fails("/system/edit-mail-template", edit, who="staff3") == "INVALID_TEXT_3"
    assert desk.fails("/system/edit-mail-template", {**edit, "text2": ""}, who="staff3") == (
        "INVALID_TEXT_2"
    )
    assert desk.fails("/system/edit-mail-template", {**edit, "subject": "x"}, who="staff3") == (
        "INVALID_SUBJECT"
    )
    desk.ok("/system/edit-mail-template", {**edit, "text3": held["text3"]}, who="staff3")
    assert desk.ok("/system/get-mail-template", one, who="staff3")["subject"] == "Hello"
    desk.ok("/system/recover-mail-template", one, who="staff3")
    assert desk.ok("/system/get-mail-template", one, who="staff3") == held


def test_logs_and_figures(desk: Desk) -> None:
    number = desk.ticket()
    desk.ok("/ticket/comment", {"ticketNumber": number, "content": "x"}, who="staff1")
    desk.ok("/ticket/close", {"ticketNumber": number}, who="staff1")
    lines = desk.ok("/system/get-logs", {"page": "1"}, who="staff1")
    assert [line["type"] for line in lines[:3]] == ["CLOSE", "COMMENT", "CREATE_TICKET"]
    assert lines[0]["to"] == number
    assert lines[0]["author"] == {"name": "Agent 1", "id": "1", "staff": True}
    assert desk.fails("/system/get-logs", who="staff1") == "INVALID_PAGE"
    figures = desk.ok("/system/get-stats", {"departments": "[1]"}, who="staff1")
    assert figures["created"] == figures["open"] + figures["closed"]
    assert figures["instant"] >= 1
    assert sum(figures["created_by_hour"]) == figures["created"]
    assert sum(figures["created_by_weekday"]) == figures["created"]
    for name, constant in (
        ("dateRange", "INVALID_DATE_RANGE_FILTER"), ("departments", "INVALID_DEPARTMENT_FILTER"),
        ("tags", "INVALID_TAG_FILTER"), ("owners", "INVALID_OWNER_FILTER"),
    ):  # fmt: skip
        assert desk.fails("/system/get-stats", {name: "x"}, who="staff1") == constant


def test_tags_of_staff(desk: Desk) -> None:
    desk.ok("/ticket/create-tag", {"name": "one", "color": "#abc"}, who="staff3")
    desk.ok("/ticket/create-tag", {"name": "two", "color": "#abcdef"}, who="staff3")
    again = {"name": "ONE", "color": "#abc"}
    assert desk.fails("/ticket/create-tag", again, who="staff3") == "TAG_EXISTS"
    assert desk.fails("/ticket/create-tag", {"name": "x", "color": "red"}, who="staff3") == (
        "INVALID_COLOR"
    )
    edit = {"tagId": "2", "name": "one", "color": "#fff"}
    assert desk.fails("/ticket/edit-tag", edit, who="staff3") == "TAG_EXISTS"
    desk.ok("/ticket/edit-tag", {**edit, "name": "deux"}, who="staff3")
    desk.ok("/ticket/delete-tag", {"tagId": "1"}, who="staff3")
    assert desk.ok("/ticket/get-tags", who="staff3") == [
        {"id": "2", "name": "deux", "color": "#fff"}
    ]


def test_an_installed_desk_is_not_set_up_again(desk: Desk) -> None:
    assert desk.ok("/system/installation-done") == 1
    assert desk.fails("/system/check-requirements") == "INIT_SETTINGS_DONE"
    assert desk.fails("/system/init-database") == "INIT_SETTINGS_DONE"
    assert desk.fails("/system/init-settings", {"language": "en"}) == "INIT_SETTINGS_DONE"
    admin = {"name": "A", "email": "a@b.io", "password": "secret99"}
    assert desk.fails("/system/init-admin", admin) == "INIT_SETTINGS_DONE"
