"""Takes the desk's mail out of the outbox and hands it to the mail server."""

from dragoman.core.database import Database
from dragoman.core.jobs import Job
from dragoman.core.tx import Origin, Tx
from dragoman.domains.desk import letters, settings
from dragoman.wire import mail
from dragoman.wire.mail import Message, Server

_ORIGIN = Origin("opensupports")
_TRIES = 5


class Postman:
    """The handler of mail jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def deliver(self, job: Job) -> None:
        """Send one mail. Raises mail.NotSent, after which it is tried again."""
        id = int(job.facts["mail_id"])
        found = await self._database.read(_ORIGIN, lambda tx: _look(tx, id))
        if found is None:
            return
        server, message = found
        try:
            await mail.send(server, message)
        except mail.NotSent as problem:
            text, last = str(problem), job.attempts >= _TRIES
            await self._database.write(_ORIGIN, lambda tx: letters.failed(tx, id, text, last=last))
            raise
        await self._database.write(_ORIGIN, lambda tx: letters.sent(tx, id))


def _look(tx: Tx, id: int) -> tuple[Server, Message] | None:
    row, held = letters.fetch(tx, id), settings.read(tx)
    if row is None or row.state == "sent" or not settings.mails_go_out(held):
        return None
    host, _, port = (held.get("smtp-host") or "").rpartition(":")
    if not host or not port.isdigit():
        host, port = held.get("smtp-host") or "", "25"
    server = Server(
        host=host, port=int(port), user=held.get("smtp-user") or "",
        password=held.get("smtp-pass") or "",
    )  # fmt: skip
    sender = held.get("server-email") or "noreply@localhost"
    message = Message(
        sender=f"OpenSupports <{sender}>", to=row.recipient, subject=row.subject, html=row.body
    )
    return server, message
