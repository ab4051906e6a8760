"""The table, in the order of the document. Source: spec/chautec 3."""

from typing import Any

from dragoman.dialects.chautec import components, files, spaces, users
from dragoman.wire.endpoint import Endpoint

_V1 = "/api/v1"
_FORM_ALLOWANCE = 1 << 16


def _row(method: str, path: str, handler: Any, access: str, source: str, **facts: Any) -> Endpoint:
    return Endpoint(method, path, handler, access, source, writes=method != "GET", **facts)


_UPLOAD = {
    "flags": frozenset({"upload"}),
    "prepare": files.store_upload,
    "max_body": (50 << 20) + _FORM_ALLOWANCE,
}
_LOGIN = {"flags": frozenset({"login"}), "prepare": users.verify}

ENDPOINTS = (
    _row("POST", f"{_V1}/space", spaces.create, "login", "chautec 4"),
    _row("GET", f"{_V1}/space/{{id}}", spaces.fetch, "login", "chautec 4"),
    _row("GET", f"{_V1}/space/all", spaces.listed, "login", "chautec 4"),
    _row("PUT", f"{_V1}/space/{{id}}", spaces.change, "login", "chautec 4"),
    _row("DELETE", f"{_V1}/space/{{id}}", spaces.delete, "login", "chautec 4", heavy=True),
    _row("POST", f"{_V1}/component", components.create, "login", "chautec 5"),
    _row("GET", f"{_V1}/component/{{id}}", components.fetch, "public", "chautec 6"),
    _row(
        "GET",
        f"{_V1}/component/{{space_id}}/{{key}}",
        components.fetch_by_key,
        "public",
        "chautec 6",
    ),
    _row("PUT", f"{_V1}/component/{{id}}", components.change, "login", "chautec 5"),
    _row(
        "DELETE", f"{_V1}/component/{{id}}", components.delete, "login", "chautec 5.3", heavy=True
    ),
    Endpoint("POST", f"{_V1}/component/search", components.search, "public", "chautec 6.8"),
    _row("PUT", f"{_V1}/component/sequence", components.resequence, "login", "chautec 6.9"),
    _row("GET", f"{_V1}/component/text/{{id}}", components.text, "public", "chautec 7"),
    _row(
        "GET",
        f"{_V1}/component/text/{{space_id}}/{{key}}",
        components.text_by_key,
        "public",
        "chautec 7",
    ),
    _row("POST", f"{_V1}/component/file/{{id}}", files.upload, "login", "chautec 8", **_UPLOAD),
    _row("GET", f"{_V1}/component/file/{{id}}", files.fetch, "public", "chautec 8"),
    _row(
        "GET",
        f"{_V1}/component/file/{{spaceId}}/{{key}}",
        files.fetch_by_key,
        "public",
        "chautec 8",
    ),
    _row("GET", f"{_V1}/component/file/check/{{id}}", files.check, "login", "chautec 8"),
    _row("DELETE", f"{_V1}/component/file/{{id}}", files.delete, "login", "chautec 8"),
    _row("POST", f"{_V1}/user", users.create, "login", "chautec 9.1", prepare=users.hash_password),
    _row("GET", f"{_V1}/user/{{id}}", users.fetch, "login", "chautec 9.1"),
    _row("GET", f"{_V1}/user/all", users.listed, "login", "chautec 9.1"),
    _row(
        "PUT",
        f"{_V1}/user/{{id}}",
        users.change,
        "login",
        "chautec 9.1",
        prepare=users.hash_password,
    ),
    _row("DELETE", f"{_V1}/user/{{id}}", users.delete, "login", "chautec 9.1"),
    _row(
        "PUT",
        f"{_V1}/user/key/{{id}}",
        users.new_key,
        "login",
        "chautec 9.1",
        flags=frozenset({"secret:key"}),
    ),
    _row("DELETE", f"{_V1}/user/key/{{id}}", users.remove_key, "login", "chautec 9.1"),
    _row("POST", "/auth/login", users.log_in, "public", "chautec 9.2", **_LOGIN),
    _row("POST", "/auth/logout", users.log_out, "public", "chautec 9.2"),
)
