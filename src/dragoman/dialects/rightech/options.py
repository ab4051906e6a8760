"""Settings of this dialect: the section `[dialects.rightech]`. Source: spec/rightech 15."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """session_ttl, token_ttl in seconds; ping_interval, ping_timeout in milliseconds.

    live_extras: 404 bodies as the running platform sends them. password_policy: `lenient` or
    `strict`.
    """

    session_ttl: int = 86_400
    token_ttl: int = 86_400
    cookie_secure: bool = False
    cookie_same_site: str = ""
    live_extras: bool = False
    password_policy: str = "lenient"  # noqa: S105 # the name of a policy
    require_device: bool = False
    ping_interval: int = 25_000
    ping_timeout: int = 60_000
    upgrade_timeout: int = 10_000

    @property
    def strict_passwords(self) -> bool:
        """Whether new passwords must be of 8 characters with lower and upper case and a digit."""
        return self.password_policy == "strict"  # noqa: S105 # the name of a policy
