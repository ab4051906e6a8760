"""Loading a desk from a fixture file. Source: docs/fixtures.md 2, 7."""

from collections.abc import Callable, Mapping
from typing import Any

from dragoman.core.faults import NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading
from dragoman.core.sql import Row
from dragoman.core.text import fold, fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import (
    apikeys,
    articles,
    attachments,
    bans,
    canned,
    customfields,
    departments,
    numbering,
    people,
    settings,
    setup,
    staff,
    tables,
    tags,
    users,
)
from dragoman.domains.desk.cleaning import clean
from dragoman.domains.desk.fixture_tickets import load_tickets

_SETTINGS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "title": ("title", str),
    "language": ("language", str),
    "allowed_languages": ("allowed-languages", ",".join),
    "supported_languages": ("supported-languages", ",".join),
    "allow_attachments": ("allow-attachments", lambda value: str(int(value))),
    "max_size_mb": ("max-size", str),
    "registration": ("registration", lambda value: str(int(value))),
    "mandatory_login": ("mandatory-login", lambda value: str(int(value))),
    "server_email": ("server-email", str),
    "ticket_first_number": ("ticket-first-number", str),
    "ticket_gap": ("ticket-gap", str),
}
_PARTS = (
    "settings", "departments", "staff", "custom_fields", "users", "bans", "tags",
    "canned_responses", "topics", "tickets",
)  # fmt: skip


def join(tx: Tx, account_id: int, member: dict[str, Any], loading: Loading) -> None:
    """Make an account a user or a member of staff of the desk."""
    if not setup.is_installed(tx):
        setup.install(tx)
    email, name = str(member["login"]), _name(tx, account_id)
    kind = member.get("kind", "user")
    if kind == "staff":
        held = people.member_by_email(tx, email)
        if held is None:
            level = int(member.get("level", 1))
            id = staff.join(
                tx, email=email, name=name, level=level, password_hash=loading.password_hash,
                account_id=account_id, profile_pic="",
            )  # fmt: skip
            staff.place(tx, id, [row.id for row in departments.listed(tx)][:1])
            return
        staff.change(tx, held.id, name=name, name_folded=fold_accents(name))
        if "level" in member:
            staff.change(tx, held.id, level=int(member["level"]))
    elif kind == "user":
        held = people.user_by_email(tx, email)
        if held is None or held.membership_id is None:
            users.register(
                tx, email=email, name=name, password_hash=loading.password_hash,
                account_id=account_id,
            )  # fmt: skip
        held = people.user_by_email(tx, email)
        _state(tx, held, member, name)
    else:
        loading.fail("memberships.kind", f"no kind {kind!r} in the desk")
    if held is not None and held.membership_id is not None and loading.password_hash is not None:
        row = memberships.fetch(tx, held.membership_id)
        credentials.set_password(tx, row, loading.password_hash)


def _name(tx: Tx, account_id: int) -> str:
    from dragoman.core.identity import accounts

    row = accounts.fetch(tx, account_id)
    return str(row.name) if row is not None else ""


def _state(tx: Tx, held: Row | None, member: Mapping[str, Any], name: str) -> None:
    if held is None:
        return
    changes: dict[str, Any] = {"name": name, "name_folded": fold_accents(name)}
    if "verified" in member:
        changes["verify_token"] = None if member["verified"] else "0" * 40
    if "disabled" in member:
        changes["disabled"] = int(member["disabled"])
    tx.update(tables.users, held.id, changes)


def load(tx: Tx, part: dict[str, Any], loading: Loading) -> None:
    """The whole `desk` part."""
    if not setup.is_installed(tx):
        setup.install(tx)
    unknown = sorted(set(part) - set(_PARTS))
    if unknown:
        loading.fail(f"desk.{unknown[0]}", "unknown member")
    for name, load_one in _LOADERS:
        if name not in part:
            continue
        if name == "settings":
            load_one(tx, part[name], "desk.settings", loading)
            continue
        for at, entry in enumerate(part[name]):
            load_one(tx, entry, f"desk.{name}[{at}]", loading)
    default = part.get("settings", {}).get("default_department")
    if default is not None:
        id = department_id(tx, default, "desk.settings.default_department", loading)
        settings.store(tx, {"default-department-id": str(id)})
    load_tickets(tx, part.get("tickets", []), loading)


def department_id(tx: Tx, name: str, place: str, loading: Loading) -> int:
    """The department of this name; fails the load when there is none."""
    row = departments.named(tx, name)
    if row is None:
        loading.fail(place, f"no department {name!r}")
    return int(row.id)


def _settings(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    values: dict[str, str | None] = {}
    for name, value in entry.items():
        if name == "default_department":
            continue
        if name not in _SETTINGS:
            loading.fail(f"{place}.{name}", "unknown member")
        key, spell = _SETTINGS[name]
        values[key] = spell(value)
    settings.store(tx, values)


def _department(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    held = departments.named(tx, entry["name"])
    if held is None:
        departments.create(tx, name=entry["name"], private=entry.get("private", False))
    elif "private" in entry:
        tx.update(tables.departments, held.id, {"private": entry["private"]})


def _staff(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    held = people.member_by_email(tx, entry["email"])
    if held is None:
        loading.fail(f"{place}.email", f"no member of staff {entry['email']!r}")
    if "departments" in entry:
        where = f"{place}.departments"
        ids = [department_id(tx, name, where, loading) for name in entry["departments"]]
        staff.place(tx, held.id, ids)
    changes: dict[str, Any] = {}
    if "mail_on_new_ticket" in entry:
        changes["mail_on_new_ticket"] = entry["mail_on_new_ticket"]
    if "last_login" in entry:
        changes["last_login_ms"] = loading.at_ms(entry["last_login"], f"{place}.last_login")
    staff.change(tx, held.id, **changes)


def _custom_field(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    if entry["name"] in [field.name for field, _ in customfields.listed(tx)]:
        return
    customfields.create(
        tx, name=entry["name"], description=entry.get("description", ""),
        kind=entry.get("type", "text"), options=entry.get("options", ()),
    )  # fmt: skip


def _user(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    held = people.user_by_email(tx, entry["email"])
    if held is None:
        loading.fail(f"{place}.email", f"no user {entry['email']!r}")
    if "signed_up" in entry:
        at_ms = loading.at_ms(entry["signed_up"], f"{place}.signed_up")
        tx.update(tables.users, held.id, {"signed_up_ms": at_ms})
    if "custom_fields" in entry:
        given = {key.replace(" ", "_"): value for key, value in entry["custom_fields"].items()}
        customfields.replace(tx, held.id, customfields.chosen(tx, given))
    if "supervises" in entry:
        ids = []
        for email in entry["supervises"]:
            other = people.user_by_email(tx, email)
            if other is None:
                loading.fail(f"{place}.supervises", f"no user {email!r}")
            ids.append(other.id)
        users.supervise(tx, held.id, ids)


def _ban(tx: Tx, entry: str, place: str, loading: Loading) -> None:
    if entry not in bans.listed(tx):
        bans.add(tx, entry)


def _tag(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    held = tags.named(tx, entry["name"])
    if held is None:
        tags.create(tx, name=entry["name"], color=entry.get("color", "#888888"))
    elif "color" in entry:
        tags.change(tx, held.id, color=entry["color"])


def _canned(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    values = {
        "name": entry["name"], "language": entry.get("language", "en"),
        "content": clean(entry.get("content", "")),
    }  # fmt: skip
    held = next((row for row in canned.listed(tx) if row.name == entry["name"]), None)
    if held is None:
        canned.create(tx, **values)
    else:
        canned.change(tx, held.id, values)


def _topic(tx: Tx, entry: dict[str, Any], place: str, loading: Loading) -> None:
    values = {
        "name": entry["name"], "icon": entry.get("icon"), "icon_color": entry.get("icon_color"),
        "private": entry.get("private", False),
    }  # fmt: skip
    found = articles.listed(tx, private=True)
    held, known = next(
        ((row, rows) for row, rows in found if fold(row.name) == fold(entry["name"])), (None, [])
    )
    if held is None:
        id = articles.add_topic(tx, **values)
    else:
        id = held.id
        articles.change_topic(tx, id, values)
    for at, article in enumerate(entry.get("articles", [])):
        _article(tx, id, known, article, f"{place}.articles[{at}]", loading)


def _article(
    tx: Tx,
    topic_id: int,
    known: list[Row],
    entry: dict[str, Any],
    place: str,
    loading: Loading,
) -> None:
    held = next((row for row in known if row.title == entry["title"]), None)
    content = clean(entry.get("content", ""))
    values = {
        "topic_id": topic_id, "title": entry["title"], "position": entry.get("position", 1),
        "edited_ms": loading.at_ms(entry.get("edited", "now"), f"{place}.edited"),
    }  # fmt: skip
    if held is None:
        url = (settings.read(tx).get("url") or "").rstrip("/")
        names = [
            attachments.keep(tx, loading.store(path, place), prefix="a", original=path)
            for path in entry.get("images", [])
        ]
        content = attachments.with_pictures(content, url, names)
        numbering.add(tx, tables.articles, {**values, "content": content})
    else:
        tx.update(tables.articles, held.id, values)


_LOADERS: tuple[tuple[str, Callable[[Tx, Any, str, Loading], None]], ...] = (
    ("settings", _settings),
    ("departments", _department),
    ("staff", _staff),
    ("custom_fields", _custom_field),
    ("users", _user),
    ("bans", _ban),
    ("tags", _tag),
    ("canned_responses", _canned),
    ("topics", _topic),
)


_FLAGS = ("creates_users", "creates_tickets", "checks_tickets", "returns_number")


def issue(tx: Tx, login: str, name: str, options: Mapping[str, Any]) -> str:
    """A new API key, which is nobody's. options: the four flags. Raises NameTaken, NotFound."""
    unknown = sorted(options.keys() - set(_FLAGS))
    if unknown:
        raise NotFound("option", "name", unknown[0])
    flags = {flag: options.get(flag) in (True, 1, "1", "yes") for flag in _FLAGS}
    return apikeys.create(tx, name, flags=flags)
