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
from store.models.sources import CrawlRun, Host, Incident, Publisher, SavedPage, Source, SourcePage
from store.models.texts import Lesson, TextBand, TextSignature

__all__ = [
    "ApiToken", "Change", "Channel", "CrawlRun", "Decision", "Delivery", "Digest", "DigestChange", "Document",
    "Entry", "EntryDocument", "Host", "Incident", "Lesson", "Mark", "Match", "PageText", "Publication", "Publisher",
    "Recipient", "SavedPage", "SearchRow", "SignIn", "Source", "SourcePage", "Subscription", "SubscriptionTopic",
    "TextBand", "TextSignature", "Tombstone", "Topic", "User", "Version", "Withdrawal",
]  # fmt: skip
