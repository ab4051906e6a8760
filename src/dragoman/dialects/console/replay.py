"""Sending a logged call again, with a credential that is asked for: the logged one was masked."""

from typing import Annotated

import msgspec

from dragoman.core import tables
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.tx import Tx
from dragoman.dialects.console import curl
from dragoman.dialects.console.refusals import NotReplayable
from dragoman.dialects.console.results import Page
from dragoman.wire import logsearch
from dragoman.wire.binding import Given, Path
from dragoman.wire.dialect import Site

_TIMEOUT_S = 15.0
_SHOWN = 64 << 10
_KEPT = frozenset({"content-type", "accept", "accept-charset", "accept-language"})


class Replay(msgspec.Struct, frozen=True):
    """POST /edit/logs/replay/{id}."""

    id: Annotated[int, Path()]
    site: Annotated[Site, Given()]
    header: str = ""
    credential: str = ""
    prepared: "Answered | None" = None


class Answered(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    duration_ms: float
    media_type: str
    body: str


def send(tx: Tx, ask: Replay) -> Answered:
    """Before the transaction, in a thread: the call, to this site only."""
    import httpx  # not at start: few calls are replayed

    row = logsearch.fetch(tx, ask.id)
    if row is None or row.dialect == "console":
        raise NotFound("call", "id", ask.id)
    if not curl.replayable(row):
        raise NotReplayable("masked")
    headers = {name: value for name, value in curl.headers(row) if name.lower() in _KEPT}
    if ask.credential:
        if not ask.header.replace("-", "").isalnum() or not ask.header.isascii():
            raise BadValue("header")
        if not ask.credential.isprintable() or not ask.credential.isascii():
            raise BadValue("credential")
        headers[ask.header] = ask.credential
    address = curl.address(row, ask.site)
    body = row.request_body.encode() or None
    # the site itself, whose certificate may be of its own making
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False, verify=False) as client:  # noqa: S501
            answer = client.request(row.method, address, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise NotReplayable("unreachable") from None
    return Answered(
        answer.status_code,
        answer.elapsed.total_seconds() * 1000,
        answer.headers.get("content-type", ""),
        answer.text[:_SHOWN],
    )


def replay(tx: Tx, ask: Replay) -> Page:
    """POST /edit/logs/replay/{id}"""
    tx.note("console.replayed", tables.request_log, ask.id)
    return Page("logs_replayed.html", {"answer": ask.prepared, "title": "Replayed"})
