"""The search index's rows: one a document (performance.md: document rows, not page rows)."""

from sqlmodel import Field, SQLModel


class SearchRow(SQLModel, table=True):
    """The words of one document, or of a publication's own fields (`version_id` null).

    `words` are normalised (store.words), so both databases find the same. Only current versions of publications that
    are listed or unlisted have rows: taking a version out of search is deleting its rows (rule 6).
    """

    __tablename__ = "search_row"

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    version_id: int | None = Field(default=None, foreign_key="version.id", index=True)
    part: int = 0
    """Very long documents have several rows: Postgres limits a tsvector to 1 MB."""
    title: str = ""
    words: str = ""
