"""The table: 101 paths. Source: spec/opensupports 9."""

from typing import Any

from dragoman.dialects.opensupports import (
    accounts,
    articles,
    installing,
    lists,
    people_pages,
    reports,
    sessions,
    settings_pages,
    staff_pages,
    tags,
    tickets,
    uploads,
)
from dragoman.wire.endpoint import Endpoint, unwritten


def _get(path: str, access: str, handler: Any, source: str, **facts: Any) -> Endpoint:
    return Endpoint("POST", path, handler, access, f"opensupports {source}", **facts)


def _set(path: str, access: str, handler: Any, source: str, **facts: Any) -> Endpoint:
    return Endpoint("POST", path, handler, access, f"opensupports {source}", writes=True, **facts)


_FILES: Any = {
    "flags": frozenset({"files"}), "prepare": uploads.store, "max_body": 256 << 20,
}  # fmt: skip
_PICTURE: Any = {"prepare": staff_pages.prepare, "max_body": 256 << 20}
_HASH: Any = {"prepare": accounts.hashed}
_RANDOM: Any = {"prepare": accounts.hashed_random}
_OWN: Any = {"prepare": settings_pages.check_password}
_TOKEN: Any = {"flags": frozenset({"secret:rememberToken", "secret:token"})}

ENDPOINTS = (
    _set("/user/login", "any", sessions.log_in, "9.1", prepare=sessions.verify, **_TOKEN),
    _set("/user/logout", "user", sessions.log_out, "9.1"),
    _get("/user/check-session", "any", sessions.check, "9.1"),
    _set("/user/signup", "any", accounts.sign_up, "9.1", **_HASH),
    _get("/user/get", "user", accounts.fetch, "9.1"),
    _set("/user/edit-email", "user", accounts.edit_email, "9.1"),
    _set("/user/edit-password", "user", accounts.edit_password, "9.1", prepare=accounts.rehashed),
    _set("/user/send-recover-password", "any", accounts.send_recovery, "9.1"),
    _set("/user/recover-password", "any", accounts.recover, "9.1", **_HASH),
    _get("/user/get-users", "staff1", people_pages.list_users, "9.1"),
    _get("/user/get-user", "staff1", people_pages.fetch, "9.1"),
    _set("/user/invite", "staff1", people_pages.invite, "9.1", **_RANDOM),
    _set("/user/resend-invite-user", "staff1", people_pages.resend_invitation, "9.1"),
    _set("/user/verify", "any", accounts.verify, "9.1"),
    _set("/user/resend-email-token", "any", accounts.resend_verification, "9.1"),
    _set("/user/delete", "staff1", people_pages.delete, "9.1"),
    _set("/user/ban", "staff1", people_pages.ban, "9.1"),
    _set("/user/un-ban", "staff1", people_pages.lift_ban, "9.1"),
    _get("/user/list-ban", "staff1", people_pages.list_bans, "9.1"),
    _set("/user/disable", "staff1", people_pages.disable, "9.1"),
    _set("/user/enable", "staff1", people_pages.enable, "9.1"),
    _set("/user/edit-custom-fields", "user", accounts.edit_custom_fields, "9.1"),
    _set("/user/edit-supervised-list", "staff1", people_pages.edit_supervised, "9.1"),
    _get("/user/get-supervised-tickets", "user", people_pages.supervised_tickets, "9.1"),
    _set("/ticket/create", "open", tickets.create, "9.2", **_FILES),
    _get("/ticket/get", "user", tickets.fetch, "9.2"),
    _set("/ticket/comment", "user", tickets.comment, "9.2", **_FILES),
    _set("/ticket/check", "any", sessions.check_ticket, "9.2"),
    _set("/ticket/close", "user", tickets.close, "9.2"),
    _set("/ticket/re-open", "user", tickets.reopen, "9.2"),
    _set("/ticket/seen", "user", tickets.seen, "9.2"),
    _set("/ticket/delete", "user", tickets.delete, "9.2"),
    _set("/ticket/change-department", "staff1", tickets.change_department, "9.2"),
    _get("/ticket/search", "staff1", lists.search, "10.1"),
    _set("/ticket/add-tag", "staff1", tags.put_on, "9.2"),
    _set("/ticket/remove-tag", "staff1", tags.take_off, "9.2"),
    _set("/ticket/create-tag", "staff3", tags.create, "9.2"),
    _get("/ticket/get-tags", "staff3", tags.listed, "9.2"),
    _set("/ticket/edit-tag", "staff3", tags.edit, "9.2"),
    _set("/ticket/delete-tag", "staff3", tags.delete, "9.2"),
    _set("/ticket/edit-title", "user", tickets.edit_title, "9.2"),
    _set("/ticket/edit-comment", "user", tickets.edit_comment, "9.2"),
    _get("/ticket/get-custom-responses", "staff1", tags.list_canned, "9.2"),
    _set("/ticket/add-custom-response", "staff2", tags.add_canned, "9.2"),
    _set("/ticket/edit-custom-response", "staff2", tags.edit_canned, "9.2"),
    _set("/ticket/delete-custom-response", "staff2", tags.delete_canned, "9.2"),
    _get("/ticket/search-authors", "staff1", lists.search_authors, "9.2"),
    _get("/ticket/get-authors", "staff1", lists.get_authors, "9.2"),
    _get("/staff/get", "staff1", staff_pages.fetch, "9.3"),
    _get("/staff/get-all", "staff1", staff_pages.listed, "9.3"),
    _get("/staff/get-tickets", "staff1", lists.mine, "9.3"),
    _get("/staff/get-new-tickets", "staff1", lists.fresh, "9.3"),
    _get("/staff/get-all-tickets", "staff1", lists.everything, "9.3"),
    _get("/staff/search-tickets", "staff1", lists.by_title, "9.3"),
    _set("/staff/assign-ticket", "staff1", tickets.assign, "9.3"),
    _set("/staff/un-assign-ticket", "staff1", tickets.unassign, "9.3"),
    _set("/staff/invite", "staff3", staff_pages.invite, "9.3", **_RANDOM),
    _set("/staff/edit", "staff1", staff_pages.edit, "9.3", **_PICTURE),
    _get("/staff/last-events", "staff1", lists.last_events, "9.3"),
    _set("/staff/delete", "staff3", staff_pages.delete, "9.3"),
    _set("/staff/resend-invite-staff", "staff3", staff_pages.resend_invitation, "9.3"),
    _get("/article/get-all", "open", articles.listed, "9.4"),
    _set("/article/add-topic", "staff2", articles.add_topic, "9.4"),
    _set("/article/edit-topic", "staff2", articles.edit_topic, "9.4"),
    _set("/article/delete-topic", "staff2", articles.delete_topic, "9.4"),
    _set("/article/add", "staff2", articles.add, "9.4", **_FILES),
    _set("/article/edit", "staff2", articles.edit, "9.4", **_FILES),
    _set("/article/delete", "staff2", articles.delete, "9.4"),
    _get("/system/get-settings", "any", settings_pages.fetch, "7"),
    _set("/system/edit-settings", "staff3", settings_pages.edit, "7"),
    _set("/system/add-department", "staff3", settings_pages.add_department, "9.5"),
    _set("/system/edit-department", "staff3", settings_pages.edit_department, "9.5"),
    _set("/system/delete-department", "staff3", settings_pages.delete_department, "9.5"),
    Endpoint("GET", "/system/download", uploads.download, "any", "opensupports 6"),
    _get("/system/installation-done", "any", installing.is_done, "9.5"),
    _get("/system/check-requirements", "any", installing.requirements, "9.5"),
    _get("/system/init-database", "any", installing.database, "9.5"),
    _set("/system/init-settings", "any", installing.settings, "9.5"),
    _set("/system/init-admin", "any", installing.administrator, "9.5", **_HASH),
    _get("/system/get-logs", "staff1", reports.list_logs, "10.3"),
    _get("/system/get-stats", "staff1", reports.stats, "10.2"),
    _set("/system/add-api-key", "staff3", settings_pages.add_key, "2.6"),
    _set("/system/delete-api-key", "staff3", settings_pages.delete_key, "2.6"),
    _get("/system/get-api-keys", "staff3", settings_pages.list_keys, "2.6", **_TOKEN),
    _set("/system/add-custom-field", "staff2", settings_pages.add_field, "9.5"),
    _set("/system/delete-custom-field", "staff2", settings_pages.delete_field, "9.5"),
    _get("/system/get-custom-fields", "any", settings_pages.list_fields, "9.5"),
    _set("/system/enable-mandatory-login", "staff3", settings_pages.require_login, "9.5", **_OWN),
    _set("/system/disable-mandatory-login", "staff3", settings_pages.waive_login, "9.5", **_OWN),
    _set("/system/enable-registration", "staff3", settings_pages.open_registration, "9.5", **_OWN),
    _set(
        "/system/disable-registration", "staff3", settings_pages.close_registration, "9.5", **_OWN
    ),
    _get("/system/get-mail-template-list", "staff3", reports.list_templates, "8"),
    _get("/system/get-mail-template", "staff3", reports.fetch_template, "8"),
    _set("/system/edit-mail-template", "staff3", reports.edit_template, "8"),
    _set("/system/recover-mail-template", "staff3", reports.recover_template, "8"),
    _get("/system/csv-import", "staff3", unwritten, "9.5"),
    _get("/system/delete-all-users", "staff3", unwritten, "9.5"),
    _get("/system/backup-database", "staff3", unwritten, "9.5"),
    _get("/system/test-smtp", "any", unwritten, "9.5"),
    _get("/system/test-imap", "any", unwritten, "9.5"),
    _get("/system/email-polling", "any", unwritten, "9.5"),
)
