"""Expected errors in words: one place, one line each, with the exit code that fits."""

import errno
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from alerts.bounce_mailbox import MailboxError
from alerts.channel_address import AddressError
from alerts.notifiers.base import DeliveryError
from alerts.secrets import SecretError
from config.settings import SettingsError
from config.toml_problems import TomlError
from reviewwatch.backup import BackupError
from reviewwatch.output import clean
from reviewwatch.program import FolderError
from spiders.trying import TryError
from store.channels import ChannelError
from store.database import DatabaseError
from store.digests import DigestError
from store.files import FilesError
from store.incidents import NothingHeld
from store.keeping import WrongTime
from store.known import UnknownValue
from store.people import PeopleError
from store.sources import UnknownName
from store.subscriptions import SubscriptionError
from store.topics import TopicError
from store.withdrawals import WrongDecision

FAILED, WRONG_USE = 1, 2
DISK_FULL = "the disk is full; free some space and try again: nothing was lost"

WRONG = (
    SettingsError, TomlError, UnknownName, WrongDecision, TopicError, ChannelError, AddressError, SubscriptionError,
    DigestError, PeopleError, TryError, WrongTime, UnknownValue, NothingHeld,
)  # fmt: skip
BROKEN = (DatabaseError, FilesError, FolderError, SecretError, DeliveryError, MailboxError, BackupError)


@dataclass(frozen=True)
class Said:
    text: str
    code: int


def in_words(error: Exception) -> Said | None:
    """What to print and the exit code; None for what nobody expected (a mistake of ours, which keeps its traceback)."""
    if isinstance(error, WRONG):
        return Said(_lines(str(error)), WRONG_USE)
    if isinstance(error, BROKEN):
        return Said(_lines(str(error)), FAILED)
    if isinstance(error, OperationalError):
        return Said(_of_database(error), FAILED)
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return Said(_of_system(error), FAILED)
    return None


def _of_database(error: OperationalError) -> str:
    reason = (str(error.orig).strip().splitlines() or ["no answer"])[0]
    if "disk is full" in reason or "No space left" in reason:
        return DISK_FULL
    if "locked" in reason:
        return "the database is busy: another process has been writing for very long; try again"
    return clean(f"the database failed: {reason}; try again, and see `reviewwatch doctor`")


def _of_system(error: OSError) -> str:
    # a child process can only tell its error as text
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return DISK_FULL
    place = f"{error.filename}: " if error.filename else ""
    return clean(f"{place}{error.strerror or error}")


def _lines(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines())
