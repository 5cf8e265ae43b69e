"""The web app: pages for staff and administrators, feeds, the JSON API."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from config.settings import Settings
from store.files import Files
from web import errors
from web.access import guard
from web.assets import STATIC, Assets
from web.context import Context
from web.headers import SecurityHeaders
from web.routes import (
    account,
    adding,
    api,
    api_lessons,
    channels,
    desk,
    digests,
    documents,
    editing,
    for_publishers,
    held,
    incidents,
    lessons,
    matches,
    my_digests,
    operations,
    provider,
    publications,
    questions,
    retention,
    saved_pages,
    search,
    settings,
    sources,
    subscriptions,
    topics,
    trends,
    users,
    withdrawals,
)
from web.templating import environment
from web.tidying import Tidying

LARGEST_BODY = 256 * 1024
PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream")
"""Not compressed on the way: documents are, within."""
ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    adding.router,  # before the sources: "new" is no source's name
    api.router,
    api_lessons.router,
    channels.router,
    desk.router,
    digests.router,
    documents.router,
    editing.router,
    for_publishers.router,
    held.router,
    incidents.router,
    lessons.router,
    matches.router,
    my_digests.router,
    operations.router,
    provider.router,
    publications.router,
    questions.router,
    retention.router,
    saved_pages.router,
    search.router,
    settings.router,
    sources.router,
    subscriptions.router,
    topics.router,
    trends.router,
    users.router,
    withdrawals.router,
)


def now_utc() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, engine: Engine, now: Callable[[], datetime] = now_utc) -> FastAPI:
    """The ASGI application. The database must be migrated. `now` gives the moment to act as of."""
    app = FastAPI(
        title="reviewwatch",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # served by web.routes.api, so that it too needs a signed-in user
        dependencies=[Depends(guard)],
        max_body_size=LARGEST_BODY,
    )
    app.state.context = Context(settings, engine, Files(settings.files), environment(settings), now)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", Assets(directory=STATIC, follow_symlink=False))
    errors.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, exclude_content_types=PACKED)
    app.add_middleware(SecurityHeaders, https=settings.public_url.startswith("https:"))
    app.add_middleware(Tidying)
    return app
