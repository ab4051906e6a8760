"""Roles of the console and what each may see and do: one table.

A right is `area:action`, with the actions `read` and `write`. The owner may do everything, and only
owners make tokens
and change users.
"""

from collections.abc import Mapping

OWNER = "owner"
AREAS = (
    "overview", "inbox", "people", "logs", "shop", "content", "devices", "entities", "users",
    "tokens", "settings",
)  # fmt: skip
ACTIONS = ("read", "write")


def _rights(text: str) -> frozenset[str]:
    return frozenset(
        f"{area}:{action}"
        for part in text.split()
        for area, _, actions in [part.partition(":")]
        for action in (ACTIONS if actions == "write" else ("read",))
    )


TITLES: Mapping[str, str] = {
    "owner": "Owner",
    "agent": "Support agent",
    "editor": "Editor",
    "operator": "Operator",
    "integrator": "Integrator",
    "viewer": "Viewer",
}
ABOUT: Mapping[str, str] = {
    "owner": "Everything, with users, tokens and settings",
    "agent": "Answers tickets and looks after people; sees the shop",
    "editor": "Writes and publishes content",
    "operator": "Runs devices and edits entities",
    "integrator": "Follows API calls; looks at every system",
    "viewer": "Looks at everything but users, tokens and settings",
}
RIGHTS: Mapping[str, frozenset[str]] = {
    "owner": _rights(" ".join(f"{area}:write" for area in AREAS)),
    "agent": _rights("overview inbox:write people:write shop:write devices"),
    "editor": _rights("overview content:write people"),
    "operator": _rights("overview logs devices:write entities:write"),
    "integrator": _rights("overview logs:write shop content devices entities"),
    "viewer": _rights("overview inbox people logs shop content devices entities"),
}


def may(role: str, right: str) -> bool:
    """Whether a role has a right; an unknown role has none."""
    return right in RIGHTS.get(role, frozenset())
