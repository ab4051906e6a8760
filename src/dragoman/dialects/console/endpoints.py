"""The table of pages and forms.

access: `public`, `member` (anybody signed in) or a right of `domains.console.roles`.
"""

from typing import Any

from dragoman.dialects.console import (
    content,
    content_forms,
    desk_pages,
    deskkeys,
    devices,
    entities,
    entity_forms,
    inbox,
    inbox_forms,
    inbox_seat,
    keeping,
    login,
    logs,
    overview,
    palette,
    people,
    picking,
    replay,
    settings,
    shop,
    shop_files,
    tokens,
    users,
)
from dragoman.wire.endpoint import Endpoint

_QUIET = frozenset({"internal"})


def _get(path: str, handler: Any, access: str, section: str, **facts: Any) -> Endpoint:
    return Endpoint("GET", path, handler, access, f"CONSOLE {section}", **facts)


def _post(path: str, handler: Any, access: str, section: str, **facts: Any) -> Endpoint:
    facts.setdefault("writes", True)
    return Endpoint("POST", path, handler, access, f"CONSOLE {section}", **facts)


_LOG = {"flags": frozenset({"internal", "reads log"}), "heavy": True}
_SIGN_IN: dict[str, Any] = {"flags": frozenset({"signs in"}), "prepare": login.verify}
_AGAIN: dict[str, Any] = {"flags": frozenset({"signs in again"}), "prepare": login.verify_again}
_OUT = frozenset({"signs out"})

_DOOR = (
    _get("/", login.front_door, "public", "2", flags=_QUIET),
    _get("/api/logs", login.shop_log, "public", "2", flags=_QUIET),
    _get("/edit/static/{hash}/{name}", login.asset, "public", "1", flags=_QUIET | {"static"}),
    _get("/edit/login.php", login.show, "public", "6"),
    _post("/edit/login.php", login.log_in, "public", "6", **_SIGN_IN),
    _get("/edit/logout.php", login.log_out, "public", "6", writes=True, flags=_OUT),
    _post("/edit/logout.php", login.log_out, "member", "6"),
    _get("/edit/confirm", login.show_confirm, "member", "6", flags=_QUIET),
    _post("/edit/confirm", login.confirm, "member", "6", **_AGAIN),
    _post("/edit/preferences", keeping.set_theme, "member", "4", flags=_QUIET),
    _post("/edit/views", keeping.save_view, "member", "1"),
    _post("/edit/views/{id}/remove", keeping.drop_view, "member", "1"),
    _post("/edit/drafts", keeping.save_draft, "member", "5", flags=_QUIET),
)
_LOGS = (
    _get("/edit/logs", logs.page, "logs:read", "3 Request log", **_LOG),
    _get("/edit/logs/tail", logs.tail, "logs:read", "3 Request log", **_LOG),
    _get("/edit/logs/export", logs.export, "logs:read", "3 Request log", **_LOG),
)
_ONE = frozenset({"fresh"})
_ERASE: dict[str, Any] = {"flags": _ONE | _QUIET}  # the log must not name who was erased
_SENT: dict[str, Any] = {
    "prepare": replay.send,
    "flags": frozenset({"internal", "secret:credential"}),
}
_UPLOAD: dict[str, Any] = {"prepare": content_forms.store_file, "max_body": (50 << 20) + (1 << 16)}
_TOKEN: dict[str, Any] = {"prepare": tokens.hash_ahead, "flags": _ONE}
_HASHED: dict[str, Any] = {"prepare": users.hash_password}
_FRESH_HASHED: dict[str, Any] = {"prepare": users.hash_password, "flags": _ONE}
_BIG = 8 << 20

_OVERVIEW = (
    _get("/edit", overview.page, "member", "3 Overview", **_LOG),
    _get("/edit/palette", palette.find, "member", "3 Palette", flags=_QUIET),
    _get("/edit/pick/{what}", picking.find, "member", "5", flags=_QUIET),
    _get("/edit/help", palette.keys, "member", "5", flags=_QUIET),
    _post("/edit/logs/replay/{id}", replay.replay, "logs:write", "3 Request log", **_SENT),
)
_CONTENT = (
    _get("/edit/content", content.index, "content:read", "3 Content", flags=_QUIET),
    _get(
        "/edit/content/{space_id}",
        content.page,
        "content:read",
        "3 Content",
        flags=_QUIET,
        heavy=True,
    ),
    _get("/edit/content/file/{id}", content.file, "content:read", "3 Content", flags=_QUIET),
    _get(
        "/edit/content/preview/{id}",
        content.stored_preview,
        "content:read",
        "3 Content",
        flags=_QUIET,
    ),
    _post(
        "/edit/content/preview",
        content.preview,
        "content:read",
        "3 Content",
        writes=False,
        flags=_QUIET,
        max_body=_BIG,
    ),
    _post("/edit/content/spaces", content_forms.create_space, "content:write", "3 Content"),
    _post("/edit/content/spaces/{id}", content_forms.rename_space, "content:write", "3 Content"),
    _post("/edit/content/create", content_forms.create, "content:write", "3 Content"),
    _post(
        "/edit/content/save/{id}", content_forms.save, "content:write", "3 Content", max_body=_BIG
    ),
    _post(
        "/edit/content/discard/{id}",
        content_forms.discard,
        "content:write",
        "3 Content",
        max_body=_BIG,
    ),
    _post("/edit/content/publish/{id}", content_forms.publish, "content:write", "3 Content"),
    _post("/edit/content/move/{id}", content_forms.move, "content:write", "3 Content"),
    _post(
        "/edit/content/delete/{id}", content_forms.delete, "content:write", "3 Content", heavy=True
    ),
    _post(
        "/edit/content/file/{id}", content_forms.put_file, "content:write", "3 Content", **_UPLOAD
    ),
    _post(
        "/edit/content/file/{id}/remove", content_forms.remove_file, "content:write", "3 Content"
    ),
)
_ADMIN = (
    _get("/edit/tokens", tokens.page, "tokens:read", "3 Tokens", heavy=True),
    _post("/edit/tokens/new", tokens.create, "tokens:write", "3 Tokens", **_TOKEN),
    _post("/edit/tokens/rotate/{id}", tokens.rotate, "tokens:write", "3 Tokens", flags=_ONE),
    _post("/edit/tokens/revoke/{id}", tokens.revoke, "tokens:write", "3 Tokens", flags=_ONE),
    _post("/edit/tokens/desk/{id}/revoke", deskkeys.revoke, "tokens:write", "3 Tokens", flags=_ONE),
    _get("/edit/users", users.page, "users:read", "3 Users"),
    _get("/edit/users/{number}", users.one, "users:read", "3 Users"),
    _post("/edit/users/new", users.create, "users:write", "3 Users", **_FRESH_HASHED),
    _post("/edit/users/{number}", users.change, "users:write", "3 Users", flags=_ONE),
    _post(
        "/edit/users/{number}/password",
        users.set_password,
        "users:write",
        "3 Users",
        **_FRESH_HASHED,
    ),
    _post("/edit/users/{number}/sessions", users.end_sessions, "users:write", "3 Users"),
    _post("/edit/users/{number}/remove", users.remove, "users:write", "3 Users", flags=_ONE),
    _get("/edit/account", users.account, "member", "3 Users"),
    _post("/edit/account/password", users.own_password, "member", "3 Users", **_FRESH_HASHED),
    _get("/edit/settings", settings.page, "settings:read", "3 Settings"),
    _post("/edit/settings", settings.save, "settings:write", "3 Settings"),
    _post(
        "/edit/settings/systems", settings.save_systems, "settings:write", "3 Settings", flags=_ONE
    ),
    _post("/edit/settings/log", settings.save_log, "settings:write", "3 Settings"),
    _post("/edit/settings/files", settings.save_files, "settings:write", "3 Settings"),
    _get("/edit/settings/audit", settings.audit, "settings:read", "3 Settings", heavy=True),
)
_WRITTEN: dict[str, Any] = {"prepare": inbox_forms.store_pictures, "max_body": 64 << 20}
_INBOX = (
    _get("/edit/inbox", inbox.page, "inbox:read", "3 Inbox", heavy=True),
    _get("/edit/inbox/{number}/newer", inbox.newer, "inbox:read", "3 Inbox", flags=_QUIET),
    _get("/edit/inbox/{number}/file/{name}", inbox.file, "inbox:read", "3 Inbox", flags=_QUIET),
    _post("/edit/inbox/{number}/write", inbox_forms.write, "inbox:write", "3 Inbox", **_WRITTEN),
    _post(
        "/edit/inbox/{number}/draft", inbox_seat.save_draft, "inbox:write", "3 Inbox", flags=_QUIET
    ),
    _post("/edit/inbox/{number}/draft/drop", inbox_seat.drop_draft, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/{number}/seen", inbox_seat.seen, "inbox:write", "3 Inbox", flags=_QUIET),
    _get("/edit/inbox/articles", desk_pages.show_articles, "inbox:read", "3 Inbox"),
    _post("/edit/inbox/articles", desk_pages.save_article, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/articles/{id}", desk_pages.save_article, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/articles/{id}/delete", desk_pages.delete_article, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/topics", desk_pages.save_topic, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/topics/{id}", desk_pages.save_topic, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/topics/{id}/delete", desk_pages.delete_topic, "inbox:write", "3 Inbox"),
    _get("/edit/inbox/replies", desk_pages.show_replies, "inbox:read", "3 Inbox"),
    _post("/edit/inbox/replies", desk_pages.save_reply, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/replies/{id}", desk_pages.save_reply, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/replies/{id}/delete", desk_pages.delete_reply, "inbox:write", "3 Inbox"),
    _post("/edit/inbox/join", inbox_seat.join, "users:write", "3 Inbox"),
    _post("/edit/inbox/{number}/act", inbox_forms.act, "inbox:write", "3 Inbox"),
)
_PEOPLE = (
    _get("/edit/people", people.page, "people:read", "3 People", heavy=True),
    _get("/edit/people/{email}", people.one, "people:read", "3 People", heavy=True),
    _post("/edit/people/{email}/export", people.export, "people:write", "3 People", heavy=True),
    _post("/edit/people/{email}/erase", people.erase, "people:write", "3 People", **_ERASE),
    _post("/edit/people/{email}/field", people.set_fields, "people:write", "3 People"),
)
_IMPORT: dict[str, Any] = {"heavy": True, "max_body": shop_files.LARGEST + (1 << 16)}
_SYSTEMS = (
    _get("/edit/shop", shop.page, "shop:read", "3 Shop", heavy=True),
    _post("/edit/shop", shop.save, "shop:write", "3 Shop", heavy=True),
    _get("/edit/shop/orders", shop.orders_page, "shop:read", "3 Shop", heavy=True),
    _get("/edit/shop/orders/{number}", shop.one_order, "shop:read", "3 Shop"),
    _get("/edit/shop/export", shop_files.export, "shop:read", "3 Shop", heavy=True),
    _get("/edit/shop/import", shop_files.show, "shop:write", "3 Shop"),
    _post("/edit/shop/import", shop_files.import_file, "shop:write", "3 Shop", **_IMPORT),
    _post("/edit/shop/orders/{number}", shop.step, "shop:write", "3 Shop"),
    _get("/edit/devices", devices.page, "devices:read", "3 Devices", heavy=True),
    _get("/edit/devices/{oid}", devices.one, "devices:read", "3 Devices", heavy=True),
    _post("/edit/devices/{oid}/commands", devices.send, "devices:write", "3 Devices"),
    _get("/edit/entities", entities.index, "entities:read", "3 Entities"),
    _get("/edit/entities/{store}", entities.page, "entities:read", "3 Entities"),
    _get("/edit/entities/{store}/{oid}", entities.one, "entities:read", "3 Entities"),
    _post("/edit/entities/{store}/{oid}", entity_forms.save_form, "entities:write", "3 Entities"),
    _post(
        "/edit/entities/{store}/{oid}/code", entity_forms.save_code, "entities:write", "3 Entities"
    ),
    _post(
        "/edit/entities/{store}/{oid}/carry",
        entity_forms.carry,
        "entities:write",
        "3 Entities",
        writes=False,
    ),
    _post(
        "/edit/entities/{store}/{oid}/delete", entity_forms.delete, "entities:write", "3 Entities"
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_DOOR,
    *_LOGS,
    *_OVERVIEW,
    *_CONTENT,
    *_ADMIN,
    *_INBOX,
    *_PEOPLE,
    *_SYSTEMS,
)
