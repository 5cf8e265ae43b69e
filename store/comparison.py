"""What differs between two versions of a document, page by page and word by word. For administrators only (rule 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein
from sqlmodel import Session, col, select

from store.models import Document, PageText, Version, Withdrawal
from store.sources import UnknownName

AROUND = 6
"""Words shown before and after a difference."""


@dataclass(frozen=True)
class Difference:
    """One place that differs. `page` is the older version's, from 1; `lost` or `added` may be empty."""

    page: int
    before: str
    lost: str
    added: str
    after: str


@dataclass(frozen=True)
class Compared:
    """A withdrawal's two versions. `held` false: the older text is removed, and there is nothing to compare."""

    id: int
    publication: int
    reason: str
    url: str
    old_pages: int | None
    new_pages: int | None
    held: bool
    differences: list[Difference]


def of_withdrawal(session: Session, withdrawal_id: int) -> Compared:
    """Raises UnknownName. Without a newer version all that differs is that it is gone: there are no differences."""
    row = session.get(Withdrawal, withdrawal_id)
    if row is None:
        raise UnknownName(f"there is no withdrawal {withdrawal_id}; `reviewwatch withdrawals list` shows all")
    document = session.get(Document, row.document_id) if row.document_id else None
    old, new = (session.get(Version, one) if one else None for one in (row.old_version_id, row.new_version_id))
    pages, newer = (_pages(session, one) for one in (old, new))
    return Compared(
        id=withdrawal_id,
        publication=row.publication_id,
        reason=row.reason,
        url=document.url if document else "",
        old_pages=old.pages if old else None,
        new_pages=new.pages if new else None,
        held=bool(pages),
        differences=list(differences(pages, newer)) if pages and newer else [],
    )


def _pages(session: Session, version: Version | None) -> Sequence[str]:
    if version is None:
        return []
    statement = select(PageText.text).where(PageText.version_id == version.id).order_by(col(PageText.number))
    return session.exec(statement).all()


def differences(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Words are compared across pages, so that a text that only runs on to the next page has not changed."""
    before = [(number, word) for number, page in enumerate(old, start=1) for word in page.split()]
    mine, theirs = [word for _, word in before], [word for page in new for word in page.split()]
    for equal, codes in groupby(Levenshtein.opcodes(mine, theirs), key=lambda code: code.tag == "equal"):
        if equal:
            continue
        first, *rest = codes
        last = rest[-1] if rest else first
        start, end, from_, to = first.src_start, last.src_end, first.dest_start, last.dest_end
        place = before[min(start, len(before) - 1)][0] if before else 1
        yield Difference(
            page=place,
            before=" ".join(mine[max(0, start - AROUND) : start]),
            lost=" ".join(mine[start:end]),
            added=" ".join(theirs[from_:to]),
            after=" ".join(mine[end : end + AROUND]),
        )
