"""What a team has done with a publication: read it, used it in a briefing, or found it not relevant."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from store.models import Mark, Publication
from store.sources import UnknownName
from store.views import SHOWN


class MarkState(StrEnum):
    READ = "read"
    USED = "used"
    """In a briefing."""
    NOT_RELEVANT = "not_relevant"


def put(
    session: Session, publication_id: int, team: str, state: MarkState | None, *, by: str, now: datetime
) -> Publication:
    """Set the team's mark, in place of an earlier one; None takes it away. Raises UnknownName for what is not shown."""
    publication = session.get(Publication, publication_id)
    if publication is None or publication.status not in SHOWN:
        raise UnknownName("There is no such publication.")
    mark = session.get(Mark, (publication_id, team))
    if state is None:
        if mark:
            session.delete(mark)
        return publication
    session.merge(Mark(publication_id=publication_id, team=team, state=state, made_at=now, made_by=by))
    return publication


def of_team(session: Session, team: str, publication_ids: Collection[int]) -> dict[int, Mark]:
    """The team's marks on these publications."""
    statement = select(Mark).where(Mark.team == team, col(Mark.publication_id).in_(publication_ids))
    return {mark.publication_id: mark for mark in session.exec(statement)}
