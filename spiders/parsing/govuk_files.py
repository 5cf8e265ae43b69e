"""The files of a GOV.UK page: the list of attachments, and its retired form of one HTML string per file."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector
from pydantic import BaseModel, ConfigDict, model_validator

from spiders.parsing.addresses import absolute, is_document, media_type_of
from spiders.parsing.roles import role_of
from spiders.parsing.text import clean, link_label, media_type_in, pages_in, size_in
from store.reading import DocumentRole, SeenDocument

HTML = "text/html"
TITLE_LINK = "//*[self::h1 or self::h2 or self::h3]//a[@href] | //a[@href][not(@aria-hidden)][normalize-space()]"


class Attachment(BaseModel):
    """`attachment_type`: `file` has a type and a size, `html` a path on GOV.UK, `external` an address elsewhere."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    attachment_type: str = "file"
    url: str = ""
    title: str = ""
    filename: str = ""
    content_type: str = ""
    file_size: int | None = None
    number_of_pages: int | None = None
    locale: str = ""

    @model_validator(mode="before")
    @classmethod
    def without_blanks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value not in (None, "")}


def documents_in(
    attachments: Iterable[Attachment], retired: Iterable[Any], site: str, locale: str = "en"
) -> tuple[SeenDocument, ...]:
    """The documents of a page, in its order, each address once. `site`: any address of the site, for relative ones."""
    found = list(_attached(attachments, site, locale)) or list(_retired(retired, site))
    return tuple({document.url: document for document in reversed(found)}.values())[::-1]


def page_itself(url: str, title: str) -> SeenDocument:
    """The page as its own document: for guidance, news and all that has no attachment."""
    return SeenDocument(url=url, role=role_of(title), text=clean(title), media_type=HTML)


def _attached(attachments: Iterable[Attachment], site: str, locale: str) -> Iterator[SeenDocument]:
    for attachment in attachments:
        url = absolute(site, attachment.url)
        if not url:
            continue
        text = clean(attachment.title) or attachment.filename
        welsh = attachment.locale == "cy" and locale == "en"
        yield SeenDocument(
            url=url,
            role=DocumentRole.WELSH_VERSION if welsh else role_of(text, attachment.filename),
            text=text,
            media_type=_media_type(attachment, url),
            size=attachment.file_size,
            pages=attachment.number_of_pages,
            fetch=_is_for_reading(attachment, url),
        )


def _media_type(attachment: Attachment, url: str) -> str:
    if attachment.attachment_type == "html":
        return HTML
    return attachment.content_type or media_type_of(url)


def _is_for_reading(attachment: Attachment, url: str) -> bool:
    """Not another site's page, and no picture."""
    if attachment.attachment_type == "external":
        return is_document(url)
    ending = urlsplit(url).path.rsplit(".", 1)[-1].lower()
    return not attachment.content_type.startswith("image/") and ending not in ("jpg", "jpeg", "png", "gif", "svg")


def _retired(sections: Iterable[Any], site: str) -> Iterator[SeenDocument]:
    for section in sections:
        if not isinstance(section, str) or not section.strip():
            continue
        html = Selector(section)
        link = next(iter(html.xpath(TITLE_LINK)), None)
        url = absolute(site, link.attrib["href"]) if link is not None else ""
        if link is None or not url:
            continue
        label = link_label(" ".join(link.xpath(".//text()").getall()))
        notes = " ".join(html.xpath("//*[contains(@class, 'metadata')]//text()").getall())
        yield SeenDocument(
            url=url,
            role=role_of(label.text),
            text=label.text,
            media_type=media_type_of(url) or media_type_in(notes) or HTML,
            size=size_in(notes),
            pages=pages_in(notes),
            fetch=urlsplit(url).netloc == urlsplit(site).netloc or is_document(url),
        )
