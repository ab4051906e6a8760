"""Everything that can be refused, as facts.

A dialect turns a fault into its vendor's words in `dialects/<name>/refusals.py`, looked up along
the MRO. A fault carries no status, no wire code and no sentence for a caller.

    Fault
      Unauthenticated      no valid credential
      Denied               a valid one that may not do this
      NotFound             kind, by, value
        NoSuchPath         the address names no endpoint
      WrongMethod          the address exists, not with this method; allowed
      Conflict             kind, field, value, holder_id
      Ambiguous            kind, count
      Invalid              field
        WrongType          + expected
        Missing
        BadValue           + problem
        Malformed          the body as a whole cannot be read; problem
      TooLarge             limit_bytes, field (None: the body)
      TooMany              retry_after_s
      Unsupported          what, value: a media type, charset or version
      Unbuilt              documented, and not built yet
"""

from collections.abc import Sequence


class Fault(Exception):
    """Root of everything a caller can be refused for."""

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({facts})"


class Unauthenticated(Fault):
    """No credential, or one that is unknown, expired or revoked; `reason` is one word for it."""

    def __init__(self, reason: str = "missing") -> None:
        self.reason = reason


class Denied(Fault):
    """The caller is known and may not do this; `right` is what is lacking."""

    def __init__(self, right: str = "") -> None:
        self.right = right


class NotFound(Fault):
    """No `kind` whose `by` equals `value` is there, or is visible to the caller."""

    def __init__(self, kind: str, by: str, value: object) -> None:
        self.kind = kind
        self.by = by
        self.value = value


class NoSuchPath(NotFound):
    """The address names no endpoint of this dialect."""

    def __init__(self, path: str) -> None:
        super().__init__("endpoint", "path", path)


class WrongMethod(Fault):
    """The address exists, but not with this method; `allowed` lists those that work."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.method = method
        self.allowed = tuple(allowed)


class Conflict(Fault):
    """Another `kind` (its id is `holder_id`, 0 when it has none to show) already has this `value`
    in `field`.
    """

    def __init__(self, kind: str, field: str, value: object, holder_id: int = 0) -> None:
        self.kind = kind
        self.field = field
        self.value = value
        self.holder_id = holder_id


class Ambiguous(Fault):
    """`count` records fit where exactly one was asked for."""

    def __init__(self, kind: str, count: int) -> None:
        self.kind = kind
        self.count = count


class Invalid(Fault):
    """What was sent in `field` cannot be accepted."""

    def __init__(self, field: str) -> None:
        self.field = field


class WrongType(Invalid):
    """`field` is of another type than `expected` (a type name in the dialect's own words)."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(field)
        self.expected = expected


class Missing(Invalid):
    """`field` is required and was not given."""


class BadValue(Invalid):
    """`field` is of the right type and breaks a rule; `problem` names the rule."""

    def __init__(self, field: str, problem: str = "") -> None:
        super().__init__(field)
        self.problem = problem


class Malformed(Invalid):
    """The body as a whole cannot be read; `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__("")
        self.problem = problem


class TooLarge(Fault):
    """More than `limit_bytes` were sent, in the body or in the part called `field`."""

    def __init__(self, limit_bytes: int, field: str | None = None) -> None:
        self.limit_bytes = limit_bytes
        self.field = field


class TooMany(Fault):
    """Over a rate limit; worth trying again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s


class Unsupported(Fault):
    """`what` (a media type, charset, version) is not served as `value`."""

    def __init__(self, what: str, value: str) -> None:
        self.what = what
        self.value = value


class Unbuilt(Fault):
    """Documented by the vendor, and not built here yet."""

    def __init__(self, path: str) -> None:
        self.path = path
