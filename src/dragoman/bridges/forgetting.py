"""Taking an address out of what is kept about the past: the journal and the request log.

Rows stay, so that it is still told what was done, when and by whom; what they quote goes.
Decision: docs/decisions/0007.
"""

import re
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx

ERASED = "(erased)"
_KEPT = {"accounts", "counters", "settings"}  # belong to nobody that can be erased
_c, _l = tables.changes.c, tables.request_log.c
_PLAIN, _CODED = sa.bindparam("plain", type_=sa.Text()), sa.bindparam("coded", type_=sa.Text())
_LINES = ("path", "query", "actor", "request_headers", "response_headers")
_BODIES = ("request_body", "response_body")


def _holds(column: Any) -> Any:
    low = sa.func.lower(sa.type_coerce(column, sa.Text()))
    return sa.or_(low.like(_PLAIN, escape="\\"), low.like(_CODED, escape="\\"))


_END = prepare(sa.select(sa.func.max(_c.id)))
_TOUCHED = prepare(
    sa.select(_c.subject, _c.subject_id)
    .where(
        _c.id > sa.bindparam("start", type_=sa.BigInteger()),
        _c.request_id == sa.bindparam("request_id", type_=sa.Text()),
    )
    .distinct()
)
_ABOUT = prepare(
    sa.select(tables.changes).where(
        _c.subject == sa.bindparam("subject", type_=sa.Text()),
        _c.subject_id == sa.bindparam("subject_id", type_=sa.BigInteger()),
    )
)
_SAYING = prepare(
    sa.select(tables.changes).where(sa.or_(*map(_holds, (_c.before, _c.after, _c.facts))))
)
_LOGGED = prepare(
    sa.select(_l.id, *(_l[name] for name in _LINES + _BODIES)).where(
        sa.or_(*(_holds(_l[name]) for name in _LINES + _BODIES))
    )
)


def start(tx: Tx) -> int:
    """Where the journal ends before an erasure; `journal` takes it."""
    return int(tx.scalar(_END) or 0)


def journal(tx: Tx, email: str, begun: int) -> int:
    """Redact the history of all rows changed since `begun` by this request, and every change that
    quotes the address. Returns how many changes.
    """
    rows: dict[int, Row] = {}
    for one in tx.all(_TOUCHED, start=begun, request_id=tx.origin.request_id):
        if one.subject not in _KEPT:
            about = tx.all(_ABOUT, subject=one.subject, subject_id=one.subject_id)
            rows.update((row.id, row) for row in about)
    quoted, pattern = _forms(email)
    for row in tx.all(_SAYING, **quoted):
        if any(pattern.search(str(part)) for part in (row.before, row.after, row.facts)):
            rows[row.id] = row
    for row in rows.values():
        gone = {"before": None, "after": None, "facts": {"erased": True}}
        tx.update(tables.changes, row.id, gone)
    return len(rows)


def requests(tx: Tx, email: str) -> int:
    """Redact logged calls that hold the address: bodies whole, elsewhere the address alone.
    Returns how many calls.
    """
    quoted, pattern = _forms(email)
    done = 0
    for row in tx.all(_LOGGED, **quoted):
        new: dict[str, str] = {
            name: ERASED for name in _BODIES if pattern.search(getattr(row, name))
        }
        new |= {name: pattern.sub(ERASED, getattr(row, name)) for name in _LINES}
        done += tx.update(tables.request_log, row.id, new)
    return done


def _forms(email: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """What to look for in SQL, and exactly: not where the address is the end of a longer one."""
    key = fold(email.strip())
    coded = quote(key, safe="").lower()
    sought = {
        name: "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
        for name, text in (("plain", key), ("coded", coded))
    }
    either = f"{re.escape(key)}|{re.escape(coded)}"
    return sought, re.compile(rf"(?<![\w.+-])(?:{either})(?!\.?[\w-])", re.IGNORECASE)
