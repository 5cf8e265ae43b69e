"""Publications and changes as lines of lists, read only; of what is hidden nothing is in them (rule 6)."""

from collections.abc import Collection
from datetime import date, datetime

from pydantic import BaseModel
from sqlmodel import Session, col, select

from store.models import Change, Match, Publication, Publisher
from store.views import SHOWN, ChangeView, change_view


def change_list(session: Session, *, after: int = 0, limit: int = 100) -> list[ChangeView]:
    """The change log in its own order, from the one after `after`. What is hidden keeps its kind and nothing else."""
    statement = (
        select(Change, Publication.status)
        .join(Publication, col(Publication.id) == col(Change.publication_id))
        .where(col(Change.id) > after)
        .order_by(col(Change.id))
        .limit(limit)
    )
    return [
        change_view(change) if status in SHOWN else change_view(change).model_copy(update={"note": ""})
        for change, status in session.exec(statement)
    ]


class PublicationLine(BaseModel):
    """A publication in a list."""

    id: int
    title: str
    kind: str
    area: str
    publisher: str
    published: date | None
    precision: str
    basis: str
    first_seen: datetime
    status: str


def publication_lines(session: Session, ids: Collection[int]) -> dict[int, PublicationLine]:
    """By id; those that are not shown are not in it."""
    statement = (
        select(Publication, Publisher.name)
        .join(Publisher, col(Publisher.id) == col(Publication.publisher_id), isouter=True)
        .where(col(Publication.id).in_(ids), col(Publication.status).in_(SHOWN))
    )
    return {row.id or 0: _line(row, name) for row, name in session.exec(statement)}


def _line(row: Publication, publisher: str | None) -> PublicationLine:
    found = {name: value for name, value in row.model_dump().items() if name in PublicationLine.model_fields}
    return PublicationLine(**found, publisher=publisher or "")


def publisher_names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Publisher.id, Publisher.name)).all())


def where_it_went(session: Session, publication_id: int) -> int | None:
    """The publication that this one was joined with, by the latest accepted match."""
    statement = select(Match.publication_id).where(
        Match.former_publication_id == publication_id, col(Match.state).in_(("accepted", "automatic"))
    )
    return session.exec(statement.order_by(col(Match.id).desc())).first()


def shown_among(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the publications of which something may be shown; a joined one is what it was joined with."""
    rows = session.exec(select(Publication.id, Publication.status).where(col(Publication.id).in_(ids))).all()
    shown = {key for key, status in rows if key is not None and status in SHOWN}
    joined = {key: where_it_went(session, key) for key, status in rows if key is not None and status == "joined"}
    targets = {went for went in joined.values() if went is not None and went not in joined}
    if not targets:
        return shown
    live = shown_among(session, targets)
    return shown | {key for key, went in joined.items() if went in live}
