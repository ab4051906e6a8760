"""Every test is bounded in time."""

from collections.abc import Iterator

import pytest

from tests.support.bounded import bounded


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    with bounded(60):
        yield
