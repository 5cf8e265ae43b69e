"""Which file of a version may be shown, read only (rule 6)."""

from pydantic import BaseModel
from sqlmodel import Session, col, select

from store.models import Document, Publication, Version
from store.views import SHOWN, SHOWN_VERSIONS, not_withdrawn


class FileView(BaseModel):
    """The bytes of a version that may be shown."""

    sha256: str
    size: int
    media_type: str
    name: str
    publication: int


def file_view(session: Session, version_id: int) -> FileView | None:
    """The version's file, when it may be shown; None for hidden, removed and unknown ones alike."""
    row = session.exec(
        select(Version, Document, Publication)
        .join(Document, col(Document.id) == col(Version.document_id))
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .where(
            Version.id == version_id,
            col(Version.state).in_(SHOWN_VERSIONS),
            col(Publication.status).in_(SHOWN),
            not_withdrawn(),
        )
    ).first()
    if row is None:
        return None
    version, document, publication = row
    return FileView(
        sha256=version.sha256,
        size=version.size,
        media_type=version.media_type or document.media_type,
        name=version.file_name or f"{document.role}-{version.id}",
        publication=publication.id or 0,
    )
