"""Every fault as the vendor's constant. Source: spec/opensupports 9, 10.4."""

from collections.abc import Callable, Mapping
from typing import Any

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.domains.desk import faults as desk

NO_PERMISSION = "NO_PERMISSION"


class Refused(Fault):
    """A handler's own refusal, by constant."""

    def __init__(self, constant: str) -> None:
        self.constant = constant


class Forbidden(Fault):
    """A file that the caller may not have: 403 without a body."""


_NOT_FOUND = {
    "ticket": "INVALID_TICKET",
    "department": "INVALID_DEPARTMENT",
    "user": "INVALID_USER",
    "staff": "INVALID_STAFF",
    "tag": "INVALID_TAG",
    "ban": "INVALID_EMAIL",
    "key": "INVALID_NAME",
    "template": "INVALID_TEMPLATE",
}

REFUSALS: Mapping[type[Fault], str | Callable[[Any], str]] = {
    Refused: lambda fault: str(fault.constant),
    Forbidden: NO_PERMISSION,
    faults.Unauthenticated: NO_PERMISSION,
    faults.Denied: NO_PERMISSION,
    faults.NotFound: lambda fault: _NOT_FOUND.get(fault.kind, NO_PERMISSION),
    faults.NoSuchPath: NO_PERMISSION,  # answered as a page, see envelope
    faults.WrongMethod: NO_PERMISSION,  # the same
    faults.Conflict: "NAME_ALREADY_USED",
    faults.Ambiguous: NO_PERMISSION,
    faults.Invalid: NO_PERMISSION,  # of a parameter: the constant of its check
    faults.TooLarge: "INVALID_FILE",
    faults.TooMany: NO_PERMISSION,
    faults.Unsupported: NO_PERMISSION,
    faults.Unbuilt: "NOT_IMPLEMENTED",
    desk.UserExists: "USER_EXISTS",
    desk.EmailTaken: "INVALID_EMAIL",
    desk.AlreadyStaff: "ALREADY_A_STAFF",
    desk.NameTaken: "NAME_ALREADY_USED",
    desk.TagTaken: "TAG_EXISTS",
    desk.AlreadyTagged: "TAG_EXISTS",
    desk.FieldTaken: "CUSTOM_FIELD_ALREADY_EXISTS",
    desk.OwnSupervisor: "SUPERVISOR_CAN_NOT_SUPERVISE_HIMSELF",
    desk.BadOption: "INVALID_CUSTOM_FIELD_OPTION",
    desk.AlreadyBanned: "ALREADY_BANNED",
    desk.AlreadyDisabled: "ALREADY_DISABLED",
    desk.AlreadyEnabled: "ALREADY_ENABLED",
    desk.AlreadyAssigned: "TICKET_ALREADY_ASSIGNED",
    desk.LacksDepartment: "INVALID_DEPARTMENT",
    desk.SameDepartment: "SAME_DEPARTMENT",
    desk.IsDefault: "CAN_NOT_DELETE_DEFAULT_DEPARTMENT",
    desk.DefaultPrivate: "DEFAULT_DEPARTMENT_CAN_NOT_BE_PRIVATE",
    desk.HoldsPrivate: "DEPARTMENT_PRIVATE_TICKETS",
    desk.PrivateDepartment: "INVALID_DEPARTMENT",
    desk.DeletesSelf: "YOU_CAN_NOT_DELETE_YOURSELF",
    desk.NotEditable: "TICKET_CONTENT_CANNOT_BE_EDITED",
    desk.EventNotEditable: "INVALID_TICKET_EVENT",
    desk.Installed: "INIT_SETTINGS_DONE",
    desk.Impossible: NO_PERMISSION,
}
