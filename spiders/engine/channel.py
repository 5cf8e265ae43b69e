"""How a child process and its parent talk: framed JSON messages over one socket."""

import threading
from enum import StrEnum
from multiprocessing.connection import Connection

from pydantic import BaseModel, ConfigDict


class Task(BaseModel):
    """What a child is to do: `target` is `module:function`, called with the channel and the payload."""

    model_config = ConfigDict(frozen=True)

    target: str
    payload: str
    memory_limit: int
    """Bytes of data that the child may hold."""


class MessageKind(StrEnum):
    STARTED = "started"
    ALIVE = "alive"
    LOG = "log"
    RESULT = "result"
    FAILED = "failed"
    DIED = "died"
    ENDED = "ended"


class Message(BaseModel):
    """One message of a child. `text`: the result, log line or reason; `number`: the process id or log level."""

    model_config = ConfigDict(frozen=True)

    kind: MessageKind
    text: str = ""
    number: int = 0
    logger: str = ""


class Channel:
    """The child's end. Safe to use from several threads (Twisted resolves names in threads, which may log)."""

    def __init__(self, connection: "Connection[bytes, bytes]") -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def task(self) -> Task:
        """The task, as the parent sent it."""
        return Task.model_validate_json(self._connection.recv_bytes())

    def send(self, message: Message) -> None:
        """Hand one message to the parent. Raises OSError when the parent has gone."""
        with self._lock:
            self._connection.send_bytes(message.model_dump_json().encode())

    def result(self, text: str) -> None:
        """Hand over one result; it is kept even if the child ends badly later."""
        self.send(Message(kind=MessageKind.RESULT, text=text))
