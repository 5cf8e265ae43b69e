"""What a team has done with a publication: read it, used it in a briefing, or found it not relevant."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from store.models import Mark, Publication
from store.moving import JOINED, joined_into, stands_in
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
    if state is None:
        for mark in of_team(session, team, [publication_id]).values():
            session.delete(mark)
        return publication
    session.merge(Mark(publication_id=publication_id, team=team, state=state, made_at=now, made_by=by))
    return publication


def all_of_team(session: Session, team: str) -> dict[int, str]:
    """The state of every publication that the team has marked; a mark on one that was joined counts where it went."""
    statement = select(Mark, Publication.status).join(Publication).where(Mark.team == team)
    found: dict[int, str] = {}
    for mark, status in session.exec(statement.order_by(col(Mark.made_at), col(Mark.publication_id))):
        went = stands_in(session, mark.publication_id).id if status == JOINED else mark.publication_id
        found[went or 0] = mark.state
    return found


def of_team(session: Session, team: str, publication_ids: Collection[int]) -> dict[int, Mark]:
    """The team's marks on these publications; a mark on one that was joined with another counts there, too."""
    now_in = {one: one for one in publication_ids} | joined_into(session, publication_ids)
    statement = select(Mark).where(Mark.team == team, col(Mark.publication_id).in_(now_in))
    newest_last = session.exec(statement.order_by(col(Mark.made_at), col(Mark.publication_id)))
    return {now_in[mark.publication_id]: mark for mark in newest_last}
