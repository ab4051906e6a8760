"""Members of the console: roles, the last owner, fixtures; drafts and preferences of one person."""

from pathlib import Path

import pytest

from dragoman.core.database import Database
from dragoman.core.faults import BadValue, Conflict, NotFound
from dragoman.core.files import Files
from dragoman.core.identity import accounts, credentials, passwords, sessions
from dragoman.core.loading import BadFixture, Loading
from dragoman.core.tx import Origin
from dragoman.domains.console import fixtures, keeping, members, roles, setup
from dragoman.domains.console.members import LastOwner

ORIGIN = Origin("test")
EMAIL = "owner@livada.example"


def test_roles_know_areas_and_actions_only() -> None:
    known = {f"{area}:{action}" for area in roles.AREAS for action in roles.ACTIONS}
    for role, rights in roles.RIGHTS.items():
        assert rights <= known, role
        for right in rights:
            if right.endswith(":write"):
                assert right.replace(":write", ":read") in rights
    assert roles.RIGHTS["owner"] == known
    assert not roles.may("nobody", "overview:read")
    assert set(roles.TITLES) == set(roles.ABOUT) == set(roles.RIGHTS)
    for role in set(roles.RIGHTS) - {"owner"}:
        assert not any(right.startswith(("tokens:", "users:")) for right in roles.RIGHTS[role])


def test_the_first_owner_is_made_once(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        number = setup.create_owner(tx, EMAIL, "hash")
        assert setup.create_owner(tx, EMAIL, "hash") == number
        [held] = members.listed(tx)
        assert (members.role_of(held), held.login) == ("owner", EMAIL)
        account = accounts.by_email(tx, EMAIL)
        assert account is not None
        assert account.id == held.account_id


def test_the_last_active_owner_stays(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        first = setup.create_owner(tx, EMAIL, "hash 1")
        second = members.create(
            tx, email="b@livada.example", name="B", role="owner", password_hash="hash 2"
        ).number
        members.change(tx, second, active=False)
        for change in ({"role": "viewer"}, {"active": False}):
            with pytest.raises(LastOwner):
                members.change(tx, first, **change)  # type: ignore[arg-type] # either one
        with pytest.raises(LastOwner):
            members.remove(tx, first)
        members.change(tx, second, active=True)
        members.change(tx, first, role="viewer")
        assert members.role_of(members.fetch(tx, first)) == "viewer"


def test_a_new_role_ends_sessions_and_a_new_name_does_not(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        setup.create_owner(tx, EMAIL, "hash 1")
        held = members.create(
            tx, email="b@livada.example", name="B", role="viewer", password_hash="hash 2"
        )
        secret = sessions.open(
            tx,
            domain="console",
            ttl_ms=1000,
            account_id=held.account_id,
            membership_id=held.id,
        )
        members.change(tx, held.number, name="Bea")
        assert sessions.find(tx, domain="console", secret=secret) is not None
        members.change(tx, held.number, role="editor")
        assert sessions.find(tx, domain="console", secret=secret) is None


def test_bad_members_are_refused(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        setup.create_owner(tx, EMAIL, "hash")
        for email, role, fault in (
            ("no address", "viewer", BadValue),
            ("a@b.example", "emperor", BadValue),
            (EMAIL.upper(), "viewer", Conflict),
        ):
            with pytest.raises(fault):
                members.create(tx, email=email, name="", role=role, password_hash="x")
        for number in (0, -1, 99, 1 << 70):
            with pytest.raises(NotFound):
                members.fetch(tx, number)


def test_fixtures_join_and_join_again(database: Database, tmp_path: Path) -> None:
    loading = Loading(Files(f"file://{tmp_path}"), tmp_path, 0)
    loading.password_hash = passwords.hashed("Demo-admin-01")
    with database.begin(ORIGIN, writes=True) as tx:
        account_id = accounts.create(tx, name="Irina", email=EMAIL)
        entry = {"domain": "console", "login": EMAIL, "role": "owner"}
        fixtures.join(tx, account_id, entry, loading)
        loading.password_hash = None
        fixtures.join(tx, account_id, {**entry, "role": "editor"}, loading)
        [held] = members.listed(tx)
        assert members.role_of(held) == "editor"
        assert passwords.fits(credentials.password_hash(tx, held.id), "Demo-admin-01")
        for wrong in ({"role": "emperor"}, {"level": 1}):
            with pytest.raises(BadFixture):
                fixtures.join(tx, account_id, {**entry, **wrong}, loading)


def test_drafts_and_preferences_belong_to_one_account(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        one, other = (accounts.create(tx, name=name) for name in "ab")
        keeping.prefer(tx, one, "theme", "dark")
        keeping.prefer(tx, one, "theme", "light")
        keeping.save_draft(tx, one, "reply", "7", "text")
        assert keeping.preferred(tx, one) == {"theme": "light"}
        assert keeping.preferred(tx, other) == {}
        assert keeping.draft(tx, other, "reply", "7") is None
        assert keeping.draft(tx, one, "note", "7") is None
        held = keeping.draft(tx, one, "reply", "7")
        assert held is not None
        assert held.value == "text"
        assert keeping.trim(tx) == 0
        keeping.drop_draft(tx, one, "reply", "7")
        assert keeping.draft(tx, one, "reply", "7") is None
