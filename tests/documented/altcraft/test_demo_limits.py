"""The demo's limits can be met: 402 and 429. Source: spec/altcraft 2.3."""

from collections.abc import Callable
from typing import Any

from dragoman.cli import DEMO_OPTIONS
from tests.documented.altcraft.conftest import Platform


def test_every_limit_of_the_demo_can_be_met(make: Callable[..., Platform]) -> None:
    options: dict[str, Any] = DEMO_OPTIONS["altcraft"]
    a_second, most = options["limits"]["requests_per_second"], options["tariff"]["max_profiles"]
    platform = make(**options)
    codes = [platform.call("databases/get", id=1)["error"] for _ in range(4 * a_second)]
    assert set(codes) == {0, 429}
    unhurried = make(tariff=options["tariff"])
    people = [{"email": f"{at}@b.example"} for at in range(most + 2)]
    found = unhurried.call("profiles/add_batch", db_id=1, data=people)["result"]
    assert [one["error"] for one in found] == [0] * most + [402] * 2
