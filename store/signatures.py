"""Signatures of texts in the tables: kept with each version, and the versions that are like one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, func, select

from store import likeness
from store.models import PageText, TextBand, TextSignature, Version

MOST = 40
"""So many candidates are looked at, those that share the most bands first."""
SURE = 0.15
"""An estimate this far from a threshold needs no second look: more than three times its error."""


@dataclass(frozen=True)
class Alike:
    """A version whose text is like another's. `removed`: we no longer hold it, only its signature."""

    version_id: int
    document_id: int
    common: float
    removed: bool


def keep(session: Session, version_id: int, pages: Sequence[str]) -> None:
    """Sign a version's text; a text too short to tell anything has no signature."""
    drop(session, version_id)
    signature = likeness.sign(likeness.main_words(pages))
    if signature is None:
        return
    session.add(
        TextSignature(
            version_id=version_id, algorithm=likeness.ALGORITHM, words=signature.words, digest=signature.digest
        )
    )
    session.add_all(
        TextBand(band=band, version_id=version_id) for band in sorted(set(likeness.bands(signature.digest)))
    )
    session.flush()


def drop(session: Session, version_id: int) -> None:
    signature = session.get(TextSignature, version_id)
    if signature is None:
        return
    mine = col(TextBand.band).in_(likeness.bands(signature.digest)), col(TextBand.version_id) == version_id
    session.exec(delete(TextBand).where(*mine))
    session.delete(signature)
    session.flush()


def alike(session: Session, version_id: int, *, at_least: float) -> list[Alike]:
    """Other versions that share at least this much of their text, most alike first; doubtful ones are read again."""
    mine = session.get(TextSignature, version_id)
    if mine is None or mine.algorithm != likeness.ALGORITHM:
        return []
    found = []
    for version, theirs in _near(session, mine):
        common = likeness.estimate(mine.digest, theirs.digest)
        if common < at_least - SURE:
            continue
        if common < at_least + SURE and version.state != "removed":
            common = likeness.compare(words_of(session, version_id), words_of(session, theirs.version_id)).common
        if common >= at_least:
            found.append(Alike(theirs.version_id, version.document_id, common, version.state == "removed"))
    # of two that are equally near, the removed one counts: in doubt nothing comes back
    return sorted(found, key=lambda one: (-one.common, not one.removed, one.version_id))


def common(session: Session, one: int, other: int) -> float:
    """The share of text that two versions have in common."""
    return likeness.compare(words_of(session, one), words_of(session, other)).common


def _near(session: Session, mine: TextSignature) -> Sequence[tuple[Version, TextSignature]]:
    """Versions that share a band, with their signatures."""
    shared = func.count().label("shared")
    counted = session.exec(
        select(TextBand.version_id, shared)
        .where(col(TextBand.band).in_(likeness.bands(mine.digest)), TextBand.version_id != mine.version_id)
        .group_by(col(TextBand.version_id))
        .order_by(shared.desc(), col(TextBand.version_id))
        .limit(MOST)
    )
    ids = [version_id for version_id, _ in counted]
    if not ids:
        return []
    statement = select(Version, TextSignature).join(TextSignature, col(TextSignature.version_id) == col(Version.id))
    return session.exec(statement.where(col(Version.id).in_(ids), TextSignature.algorithm == likeness.ALGORITHM)).all()


def words_of(session: Session, version_id: int) -> list[str]:
    statement = select(PageText.text).where(PageText.version_id == version_id).order_by(col(PageText.number))
    return likeness.main_words(session.exec(statement).all())


def sign_again(session: Session, *, limit: int = 200) -> int:
    """Sign what has a signature of another algorithm and a text to sign; how many."""
    old = select(TextSignature.version_id).where(TextSignature.algorithm != likeness.ALGORITHM)
    readable = select(PageText.version_id).where(col(PageText.version_id).in_(old)).distinct().limit(limit)
    ids = session.exec(readable).all()
    for version_id in ids:
        statement = select(PageText.text).where(PageText.version_id == version_id).order_by(col(PageText.number))
        keep(session, version_id, session.exec(statement).all())
    return len(ids)
