"""Questions: what a witness lists for an area and the area's own source does not show."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from store import people, recall, sources
from store.database import reading
from store.recall import Answer
from web.context import Context, Here, Who
from web.deciding import NONE, deciding
from web.ids import RowId
from web.templating import page, see_other

router = APIRouter(prefix="/questions", include_in_schema=False)
AT_ONCE = 30
ANSWERS = {
    Answer.MISSING: "It is missing: it ought to be read there",
    Answer.ELSEWHERE: "It is elsewhere: the publisher has it on another page",
    Answer.NOT_THEIRS: "It is not theirs",
}


@router.get("")
def question_list(request: Request, here: Here) -> HTMLResponse:
    return _list(request, here)


def _list(request: Request, here: Context, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        found = recall.all_questions(session)
        answered = recall.answers(session)
        names = dict(sources.publisher_names(session))
    values = {
        "questions": found[:AT_ONCE],
        "count": len(found),
        "answered": answered,
        "names": names,
        "answers": [(one.value, text) for one, text in ANSWERS.items()],
        "words": {one.value: text for one, text in ANSWERS.items()},
    }
    return page(request, "questions.html", values | more)


@router.post("/{entry_id}")
def answer(
    request: Request,
    here: Here,
    visitor: Who,
    entry_id: RowId,
    answer: Annotated[str, Form(max_length=20)] = "",
    note: Annotated[str, Form(max_length=recall.LONGEST_NOTE)] = "",
) -> Response:
    if answer not in ANSWERS:
        return _list(request, here, errors={f"answer-{entry_id}": "Choose an answer"}, entry=entry_id, note=note)
    now = here.now()
    with deciding(here) as session:
        question = recall.answer(session, entry_id, answer, note.strip(), by=visitor.email, now=now)
        told = {"answer": answer, "note": note.strip(), "listed by": question.witness}
        target = f"{question.publisher}, publication {question.publication}"
        people.record(session, visitor.email, "question answered", target, now=now, before={"answer": NONE}, after=told)
    return see_other("/questions", "answered")
