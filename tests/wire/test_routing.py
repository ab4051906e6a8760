"""Finding rows by path and method."""

import pytest

from dragoman.wire.endpoint import Endpoint
from dragoman.wire.routing import Router


def row(method: str, path: str) -> Endpoint:
    return Endpoint(method, path, lambda tx, ask: None, "public", "test")


ROWS = (
    row("GET", "/user/all"),
    row("GET", "/user/{id}"),
    row("DELETE", "/user/{id}"),
    row("GET", "/user/{id}/key"),
    row("GET", "/user/all/{page}/last"),
    row("POST", "/user"),
    row("GET", "/{space}/{key}"),
)
ROUTER = Router(ROWS)

CASES = [
    ("GET", "/user/all", 0, {}),
    ("GET", "/user/5", 1, {"id": "5"}),
    ("DELETE", "/user/5", 2, {"id": "5"}),
    ("GET", "/user/5/key", 3, {"id": "5"}),
    ("GET", "/user/all/key", 3, {"id": "all"}),
    ("GET", "/user/all/2/last", 4, {"page": "2"}),
    ("POST", "/user", 5, {}),
    ("GET", "/a/b", 6, {"space": "a", "key": "b"}),
    ("GET", "/user/a%2Fb", 1, {"id": "a/b"}),
    ("GET", "/user/%C3%9F", 1, {"id": "ß"}),
]


@pytest.mark.parametrize(("method", "path", "at", "params"), CASES)
def test_a_row_is_found(method: str, path: str, at: int, params: dict[str, str]) -> None:
    match = ROUTER.find(method, path)
    assert match.endpoint is ROWS[at]
    assert match.params == params


@pytest.mark.parametrize("path", ["/", "", "/nowhere", "/user/1/2/3/4", "/x/y/z", "/USER/all/2"])
def test_no_such_path(path: str) -> None:
    match = ROUTER.find("GET", path)
    assert match.endpoint is None
    assert match.allowed == () or path == "/nowhere"


def test_another_method_names_those_that_work() -> None:
    assert ROUTER.find("PUT", "/user/5").allowed == ("GET", "DELETE")
    assert ROUTER.find("GET", "/user").allowed == ("POST",)
