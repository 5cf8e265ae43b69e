"""Topics: saved searches, tried before they are kept, and their Atom feeds."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from alerts.feeds import topic_feed
from store import topics
from store.database import reading
from store.models import Topic
from store.topics import TopicError
from web.context import Context, Here, Who
from web.deciding import deciding, record
from web.forms import gathered
from web.paging import PageNumber, paged
from web.templating import page, see_other
from web.words import upper_first

router = APIRouter(prefix="/topics", include_in_schema=False)
LONGEST_QUERY = 2000


@router.get("")
def topic_list(
    request: Request,
    here: Here,
    query: Annotated[str | None, Query(max_length=LONGEST_QUERY)] = None,
    number: PageNumber = 1,
) -> HTMLResponse:
    """With `query`: what a topic of it would have brought, before it is kept."""
    return _list(request, here, query, number)


def _list(request: Request, here: Context, query: str | None, number: int = 1, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        found, used = topics.all_topics(session), topics.used(session)
        tried = topics.try_query(session, query, now=here.now()) if query is not None else None
    values = {"topics": paged(found, number), "used": used, "query": query, "tried": tried, **more}
    return page(request, "topics.html", values)


@router.post("")
def add(
    request: Request,
    here: Here,
    visitor: Who,
    name: Annotated[str, Form(max_length=100)] = "",
    query: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",
) -> Response:
    try:
        with deciding(here) as session:
            topic = topics.add(session, name, query, now=here.now())
            record(session, here, visitor, "topic added", topic.name, query=query)
    except TopicError as error:
        return _list(request, here, query, errors={"name": upper_first(str(error))}, name=name)
    return see_other("/topics", "topic-added")


@router.post("/{slug}/remove")
def remove(request: Request, here: Here, visitor: Who, slug: str) -> Response:
    errors: dict[str, str] = {}
    with deciding(here) as session, gathered(errors, "", TopicError):
        topic = topics.remove(session, _there(session, slug))
        before, after = {"query": topic.query, "kept": "yes"}, {"query": topic.query, "kept": "no"}
        record(session, here, visitor, "topic removed", topic.name, before=before, **after)
    if errors:
        return _list(request, here, None, errors=errors)
    return see_other("/topics", "topic-removed")


@router.get("/{slug}.atom")
def feed(here: Here, slug: str) -> Response:
    with reading(here.engine) as session:
        topic = _there(session, slug)
        text = topic_feed(session, here.settings, topic, now=here.now())
    return Response(text, media_type="application/atom+xml; charset=utf-8")


def _there(session: Session, slug: str) -> Topic:
    try:
        return topics.get(session, slug)
    except TopicError as error:
        raise HTTPException(404, "There is no such topic.") from error
