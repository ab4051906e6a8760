"""What came in and what goes out: `Call`, `Upload`, `Reply`. No product, no framework."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import IO, Any
from urllib.parse import parse_qsl, unquote

import msgspec

IN_MEMORY = 1 << 20
Headers = Sequence[tuple[bytes, bytes]]


class Upload(msgspec.Struct, frozen=True):
    """A file part of a form: `file` lies in memory or in a temporary file, at its beginning."""

    field: str
    name: str
    media_type: str
    size_bytes: int
    file: IO[bytes]


class Stream(msgspec.Struct, frozen=True):
    """A body of known size that is read in parts, in a thread, while it is sent."""

    size_bytes: int
    open: Callable[[], Iterator[bytes]]


class Reply(msgspec.Struct):
    """An answer. headers: without Content-Length, which the front adds; names as they go out.

    outcome: success | client_error | server_error as the vendor means it; None: by the status.
    code: the vendor's own.
    foreign: the body is stored content that must not run as script in the console's origin. shown:
    the body as the request log keeps it, in UTF-8, where it is sent in another charset.
    """

    status: int
    headers: Headers
    body: bytes | Stream = b""
    outcome: str | None = None
    code: str = ""
    foreign: bool = False
    shown: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """The length of the body."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size_bytes


class Call:
    """One request. Everything beyond method and path is worked out when it is asked for."""

    __slots__ = (
        "_body", "_cookies", "_headers", "_query", "body_limit", "form", "method", "oversized",
        "path", "prefix", "query_string", "raw_headers", "remote", "scheme", "shown",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query_string: bytes = b"",
        headers: Headers = (),
        scheme: str = "http",
        remote: str = "",
        prefix: str = "",
        body: bytes | IO[bytes] = b"",
    ) -> None:
        self.method = method
        self.path = path  # still percent-encoded
        self.query_string = query_string
        self.raw_headers = headers
        self.scheme = scheme
        self.remote = remote
        self.prefix = prefix  # of the console's port, such as /cartum; empty on a port of its own
        self.oversized = False
        self.body_limit = 0
        self.form: Any = None  # what `forms` made of the body
        # JSON of what was read, for the log, where the body is spelled otherwise
        self.shown: bytes | None = None
        self._body = body
        self._headers: dict[str, str] | None = None
        self._query: dict[str, str] | None = None
        self._cookies: dict[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name; of repeated ones the last."""
        if self._headers is None:
            self._headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in self.raw_headers
            }
        return self._headers

    @property
    def query(self) -> dict[str, str]:
        """Decoded query parameters; of repeated ones the last."""
        if self._query is None:
            self._query = dict(self.query_pairs())
        return self._query

    def query_pairs(self) -> list[tuple[str, str]]:
        """Decoded query parameters in order, repeats kept."""
        if not self.query_string:
            return []
        text = quoted(self.query_string)
        return [
            (_clean(name), _clean(value))
            for name, value in parse_qsl(
                text, keep_blank_values=True, encoding="utf-8", errors="replace"
            )
        ]

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; of repeated ones the first."""
        if self._cookies is None:
            self._cookies = _cookies(self.headers.get("cookie", ""))
        return self._cookies

    @property
    def body(self) -> bytes:
        """The whole body, from memory or the temporary file."""
        if not isinstance(self._body, bytes):
            self._body.seek(0)
            return self._body.read()
        return self._body

    @property
    def body_file(self) -> IO[bytes]:
        """The body as a file at its beginning."""
        if isinstance(self._body, bytes):
            return io.BytesIO(self._body)
        self._body.seek(0)
        return self._body

    @property
    def in_memory(self) -> bool:
        """Whether the body needs no temporary file."""
        return isinstance(self._body, bytes)

    @property
    def has_body(self) -> bool:
        """Whether any byte was sent."""
        return self._body != b"" if isinstance(self._body, bytes) else True

    def take_body(self, body: bytes | IO[bytes]) -> None:
        """Set what the front has read."""
        self._body = body

    def close(self) -> None:
        """Let go of temporary files, after the answer."""
        for upload in self.form.uploads if self.form is not None else ():
            upload.file.close()
        if not isinstance(self._body, bytes):
            self._body.close()

    def logged_body(self, limit: int) -> tuple[bytes, int]:
        """The first `limit` bytes of the body and its full size."""
        if isinstance(self._body, bytes):
            return self._body[:limit], len(self._body)
        size = self._body.seek(0, 2)
        self._body.seek(0)
        return self._body.read(limit), size


def quoted(raw: bytes) -> str:
    """An urlencoded text whose bytes beyond ASCII, which some clients send bare, stand behind %."""
    if raw.isascii():
        return raw.decode("ascii")
    return _BARE.sub(lambda match: f"%{ord(match[0]):02X}", raw.decode("latin-1"))


_BARE = re.compile("[\x80-\xff]")


def segments(path: str) -> list[str]:
    """Decoded path segments; one trailing slash is no segment, U+0000 becomes U+FFFD."""
    inner = path.strip("/")
    if not inner:
        return []
    if "%" not in inner:
        return inner.split("/")
    return [_clean(unquote(part)) if "%" in part else part for part in inner.split("/")]


def _clean(value: str) -> str:
    return value.replace("\0", "�") if "\0" in value else value


def _cookies(header: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for part in header.split(";"):
        name, found, value = part.strip().partition("=")
        if found and name not in out:
            out[name] = _unquoted(value) if value[:1] == '"' else value
    return out


def _unquoted(value: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(f"x={value}")
    except CookieError:
        return value
    return jar["x"].value if "x" in jar else value


def set_cookie(
    name: str, value: str, *, secure: bool, max_age_s: int | None = None, extra: str = ""
) -> str:
    """A Set-Cookie value: HttpOnly, SameSite=Lax, Path=/."""
    age = "" if max_age_s is None else f"; Max-Age={max_age_s}"
    return (
        f"{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}{extra}"
    )


JSON_UTF8: Headers = ((b"content-type", b"application/json; charset=utf-8"),)


def with_headers(headers: Headers, more: Mapping[str, str]) -> Headers:
    """Headers and some more."""
    return (
        *headers,
        *(
            (name.encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in more.items()
        ),
    )
