"""Content from a fixture: spaces with trees of components, and who may log in. See
docs/fixtures.md, 2 and 3.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import UNSET

from dragoman.core import files
from dragoman.core.faults import Conflict, Fault, NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading, in_words
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.content import components, spaces, trees, users
from dragoman.domains.content.components import ComponentChanges, NewComponent
from dragoman.domains.content.tables import spaces as spaces_table

_MEMBERS = frozenset({"domain", "login", "api_key", "active"})
_SPACE_MEMBERS = frozenset({"name", "components"})
_TYPES: Mapping[str, Any] = {
    "key": str, "type": str, "name": str, "content": str, "content_file": str, "metadata": dict,
    "tags": list, "published": bool, "visible": bool, "sequence": int, "date": str, "file": str,
    "children": list,
}  # fmt: skip
_CALLED = {
    str: "a text", dict: "an object", list: "a list", bool: "true or false", int: "an integer",
}  # fmt: skip
_COLUMNS = {
    "type": "kind", "name": "name", "content": "content", "tags": "tags", "published": "published",
    "visible": "visible", "sequence": "sequence",
}  # fmt: skip
_BY_NAME = prepare(
    sa.select(spaces_table.c.id)
    .where(spaces_table.c.name == sa.bindparam("name"))
    .order_by(spaces_table.c.id)
)


def join(tx: Tx, account_id: int, member: dict[str, Any], loading: Loading) -> None:
    """Make an account a user of the content, or change the membership it has."""
    place = "memberships.content"
    _refuse_unknown(member, _MEMBERS, place, loading)
    held = next(
        (row for row in memberships.of_account(tx, account_id) if row.domain == users.DOMAIN), None
    )
    active = member.get("active", True)
    if not isinstance(active, bool):
        loading.fail(f"{place}.active", "not true or false")
    if not isinstance(member["login"], str) or not member["login"].strip():
        loading.fail(f"{place}.login", "not a text")
    try:
        if held is None:
            held = memberships.join(
                tx,
                domain=users.DOMAIN,
                login=member["login"],
                account_id=account_id,
                active=active,
            )
        else:
            memberships.change(tx, held.id, active=active)
    except Conflict:
        loading.fail(place, f"the login {member['login']!r} is taken")
    if loading.password_hash is not None:
        credentials.set_password(tx, held, loading.password_hash)
    if "api_key" in member:
        _keep_key(tx, held, member["api_key"], place, loading)


def _keep_key(tx: Tx, held: Row, key: Any, place: str, loading: Loading) -> None:
    if not isinstance(key, str) or not key:
        loading.fail(f"{place}.api_key", "not a text")
    present = credentials.find(tx, domain=users.DOMAIN, kind="key", secret=key)
    if present is None:
        users.remove_key(tx, held.number)
        users.keep_key(tx, held, key)
    elif present.membership_id != held.id:
        loading.fail(f"{place}.api_key", "another user has this key")


def issue(tx: Tx, login: str, name: str, options: Mapping[str, Any]) -> str:
    """A new key for the user with this login, in place of any other. options: none. Raises
    NotFound.
    """
    for option in options:
        raise NotFound("option", "name", option)
    held = memberships.by_login(tx, domain=users.DOMAIN, login=login)
    if held is None:
        raise NotFound("user", "login", login)
    return users.new_key(tx, held.number)


def load(tx: Tx, part: dict[str, Any], loading: Loading) -> None:
    """The part `content` of a fixture; loading twice is harmless. Raises BadFixture."""
    _refuse_unknown(part, frozenset({"spaces"}), "content", loading)
    for at, entry in enumerate(_listed(part, "spaces", "content", loading)):
        place = f"content.spaces[{at}]"
        _refuse_unknown(entry, _SPACE_MEMBERS, place, loading)
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            loading.fail(f"{place}.name", "a space needs a name")
        space_id = tx.scalar(_BY_NAME, name=name) or spaces.create(tx, name)
        root = trees.by_key(tx, space_id, spaces.ROOT_KEY, drafts=True)
        _below(tx, space_id, root.id, entry, "components", place, loading)


def _below(
    tx: Tx,
    space_id: int,
    parent_id: int,
    entry: Mapping[str, Any],
    member: str,
    place: str,
    loading: Loading,
) -> None:
    for at, child in enumerate(_listed(entry, member, place, loading)):
        where = f"{place}.{member}[{at}]"
        id = _component(tx, space_id, parent_id, child, where, loading)
        _below(tx, space_id, id, child, "children", where, loading)


def _component(
    tx: Tx, space_id: int, parent_id: int, entry: Any, place: str, loading: Loading
) -> int:
    _check(entry, place, loading)
    values: dict[str, Any] = {
        column: entry[member] for member, column in _COLUMNS.items() if member in entry
    }
    if "content_file" in entry:
        try:
            values["content"] = loading.read(entry["content_file"], place).decode()
        except UnicodeDecodeError:
            loading.fail(f"{place}.content_file", "is not UTF-8")
    if "metadata" in entry:
        values["metadata"] = msgspec.Raw(msgspec.json.encode(entry["metadata"]))
    if "date" in entry:
        values["date_ms"] = loading.at_ms(entry["date"], f"{place}.date")
    key = entry["key"]
    held = components.holder(tx, space_id, key)
    try:
        if held is None:
            new = NewComponent(space_id=space_id, parent_id=parent_id, key=key, **values)
            held = components.create(tx, new)
        else:
            moved = components.place(tx, held).parent_id != parent_id
            where: dict[str, Any] = {"parent_id": parent_id if moved else UNSET}
            _keep_mime_type(tx, held, values)
            components.change(tx, held, ComponentChanges(**where, **values))
    except Fault as fault:
        loading.fail(place, in_words(fault))
    if "file" in entry:
        _attach(tx, held, entry["file"], f"{place}.file", loading)
    return held


def _keep_mime_type(tx: Tx, id: int, values: dict[str, Any]) -> None:
    """A fixture's metadata does not name what an attached file has put there."""
    present = components.text_member(components.place(tx, id).metadata, "mimeType")
    metadata = values.get("metadata")
    if metadata is None or present is None:
        return
    if components.text_member(metadata, "mimeType") is None:
        values["metadata"] = components.with_member(metadata, "mimeType", present)


def _attach(tx: Tx, id: int, name: str, place: str, loading: Loading) -> None:
    content = loading.read(name, place)
    plain = name.rpartition("/")[2]
    if components.holds(tx, id, content):
        return
    media_type = files.media_type_of(content[:4096], plain)
    components.attach(tx, id, loading.store(name, place), name=plain, media_type=media_type)


def _check(entry: Any, place: str, loading: Loading) -> None:
    _refuse_unknown(entry, frozenset(_TYPES), place, loading)
    for member, value in entry.items():
        if type(value) is not _TYPES[member]:
            loading.fail(f"{place}.{member}", f"not {_CALLED[_TYPES[member]]}")
    for member in ("key", "type"):
        if not entry.get(member):
            loading.fail(f"{place}.{member}", "is required")
    if not -(1 << 63) <= entry.get("sequence", 0) < 1 << 63:
        loading.fail(f"{place}.sequence", "does not fit into 64 bits")
    if any(type(tag) is not str for tag in entry.get("tags", [])):
        loading.fail(f"{place}.tags", "not a list of texts")


def _listed(entry: Mapping[str, Any], member: str, place: str, loading: Loading) -> list[Any]:
    found = entry.get(member, [])
    if not isinstance(found, list):
        loading.fail(f"{place}.{member}", "not a list")
    return found


def _refuse_unknown(entry: Any, known: frozenset[str], place: str, loading: Loading) -> None:
    if not isinstance(entry, dict):
        loading.fail(place, "not an object")
    for member in list(entry):
        if entry[member] is None:
            del entry[member]
        elif member not in known:
            loading.fail(
                f"{place}.{member}", f"unknown member; there are {', '.join(sorted(known))}"
            )
