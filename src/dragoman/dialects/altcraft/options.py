"""What can be set for this dialect, in the section `[dialects.altcraft]`."""

from typing import Any, Literal

import msgspec


class Dedup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Repeated requests: on or off, and for how long the first answer is kept."""

    enabled: bool = True
    window_seconds: int = 86_400


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """requests_per_second: for each token, 0 is no limit."""

    requests_per_second: int = 0
    max_body_bytes: int = 32 << 20


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """max_profiles: 0 is no limit. blocked: nothing may change."""

    max_profiles: int = 0
    blocked: bool = False


class Geo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """table: network -> fields in the vendor's spelling."""

    table: dict[str, dict[str, Any]] = {}


class Outbound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether counters may be sent to a caller's own address; nothing here does."""

    enabled: bool = False


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """http_status: 200 for every answer, or the code. unknown_fields: refuse or drop them."""

    http_status: Literal["always_200", "mirror"] = "always_200"
    xml_enabled: bool = True
    unknown_fields: Literal["error", "ignore"] = "error"
    dedup: Dedup = Dedup()
    limits: Limits = Limits()
    tariff: Tariff = Tariff()
    geo: Geo = Geo()
    outbound: Outbound = Outbound()
    ALLOW_DATA_WIPE: bool = False  # the vendor's spelling
