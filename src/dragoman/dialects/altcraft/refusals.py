"""Every fault as one of the vendor's codes. Source: spec/altcraft 2.3."""

from collections.abc import Mapping

import msgspec

from dragoman.core import faults
from dragoman.core.faults import Fault
from dragoman.dialects.altcraft import names
from dragoman.domains.profiles.faults import NotServed, TariffLimit, WrongGroup


class UnknownToken(faults.Denied):
    """A token that was never issued, or is switched off."""


class Refusal(msgspec.Struct, frozen=True):
    """code: the vendor's; text: with the fault's facts in braces."""

    code: int
    text: str

    def message(self, fault: Fault) -> str:
        """One line for the caller."""
        facts = dict(vars(fault))
        if "field" in facts:
            facts["field"] = names.WIRE.get(facts["field"], facts["field"])
        return " ".join(self.text.format(**facts).split())[:500]


_INCORRECT = "Incorrect request"
REFUSALS: Mapping[type[Fault], Refusal] = {
    faults.NoSuchPath: Refusal(501, "The method does not exist"),
    faults.WrongMethod: Refusal(501, "The method does not exist: {method} is not POST"),
    faults.Unbuilt: Refusal(501, "The method does not exist: it is not built yet"),
    faults.Unsupported: Refusal(415, "Requested Content-Type is not supported"),
    faults.TooLarge: Refusal(400, f"{_INCORRECT}: the body is larger than {{limit_bytes}} bytes"),
    faults.Malformed: Refusal(400, f"{_INCORRECT}: the body cannot be read ({{problem}})"),
    faults.Missing: Refusal(400, f'{_INCORRECT}: parameter "{{field}}" is required'),
    faults.WrongType: Refusal(400, f'{_INCORRECT}: parameter "{{field}}" is not {{expected}}'),
    faults.BadValue: Refusal(450, 'Request validation error: field "{field}" {problem}'),
    faults.Invalid: Refusal(400, f'{_INCORRECT}: parameter "{{field}}"'),
    faults.Unauthenticated: Refusal(401, "API token required"),
    UnknownToken: Refusal(403, "No rights for this action: the token is unknown or disabled"),
    faults.Denied: Refusal(403, 'No rights for this action: "{right}" is required'),
    WrongGroup: Refusal(441, "The object belongs to another group: {kind} {id}"),
    TariffLimit: Refusal(402, "Tariff limit reached: {right}"),
    faults.NotFound: Refusal(404, "The object is not found: {kind} with {by} {value}"),
    NotServed: Refusal(
        413, "The database is not available in the selected resource: {database} in {resource}"
    ),
    faults.Conflict: Refusal(
        409, 'Another record with the same unique attributes already exists: field "{field}"'
    ),
    faults.Ambiguous: Refusal(435, "Ambiguous search: there are several objects of kind {kind}"),
    faults.TooMany: Refusal(429, "The number of requests set in the configuration is exceeded"),
}
