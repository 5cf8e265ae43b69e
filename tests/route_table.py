"""All routes of the app with addresses that exist in the archive of `tests.furnished`: so no page is forgotten."""

import re
from collections.abc import Mapping

from fastapi.routing import APIRoute

from web.app import ROUTERS

SAMPLES = {
    "publication_id": "1",
    "version_id": "1",
    "number": "1",
    "slug": "x",
    "name": "exampleshire-reviews",
    "token": "x",
    "form": "csv",
    "decision": "keep",
}


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def address(path: str, samples: Mapping[str, str] = SAMPLES) -> str:
    """The route's address with a sample for each of its parameters; 1 for those without one."""
    return re.sub(r"\{(\w+)\}", lambda name: samples.get(name[1], "1"), path)


def paths(method: str) -> list[str]:
    """The routes' own paths, each once."""
    return sorted({route.path for route in routes() if method in (route.methods or ())})
