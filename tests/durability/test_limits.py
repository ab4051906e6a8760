"""Rate limits mean the same with one worker or two. Source: DESIGN.md 3, issue of the dialects."""

from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.support import postgres
from tests.support.server import ADMIN, serving

pytestmark = pytest.mark.slow

LIMIT, CALLS = 5, 16


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_refused_logins_are_counted_over_all_workers(
    tmp_path: Path, engine: str, workers: int
) -> None:
    options = {"dialects": {"chautec": {"logins_per_minute": LIMIT}}}
    wrong = {"email": ADMIN, "password": "wrong-1"}
    with (
        postgres.for_server(engine, "limits") as url,
        serving(tmp_path, workers=workers, database=url, settings=options) as server,
    ):
        address = server.url("chautec") + "/auth/login"
        # a connection for each call, so that the kernel spreads them over the workers
        statuses = Counter(httpx.post(address, json=wrong).status_code for _ in range(CALLS))
    assert statuses == {401: LIMIT, 429: CALLS - LIMIT}
