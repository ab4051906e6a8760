"""Loads the part `things` of a fixture. Source: docs/fixtures.md 6."""

from collections.abc import Mapping
from typing import Any, NoReturn

import sqlalchemy as sa

from dragoman.core.faults import Fault, NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.things import (
    events,
    groups,
    items,
    packets,
    setup,
    starting,
    templates,
    tokens,
    users,
    visibility,
)
from dragoman.domains.things.fixture_log import load_log
from dragoman.domains.things.items import Draft
from dragoman.domains.things.models import walk
from dragoman.domains.things.stores import STORES
from dragoman.domains.things.tables import thing_items
from dragoman.domains.things.telemetry import Series
from dragoman.domains.things.users import DOMAIN

_i = thing_items.c
_BY_LABEL = prepare(
    sa.select(_i.oid).where(_i.store == sa.bindparam("store"), _i.label == sa.bindparam("label"))
)
_MEMBERS: Mapping[str, frozenset[str]] = {
    "groups": frozenset({"key", "name", "parent"}),
    "roles": frozenset({"key", "name", "description", "methods"}),
    "users": frozenset({"login", "email", "role", "group", "phone"}),
    "models": frozenset({"key", "base", "name", "description", "props", "group", "nodes", "owner"}),
    "objects": frozenset(
        {
            "id",
            "name",
            "description",
            "model",
            "group",
            "type",
            "position",
            "config",
            "packets",
            "owner",
        }
    ),
    "geofences": frozenset({"key", "name", "color", "shape", "group", "started_on", "owner"}),
    "handlers": frozenset({"key", "name", "code", "group", "started_on", "owner"}),
    "automatons": frozenset({"key", "name", "model", "data", "group", "started_on", "owner"}),
    "messages": frozenset({"object", "importance", "text", "time", "status", "cleared"}),
    "events": frozenset({"object", "event", "time", "data"}),
}


def join(tx: Tx, account_id: int, member: Mapping[str, Any], loading: Loading) -> None:
    """Make an account a user of the things, in the root group and without a role until told
    otherwise.
    """
    setup.install(tx)
    login = str(member.get("login") or "")
    held = memberships.by_login(tx, domain=DOMAIN, login=login)
    if held is not None:
        if held.account_id != account_id:
            loading.fail("login", f"{login!r} belongs to another account")
        if loading.password_hash is not None:
            credentials.set_password(tx, held, loading.password_hash)
        return
    root = groups.install(tx)
    draft = Draft(
        fields={"login": login, "name": login},
        oid=items.new_oid(),
        owner="",
        group=root,
        access=[],
        branch=[root],
        event=False,
    )
    draft.owner = draft.oid
    try:
        users.create(tx, draft, loading.password_hash, account_id=account_id)
    except Fault as fault:
        loading.fail("login", str(fault))


class _Load:
    """One load of the part."""

    def __init__(self, tx: Tx, part: Mapping[str, Any], loading: Loading) -> None:
        self.tx, self.part, self.loading = tx, part, loading
        self.root = groups.install(tx)
        self.new: set[str] = set()  # ids of objects that this load has made

    def fail(self, place: str, problem: str) -> NoReturn:
        self.loading.fail(f"things.{place}", problem)

    def entries(self, kind: str) -> Any:
        for at, entry in enumerate(self.part.get(kind, [])):
            place = f"{kind}[{at}]"
            if not isinstance(entry, dict):
                self.fail(place, "is no object")
            for name in entry:
                if name not in _MEMBERS[kind]:
                    self.fail(f"{place}.{name}", "unknown member")
            yield place, entry

    def group(self, entry: Mapping[str, Any], place: str) -> str:
        key = entry.get("group", "root")
        if key == "root":
            return self.root
        row = items.by_key(self.tx, "groups", str(key))
        if row is None:
            self.fail(f"{place}.group", f"no group {key!r}")
        return str(row.oid)

    def owner(self, entry: Mapping[str, Any], place: str) -> str:
        login = entry.get("owner")
        held = (
            memberships.by_login(self.tx, domain=DOMAIN, login=str(login))
            if login is not None
            else next(iter(memberships.listed(self.tx, domain=DOMAIN)), None)
        )
        if held is None and login is not None:
            self.fail(f"{place}.owner", f"no user {login!r}")
        return str(held.facts.get("user", "")) if held is not None else ""

    def labelled(self, store: str, label: Any, place: str) -> Row:
        oid = self.tx.scalar(_BY_LABEL, store=store, label=str(label))
        row = items.by_oid(self.tx, store, oid) if oid is not None else None
        if row is None:
            self.fail(place, f"no {STORES[store].singular} {label!r}")
        return row

    def object(self, id: Any, place: str) -> Row:
        row = items.by_key(self.tx, "objects", str(id))
        if row is None:
            self.fail(place, f"no object {id!r}")
        return row

    def put(
        self, store: str, held: Row | None, fields: dict[str, Any], entry: Any, place: str
    ) -> Row:
        """Create an item, or lay the fields over the one that is there."""
        tx = self.tx
        try:
            if held is not None:
                return items.change(tx, STORES[store], held, fields)
            group = self.group(entry, place)
            draft = Draft(
                fields=fields,
                oid=items.new_oid(),
                owner=self.owner(entry, place),
                group=group,
                access=[],
                branch=visibility.chain(tx, group),
                label=entry.get("key"),
                event=False,
            )
            return items.create(tx, STORES[store], draft)
        except Fault as fault:
            self.fail(place, str(fault))

    def labelled_or_none(self, store: str, key: Any) -> Row | None:
        oid = self.tx.scalar(_BY_LABEL, store=store, label=str(key))
        return items.by_oid(self.tx, store, oid) if oid is not None else None


def load(tx: Tx, part: Mapping[str, Any], loading: Loading) -> None:
    """Load the part. Raises BadFixture."""
    unknown = sorted(set(part) - set(_MEMBERS))
    if unknown:
        loading.fail(f"things.{unknown[0]}", "unknown member")
    setup.install(tx)
    run = _Load(tx, part, loading)
    _groups(run)
    for place, entry in run.entries("roles"):
        fields = {"name": entry.get("name", entry["key"])}
        fields["credentials"] = list(entry.get("methods", []))
        if "description" in entry:
            fields["description"] = entry["description"]
        run.put("roles", run.labelled_or_none("roles", entry["key"]), fields, entry, place)
    _users(run)
    _models(run)
    _objects(run)
    _started(run)
    load_log(run)


def _groups(run: _Load) -> None:
    for place, entry in run.entries("groups"):
        key = str(entry.get("key"))
        if key == "root":
            root = items.by_oid(run.tx, "groups", run.root)
            assert root is not None  # noqa: S101 # installed
            items.change(run.tx, STORES["groups"], root, {"name": entry.get("name", "Root")})
            continue
        parent_key = entry.get("parent", "root")
        parent = items.by_key(run.tx, "groups", str(parent_key))
        oid = run.root if parent_key == "root" else parent.oid if parent is not None else ""
        if not oid:
            run.fail(f"{place}.parent", f"no group {parent_key!r}")
        held = items.by_key(run.tx, "groups", key)
        fields = {"name": entry.get("name", key), "parent": oid}
        if held is not None:
            items.change(run.tx, STORES["groups"], held, fields)
            continue
        draft = Draft(
            fields={**fields, "tagname": key},
            oid=items.new_oid(),
            owner="",
            group="",
            access=[],
            branch=[],
            event=False,
        )
        draft.owner = run.owner({}, place)
        try:
            groups.create(run.tx, visibility.Viewer("", run.root), draft)
        except Fault as fault:
            run.fail(place, str(fault))


def _users(run: _Load) -> None:
    for place, entry in run.entries("users"):
        login = str(entry.get("login"))
        row = items.by_key(run.tx, "users", fold(login))
        if row is None:
            run.fail(f"{place}.login", f"no account is a member of the things as {login!r}")
        fields = {name: entry[name] for name in ("email", "phone") if name in entry}
        if entry.get("role") is not None:
            fields["role"] = run.labelled("roles", entry["role"], f"{place}.role").oid
        if "group" in entry:
            row = _moved(run.tx, row, run.group(entry, place))
        try:
            users.change(run.tx, row, fields, None)
        except Fault as fault:
            run.fail(place, str(fault))


def _moved(tx: Tx, row: Row, group: str) -> Row:
    if row.group == group:
        return row
    branch = visibility.chain(tx, group)
    columns = {"group": group, "branch": visibility.spaced(branch)}
    tx.update(thing_items, row.id, columns)
    body = {**items.body_of(row), "group": group, "branch": branch}
    return items.keep(tx, STORES["users"], row, body)


def _models(run: _Load) -> None:
    for place, entry in run.entries("models"):
        held = run.labelled_or_none("models", entry.get("key"))
        fields = {name: entry[name] for name in ("name", "description", "base") if name in entry}
        try:
            template = templates.template(fields.setdefault("base", "mqtt"))
        except Fault as fault:
            run.fail(place, str(fault))
        if "nodes" in entry:
            tree = {**template["data"], "children": entry["nodes"]}
            for node, _ in walk(tree):
                node.setdefault("active", True)
            fields["data"] = tree
        if held is None:
            fields.setdefault("data", template["data"])
            fields["props"] = {**template["props"], **entry.get("props", {})}
            fields |= {"disabled": [], "removed": []}
        elif "props" in entry:
            fields["props"] = entry["props"]
        run.put("models", held, fields, entry, place)


def _objects(run: _Load) -> None:
    for place, entry in run.entries("objects"):
        held = items.by_key(run.tx, "objects", str(entry.get("id")))
        names = ("id", "name", "description", "type", "config")
        fields = {name: entry[name] for name in names if name in entry}
        if "model" in entry:
            fields["model"] = run.labelled("models", entry["model"], f"{place}.model").oid
        if held is None:
            fields = {
                "name": entry.get("id"),
                "status": "ok",
                "config": {},
                "active": True,
                "botEnabled": False,
                **fields,
            }
        row = run.put("objects", held, fields, entry, place)
        if held is None:
            run.new.add(str(entry["id"]))
            if "packets" in entry:
                _packets(run, row, entry, place)


def _packets(run: _Load, row: Row, entry: Mapping[str, Any], place: str) -> None:
    plan, where = entry["packets"], f"things.{place}.packets"
    series = Series(str(entry["id"]), plan, entry.get("position"), where, run.loading)
    held = packets.begin(run.tx, row)
    body = items.body_of(row)
    for packet in series.packets():
        packets.store(
            run.tx, row, body, held, packet, ts_us=int(packet["time"]) * 1000, by_rest=False
        )
    packets.keep(run.tx, row.id, held)


def _started(run: _Load) -> None:
    for kind in ("geofences", "handlers", "automatons"):
        for place, entry in run.entries(kind):
            held = run.labelled_or_none(kind, entry.get("key"))
            names = ("name", "color", "shape", "data")
            fields = {name: entry[name] for name in names if name in entry}
            if "code" in entry:
                fields["userCode"] = entry["code"]
            if "model" in entry:
                fields["model"] = run.labelled("models", entry["model"], f"{place}.model").oid
                fields["models"] = [fields["model"]]
            row = run.put(kind, held, fields, entry, place)
            for id in entry.get("started_on", []):
                obj = run.object(id, f"{place}.started_on")
                starting.start(run.tx, obj, kind, row, told=False)


def issue(tx: Tx, login: str, name: str, options: Mapping[str, Any]) -> str:
    """A long token for a user. options: `scopes`, separated by commas; `expires_ms`."""
    member = memberships.by_login(tx, domain=DOMAIN, login=login)
    if member is None:
        raise NotFound("user", "login", login)
    scopes = str(options.get("scopes", "")).replace(",", "\n").split("\n")
    user, group = member.facts["user"], member.facts["group"]
    fields: dict[str, Any] = {
        "name": name,
        "scopes": [one.strip() for one in scopes if one.strip()],
    }
    if options.get("expires_ms"):
        fields["expiresAt"] = options["expires_ms"]
    draft = Draft(
        fields=fields,
        oid=items.new_oid(),
        owner=user,
        group=group,
        access=[],
        branch=visibility.chain(tx, group),
    )
    _, minted = tokens.create(tx, draft, member, user)
    root = events.root_group(tx)
    return tokens.sign(tokens.make_secret(tx), minted, web=False, user=user, group=group, root=root)
