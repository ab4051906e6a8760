"""The base templates of models. Source: spec/rightech 7.1."""

from typing import Any

from dragoman.core.faults import BadValue

NAMES = (
    "mqtt",
    "http-ric",
    "websocket",
    "coap",
    "lwm2m",
    "lora",
    "wialon-ips",
    "wialon-combine",
    "galileosky",
    "teltonika",
    "navtelecom",
    "arnavi3",
    "zigbee",
)
_SATELLITE = frozenset(
    {"wialon-ips", "wialon-combine", "galileosky", "teltonika", "navtelecom", "arnavi3"}
)


def _folder(id: str, name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": id, "type": "subsystem", "name": name, "active": True, "children": children}


def _argument(id: str, name: str, kind: str, unit: str, reference: str = "") -> dict[str, Any]:
    node = {"id": id, "type": "argument", "name": name, "active": True, "dataType": kind}
    if unit:
        node["unit"] = unit
    if reference:
        node["reference"] = reference
    return node


def _switch(id: str, name: str, payload: str) -> dict[str, Any]:
    return {
        "id": id,
        "type": "action",
        "name": name,
        "active": True,
        "service": "ric-gate",
        "command": "publish",
        "params": {"topic": "base/relay/led1", "payload": payload},
    }


def _event(id: str, name: str) -> dict[str, Any]:
    return {"id": id, "type": "event", "name": name, "active": True}


def _tree(base: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    params: list[dict[str, Any]] = []
    commands: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    if base == "mqtt":
        parts.append(_folder("external-software-modules", "External software modules", []))
        params = [
            _argument(
                "temperature",
                "Temperature",
                "number",
                "temperature-celsius",
                "base/state/temperature",
            ),
            _argument("humidity", "Humidity", "number", "percent", "base/state/humidity"),
        ]
        commands = [_switch("led-on", "LED on", "1"), _switch("led-off", "LED off", "0")]
        told = [
            _event("object-online", "Object online"),
            _event("object-offline", "Object offline"),
        ]
    elif base in _SATELLITE:
        params = [
            _argument("lat", "Latitude", "number", "degree"),
            _argument("lon", "Longitude", "number", "degree"),
            _argument("speed", "Speed", "number", "kilometer-per-hour"),
        ]
    parts += [
        _folder("params", "Parameters", params),
        _folder("cmds", "Commands", commands),
        _folder("events", "Events", told),
    ]
    root = {"id": "root", "type": "subsystem", "name": "Root", "active": True, "_isRoot": True}
    return {**root, "children": parts}


def _template(order: int, base: str) -> dict[str, Any]:
    pattern = f"{base}-$tagname-$nanoid"
    props = {
        "protocol": base,
        "prefix": "",
        "idPattern": pattern,
        "namePattern": pattern,
        "bots": base == "mqtt",
        "order": order,
        "auth": {},
    }
    return {"id": base, "base": base, "name": base, "data": _tree(base), "props": props}


def all_of_them() -> list[dict[str, Any]]:
    """Fresh copies of all of them, in order."""
    return [_template(order, base) for order, base in enumerate(NAMES, 1)]


def template(base: str) -> dict[str, Any]:
    """A fresh copy of one. Raises BadValue("base")."""
    if base not in NAMES:
        raise BadValue("base", "is not a known template")
    return _template(NAMES.index(base) + 1, base)
