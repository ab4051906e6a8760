"""`dragoman load FILE`: accounts, then each domain's own loader. The format is docs/fixtures.md."""

import importlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from dragoman import positions
from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.faults import Fault
from dragoman.core.files import Files
from dragoman.core.identity import accounts, passwords
from dragoman.core.loading import BadFixture, Loading, in_words
from dragoman.core.tx import Origin, Tx
from dragoman.troubles import of_constraint

ORIGIN = Origin("load")
DOMAINS = ("content", "shop", "profiles", "things", "desk")
_ABOUT = ("phone", "city", "country", "locale")
_KINDS: dict[str, type] = {
    "name": str, "password": str, "administrator": bool, "active": bool, "memberships": list,
}  # fmt: skip
_CALLED = {str: "not a text", bool: "not true or false", list: "not a list"}
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
    load_files(database, files, [path], reset_passwords=reset_passwords, step=step)


def load_files(
    database: Database,
    files: Files,
    paths: Sequence[Path],
    *,
    reset_passwords: bool = False,
    step: Step = lambda _: None,
) -> None:
    """Load several files in order, all of them or none. Raises BadFixture."""
    read = [(path, *_read(path)) for path in paths]
    hashed = [_hashes(document.get("accounts", [])) for _, _, document in read]
    with database.begin(ORIGIN, writes=True) as tx:
        for (path, text, document), hashes in zip(read, hashed, strict=True):
            loading = Loading(files, path.parent, now_ms())
            try:
                _load(tx, document, loading, hashes, reset_passwords, step)
            except BadFixture as error:
                error.where = _where(path, text, error.place)
                raise


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """The text and what it says. Raises BadFixture."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = msgspec.json.decode(text)
    except OSError as error:
        raise BadFixture(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadFixture(f"{path}: not text in UTF-8 (byte {error.start})") from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadFixture(f"{path}{_no_json(text, error)}") from None
    if not isinstance(document, dict) or document.get("format") != 1:
        raise BadFixture(f'{path}: not a fixture of format 1; it begins with {{"format": 1')
    known = ("accounts", *DOMAINS)
    odd = next((name for name in document if name not in ("format", *known)), None)
    if odd is not None:
        raise _at(path, text, odd, f"unknown part; there are {', '.join(known)}")
    if not isinstance(document.get("accounts", []), list):
        raise _at(path, text, "accounts", "not a list")
    return text, document


def _at(path: Path, text: str, place: str, problem: str) -> BadFixture:
    error = BadFixture(f"{place}: {problem}", place)
    error.where = _where(path, text, place)
    return error


def _where(path: Path, text: str, place: str) -> str:
    line = positions.line_of(text, place)
    return f"{path}, line {line}" if line is not None else str(path)


def _no_json(text: str, error: Exception) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as said:  # it knows lines
        return f", line {said.lineno}, column {said.colno}: not JSON: {said.msg}"
    except (RecursionError, ValueError):
        pass
    return f": not JSON that can be loaded: {error}"


def _load(
    tx: Tx,
    document: dict[str, Any],
    loading: Loading,
    hashes: dict[int, str],
    reset_passwords: bool,
    step: Step,
) -> None:
    if "accounts" in document:
        step("accounts")
        for at, entry in enumerate(document["accounts"]):
            _account(tx, entry, f"accounts[{at}]", loading, hashes.get(at), reset_passwords)
    for domain in DOMAINS:
        if domain in document:
            step(domain)
            with _told(domain, loading):
                part("load", domain)(tx, document[domain], loading)


@contextmanager
def _told(place: str, loading: Loading) -> Iterator[None]:
    """What a loader refuses, or trips over, is told with its place."""
    try:
        yield
    except Fault as fault:
        loading.fail(place, in_words(fault))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        loading.fail(place, f"a value of another kind than docs/fixtures.md has it ({error})")
    except Exception as error:
        if not of_constraint(error):
            raise
        loading.fail(place, f"a value is missing, or there twice ({error})")


def part(function: str, domain: str) -> Callable[..., Any]:
    """A function of a domain's `fixtures` module. Raises BadFixture where the domain has none."""
    found = _function(function, domain)
    if found is None:
        able = [name for name in (*DOMAINS, "console") if _function(function, name) is not None]
        raise BadFixture(f"{domain}: cannot {function} here; there are {', '.join(able)}")
    return found


def _function(function: str, domain: str) -> Callable[..., Any] | None:
    found: Callable[..., Any] | None = getattr(module(domain, "fixtures"), function, None)
    return found


def module(domain: str, name: str) -> Any:
    """A module of a domain by name, or None."""
    if not domain.isidentifier() or importlib.util.find_spec(f"dragoman.domains.{domain}") is None:
        return None
    full = f"dragoman.domains.{domain}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) is not None else None


def _hashes(entries: Any) -> dict[int, str]:
    """Passwords are hashed before the transaction: position in the list -> hash."""
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
    _refuse_account(entry, place, loading)
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
        with _told(f"{place}.memberships[{at}]", loading):
            _join(tx, account_id, domain, facts, f"{place}.memberships[{at}]", loading)


def _refuse_account(entry: Any, place: str, loading: Loading) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("email"), str):
        loading.fail(place, "an account needs an email")
    if "@" not in entry["email"]:
        loading.fail(f"{place}.email", "not an e-mail address")
    for name, kind in _KINDS.items():
        if name in entry and not isinstance(entry[name], kind):
            loading.fail(f"{place}.{name}", _CALLED[kind])
    unknown = sorted(set(entry) - _ACCOUNT)
    if unknown:
        loading.fail(f"{place}.{unknown[0]}", "unknown member")


def _join(
    tx: Tx, account_id: int, domain: Any, facts: dict[str, Any], place: str, loading: Loading
) -> None:
    try:
        part("join", str(domain))(tx, account_id, facts, loading)
    except BadFixture as error:  # a domain knows its own part of the file only
        loading.fail(place, str(error))
