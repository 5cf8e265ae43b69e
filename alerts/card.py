"""A digest as an Adaptive Card in a Teams message: plain data, buttons, nothing loaded from elsewhere.

Text from outside stands in RichTextBlocks, which read no markdown, so that it cannot draw links or mentions.
Schema: Adaptive Cards 1.4, which Teams shows on every device.
"""

import json
from typing import Any

from alerts import phrases
from alerts.edition import Edition, Item, Update

DOCUMENTS = 3
LESSONS = 2
UNREADABLE = 5
NOTICES = 10
Element = dict[str, Any]


def card(edition: Edition, base_url: str, limit: int) -> str:
    """The message as JSON in ASCII, with at most `limit` items and updates."""
    heading = phrases.subject(edition)
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "speak": heading,
        "msteams": {"width": "full"},
        "body": [_heading(heading), *_body(edition, base_url, limit)],
        "actions": [_open("Open the full digest", f"{base_url}/digests/{edition.number}")],
    }
    return _message(heading, content)


def lines_card(heading: str, lines: list[str], link: str) -> str:
    """A plain message of some lines, for administrators and for tests of a channel."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "full"},
        "body": [_heading(heading), *(_plain(line) for line in lines)],
        "actions": [_open("Open reviewwatch", link)],
    }
    return _message(heading, content)


def _message(summary: str, content: Element) -> str:
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    message = {"type": "message", "summary": summary, "attachments": [attachment]}
    return json.dumps(message, separators=(",", ":"))


def _body(edition: Edition, base_url: str, limit: int) -> list[Element]:
    body = [_plain(edition.period, subtle=True)]
    if edition.catch_up:
        body.append(_plain("This digest takes the place of several that could not be made when they were due."))
    body += [_plain(notice, bold=True) for notice in phrases.notices(edition, NOTICES)]
    if not edition.has_content:
        body.append(_plain("There is nothing new for you in this period."))
    for section in phrases.sections(edition, limit):
        body.append(_plain(section.heading, bold=True, size="Medium", separator=True))
        body += [_item(item, base_url) for item in section.items]
        body += [_update(update, base_url) for update in section.updates]
    more = len(edition.items) + len(edition.updates) - limit
    if more > 0:
        body.append(_plain(f"{more:,} more in the full digest", bold=True))
    lines = [*phrases.coverage(edition), *phrases.unreadable(edition, UNREADABLE), *phrases.baselines(edition)]
    return body + [_plain(line, subtle=True, separator=not place) for place, line in enumerate(lines)]


def _item(item: Item, base_url: str) -> Element:
    elements = [_plain(phrases.cut(item.title, 300), bold=True), _plain(phrases.facts(item), subtle=True)]
    if item.abstract:
        elements.append(_plain(phrases.cut(item.abstract, 240)))
    elements += [_plain(phrases.lesson(lesson, 240)) for lesson in item.lessons[:LESSONS]]
    elements += [_plain(line, subtle=True) for line in phrases.rest_of(item, DOCUMENTS)]
    return {"type": "Container", "items": [*elements, {"type": "ActionSet", "actions": _buttons(item, base_url)}]}


def _buttons(item: Item, base_url: str) -> list[Element]:
    """Our page, the documents at the publisher's, the publisher's page: five at most, for Teams shows six."""
    documents = [
        _open(f"{document.role}{phrases.measures(document)}", address)
        for document in item.documents[:DOCUMENTS]
        if (address := phrases.web_address(document.url))
    ]
    return [_open("Open", f"{base_url}/publications/{item.publication}"), *documents, *_publishers_page(item)]


def _publishers_page(told: Item | Update) -> list[Element]:
    address = phrases.web_address(told.url)
    return [_open("Publisher's page", address)] if address else []


def _update(update: Update, base_url: str) -> Element:
    elements = [_plain(phrases.cut(update.title, 300), bold=True), _plain(phrases.facts(update), subtle=True)]
    elements += [_plain(phrases.cut(note, 240)) for note in update.notes[-3:]]
    buttons = [_open("Open", f"{base_url}/publications/{update.publication}"), *_publishers_page(update)]
    return {"type": "Container", "items": [*elements, {"type": "ActionSet", "actions": buttons}]}


def _heading(text: str) -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True, "size": "Large", "weight": "Bolder", "style": "heading"}


def _plain(text: str, *, bold: bool = False, subtle: bool = False, size: str = "", separator: bool = False) -> Element:
    run: Element = {"type": "TextRun", "text": phrases.clean(text)}
    run |= {"weight": "Bolder"} if bold else {}
    run |= {"isSubtle": True} if subtle else {}
    run |= {"size": size} if size else {}
    return {"type": "RichTextBlock", "inlines": [run]} | ({"separator": True} if separator else {})


def _open(title: str, url: str) -> Element:
    return {"type": "Action.OpenUrl", "title": title, "url": url}
