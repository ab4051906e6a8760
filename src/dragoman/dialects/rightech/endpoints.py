"""The table, in the order of the document. Source: spec/rightech."""

from collections.abc import Iterator
from typing import Any

from dragoman.dialects.rightech import log, login, messages, models, objects, stores
from dragoman.wire.endpoint import Endpoint, unwritten

_V1 = "/api/v1"
_STORES = (
    "models",
    "objects",
    "automatons",
    "handlers",
    "geofences",
    "messages",
    "tokens",
    "users",
    "groups",
    "roles",
    "labels",
    "dashboards",
    "scenes",
    "files",
)


def _row(method: str, path: str, handler: Any, source: str, **facts: Any) -> Endpoint:
    facts.setdefault("access", "login")
    facts.setdefault("writes", method != "GET")
    return Endpoint(method, _V1 + path, handler, source=f"rightech {source}", **facts)


def _store_rows(name: str) -> Iterator[Endpoint]:
    five = stores.handlers(name)
    facts: dict[str, Any] = {"prepare": stores.hash_password} if name == "users" else {}
    secret = {"flags": frozenset({"secret:token"})} if name == "tokens" else {}
    yield _row("GET", f"/{name}", five.listed, "6")
    yield _row("POST", f"/{name}", five.create, "5, 7", **facts, **secret)
    yield _row("GET", f"/{name}/{{id}}", five.fetch, "5")
    yield _row("PATCH", f"/{name}/{{id}}", five.change, "5", **facts)
    yield _row("DELETE", f"/{name}/{{id}}", five.delete, "5")


def _unbuilt(methods: str, path: str, source: str) -> Iterator[Endpoint]:
    for method in methods.split():
        yield _row(method, path, unwritten, source, writes=False)


_LOGIN = {
    "access": "open",
    "prepare": login.verify,
    "flags": frozenset({"form", "secret:token"}),
}
_SELF = {"access": "self"}

ENDPOINTS = (
    Endpoint("GET", "/", login.probe, "open", "rightech R1.5"),
    _row("GET", "", login.probe, "R1.5", access="open"),
    _row("POST", "/auth", login.sign_in, "R3.1", **_LOGIN),
    _row("GET", "/auth", login.whoami, "R3.7", **_SELF),
    _row("DELETE", "/auth", login.sign_out, "R3.6", **_SELF),
    _row("POST", "/auth/token", login.give_token, "R3.2", **_LOGIN),
    _row("POST", "/auth/logout", login.sign_out, "R3.6", **_SELF),
    *(row for name in _STORES for row in _store_rows(name)),
    _row("GET", "/models/base", models.base_templates, "R7.4"),
    _row("POST", "/models/{id}/nodes", models.add_node, "R7.7"),
    _row("PATCH", "/models/{id}/nodes/{node}", models.change_node, "R7.7"),
    _row("DELETE", "/models/{id}/nodes/{node}", models.remove_node, "R7.7"),
    _row("GET", "/models/{id}/commands", models.commands, "R7.8"),
    _row("GET", "/objects/{id}/model", objects.model_view, "R8.1"),
    _row("GET", "/objects/{id}/packets", objects.packets_listed, "R8.5"),
    _row("POST", "/objects/{id}/packets", objects.post_packets, "R8.2", flags=frozenset({"array"})),
    _row("DELETE", "/objects/{id}/state", objects.clear_state, "R8.8"),
    _row("GET", "/objects/{id}/commands", objects.commands, "R8.11"),
    _row("POST", "/objects/{id}/commands/{command}", objects.send_command, "R8.9"),
    *(
        _row("POST", f"/objects/{{id}}/{kind}/{{what}}/{verb}", objects.runner(kind, verb), "R8.14")
        for kind in ("automatons", "handlers", "geofences")
        for verb in ("start", "stop")
    ),
    _row("GET", "/objects/{id}/events", log.of_object, "R10.3"),
    _row("POST", "/objects/{id}/events", objects.add_event, "R10.5"),
    *_unbuilt("GET", "/objects/{id}/connect", "R8.12"),
    *_unbuilt("POST", "/objects/{id}/bot/start", "R8.13"),
    *_unbuilt("POST", "/objects/{id}/bot/stop", "R8.13"),
    *_unbuilt("GET", "/objects/{id}/containers", "R8.15"),
    *_unbuilt("POST DELETE", "/objects/{id}/containers/{container}", "R8.15"),
    _row("GET", "/events", log.listed, "R10.3"),
    _row("GET", "/events/org", log.names, "R10.4"),
    _row("GET", "/events/{id}", log.fetch, "R5.2"),
    _row("GET", "/messages/history", messages.history, "R11.2"),
    _row("DELETE", "/messages/clear", messages.clear, "R11.2"),
    *_unbuilt("GET POST", "/invites", "7"),
    *_unbuilt("GET PATCH DELETE", "/invites/{id}", "7"),
    *_unbuilt("GET POST", "/tasks", "R12.1"),
    *_unbuilt("GET PATCH DELETE", "/tasks/{id}", "R12.1"),
    *_unbuilt("GET POST", "/tasks/kinds", "R12.1"),
    *_unbuilt("GET PATCH DELETE", "/tasks/kinds/{id}", "R12.1"),
    *_unbuilt("GET POST", "/tables", "R12.2"),
    *_unbuilt("GET PATCH DELETE", "/tables/{id}", "R12.2"),
    *_unbuilt("GET POST", "/tables/{id}/rows", "R12.2"),
    *_unbuilt("GET PATCH DELETE", "/tables/{id}/rows/{row}", "R12.2"),
    *_unbuilt("GET POST", "/reports", "R12.3"),
    *_unbuilt("GET PATCH DELETE", "/reports/{id}", "R12.3"),
    *_unbuilt("POST", "/reports/{id}/build", "R12.3"),
    *_unbuilt("GET", "/reports/builds", "R12.3"),
    *_unbuilt("GET DELETE", "/reports/builds/{id}", "R12.3"),
    *_unbuilt("POST", "/reports/builds/{id}/cancel", "R12.3"),
    *_unbuilt("GET", "/reports/builds/{id}/export", "R12.3"),
)
