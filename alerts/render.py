"""Renderings of an edition: pure functions of the edition and the web app's address, within byte budgets (rule 13)."""

import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import css_inline
from markupsafe import Markup

from alerts import phrases
from alerts.card import card
from alerts.edition import Edition
from alerts.templating import Templates

MAIL_BUDGET = 90_000
"""Bytes of a whole mail as it is sent; GOV.UK's and others' mails are cut by mail programs above about 100 KB."""
MAIL_HEADERS = 3_000
CARD_BUDGET = 20_000
SERVICE_BUDGET = 20_000
NOTICES = 20
UNREADABLE_IN_MAIL = 40
UNREADABLE_IN_SERVICE = 8
UNSUBSCRIBE = "@@unsubscribe@@"
"""Stands where each recipient's own link goes, so that a digest is rendered once for all recipients."""


Form = TypeVar("Form")


@dataclass(frozen=True)
class Mail:
    """Both bodies of a digest's mail; UNSUBSCRIBE in them is replaced for each recipient."""

    html: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """An edition in all forms, each made when it is first asked for. `subject` and titles carry numbers only."""

    edition: Edition
    base_url: str
    """Without a slash at its end."""
    templates: Templates = field(default_factory=Templates, compare=False)
    """What it is rendered with: knows which of the data folder's templates could not be used."""

    @property
    def subject(self) -> str:
        return phrases.subject(self.edition)

    @property
    def html(self) -> str:
        return self._mail.html

    @property
    def text(self) -> str:
        return self._mail.text

    @cached_property
    def _mail(self) -> Mail:
        return mail(self.edition, self.base_url, self.templates)

    @cached_property
    def card(self) -> str:
        """The message for Teams, as JSON."""
        return teams_card(self.edition, self.base_url)

    def markdown(self, budget: int = SERVICE_BUDGET) -> str:
        """For chat services; some have a smaller limit than ours."""
        return service(self.edition, self.base_url, budget, self.templates)

    def plain(self, budget: int = SERVICE_BUDGET) -> str:
        """For services that show a message as it is written."""
        return service(self.edition, self.base_url, budget, self.templates, "service.txt")


def render(edition: Edition, base_url: str, folder: Path | None = None) -> Rendered:
    """The edition's renderings; `folder` may hold other templates."""
    return Rendered(edition, base_url, Templates(folder))


def mail(edition: Edition, base_url: str, templates: Templates) -> Mail:
    def attempt(limit: int) -> Mail:
        values = values_for(edition, base_url, limit, UNREADABLE_IN_MAIL)
        html = _inliner().inline(templates.render("mail.html", values, _lacks_link))
        return Mail(html, templates.render("mail.txt", values, _lacks_link))

    def size(both: Mail) -> int:
        return len(quoted_printable(both.html)) + len(quoted_printable(both.text)) + MAIL_HEADERS

    return fit_or_ours(templates, "mail.html", lambda: fit(edition, attempt, size, MAIL_BUDGET), size, MAIL_BUDGET)


def _lacks_link(text: str) -> str:
    """Every mail can be stopped, whatever template made it."""
    return "" if UNSUBSCRIBE in text else "the mail has no {{ unsubscribe }}: it must have one"


def teams_card(edition: Edition, base_url: str) -> str:
    return fit(edition, lambda limit: card(edition, base_url, limit), len, CARD_BUDGET)


def service(edition: Edition, base_url: str, budget: int, templates: Templates, name: str = "service.md") -> str:
    """Markdown or plain text for chat services; at most so many bytes, and so no more characters either."""

    def attempt(limit: int) -> str:
        values = values_for(edition, base_url, limit, UNREADABLE_IN_SERVICE)
        return templates.render(name, values).strip() + "\n"

    def size(text: str) -> int:
        return len(text.encode())

    return fit_or_ours(templates, name, lambda: fit(edition, attempt, size, budget), size, budget)


def web_fragment(edition: Edition, base_url: str, folder: Path | None = None) -> Markup:
    """The whole edition for the page /digests/N, without a budget."""
    values = values_for(edition, base_url, None, len(edition.coverage.unreadable))
    return Markup(Templates(folder).render("web.html", values))


def fit(edition: Edition, attempt: Callable[[int], Form], size: Callable[[Form], int], budget: int) -> Form:
    """The rendering with the most whole items that stays within the budget."""
    fits, too_many = 0, len(edition.items) + len(edition.updates) + 1
    best = attempt(too_many - 1)
    if size(best) <= budget:
        return best
    best = attempt(0)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        tried = attempt(middle)
        if size(tried) <= budget:
            fits, best = middle, tried
        else:
            too_many = middle
    return best


def fit_or_ours(
    templates: Templates, name: str, fitted: Callable[[], Form], size: Callable[[Form], int], budget: int
) -> Form:
    """What fits; made once more, with our own templates, when replaced ones fail or can keep to no budget."""
    replaced = templates.replaced
    made = fitted()
    if templates.replaced and size(made) > budget:
        templates.give_up(name, "even without publications the message is too large")
    return fitted() if replaced and templates.broken else made


def quoted_printable(text: str) -> bytes:
    """The text as it stands in a mail, with CRLF line ends."""
    return binascii.b2a_qp(text.replace("\r\n", "\n").replace("\n", "\r\n").encode(), istext=True)


def values_for(edition: Edition, base_url: str, limit: int | None, unreadable: int) -> dict[str, Any]:
    """What templates are given: at most `limit` items and updates, and so many publishers that could not be read."""
    count = len(edition.items) + len(edition.updates)
    return {
        "edition": edition,
        "base_url": base_url,
        "digest_url": f"{base_url}/digests/{edition.number}",
        "subject": phrases.subject(edition),
        "heading": phrases.subject(edition),
        "preheader": phrases.preheader(edition),
        "sections": phrases.sections(edition, limit),
        "more": 0 if limit is None else max(0, count - limit),
        "notices": phrases.notices(edition, len(edition.notices) if limit is None else NOTICES),
        "coverage": phrases.coverage(edition),
        "unreadable": phrases.unreadable(edition, unreadable),
        "baselines": phrases.baselines(edition),
        "reason": phrases.reason(edition),
        "unsubscribe": UNSUBSCRIBE,
    }


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
