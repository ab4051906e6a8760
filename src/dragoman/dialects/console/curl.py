"""A logged call as a curl line, without secrets; and whether it can be sent again."""

import shlex
from typing import Any

from dragoman.core.sql import Row
from dragoman.wire.dialect import Site
from dragoman.wire.masks import HIDDEN

_LEFT_OUT = frozenset(
    {
        "host",
        "content-length",
        "connection",
        "user-agent",
        "accept-encoding",
        "transfer-encoding",
        "cookie",
        "sec-fetch-site",
        "sec-fetch-mode",
        "sec-fetch-dest",
        "origin",
        "referer",
        "x-request-id",
    }
)
_CUT = "\n[cut: "
_MASKS = (HIDDEN, "%2A%2A%2A")  # plain, and as a query spells it


def line(row: Row, site: Site) -> str:
    """The command; masked values stand as they were logged, `***`."""
    parts = [f"curl -X {row.method} {shlex.quote(address(row, site))}"]
    for name, value in headers(row):
        if name.lower() not in _LEFT_OUT:
            parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if row.request_body:
        parts.append(f"-d {shlex.quote(row.request_body)}")
    return " \\\n  ".join(parts)


def address(row: Row, site: Site) -> str:
    """Where the call went, as far as this site knows."""
    base = site.public_url.rstrip("/")
    tail = f"?{row.query}" if row.query else ""
    place = f"/{row.dialect}" if row.dialect != "console" else ""
    return f"{base}{place}{row.path}{tail}"


def headers(row: Row) -> list[tuple[str, str]]:
    """The logged request headers."""
    found = []
    for text in row.request_headers.split("\n"):
        name, colon, value = text.partition(": ")
        if colon:
            found.append((name, value))
    return found


def replayable(row: Any) -> bool:
    """Whether nothing of the body or query was masked, cut or left out."""
    body = row.request_body
    if any(mark in text for mark in _MASKS for text in (body, row.query)) or _CUT in body:
        return False
    return not body.startswith("[") or (not body.endswith("bytes]") and "bytes of" not in body[:40])
