"""Lessons of all publications: each filter, groups, order, and each once a publication."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from store import lesson_rows, lesson_search, renewal, topics, traits
from store.database import reading, writing
from store.files import Files
from store.lesson_search import Wanted
from store.models import Document, PageText, Publication, Publisher, Traits, Version
from store.query import parse
from store.search import search
from tests.web_archive import fill

PAGES = {
    "neglect": [
        "Recommendation 1: Schools should ask about neglect twice.\n"
        "Recommendation 2: The police should show professional curiosity about every home.\n"
        "Key learning\n• Professional judgement needs curiosity and time, said the GP."
    ],
    "nasty": ["Recommendation 1: Police and schools should meet each month."],
    "suspected": ["Recommendation 1: Police should hide this one from everybody."],
}


@pytest.fixture
def ids(engine: Engine, tmp_path: Path, now: datetime) -> dict[str, int]:
    """One of February 2026 in the north about a baby, one of 2023 at a place without a region about nobody's age."""
    ids = fill(engine, Files((tmp_path / "files").as_uri()), tmp_path, now=now)
    with writing(engine) as session:
        session.get_one(PageText, (ids["neglect version"], 2)).text = "Child T, aged 7 weeks, was seen once."
        session.get_one(Publisher, "exampleshire").region = "North East"
        other = session.get_one(Publication, ids["nasty"])
        other.published, other.publisher_id, other.area = date(2023, 12, 31), "collection", "Otherton"
        for name, pages in PAGES.items():
            lesson_rows.keep(session, ids[f"{name} version"], pages)
        for key in ("neglect", "nasty", "suspected"):
            traits.keep(session, session.get_one(Publication, ids[key]))
        topics.add(session, "Small places", "area:Otherton", now=now)
    return ids


def found(engine: Engine, **wanted: object) -> list[tuple[str, str]]:
    """Kind and number of each, as the page and as the API list them."""
    asked = Wanted(**wanted)  # type: ignore[arg-type]  # named by the tests
    with reading(engine) as session:
        page = lesson_search.search(session, asked, limit=100)
        listed = lesson_search.listed(session, asked)
    assert page.total == len(page.lessons) == len(listed)
    assert {one.text for one in page.lessons} == {one.text for one in listed}
    return [(str(one.publication), one.number) for one in page.lessons]


def test_each_filter_alone(engine: Engine, ids: dict[str, int]) -> None:
    neglect, other = str(ids["neglect"]), str(ids["nasty"])
    first, second, learning, late = (neglect, "1"), (neglect, "2"), (neglect, ""), (other, "1")
    assert found(engine) == [first, second, learning, late], "the newest publication first, each as printed"
    assert found(engine, words="professional curiosity") == [second, learning]
    assert found(engine, words='"professional  curiosity"') == [second]
    assert found(engine, words="“Professional curiosity” home") == [second]
    assert found(engine, agency="police") == [second, late]
    assert found(engine, agency="education") == [first, late]
    assert found(engine, age="under-1") == [first, second, learning]
    assert found(engine, age="11-15") == []
    assert found(engine, age="nonsense") == []
    assert found(engine, area="otherton") == [late]
    assert found(engine, area="Exampleshire Safeguarding Children Partnership") == [first, second, learning]
    assert found(engine, region="North East") == [first, second, learning]
    assert found(engine, region="South West") == []
    assert found(engine, topic="small-places") == [late]
    assert found(engine, topic="no-such-topic") == []
    assert found(engine, since=date(2024, 1, 1)) == [first, second, learning]
    assert found(engine, until=date(2023, 12, 31)) == [late]
    assert found(engine, until=date(2023, 12, 30)) == []
    assert found(engine, until=date.max, since=date.min) == [first, second, learning, late]


def test_filters_together(engine: Engine, ids: dict[str, int]) -> None:
    neglect = str(ids["neglect"])
    assert found(engine, agency="police", age="under-1", kind="recommendation") == [(neglect, "2")]
    assert found(engine, agency="general-practice", kind="recommendation") == []


def test_groups_count_all_and_show_the_newest(engine: Engine, ids: dict[str, int]) -> None:
    with reading(engine) as session:
        groups = lesson_search.search(session, Wanted(), limit=0, by="agency").groups
    assert [(slug, count, [(one.publication, one.number) for one in some]) for slug, count, some in groups] == [
        ("education", 2, [(ids["neglect"], "1"), (ids["nasty"], "1")]),
        ("police", 2, [(ids["neglect"], "2"), (ids["nasty"], "1")]),
        ("general-practice", 1, [(ids["neglect"], "")]),
    ]


def test_what_a_summary_repeats_is_told_once_of_the_report(engine: Engine, ids: dict[str, int], now: datetime) -> None:
    with writing(engine) as session:
        summary = Document(
            publication_id=ids["neglect"], url="s", canonical="s", role="executive_summary", first_seen=now
        )
        session.add(summary)
        session.flush()
        version = Version(document_id=summary.id or 0, sha256="s", state="current", first_seen=now, last_seen=now)
        session.add(version)
        session.flush()
        summary.current_version_id = version.id
        again = "Recommendation 7: Schools should ask about neglect twice."
        lesson_rows.keep(session, version.id or 0, [again, "Recommendation 8: Every team should ask again."])
    neglect = str(ids["neglect"])
    assert [number for key, number in found(engine) if key == neglect] == ["1", "2", "", "8"]
    with writing(engine) as session:
        report = session.get_one(Version, ids["neglect version"])
        report.state = "older"
        session.get_one(Document, report.document_id).current_version_id = None
    assert [number for key, number in found(engine) if key == neglect] == ["7", "8"], "the summary is all there is"


def test_pages_make_up_the_whole(engine: Engine, ids: dict[str, int]) -> None:
    with reading(engine) as session:
        whole = lesson_search.search(session, Wanted()).lessons
        parts = [lesson_search.search(session, Wanted(), limit=1, offset=at) for at in range(6)]
    assert [one for part in parts for one in part.lessons] == whole
    assert {part.total for part in parts} == {len(whole)}


def test_traits_are_kept_of_what_is_shown_and_no_other(engine: Engine, ids: dict[str, int]) -> None:
    with reading(engine) as session:
        kept = traits.ages_of(session, ids.values())
        assert session.get_one(Traits, ids["neglect"]).agencies == ["education", "general-practice", "police"]
    assert set(kept) == {ids["neglect"]}
    one = kept[ids["neglect"]]
    assert (one.bands, one.version, one.role, one.page) == (["under-1"], ids["neglect version"], "overview_report", 2)
    with writing(engine) as session:
        session.get_one(Publication, ids["neglect"]).status = "suspected"
        traits.keep(session, session.get_one(Publication, ids["nasty"]))
    assert found(engine, age="under-1") == []
    with reading(engine) as session:
        assert traits.ages_of(session, ids.values()) == {}


def test_with_other_rules_they_are_old(engine: Engine, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(engine) as session:
        assert traits.old(session) == []
        monkeypatch.setattr(traits, "rules", lambda: "others")
        assert traits.old(session) == [ids["neglect"], ids["nasty"]]


def test_what_is_old_is_read_again(engine: Engine, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(engine) as session:
        session.get_one(
            PageText, (ids["neglect version"], 1)
        ).text = "Recommendation 3: Nurseries should say who leads."
        monkeypatch.setattr(traits, "rules", lambda: "others")
        renewal.read_again(session, [ids["neglect"], ids["suspected"]])
    neglect = str(ids["neglect"])
    assert found(engine, agency="early-years") == [(neglect, "3")]
    assert found(engine, kind="recommendation", age="under-1") == [(neglect, "3")]
    with reading(engine) as session:
        assert traits.old(session) == [ids["nasty"]]
        assert search(session, parse("agency:early-years has:recommendations")).total == 1


@pytest.mark.parametrize(
    ("value", "bands"),
    [
        ("under-1", ["under-1"]), ("Under 1", ["under-1"]), ("1 to 4", ["1-4"]), ("16 and 17", ["16-17"]),
        ("5–10", ["5-10"]), ("7", ["5-10"]), ("0", ["under-1"]), ("18", []), ("", []), ("²", []), ("x", []),
    ],
)  # fmt: skip
def test_which_bands_are_meant(value: str, bands: list[str]) -> None:
    assert traits.bands_of(value) == bands


@pytest.mark.parametrize(
    ("value", "slugs"),
    [
        ("police", ["police"]), ("Children’s social care", ["childrens-social-care"]), ("GP", ["general-practice"]),
        ("schools and colleges", ["education"]), ("nobody", []), ("", []),
    ],
)  # fmt: skip
def test_which_agencies_are_meant(value: str, slugs: list[str]) -> None:
    assert traits.agencies_of(value) == slugs
