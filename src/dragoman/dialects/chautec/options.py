"""What can be set for this dialect, in the section `[dialects.chautec]`."""

import msgspec


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """max_file_bytes: largest upload. session_hours: idle life of a login. logins_per_minute:
    failures per address.
    """

    max_file_bytes: int = 50 << 20
    session_hours: int = 24
    logins_per_minute: int = 10
