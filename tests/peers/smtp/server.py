"""aiosmtpd. Prints {"port": N}; ends with its standard input.

Arguments: the mode (plain, starttls, tls), the certificate, its key, and the file that gets a line of JSON for each
AUTH, MAIL and mail. The recipient says what the server answers: later@ 451, never@ 550, slow@ nothing; stay@ gets its
mail, but no answer to QUIT. The only login is ana with the password s3cret."""

import asyncio
import json
import logging
import socket
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

mode, certificate, key, log = sys.argv[1:]
logging.getLogger("mail.log").setLevel(logging.ERROR)


def note(server, **what):
    what["tls"] = server.transport.get_extra_info("sslcontext") is not None
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        note(server, command="MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later@"):
            return "451 4.3.0 try later"
        if address.startswith("never@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("slow@"):
            await asyncio.sleep(3600)
        session.stays = address.startswith("stay@")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        note(
            server,
            command="DATA",
            login=session.auth_data.login.decode() if session.authenticated else None,
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            mail=envelope.content.decode("utf-8"),
        )
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server, session, envelope):
        if getattr(session, "stays", False):
            await asyncio.sleep(3600)
        return "221 Bye"


def authenticator(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"ana", b"s3cret")
    note(server, command="AUTH", good=good)
    return AuthResult(success=good, handled=False, auth_data=data)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
options = {
    "plain": {"auth_require_tls": False},
    "starttls": {"tls_context": context, "require_starttls": True},
    "tls": {"ssl_context": context, "auth_require_tls": False},
}
# The controller wants to know its port before it listens.
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
peer = Controller(Handler(), hostname="127.0.0.1", port=port, authenticator=authenticator, **options[mode])
peer.start()
print(json.dumps({"port": port}), flush=True)
sys.stdin.read()
