"""Profiles from a fixture, and tokens from the command line. See docs/fixtures.md, 5."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import settings
from dragoman.core import tables as core
from dragoman.core.faults import BadValue, Fault, NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, fixture_objects, profiles, setup, tables, values
from dragoman.domains.profiles.matching import Match
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.subscriptions import Wish
from dragoman.domains.profiles.values import Operation

_ABOUT = frozenset({"database", "email", "fields", "subscriptions", "history"})
_PARTS = (
    "settings", "groups", "roles", "tokens", "suppression_lists", "databases", "resources",
    "profiles", "segments", "relations",
)  # fmt: skip


def load(tx: Tx, part: dict[str, Any], loading: Loading) -> None:
    """The part `profiles` of a fixture; idempotent by key. Raises BadFixture."""
    setup.install(tx)
    unknown = sorted(set(part) - set(_PARTS))
    if unknown:
        loading.fail(f"profiles.{unknown[0]}", "unknown part")
    if "settings" in part:
        settings.store(tx, access.DOMAIN, part["settings"])
    loaders: Mapping[str, Callable[[Tx, dict[str, Any], Loading], None]] = {
        "groups": lambda tx, one, _: _done(access.put_group(tx, one["number"], one["name"])),
        "roles": lambda tx, one, _: _done(access.put_role(tx, one["name"], one["permissions"])),
        "tokens": _token,
        "suppression_lists": fixture_objects.suppression_list,
        "databases": fixture_objects.database,
        "resources": fixture_objects.resource,
        "profiles": _profile,
        "segments": fixture_objects.segment,
        "relations": fixture_objects.relation,
    }
    for name, loader in loaders.items():
        for at, one in enumerate(part.get(name, [])):
            place = f"profiles.{name}[{at}]"
            try:
                loader(tx, one, loading)
            except KeyError as error:
                loading.fail(f"{place}.{error.args[0]}", "missing, or unknown")
            except Fault as fault:
                loading.fail(place, str(fault))


def join(tx: Tx, account_id: int, member: Mapping[str, Any], loading: Loading) -> None:
    """Make an account a master user: in the vendor's panel only such a one may create tokens."""
    if member.get("kind", "master") != "master":
        loading.fail("memberships.kind", "only `master` is known here")
    login = str(member["login"])
    held = memberships.by_login(tx, domain=access.DOMAIN, kind="master", login=login)
    if held is None:
        memberships.join(
            tx, domain=access.DOMAIN, kind="master", login=login, account_id=account_id
        )


def issue(tx: Tx, login: str, name: str, options: Mapping[str, Any]) -> str:
    """A token for `dragoman token create profiles`. options: groups (numbers), roles (names),
    expires_ms. Returns its text. Raises NotFound for a role that is not there, BadValue.
    """
    groups = options.get("groups") or ""
    roles = options.get("roles") or ""
    listed = groups.split() if isinstance(groups, str) else [str(one) for one in groups]
    named = roles.replace("+", " ").split() if isinstance(roles, str) else list(roles)
    if not all(one.isdigit() for one in listed):
        raise BadValue("groups", "are not numbers")
    for role in named:
        if not tx.all(sa.select(tables.roles.c.id).where(tables.roles.c.name == role)):
            raise NotFound("role", "name", role)
    return access.issue_token(
        tx,
        name=name or login,
        groups=map(int, listed),
        roles=named,
        expires_ms=options.get("expires_ms"),
    )


def _done(_: object) -> None:
    return None


def _token(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    text, facts = one.get("text"), {"groups": one.get("groups", []), "roles": one.get("roles", [])}
    held = None
    if text:
        held = credentials.find(tx, domain=access.DOMAIN, kind=access.TOKEN, secret=text)
    else:
        c = core.credentials.c
        named = sa.select(c.id).where(c.domain == access.DOMAIN, c.name == one["name"])
        held = tx.first(named)
    if held is not None:
        active = one.get("active", True)
        tx.update(core.credentials, held.id, {"facts": facts, "active": active})
        return
    made = access.issue_token(
        tx, name=one["name"], text=text, active=one.get("active", True), **facts
    )
    if not text:
        print(f"token {one['name']} (shown once): {made}")  # noqa: T201 # docs/fixtures.md


def _profile(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    database = access.database(tx, access.OVERSEER, one["database"])
    fields = {field["name"]: field for field in database.fields}
    system = {
        name: Operation("set", _value(values.SYSTEM[name], value, loading))
        for name, value in one.items()
        if name not in _ABOUT
    }
    if one.get("email"):
        system["email"] = Operation("set", one["email"])
    custom = {
        name: Operation("set", _value(fields[name]["type"], value, loading))
        for name, value in one.get("fields", {}).items()
    }
    wanted = Write(
        database=database.number,
        system=system,
        custom=custom,
        wishes=[_wish(sub, loading) for sub in one.get("subscriptions", [])],
        match=_key(one, database),
        silent=True,
    )
    oid = profiles.write(tx, access.OVERSEER, Rules(), wanted)
    _history(tx, oid, one.get("history", []), loading)


def _key(one: dict[str, Any], database: Row) -> Match | None:
    if one.get("email"):
        return Match(mode="email_profile", emails=(one["email"],))
    for field in database.fields:
        value = one.get("fields", {}).get(field["name"])
        if field.get("unique") and value is not None:
            return Match(mode="custom", field=field["name"], value=value)
    return None


def _value(kind: str, value: Any, loading: Loading) -> Any:
    return loading.at_ms(value) if kind == "date" and isinstance(value, str) else value


def _wish(sub: dict[str, Any], loading: Loading) -> Wish:
    origin: dict[str, Any] = {name: sub[name] for name in ("ip", "url") if name in sub}
    if "date" in sub:
        origin["date"] = loading.at_ms(sub["date"])
    return Wish(
        resource=sub["resource"],
        channel=sub["channel"],
        email=sub.get("email"),
        phone=sub.get("phone"),
        provider=sub.get("provider"),
        token=sub.get("token"),
        data=sub.get("data"),
        status=sub.get("status", "subscribed"),
        priority=sub.get("priority", 0),
        fields={name: Operation("set", value) for name, value in sub.get("fields", {}).items()},
        categories=sub.get("categories"),
        origin=origin,
        deleted=sub.get("deleted", False),
    )


def _history(tx: Tx, oid: str, listed: list[dict[str, Any]], loading: Loading) -> None:
    if not listed:
        return
    id = tx.scalar(sa.select(tables.profiles.c.id).where(tables.profiles.c.oid == oid))
    tx.delete_where(tables.history, tables.history.c.profile_id == id)
    for one in listed:
        row = {"profile_id": id, "action": one["action"], "at_ms": loading.at_ms(one["at"])}
        more = {"channel": one.get("channel", ""), "message": one.get("message", "")}
        tx.insert(tables.history, {**row, **more})
