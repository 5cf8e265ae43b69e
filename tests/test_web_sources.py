"""The desk for sources: a source's page, its history and saved pages, changing it, rewinding, and what is held."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from alerts.words import TROUBLES
from reviewwatch.tasks import crawl_and_work
from store import people, sources
from store.database import engine_for, reading, writing
from store.models import CrawlRun, Decision, Entry, Incident, Publication, Publisher, Source
from store.reading import IncidentKind
from tests.conftest import NOW
from tests.loopback import Page
from tests.test_flow_held import FIRST, MANY, Watched, watching
from tests.web_archive import ADMINISTRATOR, NASTY, serving, sign_in, token_in
from web.words import EXPECTED

NAME = "exampleshire-reviews"
EMPTY = Page("<html><body><main><h1>Reviews</h1><p>Welcome.</p></main></body></html>")


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def watched(engine: Engine, tmp_path: Path) -> Iterator[Watched]:
    with watching(engine, tmp_path) as made:
        yield made


@pytest.fixture
def client(engine: Engine, watched: Watched) -> Iterator[TestClient]:
    settings = watched.work.settings.model_copy(update={"base_url": "http://archive.test"})
    with writing(engine) as session:
        people.add_user(session, ADMINISTRATOR, "administrator", now=NOW)
    with serving(engine, settings, NOW + timedelta(days=3)) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


@pytest.fixture
def session(engine: Engine, client: TestClient) -> Iterator[Session]:
    with reading(engine) as session:
        yield session


def send(client: TestClient, path: str, **form: str) -> tuple[int, str]:
    token = token_in(client.get("/account").text)
    answer = client.post(path, data={"form_token": token, **form})
    return answer.status_code, answer.headers.get("location", "").partition("?")[0] or answer.text


def edit(client: TestClient, watched: Watched, do: str, **form: str) -> tuple[int, str]:
    kept = {"url": f"{watched.site.url}/reviews", "role": "publisher", "every": "1 day"}
    return send(client, f"/sources/{NAME}/edit", do=do, **(kept | form))


def decisions(session: Session) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    session.rollback()  # what has been written meanwhile
    return [(one.what, one.before, one.after) for one in session.exec(select(Decision))]


def test_how_a_source_is(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    watched.read((*FIRST, "Robin"))
    text = client.get(f"/sources/{NAME}").text
    for said in ("Healthy", "A page that lists reviews", "Read every", "Last good reading", "4 entries, 1 new"):
        assert said in text, said
    assert "nothing yet to compare with" in text
    assert f'href="/sources/{NAME}/edit"' in text


def test_its_readings_are_kept_page_by_page(client: TestClient, watched: Watched, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(120):
            session.add(CrawlRun(source_id=1, started_at=NOW, outcome="ok", detail=f"reading {number}."))
    first = client.get(f"/sources/{NAME}/readings").text
    assert "reading 119." in first
    assert "reading 69." not in first
    older = client.get(f"/sources/{NAME}/readings", params={"before": 71}).text
    assert "reading 69." in older
    assert "reading 19." not in older
    assert 'href="/sources/exampleshire-reviews/readings?before=71"' in first
    assert client.get("/sources/nothing/readings").status_code == 404


def test_saved_pages_are_text_and_never_run(client: TestClient, watched: Watched) -> None:
    watched.site.pages["/reviews"] = Page(
        f"<main><h1>Reviews</h1><a href='/w.pdf'>Child Wren: review</a>{NASTY}</main>"
    )
    crawl_and_work(watched.work, [NAME])
    pages = client.get(f"/sources/{NAME}/pages").text
    assert f'href="/sources/{NAME}/pages/1"' in pages
    text = client.get(f"/sources/{NAME}/pages/1").text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    file = client.get(f"/sources/{NAME}/pages/1/file")
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert "<script>alert(1)" in file.text
    for path in ("pages/2", "pages/0", "pages/x", "pages/2/file"):
        assert client.get(f"/sources/{NAME}/{path}").status_code in (404, 422), path


def test_a_long_page_is_shown_in_parts(client: TestClient, watched: Watched) -> None:
    body = f"<main><h1>Reviews</h1><a href='/w.pdf'>Child Wren: review</a><p>{'quiet words ' * 9000}</p>the end</main>"
    watched.site.pages["/reviews"] = Page(body)
    crawl_and_work(watched.work, [NAME])
    first = client.get(f"/sources/{NAME}/pages/1")
    assert "Part 1 of 3" in first.text
    assert len(first.content) < 200_000
    assert "the end" in client.get(f"/sources/{NAME}/pages/1", params={"part": 9}).text


def test_rewinding_from_the_browser(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    watched.read((*FIRST, "Robin"))
    assert "Pages of 2 moments are saved" in client.get(f"/sources/{NAME}/rewind").text
    asked = len(watched.site.log)
    status, text = send(client, f"/sources/{NAME}/rewind")
    assert (status, len(watched.site.log)) == (200, asked), "nothing is asked of the site"
    assert "Child Robin: practice review report" in text
    assert "Reported then: 1 new" in text
    assert text.index("4 March 2026") < text.index("3 March 2026"), "the newest first"


def test_other_options_are_tried_on_the_saved_pages(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.read((*FIRST, "Robin"))
    status, text = edit(client, watched, "rewind", **{"option.exclude": "Robin"})
    assert (status, "Child Robin" in text) == (200, False)
    assert session.exec(select(Source.options)).one() == {}


def test_a_change_is_tested_before_it_is_kept(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.site.pages["/reviews"] = watched.site.pages["/reviews"]
    status, text = edit(client, watched, "test", **{"option.exclude": "Wren"})
    assert status == 200
    assert "2 known entries would be found again" in text
    assert "Would not be found any more: 1" in text
    assert "Child Wren: practice review report" in text
    assert "2 entries with 2 documents" in text
    assert session.exec(select(Source.options)).one() == {}, "nothing is kept"
    assert len(session.exec(select(CrawlRun)).all()) == 1, "nothing is stored"
    assert decisions(session) == []


def test_many_that_would_be_found_are_said_to_be_held(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    watched.read(MANY)
    status, text = edit(client, watched, "test", **{"option.exclude": "Wren"})
    assert (status, "Would be held for you to look at: 6" in text) == (200, True)
    assert "Would not be found any more: 1" in text


def test_a_change_is_kept_and_written_down(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    page = client.get(f"/sources/{NAME}/edit").text
    assert f'value="{watched.site.url}/reviews"' in page
    changed = {"every": "6 hours", "note": "Looked at in March.", "option.exclude": "Wren\nLinnet"}
    assert edit(client, watched, "save", **changed) == (303, f"/sources/{NAME}")
    source = sources.by_name(session, NAME)
    assert (source.every, source.note, source.options) == (
        "6 hours", "Looked at in March.", {"exclude": ["Wren", "Linnet"]},
    )  # fmt: skip
    assert source.due_at == NOW + timedelta(days=3), "it is read at once"
    before, after = {"every": "1 day", "options": {}, "note": None}, {"every": "6 hours", "note": "Looked at in March."}
    ((what, old, new),) = decisions(session)
    assert (what, old, new) == ("source changed", before, after | {"options": {"exclude": ["Wren", "Linnet"]}})
    again = client.get(f"/sources/{NAME}/edit").text
    assert "Wren\nLinnet</textarea>" in again
    assert "Exclude" in client.get(f"/sources/{NAME}").text
    shown = client.get("/audit").text
    assert "before, every: 1 day" in shown
    edit(client, watched, "save", **changed)
    assert len(decisions(session)) == 1, "what is as it was is no change"


def test_what_a_change_leaves_out_is_no_withdrawal(client: TestClient, watched: Watched, session: Session) -> None:
    """And what comes back with the next change is the same entry, not a new one."""
    watched.read(FIRST)
    edit(client, watched, "save", **{"option.exclude": "Wren"})
    for _ in range(2):
        watched.day += 3
        watched.read(FIRST)
    assert watched.gone() == {"Child Wren: practice review report"}
    assert sorted(session.exec(select(Publication.status))) == ["listed", "listed", "unlisted"]
    assert watched.news() == []
    edit(client, watched, "save")
    watched.day += 3
    watched.read(FIRST)
    session.rollback()
    assert set(session.exec(select(Publication.status))) == {"listed"}
    assert watched.news() == []


def test_what_goes_by_itself_is_still_suspected(watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.read(FIRST[1:])
    assert sorted(session.exec(select(Publication.status))) == ["listed", "listed", "suspected"]


def test_what_a_change_finds_can_be_archived_quietly(client: TestClient, watched: Watched, session: Session) -> None:
    edit(client, watched, "save", **{"option.include": "Wren|Osprey|Linnet"})
    watched.read(MANY)
    assert len(session.exec(select(Entry)).all()) == 3
    edit(client, watched, "save", quiet="yes")
    watched.day += 3
    assert watched.read(MANY).new == 6
    assert watched.news() == []
    assert watched.open() == []
    watched.read((*MANY, "Wagtail"))
    assert len(watched.news()) == 1, "the reading after it is an ordinary one"
    assert decisions(session)[-1][2]["what is new"] == "archived without announcing it"


@pytest.mark.parametrize(
    ("wrong", "said", "at"),
    [
        ({"url": "example.org/reviews"}, "paste the whole address", "url"),
        ({"url": ""}, "The address is empty", "url"),
        ({"url": "https://taken.example/reviews"}, "is watched already", "url"),
        ({"every": "sometimes"}, "write a number", "every"),
        ({"option.exclude": "("}, "Plain words will do", "option.exclude"),
        ({"option.main": "<<"}, "such as main", "option.main"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: TestClient, watched: Watched, engine: Engine, wrong: dict[str, str], said: str, at: str
) -> None:
    with writing(engine) as session:
        url = "https://taken.example/reviews"
        session.add(Source(name="taken", publisher_id="exampleshire", kind="listing", url=url))
    status, text = edit(client, watched, "save", **wrong)
    assert (status, said in text, f'href="#{at}"' in text, f'id="{at}-error"' in text) == (422, True, True, True)


def test_an_address_that_cannot_be_read_is_said(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    status, text = edit(client, watched, "test", url=f"{watched.site.url}/nothing")
    assert (status, "answered 404" in text) == (200, True)


def test_enabling_reading_and_disabling_are_written_down(
    client: TestClient, watched: Watched, session: Session
) -> None:
    for do in ("disable", "enable", "read"):
        assert send(client, f"/sources/{NAME}/{do}") == (303, f"/sources/{NAME}")
    assert decisions(session) == [
        ("source disabled", {"enabled": True}, {"enabled": False}),
        ("source enabled", {"enabled": False}, {"enabled": True}),
        ("reading asked for", {"due at": "2026-03-05T09:00:00Z"}, {"due at": "2026-03-05T09:00:00Z"}),
    ]
    send(client, f"/sources/{NAME}/disable")
    assert send(client, f"/sources/{NAME}/read")[0] == 409, "a page from before it was disabled"
    send(client, f"/sources/{NAME}/enable")
    assert sources.by_name(session, NAME).due_at == NOW + timedelta(days=3)


def test_a_held_reading_is_announced_once(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.read(MANY)
    text = client.get("/held").text
    assert "Would be announced as new: 6" in text
    assert "3 entries are known" in text
    assert "6 new entries at once" in text
    assert 'href="/incidents/1/page"' in text
    assert "1 held reading" in client.get("/desk").text
    assert "Its last reading is held" in client.get(f"/sources/{NAME}").text
    assert send(client, f"/held/{NAME}/announce") == (303, "/held")
    assert "No reading is held" in client.get("/held").text
    assert "is taken as it is" in client.get(f"/sources/{NAME}").text
    assert send(client, f"/held/{NAME}/announce")[0] == 409
    watched.day += 3
    assert watched.read(MANY).new == 6
    assert len(watched.news()) == 6
    watched.read(MANY)
    assert len(watched.news()) == 6
    what, before, after = decisions(session)[0]
    assert (what, before["held"], before["next reading"]) == ("held reading: announced", 6, "is judged as always")
    assert after == {"held": 0, "why": "none", "next reading": "is taken as it is"}


def test_a_held_reading_is_thrown_away(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.read(MANY)
    assert send(client, f"/held/{NAME}/discard") == (303, "/held")
    assert "No reading is held" in client.get("/held").text
    assert "The reading was thrown away." in client.get(f"/sources/{NAME}").text
    assert send(client, f"/held/{NAME}/discard")[0] == 409
    assert decisions(session)[0][0] == "held reading: thrown away"
    watched.day += 3
    assert watched.read(MANY).outcome == "held"


def test_a_held_reading_is_archived_without_announcing(client: TestClient, watched: Watched, session: Session) -> None:
    watched.read(FIRST)
    watched.read(MANY)
    assert send(client, f"/held/{NAME}/archive")[0] == 303
    watched.day += 3
    assert watched.read(MANY).new == 6
    assert watched.news() == []
    assert len(session.exec(select(Publication)).all()) == 9
    assert decisions(session)[0][0] == "held reading: archived without announcing"


def test_a_rebuilt_site_is_shown_as_known_at_new_addresses(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    watched.read(FIRST, folder="documents")
    text = client.get("/held").text
    assert "Known, at a new address: 3" in text
    assert "Would be announced" not in text


def test_an_incident_shows_what_was_expected_and_what_came(client: TestClient, watched: Watched) -> None:
    watched.read(FIRST)
    watched.site.pages["/reviews"] = Page(f"<title>Page not found</title><main><h1>Page not found</h1>{NASTY}</main>")
    crawl_and_work(watched.work, [NAME])
    text = client.get("/incidents").text
    assert "The page with its list" in text
    assert "Page not found" in text
    assert 'href="/incidents/1/page"' in text
    shown = client.get("/incidents/1/page").text
    assert "&lt;title&gt;Page not found" in shown
    assert "<script>alert" not in shown
    assert client.get("/incidents/1/file").headers["content-type"].startswith("text/plain")
    assert client.get("/incidents/2/page").status_code == 404
    assert "No incident has been resolved yet" in client.get("/incidents?state=resolved").text
    assert send(client, "/incidents/1/resolve")[0] == 303
    assert "No incident is open" in client.get("/incidents").text
    assert ADMINISTRATOR in client.get("/incidents?state=resolved").text


def test_every_kind_of_incident_is_said_in_words(client: TestClient, watched: Watched, engine: Engine) -> None:
    with writing(engine) as session:
        for kind in IncidentKind:
            session.add(
                Incident(source_id=1, kind=kind.value, opened_at=NOW, last_seen_at=NOW, evidence=f"Came: {kind.value}.")
            )
    for text in (client.get("/incidents").text, client.get(f"/sources/{NAME}").text):
        assert text.count("Expected") == text.count("What came") >= 5
    assert set(TROUBLES) == set(EXPECTED) == set(IncidentKind)


def test_incidents_are_listed_page_by_page(client: TestClient, watched: Watched, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(40):
            session.add(
                Incident(source_id=1, kind="slow", opened_at=NOW, last_seen_at=NOW, evidence=f"Case {number}.",
                         resolved_at=NOW, resolved_by="x")
            )  # fmt: skip
    first = client.get("/incidents?state=resolved").text
    assert "Case 39." in first
    assert "Case 9." not in first
    assert "state=resolved&amp;before=11" in first
    assert "Case 9." in client.get("/incidents?state=resolved&before=11").text


def test_a_question_is_asked_once(client: TestClient, watched: Watched, engine: Engine, session: Session) -> None:
    watched.read(FIRST)
    entry = _listed_by_a_witness(engine)
    assert "shows 0 of 1" in client.get(f"/sources/{NAME}").text
    assert "Shows 0 of 1 that others list" in client.get("/sources").text
    assert "Open questions" in client.get(f"/sources/{NAME}").text
    assert "1 question about what others list" in client.get("/desk").text
    text = client.get("/questions").text
    assert "Listed by collection since 3 March 2026" in text
    assert [send(client, f"/questions/{entry}", answer=wrong)[0] for wrong in ("", "perhaps")] == [422, 422]
    assert send(client, "/questions/999", answer="missing")[0] == 404
    note = f"On their learning page {NASTY}"
    assert send(client, f"/questions/{entry}", answer="elsewhere", note=note) == (303, "/questions")
    assert send(client, f"/questions/{entry}", answer="elsewhere")[0] == 409
    text = client.get("/questions").text
    assert "No question is open" in text
    assert "the publisher has it on another page" in text
    assert "<script>alert" not in text
    assert "Open questions" not in client.get(f"/sources/{NAME}").text
    ((what, _, after),) = decisions(session)
    assert (what, after["answer"]) == ("question answered", "elsewhere")


def _listed_by_a_witness(engine: Engine) -> int:
    with writing(engine) as session:
        at = NOW + timedelta(days=1)
        session.add(Publisher(id="collection", name="Collection", short="Collection", kind="charity"))
        session.flush()
        witness = Source(
            name="collection", publisher_id="collection", kind="listing", url="https://c.example/", role="witness"
        )
        row = Publication(title=f"Child Dove {NASTY}", kind="local_review", first_seen=at)
        session.add_all([witness, row])
        session.flush()
        entry = Entry(
            source_id=witness.id or 0, key="dove", url="javascript:alert(1)", canonical="dove", heading=row.title,
            kind="local_review", first_seen=at, last_seen=at, publication_id=row.id, area_publisher_id="exampleshire",
        )  # fmt: skip
        session.add(entry)
        session.flush()
        return entry.id or 0


def test_the_page_for_publishers_is_open_to_all(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get("/for-publishers")
    assert answer.status_code == 200
    assert "reviewwatch/0.1 (+http://archive.test/for-publishers; tests@example.org)" in answer.text
    assert "User-agent: reviewwatch" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
