"""Same publication? Signals and the one decision, with plain values."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.case_facts import stated
from store.matching import Decision, EntryFacts, PublicationFacts, decide, subject_forms
from store.naming import Nature, nature, role_of
from store.relating import relations

ENTRY = EntryFacts(
    source_id=2,
    witness=False,
    kind="local_review",
    anonymous=False,
    area="exampleshire",
    subjects=frozenset({"robin"}),
    year=2026,
    address="other.example/robin",
    documents=frozenset({"other.example/robin.pdf"}),
    bytes=frozenset({"aa"}),
)
PUBLICATION = PublicationFacts(
    id=7,
    kinds=frozenset({"local_review"}),
    anonymous=False,
    areas=frozenset({"exampleshire"}),
    subjects=frozenset({"robin"}),
    years=frozenset({2026}),
    sources=frozenset({1}),
    witness_only=False,
    documents=frozenset({"exampleshire.example/robin.pdf"}),
    bytes=frozenset({"bb"}),
)


def test_a_name_alone_proves_nothing() -> None:
    """Rule 8: the same subject in the same area and year, on two own lists, may be two children."""
    assert decide(ENTRY, [PUBLICATION]).decision == Decision.NEW


def test_the_same_bytes_are_the_same() -> None:
    verdict = decide(ENTRY, [replace(PUBLICATION, bytes=frozenset({"aa"}), areas=frozenset({"wexmoor"}))])
    assert (verdict.decision, verdict.publication_id) == (Decision.SAME, 7)
    assert verdict.signals[0].reason


def test_the_same_document_address_is_the_same() -> None:
    same = replace(PUBLICATION, documents=ENTRY.documents)
    assert decide(ENTRY, [same]).decision == Decision.SAME
    post = replace(ENTRY, address="exampleshire.example/robin.pdf", documents=frozenset(), kind="news")
    assert decide(post, [PUBLICATION]).decision == Decision.SAME


def test_a_witness_that_names_area_subject_and_year_is_enough() -> None:
    witness = replace(ENTRY, witness=True, documents=frozenset(), bytes=frozenset(), address="")
    assert decide(witness, [PUBLICATION]).decision == Decision.SAME
    assert decide(replace(witness, year=2023), [PUBLICATION]).decision == Decision.NEW
    assert decide(replace(witness, area=None), [PUBLICATION]).decision == Decision.NEW
    assert decide(replace(witness, subjects=frozenset()), [PUBLICATION]).decision == Decision.NEW


def test_two_that_fit_are_a_question() -> None:
    witness = replace(ENTRY, witness=True, documents=frozenset(), bytes=frozenset(), address="")
    assert decide(witness, [PUBLICATION, replace(PUBLICATION, id=8)]).decision == Decision.PROPOSED


def test_one_source_does_not_list_a_review_twice() -> None:
    same_source = replace(PUBLICATION, bytes=ENTRY.bytes, sources=frozenset({2}))
    assert decide(ENTRY, [same_source]).decision == Decision.PROPOSED


def test_different_kinds_are_a_question_but_news_speaks_of_anything() -> None:
    national = replace(PUBLICATION, bytes=ENTRY.bytes, kinds=frozenset({"national_review"}))
    assert decide(ENTRY, [national]).decision == Decision.PROPOSED
    assert decide(replace(ENTRY, kind="news"), [national]).decision == Decision.SAME


def test_what_was_rejected_does_not_come_back() -> None:
    assert decide(ENTRY, [replace(PUBLICATION, bytes=ENTRY.bytes, rejected=True)]).decision == Decision.NEW


@given(
    entry_anonymous=st.booleans(),
    witness=st.booleans(),
    same_bytes=st.booleans(),
    same_address=st.booleans(),
    kind=st.sampled_from(["local_review", "news", "national_review"]),
)
def test_rule_7_anonymous_and_named_are_never_joined_automatically(
    entry_anonymous: bool, witness: bool, same_bytes: bool, same_address: bool, kind: str
) -> None:
    entry = replace(ENTRY, anonymous=entry_anonymous, witness=witness, kind=kind)
    publication = replace(
        PUBLICATION,
        anonymous=not entry_anonymous,
        bytes=ENTRY.bytes if same_bytes else frozenset(),
        addresses=frozenset({ENTRY.address}) if same_address else frozenset(),
    )
    assert decide(entry, [publication]).decision != Decision.SAME


@pytest.mark.parametrize(
    ("subject", "forms"),
    [
        ("Robin (RBX26)", {"robin rbx26", "robin", "rbx26"}),
        ("Child M ‘Vamp’", {"child m vamp", "child m", "vamp"}),
        ("Baby A", {"baby a"}),
        ("", set()),
    ],
)
def test_a_subject_goes_by_several_forms(subject: str, forms: set[str]) -> None:
    assert subject_forms(subject) == forms


BRIEF = replace(ENTRY, source_id=1, roles=frozenset({"learning_brief"}))
LISTED = replace(PUBLICATION, roles={1: frozenset({"overview_report"})})


def test_another_part_on_the_same_list_is_of_the_same_review() -> None:
    verdict = decide(BRIEF, [LISTED])
    assert (verdict.decision, [signal.name for signal in verdict.signals]) == (Decision.SAME, ["part"])
    assert decide(replace(BRIEF, roles=frozenset({"overview_report"})), [LISTED]).decision == Decision.NEW
    assert decide(replace(BRIEF, area="wexmoor"), [LISTED]).decision == Decision.NEW
    assert decide(replace(BRIEF, year=2022), [LISTED]).decision == Decision.NEW
    assert decide(replace(BRIEF, year=None), [LISTED]).decision == Decision.PROPOSED
    assert decide(replace(BRIEF, source_id=3), [LISTED]).decision == Decision.NEW


def test_texts_that_are_nearly_the_same_are_one_unless_what_is_printed_contradicts() -> None:
    alike = replace(PUBLICATION, common=0.8)
    assert decide(ENTRY, [alike]).decision == Decision.SAME
    assert decide(ENTRY, [replace(alike, common=0.6)]).decision == Decision.NEW
    for other in (
        replace(ENTRY, subjects=frozenset({"wren"})),
        replace(ENTRY, year=2020),
        replace(ENTRY, area="wexmoor"),
        replace(ENTRY, nature=Nature.UPDATE),
    ):
        assert decide(other, [alike]).decision == Decision.PROPOSED
    joint = replace(ENTRY, area="wexmoor")
    assert decide(joint, [replace(alike, common=0.97)]).decision == Decision.SAME


def test_an_entry_that_fits_two_for_certain_joins_them() -> None:
    one, other = replace(PUBLICATION, bytes=ENTRY.bytes), replace(PUBLICATION, id=8, sources=frozenset({5}), common=0.9)
    assert (decide(ENTRY, [one, other]).publication_id, decide(ENTRY, [one, other]).also) == (7, (8,))
    beside = replace(other, sources=one.sources)
    assert decide(ENTRY, [one, beside]).also == ()


def test_a_named_match_is_made_and_the_anonymous_one_asked_about() -> None:
    anonymous = replace(PUBLICATION, id=8, anonymous=True, bytes=ENTRY.bytes)
    verdict = decide(ENTRY, [replace(PUBLICATION, common=0.9), anonymous])
    assert (verdict.decision, verdict.publication_id) == (Decision.SAME, 7)
    assert verdict.asked
    assert verdict.asked.publication_id == 8


def test_facts_that_differ_stop_an_automatic_match_and_those_that_agree_bear_it_out() -> None:
    boy, girl = stated(["Death of a 4-month-old boy"]), stated(["Death of a 4-month-old girl"])
    entry, alike = replace(ENTRY, stated=boy), replace(PUBLICATION, common=0.9)
    agreeing = decide(entry, [replace(alike, stated=boy)])
    assert (agreeing.decision, agreeing.signals[-1].reason) == (Decision.SAME, "both state the same age and sex")
    for evidence in (alike, replace(PUBLICATION, bytes=ENTRY.bytes), replace(PUBLICATION, documents=ENTRY.documents)):
        verdict = decide(entry, [replace(evidence, stated=girl)])
        assert (verdict.decision, verdict.signals[-1].reason) == (Decision.PROPOSED, "they state another sex")


def test_titles_pages_and_facts_prove_nothing_by_themselves() -> None:
    """Rule 8; beside other evidence they are told."""
    boy = stated(["Death of a 4-month-old boy"])
    pages = frozenset({34})
    entry = replace(ENTRY, title="review of robin", stated=boy, pages=pages)
    alike = replace(PUBLICATION, titles=frozenset({"robin review of"}), stated=boy, pages=pages)
    assert decide(entry, [alike]).decision == Decision.NEW
    told = decide(entry, [replace(alike, bytes=ENTRY.bytes)])
    assert [signal.name for signal in told.signals] == ["bytes", "title", "pages", "facts"]
    assert told.score == 1.0


def test_govuks_content_id_and_an_areas_reference_number_are_evidence() -> None:
    moved = replace(PUBLICATION, content_ids=frozenset({"c-1"}))
    assert decide(replace(ENTRY, content_id="c-1"), [moved]).decision == Decision.SAME
    numbered = stated(["Reference: ESCP/2023-04"])
    entry, known = replace(ENTRY, stated=numbered), replace(PUBLICATION, stated=numbered)
    assert [signal.name for signal in decide(entry, [known]).signals] == ["reference"]
    assert decide(entry, [known]).decision == Decision.SAME
    assert decide(replace(entry, area="wexmoor"), [known]).decision == Decision.NEW
    assert decide(replace(entry, nature=Nature.UPDATE), [known]).decision == Decision.NEW


def test_updates_third_parties_and_summaries_are_related() -> None:
    update = replace(ENTRY, nature=Nature.UPDATE, year=2027)
    assert [one.signals[0].name for one in relations(update, [PUBLICATION])] == ["update"]
    assert decide(update, [PUBLICATION]).decision == Decision.NEW
    summary = replace(ENTRY, nature=Nature.THIRD_PARTY, witness=True, documents=frozenset(), bytes=frozenset())
    assert [one.signals[0].name for one in relations(summary, [PUBLICATION])] == ["derivative"]
    assert decide(summary, [PUBLICATION]).decision == Decision.NEW
    assert [one.signals[0].name for one in relations(ENTRY, [replace(PUBLICATION, contained=0.9)])] == ["contained"]
    assert relations(update, [replace(PUBLICATION, anonymous=True)]) == []
    assert relations(replace(update, year=2035), [PUBLICATION]) == []


@pytest.mark.parametrize(
    ("heading", "nature_", "role"),
    [
        ("Child LB learning brief", Nature.OWN, "learning_brief"),
        ("Child LB: overview report", Nature.OWN, "overview_report"),
        ("Child LB – executive summary", Nature.OWN, "executive_summary"),
        ("Child LB", Nature.OWN, ""),
        ("Child LB: one year on", Nature.UPDATE, ""),
        ("Second review of the family of Child LB", Nature.UPDATE, ""),
        ("Summary of the review of Child LB", Nature.THIRD_PARTY, "executive_summary"),
        ("Podcast: learning from Child LB", Nature.THIRD_PARTY, ""),
        ("Statement by the Minister on Child LB", Nature.THIRD_PARTY, "statement"),
    ],
)
def test_a_heading_says_what_it_is(heading: str, nature_: Nature, role: str) -> None:
    assert (nature(heading), role_of(heading)) == (nature_, role)
