"""Every real page among the samples, of bodies quite unlike ours: what a person sees on it against what is read.

`seen`: the entries a person counts. `found`: those read, as entries or as requests for a page of their own.
`papers`: documents left out with a reason (agendas, minutes, forms, menus). No document is passed over in silence.
"""

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Request

from spiders.engine.problems import problem_for
from spiders.listing import Kind
from spiders.parsing.lines import anchors_of
from spiders.parsing.page import tree
from spiders.parsing.telling import leads_to_document
from store.reading import IncidentKind, LeftOut, SeenEntry
from tests.govuk_twin import job
from tests.real_samples import parameters

ADDRESSES = {
    "chi_northwest_home_equity--1": "https://nwheap.com/events/governing-commissioners-public-meeting-18/",
    "chi_northwest_home_equity--2": "https://nwheap.com/events/governing-commissioners-public-meeting-15/",
    "chi_northwest_home_equity--chi_northwest_home_equity": "https://nwheap.com/category/meet-minutes-and-agendas/",
    "cook_south_mosquito": "https://sccmad.org/",
    "hmi-probation-youth-justice-table": "https://data.example.org/youth-justice",
}
"""Where pages say their own address in full in their links, it is needed to know which links stay on the site."""
COUNTS = {
    # page: (seen, found, papers)
    "bap8_example": (76, 75, 0),
    "cit_example_2": (95, 95, 0),
    "connappct_example": (210, 211, 0),
    "nycrimct_example": (44, 44, 0),
    "washctapp_u_example": (2, 2, 0),
    "chi_board_elections": (9, 9, 7),
    "chi_boardofethics": (150, 151, 0),
    "chi_fire_benefit_fund": (4, 4, 111),
    "chi_housing_authority_notice": (26, 26, 13),
    "chi_mayors_bicycle_advisory_council": (0, 0, 44),
    "chi_north_river_mental_health_minutes": (56, 56, 0),
    "chi_northwest_home_equity--1": (0, 0, 0),
    "chi_northwest_home_equity--2": (0, 0, 0),
    "chi_northwest_home_equity--chi_northwest_home_equity": (0, 0, 0),
    "chi_ssa_2": (5, 5, 21),
    "cook_south_mosquito": (0, 0, 6),
    "il_gaming_board": (2, 2, 12),
    "ofsted-birmingham-2012.pdf": (0, 0, 0),
    "hmi-probation-youth-justice-table": (83, 83, 0),
}


@pytest.mark.parametrize("path", parameters("html/*/*.html"))
def test_a_real_page(path: Path) -> None:
    url = ADDRESSES.get(path.stem, f"https://body.example.org/papers/{path.stem}")
    found = list(Kind(job(url)).parse(HtmlResponse(url, body=path.read_bytes())))
    entries = [one for one in found if isinstance(one, SeenEntry)]
    left_out = [one for one in found if isinstance(one, LeftOut)]
    told = {document.url for entry in entries for document in entry.documents} | {one.url for one in left_out}
    anchors = anchors_of(tree(HtmlResponse(url, body=path.read_bytes()).text), url)
    documents = {anchor.url for anchor in anchors if leads_to_document(anchor)}

    assert documents <= told
    assert len({entry.key for entry in entries}) == len(entries)
    assert all(one.reason for one in left_out)
    requests = [one for one in found if isinstance(one, Request) and one.meta["listing"] is False]
    papers = {one.url for one in left_out} & documents
    _, expected, expected_papers = COUNTS[path.stem]
    assert (len(entries) + len(requests), len(papers)) == (expected, expected_papers)


def test_nineteen_in_twenty_are_found() -> None:
    seen = sum(seen for seen, _, _ in COUNTS.values())
    wrong = sum(abs(seen - found) for seen, found, _ in COUNTS.values())

    assert wrong <= 0.05 * seen


@pytest.mark.parametrize("path", parameters("html/soft-404/*.html"))
def test_a_page_that_says_it_is_none(path: Path) -> None:
    """Whatever was asked for, a list or a report: what came is told as an incident, never as an empty list."""
    url = "https://reports.example.org/report/50004321"
    answer = HtmlResponse(url, body=path.read_bytes(), headers={"Content-Type": "text/html; charset=utf-8"})
    problem = problem_for(answer, url)

    assert problem
    assert problem.kind is IncidentKind.SOFT_404
