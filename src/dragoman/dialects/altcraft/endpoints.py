"""Every method, in the order of the document. Source: spec/altcraft 16."""

from typing import Any

from dragoman.dialects.altcraft import objects, profiles
from dragoman.wire.endpoint import Endpoint, Handler, unwritten

_BASE = "/api/v1.1"
_W: dict[str, Any] = {"writes": True}
_BATCH: dict[str, Any] = {"writes": True, "heavy": True}


def _method(name: str, handler: Handler, access: str, source: str, **more: Any) -> Endpoint:
    return Endpoint("POST", f"{_BASE}/{name}", handler, access, f"altcraft {source}", **more)


def _later(prefix: str, names: str, access: str, source: str) -> tuple[Endpoint, ...]:
    return tuple(_method(f"{prefix}/{name}", unwritten, access, source) for name in names.split())


ENDPOINTS = (
    _method("profiles/import", profiles.import_one, "profiles_write", "6.8", **_W),
    _method("profiles/update", profiles.update_one, "profiles_write", "6.10", **_W),
    _method("profiles/add", profiles.add_one, "profiles_write", "6.11", **_W),
    _method("profiles/get", profiles.get, "profiles_read", "6.12"),
    _method("profiles/delete", profiles.delete, "profiles_delete", "6.13", **_W),
    _method("profiles/import_batch", profiles.import_batch, "profiles_write", "6.14", **_BATCH),
    _method("profiles/update_batch", profiles.update_batch, "profiles_write", "6.14", **_BATCH),
    _method("profiles/add_batch", profiles.add_batch, "profiles_write", "6.14", **_BATCH),
    _method("databases/list", objects.list_databases, "databases_read", "8.1"),
    _method("databases/get", objects.get_database, "databases_read", "8.2"),
    _method("databases/fields_get", objects.database_fields, "databases_read", "8.3"),
    _method("resources/list", objects.list_resources, "resources_read", "8.7"),
    _method("resources/get", objects.get_resource, "resources_read", "8.8"),
    _method("resources/fields_get", objects.resource_fields, "resources_read", "8.9"),
    *_later("profiles", "list message_unsub", "profiles_read", "6.15"),
    *_later("profiles", "get_all merge", "profiles_export", "9.1"),
    Endpoint(
        "POST", "/api/integrations/any/profile_import", unwritten, "profiles_write", "altcraft 6.9"
    ),
    *_later(
        "subscriptions",
        "set delete undelete suspend_all unsuspend_all",
        "subscriptions_write",
        "7.5",
    ),
    *_later("subscriptions", "list get list_all", "profiles_read", "7.5"),
    *_later("databases", "get_counters refresh_counters wipe", "databases_read", "8.4"),
    *_later("resources", "get_counters refresh_counters push_subscribe", "resources_read", "8.10"),
    *_later("tasks", "status", "tasks_read", "9.2"),
    Endpoint("GET", "/api/download/{file}/{name}", unwritten, "profiles_export", "altcraft 9.3"),
    Endpoint(
        "GET", "/api/download/data/{file}/{name}", unwritten, "profiles_export", "altcraft 9.3"
    ),
    *_later(
        "segments",
        "add update get list delete get_counters refresh_counters",
        "segments_read",
        "10",
    ),
    *_later("profiles/segstatic", "add remove get", "segments_write", "10"),
    *_later(
        "suppresses",
        "add update get list delete email_check email_add email_remove emails_add emails_remove "
        "domain_check domain_add domain_remove domains_add domains_remove phone_check phone_add "
        "phones_add phone_remove phones_remove get_all",
        "suppress_write",
        "11",
    ),
    *_later("subscribers", "history_get history_get_all", "history_read", "12"),
    *_later("relations", "attach detach strengthen edit get", "relations_write", "13"),
    *_later("campaigns/triggers", "add start", "profiles_write", "14"),
)
