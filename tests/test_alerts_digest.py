"""What a digest says, decided from plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.digest import Decided, Occasion, coverage, decide
from alerts.edition import Edition
from alerts.schedule_rules import LONDON
from store.digest_facts import (
    Candidates,
    ChangeFact,
    DocumentFact,
    EntryFact,
    PublicationFact,
    SourceFact,
)

START = datetime(2031, 5, 1, 8, tzinfo=UTC)
END = datetime(2031, 5, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def publication(key: int, **fields: Any) -> PublicationFact:
    values: dict[str, Any] = {
        "title": f"Review {key}",
        "kind": "local_review",
        "status": "listed",
        "derivative": False,
        "publisher": "Ashshire",
        "publisher_kind": "partnership",
        "published": date(2031, 4, 28),
        "precision": "day",
        "basis": "published",
        "entries": (EntryFact("ashshire", "Ashshire", f"https://ashshire.example/{key}"),),
    }
    return PublicationFact(id=key, **(values | fields))


def change(key: int, of: int, kind: str = "new", **fields: Any) -> ChangeFact:
    return ChangeFact(id=key, publication=of, kind=kind, at=fields.pop("at", START), **fields)


def decided(publications: list[PublicationFact], changes: list[ChangeFact], **fields: Any) -> Decided:
    region = fields.pop("region", "")
    candidates = Candidates(tuple(changes), {one.id: one for one in publications}, **fields)
    return decide(candidates, Occasion(1, ("all",), "daily", region, START, END, False, LONDON))


def test_new_beats_the_rest_and_a_later_document_is_part_of_it() -> None:
    documents = (DocumentFact(7, "learning_brief", "", "https://ashshire.example/b.pdf", 900_000, 4),)
    found = decided(
        [publication(1, documents=documents)],
        [change(1, 1), change(2, 1, "document_added", document=7), change(3, 1, "updated", note="typing mistake")],
    )
    assert [item.publication for item in found.edition.items] == [1]
    assert [document.role for document in found.edition.items[0].documents] == ["Learning brief"]
    assert found.edition.updates == ()
    assert sorted(found.changes) == [1, 2, 3]


def test_updates_are_told_with_the_publishers_note() -> None:
    documents = (DocumentFact(7, "overview_report", "", "https://ashshire.example/o.pdf"),)
    found = decided(
        [publication(1, documents=documents, told_in=4)],
        [
            change(1, 1, "updated", note="Corrected a date."),
            change(2, 1, "document_replaced", document=7),
            change(3, 1, "document_added", document=7),
        ],
    )
    assert found.edition.items == ()
    assert found.edition.updates[0].notes == (
        "1 May 2031: Updated: Corrected a date.",
        "1 May 2031: Overview report replaced",
        "1 May 2031: Overview report added",
    )


def test_a_publication_is_new_once() -> None:
    found = decided([publication(1, told_in=3)], [change(9, 1)])
    assert not found.edition.has_content
    assert found.changes == (9,)


def test_suspected_is_not_shown_and_waits() -> None:
    found = decided([publication(1, status="suspected")], [change(1, 1), change(2, 1, "updated")])
    assert not found.edition.has_content
    assert found.changes == ()


def test_removed_is_a_plain_line_for_those_who_were_told() -> None:
    secret = publication(1, status="removed", title="Wren aged 4 in Ashshire", told_in=12)
    found = decided([secret], [change(5, 1, "removed")])
    assert found.edition.notices == (
        "A review that we listed in digest 12 has been withdrawn by its publisher; please do not pass it on.",
    )
    assert "Wren" not in found.edition.model_dump_json()
    assert "Ashshire" not in found.edition.model_dump_json()
    assert found.changes == (5,)
    never_told = decided([replace(secret, told_in=None)], [change(1, 1), change(5, 1, "removed")])
    assert not never_told.edition.has_content


def test_restored_is_told_to_those_who_were_told_of_the_withdrawal() -> None:
    back = publication(1, told_in=12, withdrawal_told_in=13)
    found = decided([back], [change(6, 1, "restored")])
    assert "digest 13" in found.edition.notices[0]
    assert "Review 1" not in found.edition.model_dump_json()
    assert not decided([replace(back, withdrawal_told_in=None)], [change(6, 1, "restored")]).edition.has_content


def test_what_repeats_another_publication_is_not_announced() -> None:
    found = decided([publication(1, derivative=True)], [change(1, 1)])
    assert not found.edition.has_content
    assert found.changes == ()


def test_national_first_then_the_own_region_then_others_by_kind_and_date() -> None:
    publications = [
        publication(1, region="South West"),
        publication(2, region="North East"),
        publication(3, region="North East", published=date(2031, 4, 30)),
        publication(4, region="North East", kind="briefing", published=date(2031, 5, 1)),
        publication(5, publisher_kind="national", kind="national_review"),
        publication(6, region="South West", kind="annual_report"),
    ]
    found = decided(publications, [change(one.id, one.id) for one in publications], region="North East")
    assert [item.publication for item in found.edition.items] == [5, 3, 2, 4, 1, 6]


def test_dates_keep_their_precision_and_basis() -> None:
    def shown(**fields: Any) -> tuple[str, str]:
        item = decided([publication(1, **fields)], [change(1, 1)]).edition.items[0]
        return item.published, item.basis

    assert shown() == ("28 April 2031", "")
    assert shown(precision="month", basis="listed") == ("April 2031", "date of the listing")
    assert shown(precision="year", basis="file_name") == ("2031", "date in the file's name")
    assert shown(published=None, precision="", basis="") == ("", "")


def test_an_unknown_area_stays_unknown() -> None:
    witness = EntryFact("library", "The Library", "https://library.example/1")
    found = decided([publication(1, publisher="", publisher_kind="", area="", entries=(witness,))], [change(1, 1)])
    assert found.edition.items[0].publisher == "The Library"
    assert found.edition.items[0].area == ""


def test_late_ones_say_since_when() -> None:
    found = decided([publication(1), publication(2)], [change(1, 1), change(2, 2, late_since=START - 3 * DAY)])
    assert [item.publication for item in found.edition.new_items] == [1]
    assert [item.late for item in found.edition.late_items] == ["28 April 2031"]


def test_where_else_it_stands() -> None:
    entries = (
        EntryFact("ashshire", "Ashshire", "https://ashshire.example/1"),
        EntryFact("lib", "Library", "https://lib.example"),
    )
    item = decided([publication(1, entries=entries)], [change(1, 1)]).edition.items[0]
    assert item.url == "https://ashshire.example/1"
    assert [other.publisher for other in item.elsewhere] == ["Library"]


def test_coverage_names_who_could_not_be_read_and_since_when() -> None:
    read = SourceFact("Ashshire", END, None)
    failing = SourceFact("Birchton", START - 9 * DAY, START - 8 * DAY, "server_error")
    never = SourceFact("Cedarham", None, START, "")
    waiting = SourceFact("Elmley", None, None)
    found = coverage([read, failing, never, waiting], LONDON)
    assert (found.sources, found.read, found.waiting) == (4, 1, 1)
    assert [(one.publisher, one.since, one.why) for one in found.unreadable] == [
        ("Cedarham", "not read so far", "the site could not be read"),
        ("Birchton", "last read on 22 April 2031", "the site answered with an error"),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["listed", "unlisted", "suspected", "removed"]),
            st.booleans(),
            st.sampled_from([None, 3]),
            st.lists(
                st.sampled_from(["new", "document_added", "document_replaced", "updated", "removed", "restored"]),
                max_size=4,
            ),
        ),
        max_size=8,
    )
)
def test_each_publication_once_and_nothing_that_is_hidden(rows: list[tuple[str, bool, int | None, list[str]]]) -> None:
    publications: list[PublicationFact] = []
    changes: list[ChangeFact] = []
    for key, (status, derivative, told_in, kinds) in enumerate(rows, start=1):
        publications.append(publication(key, status=status, derivative=derivative, told_in=told_in))
        changes += [change(len(changes) + place + 1, key, kind) for place, kind in enumerate(kinds)]
    found = decided(publications, changes)
    shown = [item.publication for item in found.edition.items]
    shown += [update.publication for update in found.edition.updates]
    assert len(shown) == len(set(shown))
    assert all(publications[key - 1].status in ("listed", "unlisted") for key in shown)
    assert len(found.changes) == len(set(found.changes))
    assert Edition.model_validate_json(found.edition.model_dump_json()) == found.edition
    told = {changes[key - 1].publication for key in found.changes}
    assert set(shown) <= told
