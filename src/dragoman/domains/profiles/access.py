"""Groups, roles and tokens: which objects a caller sees and what a caller may do."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.identity import accounts, credentials
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables
from dragoman.domains.profiles.faults import NotServed, WrongGroup

DOMAIN = "profiles"
TOKEN = "token"  # noqa: S105 # the kind of credential
MAIN = 0
PERMISSIONS = frozenset(
    {
        "profiles_read", "profiles_write", "profiles_delete", "profiles_export",
        "subscriptions_write", "databases_read", "databases_wipe", "resources_read",
        "segments_read", "segments_write", "suppress_read", "suppress_write", "relations_read",
        "relations_write", "history_read", "tasks_read",
    }
)  # fmt: skip
PER_DEFAULT = PERMISSIONS - {"profiles_delete", "databases_wipe"}


def _by_number(table: sa.Table) -> Any:
    where = table.c.number == sa.bindparam("number", type_=sa.BigInteger())
    return prepare(sa.select(table).where(where))


_DATABASE = _by_number(tables.databases)
_RESOURCE = _by_number(tables.resources)
SEGMENT = _by_number(tables.segments)
_DATABASES = prepare(sa.select(tables.databases).order_by(tables.databases.c.number))
_RESOURCES = prepare(sa.select(tables.resources).order_by(tables.resources.c.number))
_ROLES = prepare(sa.select(tables.roles))
_GROUPS = prepare(sa.select(tables.groups).order_by(tables.groups.c.number))


class Viewer(msgspec.Struct, frozen=True):
    """Who looks: numbers of their groups; group 0 sees everything."""

    groups: frozenset[int]

    def sees(self, groups: Iterable[int]) -> bool:
        """Whether an object of these groups is visible."""
        return MAIN in self.groups or not self.groups.isdisjoint(groups)


OVERSEER = Viewer(frozenset({MAIN}))
"""Who sees everything: an administrator's own tools."""


def viewer_of(token: Row) -> Viewer:
    """Who looks with a token; one without groups sees everything."""
    return Viewer(frozenset(token.facts.get("groups") or (MAIN,)))


def database(tx: Tx, viewer: Viewer, number: int) -> Row:
    """A database by number. Raises NotFound, WrongGroup."""
    return seen(tx, viewer, _DATABASE, "database", number)


def resource(tx: Tx, viewer: Viewer, number: int) -> Row:
    """A resource by number. Raises NotFound, WrongGroup."""
    return seen(tx, viewer, _RESOURCE, "resource", number)


def serving(tx: Tx, viewer: Viewer, number: int, database: Row) -> Row:
    """A resource that serves the database. Raises NotFound, WrongGroup, NotServed."""
    held = resource(tx, viewer, number)
    if database.number not in held.databases:
        raise NotServed(number, database.number)
    return held


def segment(tx: Tx, viewer: Viewer, number: int, database: Row) -> Row:
    """A static segment of the database. Raises NotFound, WrongGroup, BadValue."""
    held = seen(tx, viewer, SEGMENT, "segment", number)
    if held.database_id != database.id:
        raise BadValue("segment", f"segment {number} belongs to another database")
    if held.kind != "static":
        raise BadValue("segment", f"segment {number} is not static")
    return held


def seen(tx: Tx, viewer: Viewer, statement: Any, kind: str, number: int) -> Row:
    """The one row of a statement with parameter `number`. Raises NotFound, WrongGroup."""
    row = tx.first(statement, number=number)
    if row is None:
        raise NotFound(kind, "id", number)
    if not viewer.sees(row.groups):
        raise WrongGroup(kind, number)
    return row


def name(text: str) -> str:
    """A name that people give, without space around it; 1 to 255 characters. Raises BadValue."""
    kept = text.strip()
    if not 1 <= len(kept) <= 255:
        raise BadValue("name", "is empty or too long")
    return kept


def databases(tx: Tx, viewer: Viewer) -> list[Row]:
    """The visible databases by number."""
    return [row for row in tx.all(_DATABASES) if viewer.sees(row.groups)]


def resources(tx: Tx, viewer: Viewer) -> list[Row]:
    """The visible resources by number."""
    return [row for row in tx.all(_RESOURCES) if viewer.sees(row.groups)]


def groups(tx: Tx) -> dict[int, str]:
    """Names of the groups by number."""
    return {row.number: row.name for row in tx.all(_GROUPS)}


def permissions(tx: Tx, role_names: Iterable[str]) -> frozenset[str]:
    """What roles permit together; no role at all: nearly everything."""
    names = set(role_names)
    if not names:
        return PER_DEFAULT
    held = [row.permissions for row in tx.all(_ROLES) if row.name in names]
    return frozenset(name for listed in held for name in listed)


def put_group(tx: Tx, number: int, name: str) -> int:
    """Make or rename a group."""
    return tx.upsert(tables.groups, {"number": number}, {"name": name})


def put_role(tx: Tx, name: str, permissions: Iterable[str]) -> int:
    """Make or change a role. Raises BadValue for an unknown permission."""
    listed = sorted(set(permissions))
    unknown = sorted(set(listed) - PERMISSIONS)
    if unknown:
        raise BadValue("permissions", f"{unknown[0]!r} is no permission")
    return tx.upsert(tables.roles, {"name": name}, {"permissions": listed})


def issue_token(
    tx: Tx,
    *,
    name: str,
    groups: Iterable[int] = (),
    roles: Iterable[str] = (),
    text: str | None = None,
    active: bool = True,
    expires_ms: int | None = None,
) -> str:
    """A new token of an account of its own. text: only a fixture brings one. Returns the text."""
    secret = text or random_hex(32)
    account_id = accounts.create(tx, name=name, kind="program")
    id = credentials.issue(
        tx,
        account_id=account_id,
        domain=DOMAIN,
        kind=TOKEN,
        secret=secret,
        name=name,
        facts={"groups": sorted(set(groups)), "roles": sorted(set(roles))},
        expires_ms=expires_ms,
    )
    if not active:
        credentials.revoke(tx, id)
    return secret
