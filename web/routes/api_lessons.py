"""The JSON API's lessons: what documents recommend, and what the national collection's entries say of them."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Security
from pydantic import BaseModel

from store import label_rows, lesson_search, traits
from store.database import reading
from web.context import Here
from web.ids import LARGEST_ID
from web.routes.api import PROBLEMS, TOKEN

router = APIRouter(prefix="/api/v1", dependencies=[Security(TOKEN)], responses=PROBLEMS)
LESSON_PLACE = r"^\d{1,9}\.\d{1,6}$"
_Text = Annotated[str, Query(max_length=300)]


class AgeRecord(BaseModel):
    """Age bands of the children that a review is about; page `page` of the version `version` states them."""

    bands: list[str]
    version: int
    role: str
    page: int


class LessonRecord(BaseModel):
    """A quotation from page `page` of the version `version`, as printed; `number` is empty where none is printed.

    The same words in two documents of one publication are told once, of the one that counts first.
    `agencies` are those that its words name; `age` is its publication's.
    """

    publication: int
    title: str
    publisher: str
    published: date | None
    precision: str
    version: int
    role: str
    kind: str
    number: str
    page: int
    text: str
    themes: list[str]
    agencies: list[str]
    age: AgeRecord | None = None


class LabelRecord(BaseModel):
    """What the entry at `url` says under its label: the publisher's of the entry, never a document's words."""

    publication: int
    title: str
    entry: int
    publisher: str
    url: str
    label: str
    text: str
    themes: list[str]
    agencies: list[str]


class LabelPage(BaseModel):
    items: list[LabelRecord]
    next_after: int
    """What to send as `after` for those that follow."""


class LessonPage(BaseModel):
    items: list[LessonRecord]
    next_after: str
    """What to send as `after` for those that follow."""


@router.get("/lessons")
def lessons(
    here: Here,
    q: Annotated[str, Query(max_length=300, description="All of these words stand in it")] = "",
    theme: Annotated[str, Query(max_length=300)] = "",
    kind: Literal["", "recommendation", "learning"] = "",
    since: Annotated[date | None, Query(description="Published on that day or later")] = None,
    until: Annotated[date | None, Query(description="Published on that day or earlier")] = None,
    agency: Annotated[str, Query(max_length=300, description="A slug that its words name")] = "",
    age: Annotated[str, Query(max_length=40, description="An age band of its publication")] = "",
    area: Annotated[str, Query(max_length=300, description="A place or a publisher of its publication")] = "",
    region: Annotated[str, Query(max_length=300, description="A region of its publication")] = "",
    topic: Annotated[str, Query(max_length=300, description="The slug of a topic that has its publication")] = "",
    after: Annotated[str, Query(pattern=LESSON_PLACE, description="The place of the last one you have")] = "0.0",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LessonPage:
    """Recommendations and learning points, quoted with their page. Repeat with `next_after` until nothing comes."""
    version, _, position = after.partition(".")
    wanted = lesson_search.Wanted(q, theme, kind, agency, age, area, region, topic, since, until)
    with reading(here.engine) as session:
        found = lesson_search.listed(session, wanted, after=(int(version), int(position)), limit=limit)
        ages = traits.ages_of(session, {one.publication for one in found})
    items = [LessonRecord.model_validate(one, from_attributes=True) for one in found]
    for item in items:
        if stated := ages.get(item.publication):
            item.age = AgeRecord.model_validate(stated, from_attributes=True)
    return LessonPage(items=items, next_after=f"{found[-1].version}.{found[-1].position}" if found else after)


@router.get("/labels")
def labels(
    here: Here,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="The entry of the last one you have")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Entries, each with its labels")] = 100,
) -> LabelPage:
    """Lessons in the words of the national collection's entries. Repeat with `next_after` until nothing comes."""
    with reading(here.engine) as session:
        found = label_rows.listed(session, after=after, limit=limit)
    items = [LabelRecord.model_validate(one, from_attributes=True) for one in found]
    return LabelPage(items=items, next_after=found[-1].entry if found else after)
