"""Generic stores: create, get, change, delete, who sees what, and every error body of the seed."""

from typing import Any

import pytest

from tests.support.site import TestSite
from tests.support.things import Client

UNAUTHORIZED = {
    "success": False,
    "code": "401",
    "message": "Unauthorized",
    "tags": ["error_unauthorized"],
}
FORBIDDEN = {
    "success": False,
    "code": "403",
    "message": "Forbidden",
    "tags": ["error_credentials", "error_forbidden"],
}
NOT_FOUND = {
    "success": False,
    "code": "404",
    "message": "Not Found",
    "tags": ["error_not_found"],
}
NOWHERE = "f" * 24
FENCE = {"type": "circle", "center": [47.0, 28.0], "radius": 100}

BODIES: dict[str, dict[str, Any]] = {
    "models": {"base": "mqtt", "name": "m"},
    "handlers": {"name": "h", "userCode": "return 1"},
    "geofences": {"name": "g", "shape": FENCE},
    "groups": {"name": "Greens"},
    "roles": {"name": "r", "credentials": ["GET /*"]},
    "tokens": {"name": "t"},
    "users": {"login": "newcomer", "password": "x"},
    "labels": {"name": "l"},
    "dashboards": {"name": "d"},
    "scenes": {"name": "s"},
}


@pytest.mark.parametrize("store", BODIES)
def test_five_methods_of_every_store(admin: Client, store: str) -> None:
    """Source: seed "Entity Creation", "Entity getting", "Entity change", "Entity deleting"."""
    made = admin("POST", f"/{store}", {**BODIES[store], "some_field": "SOME_VALUE"})
    assert made.status == 200, made
    assert made.headers["content-type"] == "application/json; charset=utf-8"
    item = made.json
    assert item["sucess"] is True
    assert item["success"] is True
    assert item["some_field"] == "SOME_VALUE"
    assert all(len(item[name]) == 24 for name in ("_id", "owner", "group"))
    assert all(isinstance(item[name], list) for name in ("access", "branch"))
    assert isinstance(item["time"], int)
    assert "_at" not in item
    path = f"/{store}/{item['_id'].upper()}"
    item.pop("token", None)
    assert admin("GET", path).json == item
    changed = admin("PATCH", path, {"some_field": "NEW_VALUE", "other_field": "NEW_OTHER_VALUE"})
    assert changed.status == 200, changed
    assert changed.json == {
        **item,
        "some_field": "NEW_VALUE",
        "other_field": "NEW_OTHER_VALUE",
        "_at": changed.json["_at"],
    }
    removed = admin("DELETE", path)
    assert removed.status == 200
    assert removed.json == changed.json
    assert admin("DELETE", path).json == NOT_FOUND


def test_protected_fields_are_ignored_the_rest_is_applied(admin: Client) -> None:
    """Source: seed "Entity change", spec R5.3."""
    item = admin.made("labels", name="l")
    protected = {
        "_id": NOWHERE,
        "access": [NOWHERE],
        "owner": NOWHERE,
        "group": NOWHERE,
        "branch": [],
        "time": 1,
        "links": {},
        "state": {},
        "_x": 1,
        "owner.x": 1,
        "sucess": False,
    }
    changed = admin("PATCH", f"/labels/{item['_id']}", {**protected, "name": "new"})
    assert changed.status == 200
    assert changed.json == {**item, "name": "new", "_at": changed.json["_at"]}
    again = admin("PATCH", f"/labels/{item['_id']}", protected)
    assert again.json == changed.json, "nothing changed, so _at stays"


def test_patch_is_a_deep_merge(admin: Client) -> None:
    """Source: spec R5.4."""
    item = admin.made("labels", config={"params": {"A": 1, "B": [1, 2]}, "x": None})
    path = f"/labels/{item['_id']}"
    changed = admin("PATCH", path, {"config": {"params": {"B": [3], "C": None}}})
    assert changed.json["config"] == {"params": {"A": 1, "B": [3], "C": None}, "x": None}
    changed = admin("PATCH", path, {"config.params.x.y": 7})
    assert changed.json["config"]["params"] == {"A": 1, "B": [3], "C": None, "x": {"y": 7}}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/objects"),
        ("GET", "/nowhere"),
        ("POST", "/models"),
        ("PUT", "/models"),
        ("DELETE", f"/objects/{NOWHERE}"),
        ("GET", "/auth"),
    ],
)
def test_without_credentials(things_site: TestSite, method: str, path: str) -> None:
    """Source: seed "HTTP Status Codes" 401, spec R1.13."""
    answer = things_site.request("rightech", method, f"/api/v1{path}")
    assert answer.status == 401
    assert answer.json == UNAUTHORIZED
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/nowhere/1",
        "/objects/x/y/z",
        f"/objects/{NOWHERE}",
        "/models/12",
        "/objects/none",
        f"/models/{NOWHERE}/commands",
        f"/objects/{NOWHERE}/packets",
        "/models/%ff",
    ],
)
def test_what_is_not_there(admin: Client, path: str) -> None:
    """Source: seed "HTTP Status Codes" 404."""
    answer = admin("GET", path)
    assert answer.status == 404
    assert answer.json == NOT_FOUND


def test_role_permits_reading_only(things_site: TestSite) -> None:
    """Source: seed "HTTP Status Codes" 403, spec R3.13."""
    reader = Client(things_site, "reader")
    assert reader("GET", "/objects").status == 200
    for method, path in (
        ("POST", "/models"),
        ("PATCH", f"/models/{NOWHERE}"),
        ("DELETE", "/messages/clear"),
    ):
        answer = reader(method, path, {})
        assert answer.status == 403
        assert answer.json == FORBIDDEN
    assert reader("POST", "/nowhere", {}).status == 404
    assert reader("PUT", "/models", {}).status == 405
    assert reader("POST", "/auth/logout").status == 200


def test_built_in_role_is_seen_and_not_changed(admin: Client, farmer: Client) -> None:
    """Source: spec R4.6."""
    for client in (admin, farmer):
        (role,) = [one for one in client("GET", "/roles").json if "signup" in one["name"]]
        path = f"/roles/{role['_id']}"
        assert client("GET", path).status == 200
        assert client("PATCH", path, {"name": "x"}).json == FORBIDDEN
        assert client("DELETE", path).json == FORBIDDEN


def test_groups_see_downwards_only(admin: Client, farmer: Client, miller: Client) -> None:
    """Source: spec R4.2-R4.5."""
    above, own = admin.made("labels", name="above"), farmer.made("labels", name="own")
    assert farmer("GET", f"/labels/{above['_id']}").json == NOT_FOUND
    assert miller("GET", f"/labels/{own['_id']}").json == NOT_FOUND
    assert miller("PATCH", f"/labels/{own['_id']}", {"name": "x"}).json == NOT_FOUND
    assert miller("DELETE", f"/labels/{own['_id']}").json == NOT_FOUND
    assert admin("GET", f"/labels/{own['_id']}").status == 200
    assert [one["name"] for one in admin("GET", "/labels").json] == ["above"]
    both = admin("GET", "/labels?withChildGroups=true").json
    assert [one["name"] for one in both] == ["above", "own"]
    assert miller("GET", "/labels?withChildGroups=true").body == b"[\n]\n"


def test_access_list_shows_an_item_to_a_user(admin: Client, farmer: Client) -> None:
    """Source: spec R2.5, R4.2."""
    user = farmer("GET", "/auth").json["user"]["_id"]
    item = admin.made("labels", name="shared", access=[user])
    assert item["access"] == [user]
    assert farmer("GET", f"/labels/{item['_id']}").status == 200
    assert [one["name"] for one in farmer("GET", "/labels").json] == ["shared"]
    assert admin("POST", "/labels", {"access": [NOWHERE]}).status == 400
    assert admin("POST", "/labels", {"access": "x"}).status == 400


def test_group_of_a_new_item(admin: Client, farmer: Client) -> None:
    """Source: spec R2.5: the active group or one below it, else 403."""
    root, field = admin("GET", "/auth").json["group"], farmer("GET", "/auth").json["group"]
    item = admin.made("labels", group=field)
    assert item["group"] == field
    assert item["branch"] == [field, root]
    answer = farmer("POST", "/labels", {"group": root})
    assert (answer.status, answer.json) == (403, FORBIDDEN)


@pytest.mark.parametrize(
    ("store", "body", "tags"),
    [
        ("models", {"name": "x"}, "validation"),
        ("models", {"base": "mqtt"}, "validation"),
        ("models", {"base": "nothing", "name": "x"}, "validation"),
        ("models", {"base": 5, "name": "x"}, "validation"),
        ("objects", {"id": "x"}, "validation"),
        ("objects", {"id": "x", "model": NOWHERE}, "validation"),
        ("objects", {"id": "x", "model": 5}, "validation"),
        ("handlers", {"name": "x"}, "validation"),
        ("handlers", {"name": "x", "userCode": ""}, "validation"),
        ("geofences", {"name": "x"}, "validation"),
        ("geofences", {"name": "x", "shape": {"type": "circle", "center": [1, 2]}}, "validation"),
        (
            "geofences",
            {"name": "x", "shape": {"type": "polygon", "points": [[1, 2], [3, 4]]}},
            "validation",
        ),
        ("geofences", {"name": "x", "shape": {"type": "marker", "center": [91, 2]}}, "validation"),
        ("users", {"login": "abcd"}, "validation"),
        ("users", {"password": "x"}, "validation"),
        ("users", {"login": "a b c", "password": "x"}, "validation"),
        ("users", {"login": "abcd", "password": 5}, "validation"),
        ("roles", {"name": "x", "credentials": "GET"}, "validation"),
        ("roles", {}, "validation"),
        ("groups", {"name": "x", "parent": NOWHERE}, "validation"),
        ("groups", {"name": "x", "tagname": "No Slug"}, "validation"),
        ("messages", {"importance": "critical", "text": "x"}, "validation"),
        ("tokens", {"expiresAt": "never"}, "validation"),
        ("tokens", {"scopes": "GET"}, "validation"),
        ("labels", {"name": 5}, "validation"),
        ("labels", {"a..b": 5}, "validation"),
    ],
)
def test_fields_that_break_a_rule(
    admin: Client, store: str, body: dict[str, Any], tags: str
) -> None:
    """Source: spec R1.11, 7."""
    before = admin("GET", f"/{store}?meta=count").json
    answer = admin("POST", f"/{store}", body)
    assert answer.status == 400, answer
    told = answer.json
    assert told.pop("helper")["message"]
    assert told == {
        "success": False,
        "code": "400",
        "message": "Bad Request",
        "tags": ["error_bad_request", f"error_{tags}", f"error_{store}"],
    }
    assert admin("GET", f"/{store}?meta=count").json == before


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b"5",
        b"null",
        b'"x"',
        b'{"a":\xff}',
        b'{"a":"\\u0000"}',
        b'{"a":"\\ud800"}',
        b"\x00",
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"a":123456789012345678901234567890}',
        b'{"a":1e999}',
        b'{"a":NaN}',
    ],
)
def test_bodies_that_are_no_object(admin: Client, body: bytes) -> None:
    """Source: spec R1.3."""
    answer = admin("POST", "/labels", body=body)
    assert answer.status == 400, answer
    told = answer.json
    told.pop("helper")
    assert told["tags"] == ["error_bad_request"]
    assert admin("GET", "/labels").body == b"[\n]\n"


def test_body_past_16_mib(admin: Client) -> None:
    """Source: spec 1.1."""
    answer = admin("POST", "/labels", body=b" " * (16 << 20) + b"{}")
    assert answer.status == 413
    assert answer.json["tags"] == ["error_too_large"]


def test_unique_fields(admin: Client, farmer: Client) -> None:
    """Source: spec 1.1, 7: 409."""
    model = admin.made("models", base="mqtt", name="m")["_id"]
    admin.made("objects", id="one", model=model)
    second = admin.made("objects", id="two", model=model)
    for answer in (
        admin("POST", "/objects", {"id": "one", "model": model}),
        admin("PATCH", f"/objects/{second['_id']}", {"id": "one"}),
    ):
        assert answer.status == 409
        told = answer.json
        told.pop("helper")
        assert told == {
            "success": False,
            "code": "409",
            "message": "Conflict",
            "tags": ["error_conflict", "error_not_unique", "error_objects"],
        }
    assert admin("POST", "/users", {"login": "FARMER", "password": "x"}).status == 409
    admin.made("users", login="mailed", password="x", email="Who@x.example")
    again = {"login": "mailed2", "password": "x", "email": "who@X.example"}
    assert admin("POST", "/users", again).status == 409


def test_unknown_methods(admin: Client) -> None:
    """Source: spec R1.6."""
    answer = admin("PUT", "/labels", {})
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert answer.json["tags"] == ["error_method_not_allowed"]


def test_probes_and_preflight(things_site: TestSite) -> None:
    """Source: spec R1.5, R1.6."""
    for path in ("/", "/api/v1/", "/api/v1"):
        answer = things_site.request("rightech", "GET", path)
        assert (answer.status, answer.body) == (200, b'{"sucess":true,"success":true}')
        assert things_site.request("rightech", "HEAD", path).status == 200
    headers = {"origin": "https://x.example", "access-control-request-headers": "Authorization"}
    answer = things_site.request("rightech", "OPTIONS", "/api/v1/objects", headers=headers)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "https://x.example"
    assert answer.headers["access-control-allow-methods"] == "GET,POST,PATCH,DELETE,HEAD"
    assert answer.headers["access-control-allow-headers"] == "Authorization"


def test_unbuilt_paths_say_so(admin: Client) -> None:
    """Source: spec 1.1: 501."""
    for path in ("/tasks", "/tables", "/reports", "/invites", "/tasks/kinds"):
        answer = admin("GET", path)
        assert answer.status == 501
        assert answer.json["tags"] == ["error_not_implemented"]


def test_trailing_slash_and_head(admin: Client) -> None:
    """Source: spec R1.4, R1.5."""
    assert admin("GET", "/objects/").body == b"[\n]\n"
    answer = admin("HEAD", "/objects")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "4")


def test_delete_dry_run(admin: Client) -> None:
    """Source: spec R5.6."""
    item = admin.made("labels", name="x")
    answer = admin("DELETE", f"/labels/{item['_id']}", {"dryRun": True})
    assert answer.json == {**item, "dryRun": True}
    assert admin("GET", f"/labels/{item['_id']}").status == 200


def test_journal_and_events_of_a_write(admin: Client) -> None:
    """Source: spec R5.8, R10.1: and none of a refusal."""
    item = admin.made("labels", name="x")
    admin("PATCH", f"/labels/{item['_id']}", {"name": "y"})
    admin("PATCH", f"/labels/{item['_id']}", {"name": 5})
    admin("DELETE", f"/labels/{item['_id']}")
    told = admin("GET", "/events?events=label-insert,label-update,label-remove").json
    assert [one["event"] for one in told] == ["label-insert", "label-update", "label-remove"]
    assert [one["data"]["name"] for one in told] == ["x", "y", "y"]
    assert all(len(one["_msgid"]) == 22 and "_oid" not in one for one in told)
    by_name = admin("GET", "/events?events!=user-signin").json
    assert {one["event"] for one in by_name} >= {"label-insert"}
    assert not [one for one in by_name if one["event"] == "user-signin"]
