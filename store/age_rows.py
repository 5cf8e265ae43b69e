"""Age bands of the reviews of one case, read where lessons are: current versions that may be shown (rule 6)."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import Session, col

from store.ages import FIRST_PAGES, AgeBand, find_age
from store.lesson_rows import AT_ONCE, ROLES, SHOWN, rank
from store.models import Document, PageText, Publication, Version

ABOUT_A_CASE = "local_review"


@dataclass(frozen=True)
class CaseAge:
    """The bands, and the page that states them with its words; these are shown beside their document only."""

    bands: tuple[AgeBand, ...]
    version: int
    role: str
    page: int
    quoted: str


def of_publications(session: Session, ids: Collection[int]) -> dict[int, CaseAge]:
    """By publication what its foremost document states; those that state none are left out."""
    found: dict[int, CaseAge] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        found |= _read(session, ordered[start : start + AT_ONCE])
    return found


def _read(session: Session, ids: Collection[int]) -> dict[int, CaseAge]:
    rows = session.execute(_first_pages().where(col(Publication.id).in_(ids))).all()
    found: dict[int, CaseAge] = {}
    ordered = sorted(rows, key=lambda row: (row.publication_id, rank(row.role), row.version_id, row.number))
    for (publication, role, version), pages in groupby(
        ordered, lambda row: (row.publication_id, row.role, row.version_id)
    ):
        if publication not in found and (age := find_age([row.text for row in pages])):
            found[publication] = CaseAge(age.bands, version, role, age.page, age.quoted)
    return found


def _first_pages() -> sa.Select[int | None, str, int, int, str]:
    return (
        sa.select(
            col(Document.publication_id), col(Document.role), col(PageText.version_id), col(PageText.number),
            col(PageText.text),
        )
        .join(Version, col(Version.id) == col(PageText.version_id))
        .join(Document, col(Document.current_version_id) == col(Version.id))
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .where(
            col(Version.state) == "current", col(Publication.status).in_(SHOWN), col(Publication.kind) == ABOUT_A_CASE,
            col(Document.role).in_(ROLES), col(PageText.number) <= FIRST_PAGES,
        )
    )  # fmt: skip
