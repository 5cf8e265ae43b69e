"""Search over the archive, the same on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store import lesson_rows, search_index
from store.database import writing
from store.models import Document, Entry, PageText, Publication, Publisher, SearchRow, Source, Traits, Version
from store.models.search import PAGE_END, create_index, drop_index
from store.query import parse
from store.search import Results, matching_ids, search
from store.search_index import (
    OVERLAP_WORDS,
    PART_LETTERS,
    index_publication,
    index_version,
    parts,
    reindex_publication,
    unindex_publication,
    unindex_version,
)
from store.wider import meant, suggestions

SEEN = datetime(2024, 5, 1, tzinfo=UTC)
WILD = ("OR", "AND", "NOT", "-", '"', "(", ")", "*", "area:", "has:x", "year:20", "before:31/2/2024", "SCR", "neglect",
        "housing*", "kind:\"", "\0", "'", "%", "_", "NEAR(", "source:a", "\ud7ff", "near:", "a:b:c", "\f")  # fmt: skip


@pytest.fixture
def indexed(engine: Engine) -> Engine:
    if "search_index" not in inspect(engine).get_table_names():
        with engine.begin() as connection:
            create_index(connection)
    return engine


@pytest.fixture
def session(indexed: Engine) -> Iterator[Session]:
    """An archive of three publications: Ash (a report and a brief), Birch, Cedar (no documents)."""
    with writing(indexed) as session:
        _publisher(session, "ashshire", "Ashshire Safeguarding Children Partnership", "Ashshire", "South West")
        _publisher(session, "birchton", "Birchton Safeguarding Partnership", "Birchton", "North East")
        ash = _publication(session, "Child A", publisher_id="ashshire", area="Ashshire", published=date(2023, 5, 2))
        _document(session, ash, ["The cover", "Neglect and poor housing.", "Siân’s bodies of evidence"], text="Report")
        _document(session, ash, ["A brief about multi-agency work"], role="learning_brief")
        birch = _publication(session, "Family B: neglect", publisher_id="birchton", area="Birchton",
                             published=date(2024, 1, 9), themes=["neglect", "domestic-abuse"])  # fmt: skip
        _document(session, birch, ["Housing was poor.", "Poor housing came up again, with professional curiosity."])
        _publication(session, "Annual report", kind="annual_report", abstract="About the children we lost.")
        yield session


def _publisher(session: Session, id_: str, name: str, short: str, region: str) -> None:
    aliases = [{"name": f"{short} LSCB", "valid_from": "", "valid_to": ""}]
    session.add(Publisher(id=id_, name=name, short=short, aliases=aliases, region=region, nation="England"))
    session.add(Source(name=f"{id_}-reviews", publisher_id=id_, kind="listing", url=f"https://{id_}.example/"))
    session.flush()


def _publication(session: Session, title: str, kind: str = "local_review", **fields: Any) -> Publication:
    publication = Publication(title=title, kind=kind, first_seen=SEEN, **fields)
    session.add(publication)
    session.flush()
    index_publication(session, publication)
    return publication


def _document(session: Session, publication: Publication, pages: list[str], **fields: Any) -> Version:
    address = f"https://reviews.example/{len(session.exec(select(Document)).all())}.pdf"
    document = Document(publication_id=publication.id, url=address, canonical=address, first_seen=SEEN, **fields)
    session.add(document)
    session.flush()
    version = Version(document_id=document.id or 0, sha256="0" * 64, state="current", first_seen=SEEN, last_seen=SEEN)
    session.add(version)
    session.flush()
    document.current_version_id = version.id
    session.add_all(
        PageText(version_id=version.id or 0, number=at, text=text) for at, text in enumerate(pages, start=1)
    )
    index_version(session, version)
    return version


def _entry(source_id: int, publication: Publication, key: str) -> Entry:
    return Entry(
        source_id=source_id, key=key, publication_id=publication.id, heading="Pseudonym Rowan", url="u",
        canonical="u", kind="local_review", first_seen=SEEN, last_seen=SEEN,
    )  # fmt: skip


def _titled(session: Session, title: str) -> Publication:
    return session.exec(select(Publication).where(Publication.title == title)).one()


def _titles(session: Session, query: str) -> list[str]:
    return [hit.title for hit in search(session, parse(query)).hits]


ASH, BIRCH, CEDAR = "Child A", "Family B: neglect", "Annual report"


FOUND = {
    "": {ASH, BIRCH, CEDAR},
    "neglect": {ASH, BIRCH},
    "NEGLECT housing": {ASH, BIRCH},
    '"poor housing"': {ASH, BIRCH},
    '"housing poor"': set(),
    '"housing was poor"': {BIRCH},
    "neglect -curiosity": {ASH},
    "curiosity OR cover": {ASH, BIRCH},
    "safeguarding": set(),
    "profess*": {BIRCH},
    "multi-agency": {ASH},
    "multiagency": set(),
    "sian": {ASH},
    "Siân's body": {ASH},
    "child lost": {CEDAR},
    "childre*": {ASH, CEDAR},
    "area:birchton": {BIRCH},
    "area:birch": set(),
    "area:ashshire OR area:birchton": {ASH, BIRCH},
    "kind:annual-report": {CEDAR},
    "-kind:annual_report": {ASH, BIRCH},
    "theme:neglect": {BIRCH},
    'theme:"Domestic abuse"': {BIRCH},
    'publisher:"Birchton LSCB"': {BIRCH},
    "publisher:ashshire": {ASH},
    "-publisher:ashshire": {BIRCH, CEDAR},
    'region:"north east"': {BIRCH},
    "nation:england": {ASH, BIRCH},
    "year:2023": {ASH},
    "after:2023-05-02": {ASH, BIRCH},
    "before:2023-05-02": set(),
    "before:2/5/2024": {ASH, BIRCH},
    "status:listed": {ASH, BIRCH, CEDAR},
    "status:removed": set(),
    "source:nowhere": set(),
    "year:soon": set(),
    "' \" ) OR * : - NEAR(": set(),
}


def test_what_is_found(session: Session) -> None:
    assert {query: set(_titles(session, query)) for query in FOUND} == FOUND


def test_source_is_where_an_entry_stands(session: Session) -> None:
    source = session.exec(select(Source).where(Source.name == "ashshire-reviews")).one()
    ash = _titled(session, ASH)
    session.add(_entry(source.id or 0, ash, "1"))
    reindex_publication(session, ash)
    assert _titles(session, "source:ashshire-reviews rowan curiosity OR cover") == [ASH]


def test_a_hit_names_document_and_page(session: Session) -> None:
    hit = next(hit for hit in search(session, parse('"poor housing"')).hits if hit.title == BIRCH)
    assert hit.page == 2
    assert hit.document_id is not None
    assert hit.version_id is not None
    assert [piece for piece in hit.snippet if piece[1]] == [("Poor", True), ("housing", True)]
    assert "".join(text for text, _ in hit.snippet) == "Poor housing came up again, with professional curiosity."


def test_no_page_when_only_the_fields_match(session: Session) -> None:
    (hit,) = search(session, parse("lost")).hits
    assert (hit.page, hit.document_id, hit.version_id) == (None, None, None)
    assert ("lost", True) in hit.snippet


def test_a_title_weighs_more_than_the_text(session: Session) -> None:
    assert _titles(session, "neglect") == [BIRCH, ASH]


def test_newest_first(session: Session) -> None:
    found = search(session, parse("neglect"), sort="newest")
    assert [hit.title for hit in found.hits] == [BIRCH, ASH]
    assert [hit.title for hit in search(session, parse("")).hits] == [BIRCH, ASH, CEDAR]


def test_paging_shows_each_hit_once(session: Session) -> None:
    pages = [search(session, parse(""), limit=1, offset=offset) for offset in range(4)]
    assert [hit.title for page in pages for hit in page.hits] == [BIRCH, ASH, CEDAR]
    assert [page.total for page in pages] == [3, 3, 3, 3]


def test_facets_count_all_that_match(session: Session) -> None:
    facets = search(session, parse(""), limit=1).facets
    assert facets == {
        "kind": {"local_review": 2, "annual_report": 1},
        "publisher": {"ashshire": 1, "birchton": 1},
        "area": {"Ashshire": 1, "Birchton": 1},
        "region": {"South West": 1, "North East": 1},
        "nation": {"England": 2},
        "theme": {"neglect": 1, "domestic-abuse": 1},
        "year": {"2023": 1, "2024": 1},
        "source": {},
        "has": {},
        "age": {},
        "agency": {},
    }
    assert search(session, parse("neglect"), facets=["area"]).facets == {"area": {"Ashshire": 1, "Birchton": 1}}


def test_sources_and_recommendations_are_counted_and_asked_for(session: Session) -> None:
    ash, birch = _titled(session, ASH), _titled(session, BIRCH)
    for number, (source_id, publication) in enumerate(((1, ash), (2, ash), (2, ash), (2, birch))):
        entry = _entry(source_id, publication, str(number))
        session.add(entry)
    report = session.exec(select(Version).order_by(col(Version.id))).first()
    assert report is not None
    lesson_rows.keep(session, report.id or 0, ["Recommendation 1: Schools should ask who leads the plan."])
    reindex_publication(session, ash)
    for query in ("", "neglect"):
        facets = search(session, parse(query)).facets
        assert facets["source"] == {"birchton-reviews": 2, "ashshire-reviews": 1}
        assert facets["has"] == {"recommendations": 1}
    assert _titles(session, "has:recommendations") == [ASH]
    assert _titles(session, "has:anything") == []
    ash.status = "suspected"
    reindex_publication(session, ash)
    assert search(session, parse("")).facets["has"] == {}


def test_ages_and_agencies_are_counted_and_asked_for(session: Session) -> None:
    ash, version = _titled(session, ASH), session.exec(select(Version).order_by(col(Version.id))).first()
    assert version is not None
    page = session.exec(select(PageText).where(PageText.version_id == version.id, PageText.number == 1)).one()
    page.text = f"The children, aged 3 and 7, were seen. {page.text}"
    lessons = "Recommendation 1: Schools and the police should ask who leads the plan."
    lesson_rows.keep(session, version.id or 0, [lessons, "Learning point 1: The police asked nobody about it."])
    reindex_publication(session, ash)
    for query in ("", "neglect", "agency:police age:7", 'age:"1 to 4"', 'agency:"schools and colleges"'):
        facets = search(session, parse(query)).facets
        assert (facets["age"], facets["agency"]) == ({"1-4": 1, "5-10": 1}, {"education": 1, "police": 1}), query
        for name in ("age", "agency"):
            for value, count in facets[name].items():
                assert len(matching_ids(session, parse(f'{query} {name}:"{value}"'))) == count
    for query in ("age:under-1", "age:old", "agency:probation", "agency:nobody", "-age:1-4 -agency:police has:x"):
        assert matching_ids(session, parse(query)) == set(), query
    assert _titles(session, "agency:probation OR agency:police -age:11-15") == [ASH]
    ash.status = "suspected"
    reindex_publication(session, ash)
    assert search(session, parse("")).facets["agency"] == search(session, parse("")).facets["age"] == {}
    assert session.get(Traits, ash.id) is None, "nothing of it stays"


def test_one_rule_for_page_and_topic(session: Session) -> None:
    for query in ("", "neglect", "area:birchton", "-curiosity", "year:soon"):
        results: Results = search(session, parse(query))
        assert matching_ids(session, parse(query)) == {hit.publication_id for hit in results.hits}
    ids = sorted(matching_ids(session, parse("")))
    assert matching_ids(session, parse("neglect"), ids[:1]) == set(ids[:1])
    assert matching_ids(session, parse("neglect"), []) == set()
    assert matching_ids(session, parse("neglect"), range(10_000)) == set(ids[:2])


@pytest.mark.parametrize("status", ["suspected", "removed"])
def test_suspected_and_removed_are_found_by_nothing(session: Session, status: str) -> None:
    ash = _titled(session, ASH)
    ash.status = status
    session.flush()
    for query in ("", "neglect", "child", "area:ashshire", f"status:{status}", "-birch"):
        assert ASH not in _titles(session, query)
        assert ash.id not in matching_ids(session, parse(query))


def test_what_is_taken_out_is_gone(session: Session) -> None:
    ash = _titled(session, ASH)
    report = session.exec(select(Version).order_by(col(Version.id))).first()
    assert report is not None
    unindex_version(session, report)
    assert _titles(session, "cover OR evidence") == []
    assert _titles(session, "multi-agency") == [ASH]
    unindex_publication(session, ash)
    assert _titles(session, "multi-agency OR cover") == []
    assert not session.exec(select(SearchRow).where(SearchRow.publication_id == ash.id)).all()
    reindex_publication(session, ash)
    assert _titles(session, "cover") == [ASH]


def test_only_current_versions_are_searched_and_shown(session: Session) -> None:
    report = session.exec(select(Version).order_by(col(Version.id))).first()
    assert report is not None
    report.state = "suspected"
    index_version(session, report)
    assert _titles(session, "evidence") == []
    assert [hit.page for hit in search(session, parse("area:ashshire cover OR brief")).hits] == [1]


def test_rolled_back_is_not_indexed(session: Session) -> None:
    with session.begin_nested() as part:
        _publication(session, "Quokka")
        assert _titles(session, "quokka") == ["Quokka"]
        part.rollback()
    assert _titles(session, "quokka") == []


def test_changed_words_are_found_anew(session: Session) -> None:
    cedar = _titled(session, CEDAR)
    cedar.abstract = "Larch"
    index_publication(session, cedar, ["As the list prints it"])
    assert _titles(session, "larch") == _titles(session, '"the list prints"') == [CEDAR]
    assert _titles(session, "lost") == []


def test_codes_and_numbers_are_whole_words(session: Session) -> None:
    codes = ["BDS12", "12e5", "3d", "7a8b9c", "1e400", "2023", "00012", "x1y", "0x1f", "1st", "LB"]
    for code in codes:
        _publication(session, f"Code{code.lower()}end", abstract=f"Known as {code}, since then")
    for code in codes:
        assert _titles(session, code) == [f"Code{code.lower()}end"], code
        assert _titles(session, f'"as {code} since"') == [f"Code{code.lower()}end"], code


def test_very_long_documents(session: Session) -> None:
    birch = _titled(session, BIRCH)
    pages = [" ".join(f"w{page}x{word}" for word in range(700)) for page in range(60)]
    _document(session, birch, [*pages, "at the very end stands a heron"])
    assert session.exec(select(SearchRow).where(SearchRow.part > 0)).all()
    assert _titles(session, "w0x1 w59x699 heron") == [BIRCH]
    (hit,) = search(session, parse("heron")).hits
    assert (hit.title, hit.page) == (BIRCH, 61)
    assert _titles(session, '"w59x699 at the very end"') == [BIRCH]


def test_a_phrase_may_go_over_the_ends_of_pages(session: Session) -> None:
    """Over one, over a page without words, and over several; the words in another order are not it."""
    _document(session, _titled(session, BIRCH), ["seen by the", "school nurse", "", "on Monday", "at", "home"])
    _document(session, _titled(session, ASH), ["seen by nurse", "the school", "Monday on", "home", "at"])
    for phrase in ("by the school", "the school nurse on", "nurse on Monday", "Monday at home", "on Monday at home"):
        assert _titles(session, f'"{phrase}"') == [BIRCH], phrase
    assert [hit.page for hit in search(session, parse('"nurse on Monday"')).hits] == [2]


def test_more_documents_than_a_publication_has_numbers_for(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exceeds them is not found; it is never taken for another publication's."""
    ash = _titled(session, ASH)
    monkeypatch.setattr(search_index, "MOST_ROWS", 5)
    for number in range(4):
        _document(session, ash, [f"heron{number}"])
    assert [_titles(session, f"heron{number}") for number in range(4)] == [[ASH], [ASH], [], []]


def test_parts_overlap() -> None:
    found = [f"word{number}" for number in range(200_000)]
    pages = [" ".join(found[:70_000]), "", "", *found[70_000:90_000], " ".join(found[90_000:])]
    made = list(parts(pages))
    texts = [part.split(" ") for _, part in made]
    assert all(len(part) <= PART_LETTERS for _, part in made)
    assert all(one[-OVERLAP_WORDS:] == other[:OVERLAP_WORDS] for one, other in pairwise(texts))
    whole = [*texts[0], *(word for text in texts[1:] for word in text[OVERLAP_WORDS:])]
    assert [word for word in whole if word != PAGE_END] == found
    for first_page, part in made:
        for page, text in enumerate(part.split(PAGE_END), start=first_page):
            assert text.strip() in pages[page - 1]
    assert list(parts([])) == [(1, "")]
    assert list(parts(["", "a b", "", "c"])) == [(1, f"{PAGE_END} a b {PAGE_END} {PAGE_END} c")]


def test_suggestions(session: Session) -> None:
    assert suggestions(session, parse("neglekt"))[0] == "neglect"
    assert suggestions(session, parse("famly birchtown kind:briefing"))[0] == "family birchton kind:briefing"
    assert suggestions(session, parse("curiosity coersive"))[0] == "curiosity coercive"
    assert suggestions(session, parse("birch ton coersive?"))[0] == "birchton coercive"
    assert suggestions(session, parse("area:birchtown curiosity"))[0] == "area:birchton curiosity"
    assert suggestions(session, parse("family safeguarding")) == []  # both are known: they stay two
    assert suggestions(session, parse("neglect")) == []
    assert suggestions(session, parse("")) == []


def test_what_was_meant_when_nothing_is_found(session: Session) -> None:
    spelt = meant(session, parse("neglekt housing area:ashshire"))
    assert spelt is not None
    assert spelt.explained.startswith("Nothing has “neglekt housing area:ashshire”. Looked for “neglect”")
    assert [hit.title for hit in search(session, spelt).hits] == [ASH]
    some = meant(session, parse("curiosity brief year:2023"))
    assert some is not None
    assert "some of them" in some.explained
    assert [hit.title for hit in search(session, some).hits] == [ASH]
    assert meant(session, parse("xylophone")) is None
    assert meant(session, parse("")) is None


def test_most_of_the_words_of_one_publication_come_before_any_of_them(session: Session) -> None:
    most = meant(session, parse("xylophone housing neglect curiosity evidence area:birchton"))
    assert most is not None
    assert most.explained == (
        "Nothing has all of these words. Looked for “housing”; and “neglect”; and “curiosity”; and area birchton. "
        "Left out: “xylophone”; “evidence”."
    )
    assert [hit.title for hit in search(session, most).hits] == [BIRCH]
    rare = meant(session, parse("neglect cover curiosity"))
    assert rare is not None
    assert "Left out: “neglect”" not in rare.explained


def test_a_theme_that_nothing_has_is_looked_for_as_a_word(session: Session) -> None:
    found = meant(session, parse("theme:neglect area:ashshire"))
    assert found is not None
    assert found.explained == "Nothing has this theme and the rest. Looked for “neglect”; and area ashshire."
    assert [hit.title for hit in search(session, found).hits] == [ASH]
    assert meant(session, parse("theme:neglect area:nowhere")) is None


def test_index_can_be_dropped_and_made_again(session: Session) -> None:
    connection = session.connection()
    drop_index(connection)
    create_index(connection)
    assert _titles(session, "curiosity") == [BIRCH]


@given(wild=st.lists(st.one_of(st.text(max_size=12), st.sampled_from(WILD)), max_size=8).map(" ".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(session: Session, wild: str) -> None:
    query = parse(wild, vocabulary().synonyms)
    found = search(session, query)
    assert {hit.publication_id for hit in found.hits} == matching_ids(session, query)
    if wider := meant(session, query):
        search(session, wider, facets=())
