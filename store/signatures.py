"""Signatures of texts in the tables: kept with each version, and the versions that are like one or part of one."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from store import likeness
from store.likeness import Signature
from store.models import PageText, TextMark, TextSignature, Version

MOST = 40
"""So many candidates are looked at, those that share the most marks first."""
COMMON = 50
"""A mark of so many versions tells nothing more: it is not kept for further ones, so a look-up stays bounded."""
SURE = 0.15
"""An estimate this far from a threshold needs no second look: three times its error."""
LONG = 1500
"""Words; of shorter texts the estimate is too rough, so they are always read again."""
RARELY = 0.35
"""Marks that say this much of the shorter text stands in the longer one are worth reading both: half of INSIDE."""


@dataclass(frozen=True)
class Alike:
    """A version whose text is like another's. `removed`: we no longer hold it, only its signature."""

    version_id: int
    document_id: int
    common: float
    removed: bool


@dataclass(frozen=True)
class _Near:
    """Another version that shares marks."""

    version_id: int
    document_id: int
    state: str
    signature: Signature


class Relatives:
    """The versions that share marks with one: found by one look-up, judged as far as is asked."""

    def __init__(self, session: Session, version_id: int) -> None:
        self._session, self._version_id = session, version_id
        self._mine = _kept(session, version_id)
        self._near = _near(session, version_id, self._mine.marks) if self._mine else []

    def alike(self, *, at_least: float) -> list[Alike]:
        """Those that share at least this much, most alike first; doubtful ones are read again."""
        judged = [(one, self._common(one, at_least)) for one in self._near]
        near = [
            Alike(one.version_id, one.document_id, common, _removed(one))
            for one, common in judged
            if common >= at_least
        ]
        # of two that are equally near, the removed one counts: in doubt nothing comes back
        return sorted(near, key=lambda one: (-one.common, not one.removed, one.version_id))

    def parts(self, *, shorter: float) -> list[int]:
        """Versions that stand in this one's text, or this one's in theirs, as the marks tell it: to be read.

        `shorter`: the shorter text has at most this share of the longer one's words.
        """
        mine = self._mine
        return [
            one.version_id
            for one in self._near
            if mine
            and not _removed(one)
            and min(mine.words, one.signature.words) <= shorter * max(mine.words, one.signature.words)
            and likeness.estimate_contained(mine, one.signature) >= RARELY
        ]

    def _common(self, other: _Near, at_least: float) -> float:
        if self._mine is None:
            return 0.0
        about = likeness.estimate(self._mine.digest, other.signature.digest)
        words = min(self._mine.words, other.signature.words)
        if _removed(other) or about < at_least - SURE or (about >= at_least + SURE and words >= LONG):
            return about
        return likeness.compare(self._text, text_of(self._session, other.version_id)).common

    @cached_property
    def _text(self) -> bytes:
        return text_of(self._session, self._version_id)


def keep(session: Session, version_id: int, pages: Sequence[str]) -> None:
    """Sign a version's text; a text too short to tell anything has no signature."""
    drop(session, version_id)
    signature = likeness.sign(likeness.main_text(pages))
    if signature is None:
        return
    session.add(
        TextSignature(
            version_id=version_id,
            algorithm=likeness.ALGORITHM,
            words=signature.words,
            digest=signature.digest,
            marks=_pack(signature.marks),
        )
    )
    session.flush()
    new = [{"mark": mark, "version_id": version_id} for mark in _telling(session, signature.marks)]
    if new:
        session.execute(sa.insert(TextMark), new)


def drop(session: Session, version_id: int) -> None:
    signature = session.get(TextSignature, version_id)
    if signature is None:
        return
    mine = col(TextMark.mark).in_(_unpack(signature.marks)), col(TextMark.version_id) == version_id
    session.exec(delete(TextMark).where(*mine))
    session.delete(signature)
    session.flush()


def alike(session: Session, version_id: int, *, at_least: float) -> list[Alike]:
    """Other versions that share at least this much of their text, most alike first; doubtful ones are read again."""
    return Relatives(session, version_id).alike(at_least=at_least)


def common(session: Session, one: int, other: int) -> float:
    """The share of text that two versions have in common."""
    return likeness.compare(text_of(session, one), text_of(session, other)).common


def text_of(session: Session, version_id: int) -> bytes:
    """A version's main text, to be compared."""
    return likeness.main_text(_pages(session, version_id))


def old(session: Session) -> list[int]:
    """Versions that have a signature of an older algorithm, and a text to sign."""
    held = select(PageText.version_id).where(col(PageText.version_id) == col(TextSignature.version_id)).exists()
    statement = select(TextSignature.version_id).where(col(TextSignature.algorithm) < likeness.ALGORITHM, held)
    return list(session.exec(statement.order_by(col(TextSignature.version_id))))


def sign_again(session: Session, version_ids: Iterable[int]) -> None:
    for version_id in version_ids:
        if pages := _pages(session, version_id):  # else it has been removed meanwhile
            keep(session, version_id, pages)


def _pages(session: Session, version_id: int) -> Sequence[str]:
    statement = select(PageText.text).where(PageText.version_id == version_id).order_by(col(PageText.number))
    return session.exec(statement).all()


def _kept(session: Session, version_id: int) -> Signature | None:
    kept = session.get(TextSignature, version_id)
    if kept is None or kept.algorithm != likeness.ALGORITHM:
        return None
    return Signature(kept.digest, _unpack(kept.marks), kept.words)


def _removed(one: _Near) -> bool:
    return one.state == "removed"


_MARKS: sa.BindParameter[list[int]] = sa.bindparam("marks", expanding=True)
_SHARED = (
    select(col(TextMark.version_id), func.count().label("shared"))
    .where(col(TextMark.mark).in_(_MARKS), col(TextMark.version_id) != sa.bindparam("mine"))
    .group_by(col(TextMark.version_id))
    .order_by(func.count().desc(), col(TextMark.version_id))
    .limit(MOST)
    .subquery()
)
_NEAR = (
    sa.select(
        col(Version.id), col(Version.document_id), col(Version.state),
        col(TextSignature.digest), col(TextSignature.marks), col(TextSignature.words),
    )
    .select_from(_SHARED)
    .join(TextSignature, col(TextSignature.version_id) == _SHARED.c.version_id)
    .join(Version, col(Version.id) == _SHARED.c.version_id)
    .where(col(TextSignature.algorithm) == likeness.ALGORITHM)
    .order_by(_SHARED.c.shared.desc(), col(Version.id))
)  # fmt: skip
_FULL = (
    sa.select(col(TextMark.mark))
    .where(col(TextMark.mark).in_(_MARKS))
    .group_by(col(TextMark.mark))
    .having(func.count() >= sa.bindparam("common"))
)


def _near(session: Session, version_id: int, marks: Sequence[int]) -> list[_Near]:
    rows = session.execute(_NEAR, {"marks": marks, "mine": version_id})
    return [
        _Near(other, document_id, state, Signature(digest, _unpack(packed), words))
        for other, document_id, state, digest, packed, words in rows
    ]


def _telling(session: Session, marks: Iterable[int]) -> list[int]:
    """The marks that are not those of very many versions already."""
    full = set(session.execute(_FULL, {"marks": list(marks), "common": COMMON}).scalars())
    return [mark for mark in marks if mark not in full]


def _pack(marks: Iterable[int]) -> bytes:
    numbers = tuple(marks)
    return struct.pack(f">{len(numbers)}I", *numbers)


def _unpack(marks: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(marks) // 4}I", marks)
