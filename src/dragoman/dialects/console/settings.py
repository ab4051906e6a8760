"""Settings: what is configured, what can be changed while running, and the audit trail."""

import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import settings, tables
from dragoman.core.faults import BadValue
from dragoman.core.sql import Row, contains, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import ORGANISATION, Member
from dragoman.dialects.console.options import Options
from dragoman.dialects.console.results import Page, Redirect
from dragoman.dialects.console.systems import FIVE, SYSTEMS, titled
from dragoman.domains.console import members
from dragoman.domains.desk import settings as desk
from dragoman.wire import switches
from dragoman.wire.binding import Given, Query
from dragoman.wire.dialect import Site
from dragoman.wire.switches import Kept

_MOST_DAYS, _MOST_ROWS, _MOST_MEGABYTES = 3650, 10**9, 20
_SIZE = re.compile(r"\d{1,3}(\.\d{1,2})?\Z")
_PAGE = 50
_LOG = tables.request_log.c
_OLDEST = prepare(
    sa.select(
        sa.func.min(_LOG.at_ms).label("at_ms"),
        sa.func.max(_LOG.id).label("top"),
        sa.func.min(_LOG.id).label("first"),
    )
)
_JOBS = prepare(
    sa.select(tables.jobs.c.state, sa.func.count().label("count")).group_by(tables.jobs.c.state)
)
_c = tables.changes.c


class ShowSettings(msgspec.Struct, frozen=True):
    """GET /edit/settings."""

    site: Annotated[Site, Given()]
    options: Annotated[Options, Given()]


class SaveSettings(msgspec.Struct, frozen=True):
    """POST /edit/settings."""

    organisation: str = ""


class SaveSystems(msgspec.Struct, frozen=True):
    """POST /edit/settings/systems. on: keys of the systems that answer."""

    site: Annotated[Site, Given()]
    on: list[str] = []


class SaveLog(msgspec.Struct, frozen=True):
    """POST /edit/settings/log. rows: 0 for as many as there are."""

    days: int = 0
    rows: int = 0


class SaveFiles(msgspec.Struct, frozen=True):
    """POST /edit/settings/files: attachments of the help desk; size in megabytes."""

    allowed: bool = False
    size: str = ""


class ShowAudit(msgspec.Struct, frozen=True):
    """GET /edit/settings/audit."""

    q: Annotated[str, Query()] = ""
    who: Annotated[int | None, Query()] = None
    subject: Annotated[str, Query()] = ""
    dialect: Annotated[str, Query()] = ""
    before: Annotated[int | None, Query()] = None


class Entry(msgspec.Struct, frozen=True):
    """One line of the audit trail. diff: (column, before, after)."""

    id: int
    at_ms: int
    what: str
    subject: str
    subject_id: int
    who: str
    account_id: int | None
    system: Any
    request_id: str
    diff: list[tuple[str, str, str]]


def organisation(tx: Tx, options: Options) -> str:
    """The name above the navigation: as set here, else as configured."""
    return str(settings.read(tx, ORGANISATION) or options.organisation)


def page(tx: Tx, ask: ShowSettings) -> Page:
    """GET /edit/settings"""
    log = tx.first(_OLDEST)
    jobs = {row.state: row.count for row in tx.all(_JOBS)}
    base, off, held = ask.site.public_url, switches.off(tx), desk.read(tx)
    values = {
        "active": "settings",
        "title": "General",
        "tab": "general",
        "version": _version(),
        "python": platform.python_version(),
        "database": ask.site.database.name,
        "files": ask.site.files.url.partition("://")[0],
        "systems": [
            (SYSTEMS[key], f"{base}/{key}/", key in ask.site.running, key not in off)
            for key in FIVE
        ],
        "kept": switches.kept(tx, ask.site.kept),
        "attachments": desk.is_on(held, "allow-attachments"),
        "attachment_size": held.get("max-size") or "0",
        "base": base,
        "log": log,
        "jobs": jobs,
        "name": organisation(tx, ask.options),
        "options": ask.options,
        "body_bytes": ask.site.log.body_bytes,
        "may_write": isinstance(tx.actor, Member) and tx.actor.may("settings:write"),
        "members": len(members.listed(tx)),
    }
    return Page("settings.html", values)


def _version() -> str:
    try:
        return version("dragoman")
    except PackageNotFoundError:
        return "development"


def save(tx: Tx, ask: SaveSettings) -> Redirect:
    """POST /edit/settings"""
    name = ask.organisation.strip()
    if not 0 < len(name) <= 60:
        raise BadValue("organisation")
    settings.store(tx, ORGANISATION, name)
    return Redirect("/edit/settings", "Saved.")


def save_systems(tx: Tx, ask: SaveSystems) -> Redirect:
    """POST /edit/settings/systems: which APIs answer."""
    if not set(ask.on) <= set(FIVE):
        raise BadValue("on")
    shown = ask.site.running & set(FIVE)  # the others stay as they are
    switches.switch_off(tx, (switches.off(tx) - shown) | (shown - set(ask.on)))
    return Redirect("/edit/settings", "Saved. Every worker knows within a second.")


def save_log(tx: Tx, ask: SaveLog) -> Redirect:
    """POST /edit/settings/log: how long calls are kept."""
    if not 1 <= ask.days <= _MOST_DAYS:
        raise BadValue("days")
    if not 0 <= ask.rows <= _MOST_ROWS:
        raise BadValue("rows")
    switches.keep(tx, Kept(ask.days, ask.rows))
    return Redirect("/edit/settings", "Saved. Older calls go within ten minutes.")


def save_files(tx: Tx, ask: SaveFiles) -> Redirect:
    """POST /edit/settings/files: what customers and staff may attach to tickets."""
    size = ask.size.strip().replace(",", ".")
    if not _SIZE.match(size) or not 0 < float(size) <= _MOST_MEGABYTES:
        raise BadValue("size")
    desk.store(tx, {"allow-attachments": "1" if ask.allowed else "0", "max-size": size})
    return Redirect("/edit/settings", "Saved.")


def audit(tx: Tx, ask: ShowAudit) -> Page:
    """GET /edit/settings/audit"""
    rows = _changes(tx, ask)
    more, rows = len(rows) > _PAGE, rows[:_PAGE]
    names = {
        row.id: row.name for row in tx.all(sa.select(tables.accounts.c.id, tables.accounts.c.name))
    }
    entries = [_entry(row, names) for row in rows]
    params = {
        name: value
        for name in ("q", "who", "subject", "dialect")
        if (value := getattr(ask, name)) not in ("", None)
    }
    values = {
        "active": "settings",
        "title": "Audit trail",
        "tab": "audit",
        "entries": entries,
        "more": more,
        "ask": ask,
        "params": params,
        "who": names.get(ask.who or 0, ""),
        "dialects": [("", "All"), *((key, one.title) for key, one in SYSTEMS.items())],
    }
    return Page("audit.html", values)


def _changes(tx: Tx, ask: ShowAudit) -> list[Row]:
    params: dict[str, Any] = {
        "text": fold(ask.q.strip())[:100] or None,
        "who": ask.who,
        "subject": ask.subject or None,
        "dialect": ask.dialect or None,
        "before": ask.before,
    }
    given = {name: value for name, value in params.items() if value is not None}
    query = tx.shaped(("audit", *sorted(given)), lambda: _audit(given))
    return tx.all(query, **given, limit=_PAGE + 1)


def _audit(given: Mapping[str, Any]) -> Any:
    found: list[Any] = [_c.live.is_(False)]
    if "text" in given:
        text = sa.bindparam("text", type_=sa.Text())
        found.append(sa.or_(contains(_c.event, text), contains(sa.func.lower(_c.subject), text)))
    if "who" in given:
        found.append(_c.account_id == sa.bindparam("who", type_=sa.BigInteger()))
    if "subject" in given:
        found.append(_c.subject == sa.bindparam("subject", type_=sa.Text()))
    if "dialect" in given:
        found.append(_c.dialect == sa.bindparam("dialect", type_=sa.Text()))
    if "before" in given:
        found.append(_c.id < sa.bindparam("before", type_=sa.BigInteger()))
    query = sa.select(tables.changes).where(*found).order_by(_c.id.desc())
    return query.limit(sa.bindparam("limit", type_=sa.BigInteger()))


_VERBS = {"created": "created", "updated": "changed", "deleted": "deleted"}


def _entry(row: Row, names: Mapping[int, str]) -> Entry:
    subject, _, verb = row.event.rpartition(".")
    before, after = row.before or {}, {**(row.after or {}), **(row.facts or {})}
    columns = list(dict.fromkeys([*before, *after]))
    diff = [
        (name, _short(before.get(name)), _short(after.get(name)))
        for name in columns
        if not (verb == "created" and after.get(name) in (None, "", [], {}))
    ]
    who = names.get(row.account_id or 0, "") or (
        "the system" if row.account_id is None else f"#{row.account_id}"
    )
    what = (
        f"{row.subject.replace('_', ' ')} {_VERBS[verb]}"
        if verb in _VERBS and subject == row.subject
        else row.event
    )
    return Entry(
        row.id,
        row.at_ms,
        what,
        row.subject,
        row.subject_id,
        who,
        row.account_id,
        titled(row.dialect),
        row.request_id,
        diff,
    )


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 160 else f"{text[:160]}…"
