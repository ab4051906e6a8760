"""Every fault in words that say what to do next."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.dialects.console.auth import Forged, Stale
from dragoman.domains.console import members
from dragoman.domains.content import faults as content
from dragoman.domains.content import users as content_users
from dragoman.domains.desk import faults as desk
from dragoman.domains.profiles import faults as profiles
from dragoman.domains.shop import changing
from dragoman.domains.things import stores


class SignInFailed(faults.Unauthenticated):
    """Unknown account, wrong password, switched off: all alike."""


class WrongPassword(faults.Denied):
    """The password that was asked for again does not fit."""


class ChangedMeanwhile(faults.Conflict):
    """Somebody else saved the record after this editor was opened."""


class BadCode(faults.BadValue):
    """JSON that an editor holds and nobody can read; `problem` says where."""


class NotReplayable(faults.Denied):
    """A logged call that cannot be sent again: its body was cut or masked; `right` says which."""


class Refusal(msgspec.Struct, frozen=True):
    """status, a title, and a text with the fault's facts in braces."""

    status: int
    title: str
    text: str

    def message(self, fault: Fault) -> str:
        """The sentence for the reader."""
        return self.text.format(**vars(fault)) if "{" in self.text else self.text


def _bad(text: str) -> Refusal:
    return Refusal(400, "That could not be saved", text)


def _conflict(text: str) -> Refusal:
    return Refusal(409, "That is taken already", text)


_LABELS = {
    "email": "The address",
    "password": "The password",
    "role": "The role",
    "metadata": "Metadata",
    "confirm": "The name",
    "file": "The file",
    "login": "The login",
}
_PROBLEMS = {
    ("password", "length"): f"The password needs {members.SHORTEST} characters or more.",
    ("email", "address"): "This is not an e-mail address. Check it and try again.",
    ("confirm", "differs"): "Type the name exactly as it is shown to confirm.",
    ("target", "none"): "Choose one of the components that are offered while you type.",
    ("metadata", "json"): 'Metadata must be a JSON object, such as {{"title": "Home"}}.',
    ("rights", "desk"): "Name some of users, tickets, check and number, separated by commas.",
    ("domain", "rights"): "Such a credential cannot be made here.",
}


def _bad_value(fault: Any) -> Refusal:
    known = _PROBLEMS.get((fault.field, fault.problem))
    if known is not None:
        return _bad(known)
    label = _LABELS.get(fault.field, f"“{fault.field}”".replace("{", "").replace("}", ""))
    return _bad(f"{label} cannot be used. Change it and try again.")


def _missing(fault: Any) -> Refusal:
    label = _LABELS.get(fault.field, fault.field.capitalize().replace("{", "").replace("}", ""))
    return _bad(f"{label} is missing. Fill it in and try again.")


def _bad_code(fault: Any) -> Refusal:
    return _bad(fault.problem.replace("{", "").replace("}", ""))


_GONE = Refusal(
    404, "Not found", "It may have been removed meanwhile. Go back and reload the list."
)
_DENIED = Refusal(
    403, "Not allowed", "Your role does not include this. Ask an owner if you need it."
)

REFUSALS: Mapping[type[Fault], Refusal | Callable[[Any], Refusal]] = {
    faults.Unauthenticated: Refusal(401, "Signed out", "Sign in to go on."),
    SignInFailed: Refusal(401, "Sign in", "The login or password is incorrect."),
    WrongPassword: Refusal(403, "Confirm it is you", "The password is incorrect. Try again."),
    faults.Denied: _DENIED,
    Forged: Refusal(
        403,
        "This form was not accepted",
        "It did not come from this page, or the page is from an older sign-in. "
        "Reload the page and try again.",
    ),
    Stale: Refusal(403, "Confirm it is you", "Enter your password again to go on."),
    NotReplayable: Refusal(
        400, "This call cannot be replayed", "Parts of it were masked or cut when it was logged."
    ),
    faults.NotFound: _GONE,
    faults.NoSuchPath: Refusal(404, "Page not found", "There is nothing at this address."),
    faults.WrongMethod: Refusal(405, "Not possible", "This address does not take {method}."),
    faults.Conflict: _conflict("Another record has this value already. Choose another one."),
    faults.Ambiguous: _conflict("More than one record fits. Narrow it down."),
    faults.WrongType: _bad("“{field}” must be a {expected}."),
    faults.Missing: _missing,
    faults.BadValue: _bad_value,
    BadCode: _bad_code,
    faults.Malformed: _bad("The form arrived damaged. Reload the page and try again."),
    faults.Invalid: _bad("“{field}” cannot be used. Change it and try again."),
    faults.TooLarge: Refusal(413, "Too large", "At most {limit_bytes} bytes are taken here."),
    faults.TooMany: Refusal(
        429, "Too many attempts", "Wait {retry_after_s} seconds, then try again."
    ),
    faults.Unsupported: _bad("{what} “{value}” is not supported."),
    faults.Unbuilt: Refusal(501, "Not here yet", "This page is not part of this version."),
    members.LastOwner: Refusal(
        409, "The last owner stays", "Make somebody else an owner first; there must be one."
    ),
    content.DuplicateKey: _conflict("The key “{value}” belongs to component #{holder_id}."),
    content.BadKey: _bad("Keys have lower-case letters a–z, digits and hyphens only."),
    content.ReservedKey: _bad("The key “root” belongs to the root of each space."),
    content.ParentElsewhere: _bad("That component is in another space."),
    content.SpaceChange: _bad("A component cannot leave its space."),
    content.OwnParent: _bad("A component cannot be inside itself."),
    content.UnderDescendant: _bad("A component cannot be moved under its own descendant."),
    content.RootMoved: _bad("The root of a space cannot be moved."),
    content.RootRenamed: _bad("The key of the root cannot be changed."),
    content.RootDeleted: _bad("The root goes with its space only."),
    ChangedMeanwhile: Refusal(
        409,
        "Changed meanwhile",
        "Somebody else saved this meanwhile. Copy your text, reload and compare.",
    ),
    changing.Rejected: _bad("The shop does not take this product. Check price and stock."),
    stores.ForeignGroup: _DENIED,
    profiles.NotServed: _bad("The profile database cannot do this here."),
    desk.Impossible: Refusal(
        409, "Not possible now", "The help desk does not allow this in its present state."
    ),
    desk.EmailTaken: _conflict("That address belongs to somebody else."),
    desk.AlreadyStaff: _conflict("Somebody on the desk uses your e-mail address already."),
    desk.NameTaken: _conflict("That name is in use."),
    content_users.LastActive: Refusal(
        409, "The last user stays", "There must be at least one active content user."
    ),
    content_users.DuplicateEmail: _conflict("“{value}” belongs to another user."),
    content_users.BadEmail: _bad("“{value}” is not an e-mail address."),
    content_users.InsecurePassword: _bad(
        "The password needs 8 characters, 2 letters and 2 digits."
    ),
}
