"""What an installation needs before the first request."""

from dragoman.core.tx import Tx
from dragoman.domains.things import groups, tokens


def install(tx: Tx) -> None:
    """The root group, the built-in role and the secret that signs tokens; doing it twice is doing
    it once.
    """
    groups.install(tx)
    tokens.make_secret(tx)
