"""Work of the night: each is done once, whichever process comes first, and is due again if that one dies."""

from datetime import datetime, timedelta

from sqlmodel import Session

from store.claims import claim, real_now, release
from store.models.upkeep import Chore

LASTS = timedelta(hours=1)


def take(session: Session, name: str, *, now: datetime, first: datetime) -> bool:
    """Claim it if it is due; the caller commits before the work starts. `first`: when it is due for the first time."""
    chore = session.get(Chore, name)
    if chore is None:
        session.add(Chore(name=name, due_at=first))
        return False
    if chore.due_at is None or chore.due_at > now:
        return False
    return claim(session, chore, now=real_now(), lasts=LASTS)


def done(session: Session, name: str, *, next_at: datetime) -> None:
    chore = session.get_one(Chore, name)
    chore.due_at = next_at
    release(chore)
