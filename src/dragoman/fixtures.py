"""`dragoman load FILE`: accounts, then each domain's own loader. The format is docs/fixtures.md."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.files import Files
from dragoman.core.identity import accounts, passwords
from dragoman.core.loading import BadFixture, Loading
from dragoman.core.tx import Origin, Tx

ORIGIN = Origin("load")
DOMAINS = ("content", "shop", "profiles", "things", "desk")
_ABOUT = ("phone", "city", "country", "locale")
_ACCOUNT = {"email", "name", "password", "administrator", "active", "memberships", *_ABOUT}

Step = Callable[[str], None]


def load_file(
    database: Database,
    files: Files,
    path: Path,
    *,
    reset_passwords: bool = False,
    step: Step = lambda _: None,
) -> None:
    """Load one file whole or not at all. step: told the part that begins. Raises BadFixture."""
    try:
        document = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        raise BadFixture(f"{path}: {error}") from None
    if not isinstance(document, dict) or document.get("format") != 1:
        raise BadFixture(f"{path}: not a fixture of format 1")
    unknown = sorted(set(document) - {"format", "accounts", *DOMAINS})
    if unknown:
        raise BadFixture(f"{unknown[0]}: unknown part")
    loading = Loading(files, path.parent, now_ms())
    hashes = _hashes(document.get("accounts", []))
    with database.begin(ORIGIN, writes=True) as tx:
        if "accounts" in document:
            step("accounts")
            for at, entry in enumerate(document["accounts"]):
                _account(tx, entry, f"accounts[{at}]", loading, hashes.get(at), reset_passwords)
        for domain in DOMAINS:
            if domain in document:
                step(domain)
                part("load", domain)(tx, document[domain], loading)


def part(function: str, domain: str) -> Callable[..., Any]:
    """A function of a domain's `fixtures` module. Raises BadFixture where the domain has none."""
    found: Callable[..., Any] | None = getattr(module(domain, "fixtures"), function, None)
    if found is None:
        raise BadFixture(f"{domain}: cannot {function} here")
    return found


def module(domain: str, name: str) -> Any:
    """A module of a domain by name, or None."""
    if not domain.isidentifier() or importlib.util.find_spec(f"dragoman.domains.{domain}") is None:
        return None
    full = f"dragoman.domains.{domain}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) is not None else None


def _hashes(entries: Any) -> dict[int, str]:
    """Passwords are hashed before the transaction: position in the list -> hash."""
    if not isinstance(entries, list):
        raise BadFixture("accounts: not a list")
    return {
        at: passwords.hashed(entry["password"])
        for at, entry in enumerate(entries)
        if isinstance(entry, dict) and isinstance(entry.get("password"), str)
    }


def _account(
    tx: Tx,
    entry: Any,
    place: str,
    loading: Loading,
    hashed: str | None,
    reset_passwords: bool,
) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("email"), str):
        loading.fail(place, "an account needs an email")
    unknown = sorted(set(entry) - _ACCOUNT)
    if unknown:
        loading.fail(f"{place}.{unknown[0]}", "unknown member")
    facts = {name: entry[name] for name in _ABOUT if name in entry}
    held = accounts.by_email(tx, entry["email"])
    if held is None:
        name = str(entry.get("name", entry["email"]))
        account_id = accounts.create(tx, name=name, email=entry["email"], facts=facts)
    else:
        account_id = held.id
        accounts.change(
            tx, account_id, name=entry.get("name", held.name), facts={**held.facts, **facts}
        )
    if "active" in entry:
        accounts.change(tx, account_id, active=entry["active"])
    loading.account_ids[entry["email"].lower()] = account_id
    keeps = held is not None and not reset_passwords
    loading.password_hash = None if keeps else hashed
    members = list(entry.get("memberships", []))
    if entry.get("administrator"):
        members.append({"domain": "console", "role": "owner"})
    for at, member in enumerate(members):
        try:
            domain = member["domain"]
        except (TypeError, KeyError):
            loading.fail(f"{place}.memberships[{at}]", "a membership needs a domain")
        facts = {"login": entry["email"], **member}
        part("join", domain)(tx, account_id, facts, loading)
