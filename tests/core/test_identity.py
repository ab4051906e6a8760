"""Accounts, memberships, credentials, sessions, passwords."""

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.database import Database
from dragoman.core.faults import Conflict
from dragoman.core.identity import accounts, credentials, memberships, passwords, sessions
from dragoman.core.tx import Origin

ORIGIN = Origin("test")


def test_numbers_count_by_domain_and_kind_and_are_never_reused(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        one = memberships.join(tx, domain="desk", login="Ann")
        two = memberships.join(tx, domain="desk", login="bea")
        staff = memberships.join(tx, domain="desk", kind="staff", login="ann")
        assert (one.number, two.number, staff.number) == (1, 2, 1)
        memberships.end(tx, two.id)
        assert memberships.join(tx, domain="desk", login="bea").number == 3


def test_a_login_is_unique_in_its_domain_case_aside(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        memberships.join(tx, domain="desk", login="Straße")
        other = memberships.join(tx, domain="shop", login="STRASSE")
        with pytest.raises(Conflict):
            memberships.join(tx, domain="desk", login="STRASSE")
        with pytest.raises(Conflict):
            memberships.change(
                tx, memberships.join(tx, domain="desk", login="x").id, login="strasse"
            )
        assert memberships.change(tx, other.id, login="Strasse")
        found = memberships.by_login(tx, domain="desk", login="strasse")
        assert found is not None
        assert found.login == "Straße"


def test_an_account_goes_with_its_last_membership(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        first = memberships.join(tx, domain="desk", login="ann")
        second = memberships.join(tx, domain="shop", login="ann", account_id=first.account_id)
        credentials.set_password(tx, first, "hash")
        secret = sessions.open(
            tx, domain="desk", ttl_ms=1000, account_id=first.account_id, membership_id=first.id
        )
        memberships.end(tx, first.id)
        assert sessions.find(tx, domain="desk", secret=secret) is None
        assert credentials.password_hash(tx, first.id) is None
        assert accounts.fetch(tx, first.account_id) is not None
        memberships.end(tx, second.id)
        assert accounts.fetch(tx, first.account_id) is None


def test_a_key_is_found_by_its_secret_and_kept_as_a_hash(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        member = memberships.join(tx, domain="desk", login="ann")
        credentials.issue(
            tx, kind="key", domain="desk", secret="sesame-open-1234",
            account_id=member.account_id, membership_id=member.id,
        )  # fmt: skip
        row = credentials.find(tx, domain="desk", kind="key", secret="sesame-open-1234")
        assert row is not None
        assert credentials.usable(row, tx.now_ms)
        assert credentials.find(tx, domain="shop", kind="key", secret="sesame-open-1234") is None
        assert credentials.find(tx, domain="desk", kind="key", secret="sesame-open-1235") is None
        stored = tx.all(sa.select(tables.credentials))
        assert "sesame-open" not in repr(stored)
        memberships.change(tx, member.id, active=False)
        row = credentials.find(tx, domain="desk", kind="key", secret="sesame-open-1234")
        assert row is None or not credentials.usable(row, tx.now_ms)


def test_a_session_ends_by_time_and_by_hand(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        member = memberships.join(tx, domain="desk", login="ann")
        opened = [
            sessions.open(
                tx, domain="desk", ttl_ms=120_000, account_id=member.account_id,
                membership_id=member.id,
            )
            for _ in range(3)
        ]  # fmt: skip
        row = sessions.find(tx, domain="desk", secret=opened[0])
        assert row is not None
        assert (row.login, row.number) == ("ann", 1)
        sessions.close(tx, row.id)
        assert sessions.find(tx, domain="desk", secret=opened[0]) is None
        kept = sessions.find(tx, domain="desk", secret=opened[1])
        assert kept is not None
        assert sessions.close_all(tx, membership_id=member.id, but=kept.id) == 1
        tx.now_ms += 61_000
        sessions.touch(tx, kept, 120_000)
        tx.now_ms += 100_000
        assert sessions.find(tx, domain="desk", secret=opened[1]) is not None
        tx.now_ms += 100_000
        assert sessions.find(tx, domain="desk", secret=opened[1]) is None
        assert opened[1] not in repr(tx.all(sa.select(tables.sessions)))


def test_passwords() -> None:
    stored = passwords.hashed("Correct horse ж")
    assert passwords.fits(stored, "Correct horse ж")
    assert not passwords.fits(stored, "correct horse ж")
    assert not passwords.fits(None, "no account has this password")
    assert not passwords.fits("broken", "x")
    assert stored != passwords.hashed("Correct horse ж")
