"""Age bands and agencies of publications, kept beside the search rows so that they can be asked for (rule 6).

What is told stands with its page in store.age_rows, with its quotation in store.lesson_rows and store.label_rows;
here is only what a search needs of it.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, delete, select

from config.agencies import agencies
from config.themes import vocabulary
from store import age_rows, ages, label_rows, lesson_rows, lessons
from store.ages import AgeBand
from store.lesson_rows import AT_ONCE, SHOWN
from store.models import Document, Publication, Traits, Version

Condition = sa.ColumnElement[bool]
_BETWEEN = re.compile(r"\s*(?:[-–_]|\bto\b|\band\b|\s)\s*")


def keep(session: Session, publication: Publication) -> None:
    """Work out anew what is told of a publication that is shown, in the caller's transaction."""
    key = publication.id or 0
    forget(session, key)
    age = age_rows.of_publications(session, [key]).get(key) if publication.kind == age_rows.ABOUT_A_CASE else None
    named = {slug for one in lesson_rows.of_publications(session, [key]).get(key, []) for slug in one.agencies}
    named |= {slug for one in label_rows.of_publication(session, key) for slug in one.agencies}
    kept = Traits(
        publication_id=key,
        ages=list(age.bands) if age else [],
        age_version_id=age.version if age else None,
        age_page=age.page if age else None,
        agencies=sorted(named),
        rules=rules(),
    )
    session.execute(sa.insert(Traits), [kept.model_dump()])


def forget(session: Session, publication_id: int) -> None:
    session.flush()
    one = delete(Traits).where(col(Traits.publication_id) == publication_id)
    session.execute(one, execution_options={"synchronize_session": False})


@dataclass(frozen=True)
class KeptAge:
    """Age bands, and the page of the version that states them. For lists: the words themselves are not kept."""

    bands: list[str]
    version: int
    role: str
    page: int


def ages_of(session: Session, ids: Collection[int]) -> dict[int, KeptAge]:
    """Of those publications that are shown and of which an age is stated; no text is read."""
    statement = (
        sa.select(
            col(Traits.publication_id), col(Traits.ages), col(Version.id), col(Document.role), col(Traits.age_page)
        )
        .join(Publication, col(Publication.id) == col(Traits.publication_id))
        .join(Version, col(Version.id) == col(Traits.age_version_id))
        .join(Document, col(Document.id) == col(Version.document_id))
        .where(col(Publication.status).in_(SHOWN), col(Version.state) == "current")
    )  # fmt: skip
    found: dict[int, KeptAge] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = statement.where(col(Traits.publication_id).in_(ordered[start : start + AT_ONCE]))
        found |= {key: KeptAge(*rest) for key, *rest in session.execute(some) if rest[0]}
    return found


def old(session: Session) -> list[int]:
    """Publications that are shown and of which nothing is kept, or by other rules than today's."""
    same = select(Traits.publication_id).where(Traits.rules == rules(), Traits.publication_id == Publication.id)
    statement = select(Publication.id).where(col(Publication.status).in_(SHOWN), ~same.exists())
    return [key for key in session.exec(statement.order_by(col(Publication.id))) if key]


@lru_cache(maxsize=1)
def rules() -> str:
    """Changes whenever the rules or the words change by which anything here, or a lesson, was found."""
    parts = (ages.RULES, lessons.RULES, agencies().model_dump_json(), vocabulary().model_dump_json())
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def bands_of(value: str) -> list[str]:
    """The age bands that are meant: "under-1", "1 to 4" and "1-4" by name, "7" or "16" by a year within."""
    name = _BETWEEN.sub("-", value.strip().lower())
    if name in set(AgeBand):
        return [name]
    return list(ages.band(name, "year")) if name.isascii() and name.isdigit() else []


def agencies_of(value: str) -> list[str]:
    """The slugs of the agencies that have that slug or name, or that the words name."""
    known = agencies().names
    named = [slug for slug, name in known.items() if value.strip().lower() in (slug, name.lower())]
    return named or agencies().find(value)


def with_age(value: str) -> Condition:
    return _having(col(Traits.ages), bands_of(value))


def with_agency(value: str) -> Condition:
    return _having(col(Traits.agencies), agencies_of(value))


def _having(column: Mapped[list[str]], values: Collection[str]) -> Condition:
    """A condition on publications: one of the values is in the column's list."""
    some = select(Traits.publication_id).where(sa.or_(sa.false(), *(in_list(column, value) for value in values)))
    return col(Publication.id).in_(some)


def in_list(column: Mapped[list[str]], value: str) -> Condition:
    """Whether the JSON list has the value, on either database."""
    return sa.cast(column, sa.String).contains(f'"{value}"', autoescape=True)
