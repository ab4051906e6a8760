"""Every fault in the vendor's words. Source: spec/cartum 2."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.domains.shop import changing
from dragoman.domains.shop.hooks import TooManyHooks

HTTP_ERROR = "HTTP_ERROR"


class HttpsRequired(Fault):
    """The site is an https site, the call came by http."""


class ModuleOff(faults.Denied):
    """The wholesale module is off on this shop."""


class WrongLogin(faults.Unauthenticated):
    """No user with this login and password; absent ones too."""


class BadExpression(faults.Invalid):
    """`expr` is no object."""


class Undecodable(faults.Malformed):
    """Bytes that the declared or default character set does not have."""


class NotPage(faults.NoSuchPath):
    """An address beside the API that is no page."""


class Refusal(msgspec.Struct, frozen=True):
    """status: of the envelope; text: with the fault's facts in braces; code: of HTTP, given with
    HTTP_ERROR.
    """

    status: str
    text: str
    code: int = 200

    def message(self, fault: Fault) -> str:
        """The sentence for the caller."""
        return self.text.format(**vars(fault)) if "{" in self.text else self.text


def _http(code: int, text: str) -> Refusal:
    return Refusal(HTTP_ERROR, text, code)


_BAD_BODY = {
    "nul": "The payload is not JSON that can be stored: it holds U+0000",
    "multipart": "The payload is not a multipart form",
    "bom": "The payload begins with a byte order mark",
    "bytes": "The payload is not JSON or a form: its bytes are not valid in its charset",
}


def _malformed(fault: Any) -> Refusal:
    return _http(400, _BAD_BODY.get(fault.problem, "The payload is not JSON, or not an object"))


def _unauthenticated(fault: Any) -> Refusal:
    if fault.reason == "expired":
        return Refusal("UNAUTHORIZED", "Token has expired")
    return Refusal("UNAUTHORIZED", "Authorization is required")


def _unsupported(fault: Any) -> Refusal:
    if fault.what == "accept-charset":
        return _http(406, "None of the charsets in Accept-Charset can be sent")
    if fault.what == "charset":
        return _http(415, "The charset of the payload is not supported")
    return _http(
        415,
        "The Content-Type must be application/json, application/x-www-form-urlencoded or "
        "multipart/form-data",
    )


def _missing(fault: Any) -> Refusal:
    return Refusal("ERROR", "Parameter {field} is required")


_NOT_FOUND = Refusal("ERROR", "{kind} is not found")
_LIMIT = "You hour requests limit has been exceeded. Retry after {retry_after_s} seconds"

REFUSALS: Mapping[type[Fault], Refusal | Callable[[Any], Refusal]] = {
    HttpsRequired: _http(403, "The API of this site must be called by https"),
    faults.WrongMethod: _http(405, "The method {method} is not allowed"),
    faults.Unsupported: _unsupported,
    faults.NoSuchPath: Refusal("UNDEFINED_FUNCTION", ""),
    faults.TooLarge: _http(413, "The payload is larger than {limit_bytes} bytes"),
    faults.Malformed: _malformed,
    faults.Unauthenticated: _unauthenticated,
    faults.Denied: Refusal(
        "AUTHORIZATION_ERROR", "The token is not valid, or its user may not use the API"
    ),
    WrongLogin: Refusal("ERROR", "Login or password is incorrect"),
    faults.TooMany: _http(429, _LIMIT),
    ModuleOff: Refusal("FORBIDDEN", "Use of the method is not allowed"),
    BadExpression: Refusal("EXCEPTION", "expr must be an object"),
    faults.Missing: _missing,
    faults.WrongType: Refusal("ERROR", "Parameter {field} is not of type {expected}"),
    faults.BadValue: Refusal("ERROR", "Parameter {field} is not valid"),
    faults.Invalid: Refusal("ERROR", "Parameter {field} is not valid"),
    changing.Rejected: Refusal("ERROR", "{problem}"),
    faults.NotFound: _NOT_FOUND,
    faults.Conflict: Refusal("ERROR", "{field} is taken already"),
    TooManyHooks: Refusal("ERROR", "Subscriptions limit for current event has been reached"),
    faults.Ambiguous: Refusal("ERROR", "{kind} is not unique"),
    faults.Unbuilt: Refusal("ERROR", "This function is not available yet"),
}
