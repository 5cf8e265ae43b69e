"""The documented rules of Adaptive Cards 1.4 in a Teams message, for the elements that we use.

Rules: adaptivecards.io's schema explorer (which properties an element has and needs), and Teams' own limits (a message
of type `message` with attachments; at most six actions in a row; `Action.OpenUrl` to web addresses only).
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

MOST_ACTIONS = 6
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SIZES = ("Small", "Default", "Medium", "Large", "ExtraLarge")
WEIGHTS = ("Lighter", "Default", "Bolder")
COMMON = {"id": str, "separator": bool, "spacing": ("None", "Small", "Default", "Medium", "Large", "ExtraLarge")}
TEXT = {"size": SIZES, "weight": WEIGHTS, "isSubtle": bool, "text": str}
"""Per element: its properties (a type, allowed values, or a list of elements), and those that it needs."""
ELEMENTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "AdaptiveCard": (
        {"$schema": str, "version": str, "speak": str, "msteams": dict, "body": list, "actions": list},
        ("version",),
    ),
    "TextBlock": (COMMON | TEXT | {"wrap": bool, "maxLines": int, "style": ("default", "heading")}, ("text",)),
    "RichTextBlock": (COMMON | {"inlines": list}, ("inlines",)),
    "TextRun": (TEXT | {"italic": bool, "strikethrough": bool}, ("text",)),
    "Container": (COMMON | {"items": list, "style": ("default", "emphasis")}, ("items",)),
    "ActionSet": (COMMON | {"actions": list}, ("actions",)),
    "Action.OpenUrl": ({"title": str, "url": str}, ("url", "title")),
}
CHILDREN = {
    "body": ("TextBlock", "RichTextBlock", "Container", "ActionSet"),
    "items": ("TextBlock", "RichTextBlock", "Container", "ActionSet"),
    "inlines": ("TextRun",),
    "actions": ("Action.OpenUrl",),
}


def faults(message: dict[str, Any]) -> list[str]:
    """What in the message breaks a rule; empty when nothing does."""
    attachments = message.get("attachments", [])
    found = [] if message.get("type") == "message" and len(attachments) == 1 else ["no message with one attachment"]
    for one in attachments:
        found += [] if one.get("contentType") == CONTENT_TYPE else ["another content type"]
        found += _element(one["content"], ("AdaptiveCard",))
    return found


def _element(element: dict[str, Any], allowed: tuple[str, ...]) -> Iterator[str]:
    kind = element.get("type", "")
    if kind not in allowed:
        yield f"{kind or 'an element without a type'} may not stand here"
        return
    known, needed = ELEMENTS[kind]
    yield from (f"{kind} needs {name}" for name in needed if not element.get(name))
    for name, value in element.items():
        if name != "type":
            yield from _property(kind, name, value, known.get(name))
    if kind == "Action.OpenUrl" and urlsplit(element.get("url", "")).scheme not in ("http", "https"):
        yield "an action opens what is no web address"


def _property(kind: str, name: str, value: Any, rule: Any) -> Iterator[str]:
    if rule is None:
        yield f"{kind} has no {name}"
    elif isinstance(rule, tuple):
        yield from () if value in rule else (f"{kind}.{name} cannot be {value!r}",)
    elif not isinstance(value, rule):
        yield f"{kind}.{name} is no {rule.__name__}"
    elif isinstance(value, list):
        if name == "actions" and len(value) > MOST_ACTIONS:
            yield f"{kind} has more than {MOST_ACTIONS} actions"
        for child in value:
            yield from _element(child, CHILDREN[name])
