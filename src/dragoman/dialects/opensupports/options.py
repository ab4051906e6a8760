"""What can be set for this dialect, in the section `[dialects.opensupports]`."""

import msgspec


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """prefix: where the API is mounted besides the bare root. secure_cookies: True, False, or None:
    as the public address says. session_days: idle life of a login.
    """

    prefix: str = "/api"
    secure_cookies: bool | None = None
    session_days: int = 30
