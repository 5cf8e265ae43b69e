"""What every notifier is: it sends one message and returns, or raises DeliveryError."""

from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from alerts.channel_address import ChannelAddress
from alerts.render import Rendered
from config.settings import Settings


class Resource(Protocol):
    """Something that is opened with the settings and closed at the end."""

    def __init__(self, settings: Settings) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Kept = TypeVar("Kept", bound=Resource)


class DeliveryError(Exception):
    """The message was not taken. The text is for an administrator and holds no secret.

    `permanent`: trying again cannot help. `ends_address`, `ends_channel`: nothing more can be sent there.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        ends_address: bool = False,
        ends_channel: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent or ends_address or ends_channel
        self.retry_after = retry_after
        self.ends_address = ends_address
        self.ends_channel = ends_channel


@dataclass(frozen=True)
class Outgoing:
    """One message for one recipient."""

    rendered: Rendered
    recipient: str
    message_id: str
    at: datetime
    subscription: int
    unsubscribe: str = ""
    """This recipient's own link; empty when it has none."""
    one_click: bool = False
    """The link is reachable from outside, so that mail programs may offer it as a button."""


@dataclass(frozen=True)
class Plain:
    """A message of some lines, for administrators and for trying a channel out."""

    heading: str
    lines: list[str] = field(default_factory=list)


class Shared(ExitStack):
    """What the notifiers of one round use together, such as the connection to the mail server; closed at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[type[Any], Any] = {}

    def kept(self, kind: type[Kept], settings: Settings) -> Kept:
        """The one of this kind, made when it is first asked for."""
        if kind not in self._kept:
            self._kept[kind] = self.enter_context(kind(settings))
        found: Kept = self._kept[kind]
        return found


class Notifier(ABC):
    """Opened for some messages in a row: `with Notifier(address, settings) as notifier: notifier.send(...)`."""

    def __init__(self, address: ChannelAddress, settings: Settings, shared: Shared | None = None) -> None:
        self.address = address
        self.settings = settings
        self.shared = shared or Shared()
        self._own = shared is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._own:
            self.shared.close()

    @abstractmethod
    def send(self, outgoing: Outgoing) -> None:
        """Send a digest. Raises DeliveryError."""

    @abstractmethod
    def send_plain(self, message: Plain, at: datetime) -> None:
        """Send some lines to all recipients of the channel. Raises DeliveryError."""
