"""The tables, by noun."""

from store.models.messages import (
    Channel,
    Delivery,
    Digest,
    DigestChange,
    Recipient,
    Subscription,
    SubscriptionTopic,
    Topic,
)
from store.models.people import ApiToken, Decision, Mark, SignIn, User
from store.models.publications import (
    Change,
    Document,
    Entry,
    EntryDocument,
    Match,
    PageText,
    Publication,
    Tombstone,
    Version,
    Withdrawal,
)
from store.models.search import SearchRow
from store.models.sources import (
    CrawlRun,
    Host,
    Incident,
    IncidentPage,
    Publisher,
    RecallAnswer,
    SavedPage,
    Source,
    SourcePage,
)
from store.models.texts import Lesson, ScannedPage, TextMark, TextSignature, Traits
from store.models.upkeep import Backup, Chore, KeepingTime

__all__ = [
    "ApiToken", "Backup", "Change", "Channel", "Chore", "CrawlRun", "Decision", "Delivery", "Digest", "DigestChange",
    "Document", "Entry", "EntryDocument", "Host", "Incident", "IncidentPage", "KeepingTime", "Lesson", "Mark",
    "Match", "PageText", "Publication", "Publisher", "RecallAnswer", "Recipient", "SavedPage", "ScannedPage",
    "SearchRow", "SignIn", "Source", "SourcePage", "Subscription", "SubscriptionTopic", "TextMark", "TextSignature",
    "Tombstone", "Topic", "Traits", "User", "Version", "Withdrawal",
]  # fmt: skip
