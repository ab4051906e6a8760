"""HTML cleaning. Source: spec/opensupports 3.1."""

import pytest

from dragoman.domains.desk.attachments import is_accepted, stored_name, with_pictures
from dragoman.domains.desk.cleaning import clean

CASES = [
    ("A & B", "A &amp; B"),
    ("a < b", "a &lt; b"),
    ('say "hi"', 'say "hi"'),
    ("&copy;", "©"),
    (" \n<p>x</p>\n ", " \n<p>x</p>\n "),
    ("<script>bad()</script>ok<style>p{}</style><!-- no -->", "ok"),
    ("<section>kept <video>too</video></section>", "kept too"),
    ("<b>open", "<b>open</b>"),
    ("a<br>b<hr>", "a<br />b<hr />"),
    ('<img src="a/b.png">', '<img src="a/b.png" alt="b.png" />'),
    ('<img src="data:image/png;base64,AA">x', "x"),
    ('<a href="javascript:alert(1)" onclick="x()">q</a>', "<a>q</a>"),
    ('<a href="https://x.io/?a=1&b=2" target="_blank" id="i">q</a>',
     '<a href="https://x.io/?a=1&amp;b=2">q</a>'),
    ('<p style="color: red; position: fixed; background: url(x)">q</p>',
     '<p style="color:#FF0000;">q</p>'),
    ("<svg><script>1</script></svg>", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), CASES)
def test_clean(sent: str, kept: str) -> None:
    assert clean(sent) == kept
    assert clean(kept) == kept


def test_stored_names() -> None:
    for name, tail in (
        ("upload(3).txt", "upload_3_.txt"), ("My Pic (1).PNG", "my_pic__1_.png"),
        ("é.txt", "__.txt"),
        ("../../etc/passwd", "passwd"), ("c:\\x\\a.b.gif", "a.b.gif"),
    ):  # fmt: skip
        stored = stored_name("t1", name)
        assert stored.startswith("t1_")
        assert stored[44:] == tail


def test_index_is_the_whole_run_of_digits() -> None:
    text = "IMAGE_PATH_1 IMAGE_PATH_10 IMAGE_PATH_0"
    assert with_pictures(text, "u", ["a", "b"]) == (
        "u/api/system/download?file=b IMAGE_PATH_10 u/api/system/download?file=a"
    )


@pytest.mark.parametrize(
    ("content", "accepted"),
    [
        (b"\x89PNG\r\n\x1a\n0000", True), (b"GIF89a00", True), (b"plain text", True),
        ("a,b\né,ü\n".encode(), True), (b"%PDF-1.4", True), (b"PK\x03\x04....", True), (b"", False),
        (b"x", False), (b"<html><body>", False), (b"<script>x</script>", False),
        (b"\x7fELF\x02\x01\x01\x00\x00", False), (b"MZ\x90\x00\x03", False),
    ],
)  # fmt: skip
def test_accepted_kinds(content: bytes, accepted: bool) -> None:
    assert is_accepted(content, len(content)) is accepted
