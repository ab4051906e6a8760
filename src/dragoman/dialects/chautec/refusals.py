"""Every fault in the vendor's words. Source: spec/chautec 11."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.domains.content import faults as content
from dragoman.domains.content import users


class LoginFailed(faults.Unauthenticated):
    """Unknown e-mail, wrong password or inactive user, all alike."""


class IdMismatch(faults.Invalid):
    """Body id and path id differ."""


class FileMissing(faults.Invalid):
    """No file part called fileUpload."""


class Refusal(msgspec.Struct, frozen=True):
    """status, code, and a text with the fault's facts in braces."""

    status: int
    code: str
    text: str

    def message(self, fault: Fault) -> str:
        """The sentence for the caller."""
        return self.text.format(**vars(fault)) if "{" in self.text else self.text


_WRONG_TYPE = Refusal(
    400, "chautec.field.wrong.type", "The field ‘{field}’ was not of type {expected}."
)
_REQUIRED = Refusal(400, "chautec.field.required", "The field ‘{field}’ is required.")
_INVALID_JSON = Refusal(
    400, "chautec.request.invalid.json", "The request body is not a valid JSON object."
)

_NOT_FOUND = {
    ("component", "id"): Refusal(
        404, "chautec.component.not.found.id", "Component with ID {value} could not be found."
    ),
    ("component", "key"): Refusal(
        404, "chautec.component.not.found.key", "Component with key '{value}' could not be found."
    ),
    ("file", "id"): Refusal(
        404, "chautec.component.not.found.file", "No file was found for component with ID {value}."
    ),
    ("space", "id"): Refusal(
        404, "chautec.space.not.found.id", "Space with ID {value} could not be found."
    ),
    ("user", "id"): Refusal(
        404, "chautec.user.not.found.id", "User with ID {value} could not be found."
    ),
}


def _not_found(fault: Any) -> Refusal:
    return _NOT_FOUND[fault.kind, fault.by]


def _too_large(fault: Any) -> Refusal:
    if fault.field is not None:
        return Refusal(
            413, "chautec.component.file.too.large", "The file is larger than {limit_bytes} bytes."
        )
    return Refusal(
        413, "chautec.request.too.large", "The request body is larger than {limit_bytes} bytes."
    )


_SERVER_ERROR = Refusal(500, "chautec.server.error", "An unexpected error occurred.")

REFUSALS: Mapping[type[Fault], Refusal | Callable[[Any], Refusal]] = {
    faults.Unauthenticated: Refusal(401, "chautec.not.logged.in", "User is not logged in."),
    LoginFailed: Refusal(401, "chautec.login.failed", "The email or password is incorrect."),
    faults.Denied: Refusal(401, "chautec.not.logged.in", "User is not logged in."),
    faults.NoSuchPath: Refusal(
        404, "chautec.endpoint.not.found", "The requested endpoint could not be found."
    ),
    faults.WrongMethod: Refusal(
        405, "chautec.method.not.allowed", "The method {method} is not allowed for this endpoint."
    ),
    faults.NotFound: _not_found,
    faults.WrongType: _WRONG_TYPE,
    faults.Missing: _REQUIRED,
    faults.Malformed: _INVALID_JSON,
    faults.Invalid: Refusal(400, "chautec.field.wrong.type", "The field ‘{field}’ was not valid."),
    IdMismatch: Refusal(
        400,
        "chautec.field.id.mismatch",
        "The field ‘id’ must be the same value as the ID in the path.",
    ),
    FileMissing: Refusal(
        400, "chautec.component.file.missing", "No file was found in the field ‘fileUpload’."
    ),
    faults.TooLarge: _too_large,
    faults.TooMany: Refusal(
        429, "chautec.login.too.many", "Too many failed logins. Please try again later."
    ),
    faults.Unsupported: _SERVER_ERROR,
    faults.Unbuilt: Refusal(501, "chautec.server.error", "This endpoint is not available."),
    faults.Ambiguous: _SERVER_ERROR,
    faults.Conflict: _SERVER_ERROR,
    content.BadKey: Refusal(
        400,
        "chautec.component.invalid.key",
        "Keys can only be lowercase letters, numbers and hyphens(-).",
    ),
    content.ReservedKey: Refusal(
        400, "chautec.component.reserved.key", "Sorry, 'root' is a reserved key."
    ),
    content.DuplicateKey: Refusal(
        400,
        "chautec.component.duplicate.key",
        "The key '{value}' is currently used by another component (ID {holder_id}).",
    ),
    content.ParentElsewhere: Refusal(
        400,
        "chautec.component.parent.space",
        "Parent component with ID {parent_id} does not belong to space with ID {space_id}.",
    ),
    content.SpaceChange: Refusal(
        400,
        "chautec.component.space.change",
        "You cannot move component with ID {component_id} out of its current space "
        "(ID {space_id}).",
    ),
    content.OwnParent: Refusal(
        400,
        "chautec.component.parent.self",
        "You cannot set component with ID {component_id} to be its own parent.",
    ),
    content.UnderDescendant: Refusal(
        400,
        "chautec.component.parent.descendant",
        "You cannot move component with ID {component_id} under its own descendant "
        "(ID {parent_id}).",
    ),
    content.RootMoved: Refusal(
        400, "chautec.component.root.move", "The root component of a space cannot be moved."
    ),
    content.RootRenamed: Refusal(
        400, "chautec.component.root.key", "The key of a root component cannot be changed."
    ),
    content.RootDeleted: Refusal(
        400, "chautec.component.root.delete", "The root component of a space cannot be deleted."
    ),
    users.BadEmail: Refusal(
        400, "chautec.user.invalid.email", "The email ‘{value}’ is not a valid email address."
    ),
    users.DuplicateEmail: Refusal(
        400,
        "chautec.user.duplicate.email",
        "The email ‘{value}’ is currently used by another user (ID {holder_id}).",
    ),
    users.InsecurePassword: Refusal(
        400,
        "chautec.user.password.insecure",
        "Password must be at least 8 characters containing a minimum of 2 letters and 2 numbers.",
    ),
    users.LastActive: Refusal(
        400, "chautec.user.minimum.active", "There needs to be at least 1 active user."
    ),
}
