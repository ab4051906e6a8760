"""Rightech: a list of 50 objects."""

import json
from pathlib import Path
from typing import Any

from bench.case import Case, Part, Request
from bench.recorded import floor
from dragoman.core.clock import now_ms
from dragoman.core.loading import Loading
from dragoman.domains.things import fixtures

_PATH = "/api/v1/objects"
_KEPT = "bench token"


def prepare(tx: Any) -> dict[str, str]:
    """Fifty objects with a state, and a token of the administrator."""
    objects = [
        {
            "id": f"sensor-{at}",
            "name": f"Sensor {at}",
            "model": "m",
            "description": "A sensor of the bench",
        }
        for at in range(50)
    ]
    part = {"models": [{"key": "m", "name": "M", "base": "mqtt"}], "objects": objects}
    fixtures.load(tx, part, Loading(None, Path(), now_ms()))  # type: ignore[arg-type] # no files
    token = fixtures.issue(tx, "admin", _KEPT, {})
    return {"token": token}


def floor_list(path: str) -> Any:
    """The same statements and bytes."""
    token = json.loads(Path(path).with_name("values.json").read_text())["token"]
    scope = {
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "query_string": b"limit=50",
        "headers": [(b"host", b"x"), (b"authorization", f"Bearer {token}".encode())],
    }
    return floor(path, "rightech", scope)


PART = Part(
    prepare,
    [
        Case(
            "rightech list of 50",
            "rightech",
            Request("GET", f"{_PATH}?limit=50", {"Authorization": "Bearer {token}"}),
            1.5,
            "bench.cases.rightech:floor_list",
        )
    ],
)
