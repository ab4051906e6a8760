"""Every fault in the vendor's words. Source: spec/rightech 1.1."""

from collections.abc import Mapping

import msgspec

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.domains.things import stores


class Refusal(msgspec.Struct, frozen=True):
    """status, message and tags; names_store: the store's own tag is added; text: the helper's
    sentence.
    """

    status: int
    message: str
    tags: tuple[str, ...]
    names_store: bool = False
    text: str = ""

    def helper(self, fault: Fault) -> str:
        """The sentence for a person; empty when there is none."""
        return self.text.format(**vars(fault)) if "{" in self.text else self.text


def _validation(text: str) -> Refusal:
    return Refusal(400, "Bad Request", ("error_bad_request", "error_validation"), True, text)


NOT_FOUND = Refusal(404, "Not Found", ("error_not_found",))
UNAUTHORIZED = Refusal(401, "Unauthorized", ("error_unauthorized",))
FORBIDDEN = Refusal(403, "Forbidden", ("error_credentials", "error_forbidden"))
_BAD_REQUEST = ("error_bad_request",)

REFUSALS: Mapping[type[Fault], Refusal] = {
    faults.Unauthenticated: UNAUTHORIZED,
    faults.Denied: FORBIDDEN,
    stores.ForeignGroup: FORBIDDEN,
    faults.NotFound: NOT_FOUND,
    faults.WrongMethod: Refusal(405, "Method Not Allowed", ("error_method_not_allowed",)),
    faults.Malformed: Refusal(
        400, "Bad Request", _BAD_REQUEST, text="The body is not a JSON object ({problem})."
    ),
    faults.WrongType: _validation("The field '{field}' must be {expected}."),
    faults.Missing: _validation("The field '{field}' is required."),
    faults.BadValue: _validation("The field '{field}' {problem}."),
    faults.Invalid: _validation("The field '{field}' is not valid."),
    faults.Conflict: Refusal(
        409, "Conflict", ("error_conflict", "error_not_unique"), True, "'{field}' is already used."
    ),
    faults.Ambiguous: Refusal(409, "Conflict", ("error_conflict",)),
    faults.TooLarge: Refusal(
        413, "Payload Too Large", ("error_too_large",), text="At most {limit_bytes} bytes."
    ),
    faults.TooMany: Refusal(429, "Too Many Requests", ("error_too_many",)),
    faults.Unsupported: Refusal(400, "Bad Request", _BAD_REQUEST),
    faults.Unbuilt: Refusal(501, "Not Implemented", ("error_not_implemented",)),
}
