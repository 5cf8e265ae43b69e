"""Headings of the national collection, kinds, roles, subjects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.parsing.headings import parse_heading
from spiders.parsing.kinds import area_named, classify, is_national
from spiders.parsing.roles import role_of, says_only_a_role
from spiders.parsing.subjects import codes_in, pseudonym_in, subject_of
from store.reading import DocumentRole as Role
from store.reading import PublicationKind as Kind


@pytest.mark.parametrize(
    ("heading", "year", "month", "area", "anonymous", "subject"),
    [
        ("2012Fernshire – Child J", 2012, 0, "Fernshire", False, "Child J"),
        ("December 2013 - Fernshire - FDS12", 2013, 12, "Fernshire", False, "FDS12"),
        ("Sept 2013 – Mosstown - Child BR", 2013, 9, "Mosstown", False, "Child BR"),
        ("December 2014NSPCC on behalf of unnamed LSCB - Child C", 2014, 12, "", True, "Child C"),
        ("2018 - Anonymous- Children F, G and H", 2018, 0, "", True, "Children F, G and H"),
        ("2022 – Anonymous – Babies with injuries", 2022, 0, "", True, "Babies with injuries"),
        ("2025 - Fernshire and Mosstown - Gabe", 2025, 0, "Fernshire and Mosstown", False, "Gabe"),
        ("2025-Stoke-on-Trent-Child X", 2025, 0, "Stoke-on-Trent", False, "Child X"),
        ("2025 – Stoke-on-Trent - Child X - an update", 2025, 0, "Stoke-on-Trent", False, "Child X - an update"),
        ("2025 Mosstown Baby A", 2025, 0, "Mosstown", False, "Baby A"),
        ("2019 – Anonymous Kat", 2019, 0, "", True, "Kat"),
    ],
)
def test_headings_of_the_collection(
    heading: str, year: int, month: int, area: str, anonymous: bool, subject: str
) -> None:
    parsed = parse_heading(heading, {"stoke-on-trent", "fernshire"})

    assert parsed == (year, month, area, anonymous, subject, True)


@pytest.mark.parametrize("heading", ["Case reviews published in 2031", "New in the collection", "2031", "Child A"])
def test_other_headings_are_not_understood(heading: str) -> None:
    assert not parse_heading(heading).understood


@given(st.text(max_size=60))
def test_no_heading_is_too_odd(text: str) -> None:
    parsed = parse_heading(f"2031 - {text}")

    assert not (parsed.anonymous and parsed.area)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Child Marlow local review", Kind.LOCAL_REVIEW),
        ("Final Report LSCPR Child QX", Kind.LOCAL_REVIEW),
        ("Significant case review: Child B", Kind.LOCAL_REVIEW),
        ("2031 Thematic Study 'Pascoe'", Kind.LOCAL_REVIEW),
        ("Thematic review of neglect", Kind.THEMATIC_REPORT),
        ("7 minute briefing: neglect", Kind.BRIEFING),
        ("Annual report 2030/31", Kind.ANNUAL_REPORT),
        ("Triennial analysis of serious case reviews 2026 to 2029", Kind.RESEARCH),
        ("JTAI resources for practitioners", Kind.GUIDANCE),
        ("National review: bruising in infants", Kind.NATIONAL_REVIEW),
        ("Joint targeted area inspection of services in Fernshire", Kind.INSPECTION_REPORT),
        ("JTAI thematic overview: neglect", Kind.INSPECTION_OVERVIEW),
        ("Child A: response to the policy questions", Kind.LOCAL_REVIEW),
        ("Something else", None),
    ],
)
def test_kinds(title: str, kind: Kind | None) -> None:
    told = classify(title)

    assert (told.kind, told.reason) == (kind, "")


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Safeguarding Adults Review: Mr X", "an adult review"),
        ("SAR Jo", "an adult review"),
        ("Domestic Homicide Review Anna", "a domestic homicide review"),
        ("Case review referral form", "a form"),
        ("Information sharing policy", "a policy"),
        ("Child protection procedures", "a procedure"),
        ("Privacy notice", "page furniture"),
        ("Lorem ipsum", "placeholder text"),
    ],
)
def test_what_is_not_for_us_is_told_in_words(title: str, reason: str) -> None:
    assert classify(title).reason == reason


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Read the full report", Role.OVERVIEW_REPORT),
        ("overview report", Role.OVERVIEW_REPORT),
        ("Executive summary", Role.EXECUTIVE_SUMMARY),
        ("7 point case briefing", Role.LEARNING_BRIEF),
        ("6 step briefing", Role.LEARNING_BRIEF),
        ("Learning on one page", Role.LEARNING_BRIEF),
        ("marlow_7mb_v3", Role.LEARNING_BRIEF),
        ("Partnership response", Role.RESPONSE),
        ("Improvements made briefing", Role.RESPONSE),
        ("Action plan", Role.ACTION_PLAN),
        ("Chair's statement", Role.STATEMENT),
        ("Press release", Role.STATEMENT),
        ("Easy read version", Role.EASY_READ),
        ("Crynodeb gweithredol (Cymraeg)", Role.WELSH_VERSION),
        ("Appendix 2", Role.ANNEX),
        ("Open", Role.OTHER),
    ],
)
def test_roles(text: str, role: Role) -> None:
    assert role_of(text) is role


def test_the_first_telling_text_decides_the_role() -> None:
    assert role_of("PDF", "Briefing", "report") is Role.LEARNING_BRIEF


@pytest.mark.parametrize(("text", "only"), [("here", True), ("Read the report", True), ("Child Q report", False)])
def test_a_link_may_say_only_what_it_is(text: str, only: bool) -> None:
    assert says_only_a_role(text) is only


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Child Q", "Child Q"),
        ("Local review: Robin (RBX23) – Published 27th March 2031", "Robin (RBX23)"),
        ("Review of Family Orchard", "Family Orchard"),
        ("Children F, G and H", "Children F, G and H"),
        ("Child A and Baby N", "Child A and Baby N"),
        ("‘Emily’ & ‘Jack’", "Emily and Jack"),
        ("LCSPR “Child QX”", "Child QX"),
        ("Two Sisters", "Two Sisters"),
        ("BXP2029-30-02", "BXP2029-30-02"),
        ("Serious case review: Child O, October 2024", "Child O"),
        ("SCR G - Final Report", "G"),
        ("Child Safeguarding Practice Review", ""),
        ("COVID-19 briefing", ""),
        ("Neglect strategy", ""),
    ],
)
def test_subjects(title: str, subject: str) -> None:
    assert subject_of(title) == subject


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Local review: Wren", "Wren"),
        ("Charlie and Sam", "Charlie and Sam"),
        ("Ives and June", "Ives and June"),
        ("Practice review March 2031", ""),
        ("Neglect review", ""),
        ("babies with injuries", ""),
    ],
)
def test_pseudonyms(title: str, name: str) -> None:
    assert pseudonym_in(title) == name


def test_codes() -> None:
    assert codes_in("Robin (RBX23), COVID-19, BXP2029-30-02") == ("RBX23", "BXP2029-30-02")


def test_the_place_that_a_title_names_is_not_the_publishers_own() -> None:
    areas = {"york", "north york", "fernshire"}

    assert area_named("Fernshire: Child A", areas, ["York"]) == "Fernshire"
    assert area_named("North York review", areas, ["Fernshire"]) == "North York"
    assert area_named("York review", areas, ["City of York"]) == ""


def test_a_national_review_is_known_by_its_words_or_its_host() -> None:
    assert is_national("National Review: bruising")
    assert is_national("Out of sight", "https://assets.publishing.service.gov.uk/media/1/a.pdf")
    assert not is_national("Child Q", "https://www.example.gov.uk/q.pdf")
