"""What a version's text is recognised by, without the text: see store.likeness."""

from sqlmodel import Field, SQLModel

from store.models.base import json_list


class TextSignature(SQLModel, table=True):
    """The MinHash of a version's text. It stays when the version is removed: hashes stay, text does not."""

    version_id: int = Field(primary_key=True, foreign_key="version.id")
    algorithm: int = Field(index=True)
    words: int
    digest: bytes
    marks: bytes
    """4 bytes each."""


class TextMark(SQLModel, table=True):
    """Versions by the marks of their signature. One small row in one tree: 40 of them are about 800 bytes."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: int = Field(primary_key=True)
    """Below 2**31."""
    version_id: int = Field(primary_key=True, foreign_key="version.id")


class ScannedPage(SQLModel, table=True):
    """A page without text, and what a machine read on its picture: searched, never the document's own words."""

    version_id: int = Field(primary_key=True, foreign_key="version.id")
    number: int = Field(primary_key=True)
    text: str | None = None
    """None: not read yet. Empty: nothing was found, or it could not be read."""


class Lesson(SQLModel, table=True):
    """A recommendation or learning point, quoted from a version's text (store.lessons). It goes when the text goes."""

    version_id: int = Field(primary_key=True, foreign_key="version.id")
    position: int = Field(primary_key=True)
    """In the text, from 1."""
    kind: str
    """recommendation or learning."""
    number: str = ""
    """As printed; empty: none is."""
    page: int
    text: str
    themes: list[str] = json_list()
    """Slugs of the themes that its words show."""
    agencies: list[str] = json_list()
    """Slugs of the agencies that its words name."""


class Traits(SQLModel, table=True):
    """What the texts of a publication and its entries tell by rules, so that it can be searched for: store.traits.

    Only publications that are shown have a row, made anew whenever their search rows are.
    """

    publication_id: int = Field(primary_key=True, foreign_key="publication.id")
    ages: list[str] = json_list()
    """Age bands of the children that a review is about."""
    age_version_id: int | None = Field(default=None, foreign_key="version.id")
    age_page: int | None = None
    """Where the bands are stated: a page of that version."""
    agencies: list[str] = json_list()
    """Slugs of those that its lessons and its entries' labels name."""
    rules: str
    """By which it was made: with other rules it is made anew."""
