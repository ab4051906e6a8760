"""Charsets: nothing is lost in either direction. Source: spec/cartum 1.2."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dragoman.core.sql import encode_json
from dragoman.dialects.cartum import charset

NAMES = sorted(charset.CODECS)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    value=st.dictionaries(TEXT, TEXT | st.integers(-(2**53), 2**53), max_size=4),
    name=st.sampled_from(NAMES),
)
def test_json_survives_every_charset(value: dict[str, object], name: str) -> None:
    sent = charset.encoded(encode_json(value), name)
    assert json.loads(charset.decoded(sent, name)) == value
    assert not charset.decoded(sent, name).startswith("\ufeff")


@given(text=TEXT, name=st.sampled_from(NAMES))
def test_what_a_charset_holds_is_written_raw(text: str, name: str) -> None:
    body = encode_json([text])
    sent = charset.encoded(body, name)
    expected = body.decode().encode(charset.CODECS[name], "ignore")
    if len(expected.decode(charset.CODECS[name])) == len(body.decode()):
        assert sent == expected


@given(header=st.text(max_size=60))
def test_any_header_gives_a_known_charset_or_none(header: str) -> None:
    assert charset.chosen(header) in (*NAMES, None)


@given(name=st.text(max_size=30))
def test_any_name_is_known_or_not(name: str) -> None:
    assert charset.known(name) in (*NAMES, "utf-16", None)


def test_names() -> None:
    for name in NAMES:
        assert charset.known(name) == name
        assert charset.known(f' "{name.upper()}" ') == name
    for alias, name in {
        "utf8": "utf-8",
        "cp1251": "windows-1251",
        "latin1": "iso-8859-1",
        "ascii": "us-ascii",
        "l2": "iso-8859-2",
        "ibm866": "cp866",
        "utf-16": "utf-16",
        "UTF16": "utf-16",
        "maccyrillic": "x-mac-cyrillic",
        "iso-8859-12": None,
        "rot13": None,
        "zlib": None,
        "utf-8-sig": None,
        "utf-7": None,
        "": None,
    }.items():
        assert charset.known(alias) == name, alias


def test_escapes() -> None:
    assert charset.encoded(
        '{"a":"Ж😀ț"}'.encode(), "windows-1251"
    ) == '{"a":"Ж\\ud83d\\ude00\\u021b"}'.encode("cp1251")
    assert charset.encoded('"é"'.encode(), "us-ascii") == b'"\\u00e9"'
