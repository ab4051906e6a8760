"""Finding rows by path and method."""

import pytest

from dragoman.wire import routing
from dragoman.wire.endpoint import Endpoint


def row(method: str, path: str) -> Endpoint:
    return Endpoint(method, path, lambda tx, ask: None, "public", "test")
