"""Words out of pieces of HTML that come inside other data."""

from parsel import Selector

from spiders.parsing.text import clean

WORDS = "//text()[not(ancestor::script or ancestor::style)]"


def plain_text(html: str) -> str:
    """The words of a piece of HTML (or of plain text), on one line."""
    return clean(" ".join(Selector(html).xpath(WORDS).getall())) if html.strip() else ""


def shortened(text: str, limit: int = 600) -> str:
    """At most `limit` characters, cut after a whole word and marked as cut."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
