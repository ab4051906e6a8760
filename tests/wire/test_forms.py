"""Form bodies, well-formed and hostile."""

import random

import pytest

from dragoman.core.faults import Malformed
from dragoman.wire import forms
from dragoman.wire.call import Call
from tests.support.multipart import multipart


def call(body: bytes, content_type: str) -> Call:
    headers = [(b"content-type", content_type.encode("latin-1"))]
    made = Call("POST", "/", query_string=b"", headers=headers, scheme="http", remote="", prefix="")
    made.take_body(body)
    return made


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", []),
        (b"a=1&a=2&b=", [("a", "1"), ("a", "2"), ("b", "")]),
        (b"a=%C3%9F+x&%D0%B6=1", [("a", "ß x"), ("ж", "1")]),
        (b"a=%FF", [("a", "\ufffd")]),
        (b"a=%zz&&=&x", [("a", "%zz"), ("", ""), ("x", "")]),
        (b"a;b=1", [("a;b", "1")]),
        ("a=ß".encode(), [("a", "ß")]),
    ],
)
def test_urlencoded(body: bytes, fields: list[tuple[str, str]]) -> None:
    assert forms.of(call(body, FORM)).fields == fields
    assert forms.of(call(body, f"{FORM}; charset=utf-8")).fields == fields
    assert forms.of(call(body, "application/json")) == forms.EMPTY


def test_multipart_in_order_with_repeats() -> None:
    body, headers = multipart(
        [("a", "1"), ("a", "ß")],
        [("f", "Жук.txt", "text/plain", b"\r\n--x\0"), ("f", "", "a/b", b"")],
    )
    form = forms.of(call(body, headers["content-type"]))
    assert form.fields == [("a", "1"), ("a", "ß")]
    assert [one.file.read() for one in form.uploads] == [b"\r\n--x\0", b""]
    first = form.upload("f")
    assert first is not None
    assert (first.name, first.media_type, first.size_bytes) == ("Жук.txt", "text/plain", 6)
    assert form.upload("g") is None
    for upload in form.uploads:
        upload.file.close()


BODY, HEADERS = multipart([("a", "1"), ("b", "2")], [("f", "x.txt", "text/plain", b"content")])
KIND = HEADERS["content-type"]


def test_a_multipart_body_that_is_cut_is_malformed() -> None:
    for size in range(len(BODY) - 4):
        with pytest.raises(Malformed):
            forms.of(call(BODY[:size], KIND))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BODY, "multipart/form-data"),
        (BODY, "multipart/form-data; boundary="),
        (BODY, "multipart/form-data; boundary=other"),
        (BODY, "multipart/form-data; boundary=\xff\xfe"),
        (BODY, f"multipart/form-data; boundary={'x' * 5000}"),
        (b"", KIND),
        (b"\0" * 1000, KIND),
        (b"--dragoman-test-boundary\r\n" + b"x" * 20_000, KIND),
        (b"--dragoman-test-boundary\r\nA: " + b"x" * 20_000 + b"\r\n\r\nx", KIND),
        (b"--dragoman-test-boundary\r\n\r\n" * 5000, KIND),
        (
            b"".join(
                b'--dragoman-test-boundary\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
                for _ in range(5000)
            )
            + b"--dragoman-test-boundary--\r\n",
            KIND,
        ),
    ],
    ids=map(str, range(11)),
)
def test_a_hostile_multipart_body_is_malformed(body: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        forms.of(call(body, kind))


def test_any_damage_is_a_form_or_malformed() -> None:
    chance = random.Random(7)
    for _ in range(500):
        damaged = bytearray(BODY)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            form = forms.of(call(bytes(damaged), KIND))
        except Malformed:
            continue
        for upload in form.uploads:
            upload.file.close()


def test_a_file_name_is_not_a_path() -> None:
    body, headers = multipart((), [("f", "../../etc/passwd", "text/plain", b"x")])
    (upload,) = forms.of(call(body, headers["content-type"])).uploads
    assert "/" not in upload.name or upload.name == "../../etc/passwd"  # never used as a path
    upload.file.close()
