"""A caller's regular expressions, with a bound on the time they may take.

A pattern such as `(a|a)*b` can keep an ordinary engine busy for longer than the universe has been
there. One filter's pattern has a second for all the texts it is tried on.
"""

import time

import regex

from dragoman.core.faults import BadValue

MAX_LENGTH = 1000
SECONDS = 1.0
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "x": regex.VERBOSE}


class Pattern:
    """One compiled expression. flags: as in MongoDB, some of i m s x. Raises ValueError."""

    def __init__(self, source: str, flags: str = "", *, seconds: float = SECONDS) -> None:
        chosen = 0
        for letter in flags:
            if letter not in _FLAGS:
                raise ValueError(f"unknown flag {letter!r}")
            chosen |= _FLAGS[letter]
        if len(source) > MAX_LENGTH:
            raise ValueError(f"longer than {MAX_LENGTH} characters")
        try:
            self._compiled = regex.compile(source, chosen)
        except (regex.error, RecursionError, OverflowError) as error:
            raise ValueError(str(error)) from error
        self._left_s = seconds

    def found_in(self, text: str) -> bool:
        """Whether it fits anywhere in a text. Raises BadValue("regex", "takes too long")."""
        began = time.perf_counter()
        try:
            found = self._compiled.search(text, timeout=max(self._left_s, 1e-6), concurrent=True)
        except TimeoutError:
            raise BadValue("regex", "takes too long") from None
        self._left_s -= time.perf_counter() - began
        return found is not None
