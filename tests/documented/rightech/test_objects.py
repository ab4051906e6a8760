"""Models, objects, packets, commands, geofences, messages, events."""

from typing import Any

import pytest

from tests.documented.rightech.test_stores import FENCE, NOT_FOUND
from tests.support.site import TestSite
from tests.support.things import Client


@pytest.fixture
def thing(admin: Client) -> dict[str, Any]:
    model = admin.made("models", base="mqtt", name="test-model-01")
    return admin.made("objects", model=model["_id"], id="test-object-01")


def test_model_templates(admin: Client) -> None:
    """Source: spec R7.4-R7.6."""
    bases = admin("GET", "/models/base").json
    assert [one["id"] for one in bases][:3] == ["mqtt", "http-ric", "websocket"]
    assert len(bases) == 13
    root = bases[0]["data"]
    assert (root["id"], root["type"], root["_isRoot"]) == ("root", "subsystem", True)
    assert [one["id"] for one in root["children"]] == [
        "external-software-modules",
        "params",
        "cmds",
        "events",
    ]


def test_nodes(admin: Client) -> None:
    """Source: spec R7.7, R7.8."""
    model = admin.made("models", base="coap", name="m")
    path = f"/models/{model['_id']}"
    node = {"id": "wash", "type": "action", "name": "Wash", "params": {"topic": "w"}}
    made = admin("POST", f"{path}/nodes?attachTo=cmds&atIndex=0", node)
    assert made.json == {**node, "active": True, "sucess": True, "success": True}
    assert admin("POST", f"{path}/nodes", node).status == 409
    assert admin("POST", f"{path}/nodes?attachTo=none", {**node, "id": "b"}).status == 404
    assert admin("POST", f"{path}/nodes", {"id": "c", "type": "action"}).status == 400
    (command,) = admin("GET", f"{path}/commands").json
    assert command == {**node, "active": True, "_parentId": "cmds"}
    changed = admin("PATCH", f"{path}/nodes/wash", {"params": {"payload": "1"}, "id": "x"})
    assert changed.json["params"] == {"topic": "w", "payload": "1"}
    assert admin("DELETE", f"{path}/nodes/wash").json["id"] == "wash"
    assert admin("DELETE", f"{path}/nodes/wash").json == NOT_FOUND
    assert admin("DELETE", f"{path}/nodes/root").json == NOT_FOUND


def test_worked_example(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec 14."""
    assert thing["name"] == "test-object-01"
    assert (thing["status"], thing["config"], thing["active"]) == ("ok", {}, True)
    assert "state" not in thing
    path = "/objects/test-object-01"
    body = {"config": {"params": {"A": 1}}, "owner": "f" * 24}
    changed = admin("PATCH", path, body).json
    assert changed["config"] == {"params": {"A": 1}}
    assert changed["owner"] == thing["owner"]
    assert changed["_at"] >= thing["time"]
    told = admin("POST", f"{path}/packets", {"temperature": 36.6}).json
    assert set(told) == {"_id", "_ts", "time", "sucess", "success"}
    assert told["_ts"] // 1000 == told["time"]
    listed = admin("GET", f"{path}/packets?from=1&to=2999-12-31T00:00&only=temperature")
    expected = f'[\n{{"_id":"{told["_id"]}","temperature":36.6}}\n]\n'
    assert listed.body == expected.encode()


def test_packets_add_up(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec R8.2-R8.6."""
    path = f"/objects/{thing['_id']}"
    admin("POST", f"{path}/packets", {"a": 1, "time": 1000, "_x": 1, "sucess": 1})
    admin("POST", f"{path}/packets", {"b": 2, "time": 3000, "online": False})
    admin("POST", f"{path}/packets", {"c": 3, "time": 2000})
    told = admin("POST", f"{path}/packets", [{"d": 4, "time": 4000}, {"a": 9, "time": 5000}])
    assert told.json["count"] == 2
    state = admin("GET", path).json["state"]
    assert {name: state[name] for name in "abd"} == {"a": 9, "b": 2, "d": 4}
    assert "c" not in state
    assert (state["time"], state["online"], state["_web"]) == (5000, True, True)
    keys = [
        {name: one[name] for name in "abcd" if name in one}
        for one in admin("GET", f"{path}/packets").json
    ]
    assert keys == [
        {"a": 1},
        {"a": 1, "b": 2},
        {"a": 1, "b": 2, "c": 3},
        {"a": 1, "b": 2, "d": 4},
        {"a": 9, "b": 2, "d": 4},
    ]
    own = admin("GET", f"{path}/packets?ofType=telemetry").json
    assert "a" not in own[1]
    assert own[1]["b"] == 2
    assert own[0]["_oid"] == thing["_id"]
    assert (own[0]["id"], own[0]["_mid"]) == ("test-object-01", thing["model"])
    stamps = [one["_ts"] for one in own]
    assert stamps == sorted(set(stamps))
    window = admin("GET", f"{path}/packets?begin=2000&end=3000&offset=1&limit=5").json
    assert [one["time"] for one in window] == [2000]
    assert admin("GET", f"{path}/packets?meta=count").json["count"] == 5
    names = [one["event"] for one in admin("GET", f"{path}/events").json]
    assert names == ["object-insert", "object-online", "object-offline", "object-online"]


@pytest.mark.parametrize(
    "body", [{"time": "now"}, {"time": -1}, {"online": 1}, [1], [{"time": "x"}], [{}] * 1001]
)
def test_bad_packets(admin: Client, thing: dict[str, Any], body: Any) -> None:
    """Source: spec R8.2; nothing of a bad batch is stored."""
    path = f"/objects/{thing['_id']}/packets"
    assert admin("POST", path, body).status == 400
    assert admin("GET", path).body == b"[\n]\n"


def test_object_through_its_model(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec R8.1."""
    path = f"/objects/{thing['_id']}"
    told = admin("POST", f"{path}/packets", {"temperature": 5}).json
    view = admin("GET", f"{path}/model").json
    assert "data" not in view
    assert view["_object"]["id"] == "test-object-01"
    assert [one["id"] for one in view["_actions"]] == ["led-on", "led-off"]
    first, second, *pseudo = view["_arguments"]
    assert (first["id"], first["_value"], first["_ts"]) == ("temperature", 5, told["_ts"])
    assert "_value" not in second
    assert [one["id"] for one in pseudo] == ["online", "time", "_ts"]
    assert all(one["_base"] for one in pseudo)


def test_commands(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec R8.9-R8.11."""
    path = f"/objects/{thing['_id']}"
    assert [one["id"] for one in admin("GET", f"{path}/commands").json] == ["led-on", "led-off"]
    url = f"{path}/commands/led-on?topic=t&token={admin.token}&withChildGroups=true"
    told = admin("POST", url, {"payload": "5"}).json
    assert told["params"] == {"topic": "t", "payload": "5"}
    assert (told["command"], len(told["id"])) == ("led-on", 22)
    assert admin("POST", f"{path}/commands/none").json == NOT_FOUND
    events = admin("GET", f"{path}/events?events=object-command-req,object-command-res").json
    assert [one["event"] for one in events] == ["object-command-req", "object-command-res"]
    assert events[0]["data"]["command"] == "led-on"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("automatons", {"name": "a"}),
        ("handlers", {"name": "h", "userCode": "1"}),
        ("geofences", {"name": "g", "shape": FENCE}),
    ],
)
def test_start_and_stop(
    admin: Client, miller: Client, thing: dict[str, Any], kind: str, body: dict[str, Any]
) -> None:
    """Source: spec R8.14, R2.7."""
    if kind == "automatons":
        body = {**body, "model": thing["model"]}
    what = admin.made(kind, **body)
    path = f"/objects/test-object-01/{kind}/{what['_id']}"
    assert miller("POST", f"{path}/start").json == NOT_FOUND
    started = admin("POST", f"{path}/start").json
    assert started["status"] == "running"
    assert admin("POST", f"{path}/start").json["session"] == started["session"]
    (link,) = admin("GET", "/objects/test-object-01").json["links"][kind]
    assert (link["id"], link["session"]) == (what["_id"], started["session"])
    assert admin("POST", f"{path}/stop").json["status"] == "stopped"
    assert admin("POST", f"{path}/stop").json["status"] == "stopped"
    assert "links" not in admin("GET", "/objects/test-object-01").json
    assert admin("POST", f"/objects/test-object-01/{kind}/{'f' * 24}/start").json == NOT_FOUND


def test_geofence_transitions(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec R9.2."""
    square = [[0, 0], [0, 10], [10, 10], [10, 0]]
    fence = admin.made("geofences", name="square", shape={"type": "polygon", "points": square})
    admin("POST", f"/objects/test-object-01/geofences/{fence['_id']}/start")
    for lat in (20, 5, 6, 20, 21):
        admin("POST", "/objects/test-object-01/packets", {"lat": lat, "lon": 5})
    events = admin(
        "GET", "/objects/test-object-01/events?events=object-geofence-enter,object-geofence-leave"
    ).json
    assert [one["event"] for one in events] == ["object-geofence-enter", "object-geofence-leave"]
    assert events[0]["data"] == {
        "geofence": fence["_id"],
        "name": "square",
        "lat": 5,
        "lon": 5,
    }


def test_messages(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec 11."""
    body = {"id": "test-object-01", "importance": "critical", "text": "Fire"}
    first = admin("POST", "/messages", body).json
    assert (first["id"], first["status"], first["message-body"]) == (thing["_id"], "new", "Fire")
    second = admin.made("messages", **{**body, "text": "Water"})
    assert [one["text"] for one in admin("GET", "/messages").json] == ["Water", "Fire"]
    assert admin("POST", "/messages", {**body, "importance": "x"}).status == 400
    assert admin("POST", "/messages", {**body, "id": "none"}).json == NOT_FOUND
    read = admin("PATCH", f"/messages/{second['_id']}", {"status": "read"}).json
    assert read["status"] == "read"
    assert admin("DELETE", "/messages/clear").json == {
        "count": 2,
        "sucess": True,
        "success": True,
    }
    assert admin("GET", "/messages").body == b"[\n]\n"
    admin("DELETE", f"/objects/{thing['_id']}")
    history = admin("GET", "/messages/history").json
    assert [one["text"] for one in history] == ["Water", "Fire"]


def test_events_of_the_organisation(admin: Client, thing: dict[str, Any]) -> None:
    """Source: spec R10.4."""
    told = admin("GET", "/events/org").json
    assert told["byModel"] == {thing["model"]: ["object-insert"]}
    assert "model-insert" in told["noModel"]
    assert told["unique"] == sorted({"object-insert", *told["noModel"]})


def test_deleting_an_object_drops_its_packets(
    things_site: TestSite, admin: Client, thing: dict[str, Any]
) -> None:
    """Source: spec R8.8."""
    admin("POST", "/objects/test-object-01/packets", {"a": 1})
    removed = admin("DELETE", "/objects/test-object-01").json
    assert removed["state"]["a"] == 1
    assert admin("GET", "/objects/test-object-01/packets").json == NOT_FOUND
    again = admin.made("objects", model=thing["model"], id="test-object-01")
    assert again["_id"] != thing["_id"]
    assert admin("GET", "/objects/test-object-01/packets").body == b"[\n]\n"
