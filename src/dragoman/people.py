"""`dragoman account` and `dragoman token`: who may come in, without a browser."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dragoman import fixtures, readiness
from dragoman.cli import ConfigFile, settings_from
from dragoman.config import Settings
from dragoman.core.clock import now_ms
from dragoman.core.database import open_database
from dragoman.core.faults import Fault
from dragoman.core.files import Files
from dragoman.core.identity import accounts, credentials, memberships, passwords, sessions
from dragoman.core.loading import Loading, in_words
from dragoman.core.tx import Origin, Tx
from dragoman.plain import examples, fail

accounts_app = typer.Typer(no_args_is_help=True, help="People and programs that log in.")
tokens_app = typer.Typer(no_args_is_help=True, help="Keys and tokens of integrations.")
_ORIGIN = Origin("cli")

Email = Annotated[str, typer.Argument(help="The account's e-mail address.", show_default=False)]
Door = Annotated[
    list[str],
    typer.Option(
        "--in",
        help="Where the account is a member, `domain[:member=value,...]`: content, "
        "console:role=owner, desk:kind=staff,level=2, shop:login=x,api=true, "
        "things:login=x. Repeatable.",
    ),
]


@contextmanager
def _transaction(settings: Settings, *, writes: bool) -> Iterator[Tx]:
    readiness.refuse_unready(settings)
    database = open_database(settings.database_url)
    try:
        with database.begin(_ORIGIN, writes=writes) as tx:
            yield tx
    except Fault as fault:
        fail(in_words(fault))
    finally:
        database.close()


@accounts_app.command(
    "create",
    epilog=examples(
        "dragoman account create ann@example.com --name Ann",
        "dragoman account create ann@example.com --in console:role=owner --in content",
        "dragoman account create bo@example.com --in desk:kind=staff,level=2",
    ),
)
def create(
    email: Email,
    name: Annotated[str, typer.Option(help="As it is shown; the address when left out.")] = "",
    password: Annotated[str, typer.Option(help="Made up and printed when left out.")] = "",
    doors: Door = ["content"],  # noqa: B006 # typer reads it, nobody changes it
    config_file: ConfigFile = None,
) -> None:
    """Create an account, or make one a member of more domains."""
    settings = settings_from(config_file)
    if "@" not in email:
        fail(f"{email!r} is not an e-mail address")
    readiness.refuse_unready(settings)  # before the file store makes a folder
    made_up = not password
    password = password or secrets.token_urlsafe(12) + "42"
    loading = Loading(Files(settings.files_url, **settings.data.files_options), Path(), now_ms())
    loading.password_hash = passwords.hashed(password)
    with _transaction(settings, writes=True) as tx:
        held = accounts.by_email(tx, email)
        account_id = (
            held.id if held is not None else accounts.create(tx, name=name or email, email=email)
        )
        loading.account_ids[email.lower()] = account_id
        for door in doors:
            member = {"login": email, **_member(door)}
            fixtures.part("join", member["domain"])(tx, account_id, member, loading)
    typer.echo(f"account {account_id}: {email}")
    if made_up:
        typer.echo(f"password (shown once): {password}")


def _member(door: str) -> dict[str, Any]:
    """`desk:kind=staff,level=2` as a membership of a fixture."""
    domain, _, rest = door.partition(":")
    member: dict[str, Any] = {"domain": domain}
    for part in filter(None, rest.split(",")):
        key, found, text = part.partition("=")
        if not found:
            fail(f"{part!r}: write member=value, as in desk:kind=staff,level=2")
        lowered = text.lower()
        member[key] = (
            lowered == "true"
            if lowered in ("true", "false")
            else int(text)
            if text.isdigit()
            else text
        )
    return member


@accounts_app.command("list")
def list_accounts(config_file: ConfigFile = None) -> None:
    """Every account with its memberships."""
    with _transaction(settings_from(config_file), writes=False) as tx:
        for row in accounts.listed(tx):
            state = "active" if row.active else "disabled"
            held = ", ".join(
                f"{member.domain}/{member.kind}:{member.login}"
                for member in memberships.of_account(tx, row.id)
            )
            typer.echo(f"{row.id:>4}  {state:<9} {row.email or row.name:<32} {held}")


@accounts_app.command("disable")
def disable(
    email: Email,
    enable: Annotated[bool, typer.Option("--enable", help="Switch it on again.")] = False,
    config_file: ConfigFile = None,
) -> None:
    """Switch an account off in every dialect, with the next request; its sessions end."""

    def work(tx: Tx, account: Any) -> None:
        accounts.change(tx, account.id, active=enable)
        if not enable:
            sessions.close_all(tx, account_id=account.id)

    _with_account(settings_from(config_file), email, work)
    typer.echo(f"{email} is {'active' if enable else 'disabled'}")


@accounts_app.command("password")
def password(
    email: Email,
    new: Annotated[str, typer.Option("--password", help="Made up and printed when left out.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Set the password of every door of an account; its sessions end."""
    shown = new or secrets.token_urlsafe(12) + "42"
    hashed = passwords.hashed(shown)

    def work(tx: Tx, account: Any) -> None:
        for member in memberships.of_account(tx, account.id):
            credentials.set_password(tx, member, hashed)
        sessions.close_all(tx, account_id=account.id)

    _with_account(settings_from(config_file), email, work)
    typer.echo(f"password of {email} set" if new else f"password (shown once): {shown}")


def _with_account(settings: Settings, email: str, work: Callable[[Tx, Any], None]) -> None:
    with _transaction(settings, writes=True) as tx:
        account = accounts.by_email(tx, email)
        if account is None:
            fail(f"no account {email}; `dragoman account list` shows them")
        work(tx, account)


@tokens_app.command(
    "create",
    epilog=examples(
        "dragoman token create content --for ann@example.com    # replaces the key she has",
        "dragoman token create profiles --name crm --with 'groups=1 2'",
        "dragoman token create things --for operator",
        "dragoman token create desk --name website",
    ),
)
def create_token(
    domain: Annotated[str, typer.Argument(help="content, profiles, things or desk.")],
    login: Annotated[
        str, typer.Option("--for", help="Whose it is, by login there; content and things need it.")
    ] = "",
    name: Annotated[str, typer.Option(help="What `token list` calls it.")] = "token",
    facts: Annotated[
        str,
        typer.Option("--with", help="Rights, `groups=0 2,roles=reader`, as the domain has them."),
    ] = "",
    config_file: ConfigFile = None,
) -> None:
    """Issue a key or token; its text is printed once and not kept."""
    options = {key: value for key, value in _member(f"{domain}:{facts}").items() if key != "domain"}
    with _transaction(settings_from(config_file), writes=True) as tx:
        secret = fixtures.part("issue", domain)(tx, login, name, options)
    typer.echo(f"token (shown once): {secret}")


@tokens_app.command("list")
def list_tokens(config_file: ConfigFile = None) -> None:
    """Every key and token: id, domain, state, last four characters, name."""
    with _transaction(settings_from(config_file), writes=False) as tx:
        for row in credentials.listed(tx):
            state = "active" if row.active else "revoked"
            made = datetime.fromtimestamp(row.created_ms / 1000, UTC)
            typer.echo(
                f"{row.id:>4}  {row.domain:<10} {row.kind:<6} {state:<8} …{row.hint:<5} "
                f"{made:%Y-%m-%d}  {row.name}"
            )


@tokens_app.command("revoke")
def revoke(
    id: Annotated[int, typer.Argument(help="As in `token list`.", min=1, max=(1 << 63) - 1)],
    config_file: ConfigFile = None,
) -> None:
    """Switch a key or token off, with the next request."""
    with _transaction(settings_from(config_file), writes=True) as tx:
        done = credentials.revoke(tx, id)
    if not done:
        fail(f"no active token {id}; `dragoman token list` shows them")
    typer.echo(f"token {id} revoked")
