"""A publication's page: what it is, where it stands, its documents, its history, why we think it is one."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from config.themes import vocabulary
from store import lines, views
from store.database import reading
from web.context import Here
from web.templating import page, see_other

router = APIRouter(include_in_schema=False)
LARGEST_ID = 2**31 - 1


@router.get("/publications/{publication_id}")
def publication_page(request: Request, here: Here, publication_id: int) -> Response:
    if not 0 < publication_id <= LARGEST_ID:
        raise HTTPException(404)
    with reading(here.engine) as session:
        found = views.publication_view(session, publication_id)
        went = lines.where_it_went(session, publication_id) if found and found.status == "joined" else None
    if went:
        return see_other(f"/publications/{went}")
    if found is None or found.status == "joined":
        raise HTTPException(404)
    if not found.shown:
        return page(request, "publication_hidden.html", {"publication": found})
    names = {theme.slug: theme.name for theme in vocabulary().themes}
    return page(request, "publication.html", {"publication": found, "theme_names": names})
