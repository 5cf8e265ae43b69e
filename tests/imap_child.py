"""An IMAP server over TLS (Twisted's): `python -m tests.imap_child FOLDER USER PASSWORD`. Prints its port.

FOLDER holds the messages (*.eml) and `server.pem`; `seen.json` names those that are marked as read.
"""

import json
import sys
from email.parser import BytesHeaderParser
from io import BytesIO
from pathlib import Path
from typing import Any

from twisted.cred import portal
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.internet import reactor, ssl
from twisted.internet.protocol import Factory
from twisted.mail import imap4
from zope.interface import implementer  # type: ignore[import-untyped]


@implementer(imap4.IMessage, imap4.IMessageFile)
class Message:
    def __init__(self, uid: int, path: Path) -> None:
        self.uid, self.path, self.flags = uid, path, set[str]()

    def getHeaders(self, negate: bool, *names: str) -> dict[str, str]:
        wanted = {(name.decode() if isinstance(name, bytes) else name).lower() for name in names}
        found = BytesHeaderParser().parsebytes(self.path.read_bytes())
        return {k.lower(): str(v) for k, v in found.items() if (k.lower() in wanted) != negate}

    def open(self) -> BytesIO:
        return BytesIO(self.path.read_bytes())

    getBodyFile = open

    def getSize(self) -> int:
        return self.path.stat().st_size

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return sorted(self.flags)

    def getInternalDate(self) -> str:
        return "01-Jan-2031 08:00:00 +0000"

    def isMultipart(self) -> bool:
        return False


@implementer(imap4.IMailbox, imap4.ISearchableMailbox)
class Box:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.messages = [Message(10 + n, path) for n, path in enumerate(sorted(folder.glob("*.eml")))]
        self._keep()

    def _keep(self) -> None:
        read = [one.path.name for one in self.messages if "\\Seen" in one.flags]
        (self.folder / "seen.json").write_text(json.dumps(read))

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Message]]:
        messages.last = self.messages[-1].uid if uid and self.messages else len(self.messages)
        numbered = enumerate(self.messages, 1)
        return [(number, one) for number, one in numbered if (one.uid if uid else number) in messages]

    def search(self, query: list[bytes], uid: bool) -> list[int]:
        """Numbers of the unread messages with that text in that header; Twisted's own search stumbles over HEADER."""
        unseen, _, _, name, text = (part.decode().lower() for part in query)
        assert uid
        assert unseen == "unseen"
        unread = [(number, one) for number, one in enumerate(self.messages, 1) if "\\Seen" not in one.flags]
        return [number for number, one in unread if text in one.getHeaders(False, name).get(name, "").lower()]

    def store(self, messages: Any, flags: list[Any], mode: int, uid: bool) -> dict[int, list[str]]:
        named = {flag.decode() if isinstance(flag, bytes) else flag for flag in flags}
        changed = {}
        for number, one in self.fetch(messages, uid):
            one.flags = one.flags | named if mode == 1 else one.flags - named if mode == -1 else named
            changed[number] = one.getFlags()
        self._keep()
        return changed

    def expunge(self) -> list[int]:
        return []

    def getMessageCount(self) -> int:
        return len(self.messages)

    def getUID(self, number: int) -> int:
        return self.messages[number - 1].uid

    def getUIDNext(self) -> int:
        return 1000

    def getUIDValidity(self) -> int:
        return 1

    def getRecentCount(self) -> int:
        return 0

    getUnseenCount = getMessageCount

    def isWriteable(self) -> bool:
        return True

    def getFlags(self) -> list[str]:
        return ["\\Seen", "\\Deleted"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def addListener(self, listener: object) -> None:
        return None

    removeListener = addListener


@implementer(portal.IRealm)
class Realm:
    def __init__(self, account: object) -> None:
        self.account = account

    def requestAvatar(self, avatar: object, mind: object, *interfaces: object) -> object:
        return imap4.IAccount, self.account, lambda: None


def serve(folder: Path, user: str, password: str) -> None:
    library: Any = imap4
    account = library.MemoryAccount(b"watch")
    account.addMailbox("INBOX", Box(folder))
    checker: Any = InMemoryUsernamePasswordDatabaseDontUse(**{user: password.encode()})
    realm: Any = Realm(account)

    def protocol() -> Any:
        server = library.IMAP4Server()
        server.portal = portal.Portal(realm, [checker])
        return server

    certificate: Any = ssl.PrivateCertificate
    context = certificate.loadPEM((folder / "server.pem").read_bytes()).options()
    loop: Any = reactor
    factory: Any = Factory.forProtocol(protocol)
    sys.stdout.write(f"{loop.listenSSL(0, factory, context, interface='127.0.0.1').getHost().port}\n")
    sys.stdout.flush()
    loop.run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
