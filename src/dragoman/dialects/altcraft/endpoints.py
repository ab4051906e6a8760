"""Every method, in the order of the document. Source: spec/altcraft 16."""

from typing import Any

from dragoman.dialects.altcraft import (
    counting,
    exports,
    history,
    listing,
    objects,
    profiles,
    quick,
    relations,
    segments,
    subscribing,
    suppressing,
)
from dragoman.wire.endpoint import Endpoint, Handler, unwritten

_BASE = "/api/v1.1"
_W: dict[str, Any] = {"writes": True}
_MANY: dict[str, Any] = {"writes": True, "heavy": True}
_BATCH: dict[str, Any] = {"writes": True, "unit": "item"}


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
    _method("profiles/list", listing.list_profiles, "profiles_read", "6.15", heavy=True),
    *_later("profiles", "message_unsub", "profiles_write", "6.16"),
    _method("profiles/get_all", exports.export_profiles, "profiles_export", "9.1", **_W),
    *_later("profiles", "merge", "profiles_write", "14"),
    Endpoint(
        "POST",
        "/api/integrations/any/profile_import",
        quick.quick_import,
        "profiles_write",
        "altcraft 6.9",
        writes=True,
        flags=frozenset({"quick"}),
    ),
    _method("subscriptions/set", subscribing.put, "subscriptions_write", "7.5", **_W),
    _method("subscriptions/list", subscribing.list_one, "profiles_read", "7.5"),
    _method("subscriptions/list_all", subscribing.list_all, "profiles_read", "7.5", heavy=True),
    _method("subscriptions/get", subscribing.get, "profiles_read", "7.5"),
    _method("subscriptions/delete", subscribing.delete, "subscriptions_write", "7.5", **_W),
    _method("subscriptions/undelete", subscribing.undelete, "subscriptions_write", "7.5", **_W),
    _method(
        "subscriptions/suspend_all", subscribing.suspend_all, "subscriptions_write", "7.5", **_MANY
    ),
    _method(
        "subscriptions/unsuspend_all",
        subscribing.unsuspend_all,
        "subscriptions_write",
        "7.5",
        **_MANY,
    ),
    _method(
        "databases/get_counters", counting.database_counters, "databases_read", "8.4", heavy=True
    ),
    _method("databases/refresh_counters", counting.refresh_database, "databases_read", "8.5", **_W),
    _method("databases/wipe", exports.wipe, "databases_wipe", "8.6", **_MANY),
    _method(
        "resources/get_counters", counting.resource_counters, "resources_read", "8.10", heavy=True
    ),
    _method(
        "resources/refresh_counters", counting.refresh_resource, "resources_read", "8.10", **_W
    ),
    *_later("resources", "push_subscribe", "resources_read", "14"),
    _method("tasks/status", exports.status, "tasks_read", "9.2"),
    *(
        Endpoint(
            "GET",
            f"/api/download/{folder}{{file}}/{{name}}",
            exports.download,
            "tasks_read",
            "altcraft 9.3",
            flags=frozenset({"download"}),
        )
        for folder in ("data/", "")
    ),
    _method("segments/list", segments.list_all, "segments_read", "10"),
    _method("segments/get", segments.get, "segments_read", "10", heavy=True),
    _method("segments/get_counters", counting.segment_counters, "segments_read", "10", heavy=True),
    _method("segments/refresh_counters", counting.refresh_segment, "segments_read", "10", **_MANY),
    _method("segments/add", segments.create, "segments_write", "10", **_MANY),
    _method("segments/update", segments.update, "segments_write", "10", **_MANY),
    _method("segments/delete", segments.delete, "segments_write", "10", **_MANY),
    _method("profiles/segstatic/add", segments.add, "segments_write", "10", **_W),
    _method("profiles/segstatic/remove", segments.remove, "segments_write", "10", **_W),
    _method("profiles/segstatic/get", segments.members, "segments_read", "10", heavy=True),
    *(
        _method(f"suppresses/{name}", getattr(suppressing, name), "suppress_read", "11")
        for name in ("get", "email_check", "domain_check", "phone_check")
    ),
    _method("suppresses/list", suppressing.list_all, "suppress_read", "11"),
    *(
        _method(f"suppresses/{name}", getattr(suppressing, name), "suppress_write", "11", **_W)
        for name in (
            "add",
            "update",
            "email_add",
            "email_remove",
            "domain_add",
            "domain_remove",
            "phone_add",
            "phone_remove",
        )
    ),
    *(
        _method(f"suppresses/{name}", getattr(suppressing, name), "suppress_write", "11", **_MANY)
        for name in (
            "delete",
            "emails_add",
            "emails_remove",
            "domains_add",
            "domains_remove",
            "phones_add",
            "phones_remove",
        )
    ),
    _method("suppresses/get_all", exports.export_list, "suppress_read", "11", **_W),
    _method("subscribers/history_get", history.of_one, "history_read", "12.1"),
    _method(
        "subscribers/history_get_all",
        history.of_all,
        "history_read",
        "12.2",
        heavy=True,
        flags=frozenset({"csv"}),
    ),
    *(
        _method(f"relations/{name}", getattr(relations, name), "relations_write", "13", **_W)
        for name in ("attach", "detach", "strengthen", "edit")
    ),
    _method("relations/get", relations.get, "relations_read", "13"),
    *_later("campaigns/triggers", "add start", "profiles_write", "14"),
)
