"""Console members from a fixture: an account's membership of the domain `console`. See
docs/fixtures.md.
"""

from typing import Any

from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading
from dragoman.core.tx import Tx
from dragoman.domains.console import members, roles

_MEMBERS = frozenset({"domain", "login", "role", "active"})


def join(tx: Tx, account_id: int, member: dict[str, Any], loading: Loading) -> None:
    """Make an account a member of the console, or change the membership it has."""
    unknown = sorted(set(member) - _MEMBERS)
    if unknown:
        loading.fail(f"memberships.console.{unknown[0]}", "unknown member")
    role = member.get("role", "viewer")
    if role not in roles.RIGHTS:
        loading.fail("memberships.console.role", f"no role {role!r}")
    active = member.get("active", True)
    held = next(
        (row for row in memberships.of_account(tx, account_id) if row.domain == members.DOMAIN),
        None,
    )
    if held is None:
        held = memberships.join(
            tx,
            domain=members.DOMAIN,
            login=member["login"],
            account_id=account_id,
            active=active,
            facts={"role": role},
        )
    else:
        memberships.change(tx, held.id, active=active, facts={**held.facts, "role": role})
    if loading.password_hash is not None:
        credentials.set_password(tx, held, loading.password_hash)
