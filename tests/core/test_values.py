"""Ids, clock, text, faults."""

import datetime
import os

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.core import clock, faults, jsontext
from dragoman.core.ids import OidMint, RequestIds, is_oid, random_hex, random_upper, random_url
from dragoman.core.text import fold, fold_accents, fold_email, has_nul


def test_oids_are_well_formed_and_ascend() -> None:
    mint = OidMint()
    minted = [mint() for _ in range(5000)]
    assert len(set(minted)) == 5000
    assert all(map(is_oid, minted))
    assert len({oid[8:18] for oid in minted}) == 1


def test_a_forked_process_mints_other_oids() -> None:
    mint = OidMint()
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.write(writing, mint().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 24)[8:18].decode() != mint()[8:18]
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("bad", ["", "A" * 24, "a" * 23, "a" * 25, "g" * 24, "a" * 24 + "\n"])
def test_what_is_no_oid(bad: str) -> None:
    assert not is_oid(bad)


def test_secrets_have_the_length_that_was_asked_for() -> None:
    assert [len(random_hex(at)) for at in (1, 2, 7, 64)] == [1, 2, 7, 64]
    assert len(random_upper(64)) == 64
    assert len(random_url(32)) == 43
    assert len({RequestIds()() for _ in range(100)}) == 100


@given(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(9999, 12, 31)))  # noqa: DTZ001 # hypothesis wants them plain
def test_times_survive_the_round_trip(at: datetime.datetime) -> None:
    ms = clock.from_datetime(at)
    aware = at.replace(tzinfo=datetime.UTC, microsecond=at.microsecond // 1000 * 1000)
    assert clock.to_datetime(ms) == aware
    assert clock.iso_z(ms) == aware.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + (
        f"{aware.microsecond // 1000:03d}Z"
    )


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ANN", "ann"), ("Straße", "strasse"), ("ЖУК", "жук"), ("E\u0301", "\u00e9"), ("", "")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_accents(fold_accents(text)) == fold_accents(text)


def test_accents_and_addresses() -> None:
    assert fold_accents("Café ŒUVRE") == "cafe œuvre"
    assert fold_email("  Ann@Example.COM ") == "ann@example.com"


@pytest.mark.parametrize("value", ["a\0", ["\0"], {"\0": 1}, {"a": [{"b": "\0"}]}])
def test_nul_is_found_anywhere(value: object) -> None:
    assert has_nul(value)
    assert not has_nul({"a": ["b", 1, None]})


def test_nul_is_found_however_deep() -> None:
    value: object = "\0"
    for _ in range(50_000):
        value = [value]
    assert has_nul(value)


@pytest.mark.parametrize("text", ["[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200])
def test_json_is_read_to_200_levels(text: str) -> None:
    assert jsontext.read(text) == jsontext.read(text.encode())
    for deeper in (f"[{text}]", f'{{"b":[1,{text}]}}', "[" * 5000):
        with pytest.raises((RecursionError, msgspec.DecodeError)):
            jsontext.read(deeper)
    with pytest.raises(RecursionError):
        jsontext.read(f"[{text}]")


@pytest.mark.parametrize("many", ["[{}],", '"[[[[",', '"\\"[[",', '{"[{":"[["},'])
def test_json_may_be_as_wide_as_it_likes(many: str) -> None:
    assert len(jsontext.read("[" + many * 5000 + "1]")) == 5001


def test_a_fault_shows_its_facts() -> None:
    assert str(faults.NotFound("user", "id", 5)) == "NotFound(kind='user', by='id', value=5)"
