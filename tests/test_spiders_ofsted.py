"""Ofsted's reports site: joint inspections among all others."""

from datetime import date

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse

from spiders.engine.crawl import read
from spiders.ofsted import next_list, read_label, report_of
from store.reading import CrawlJob, LeftOut, Precision, Reading, SeenEntry
from tests.govuk_twin import Answer, GovukTwin, job

SEARCH = "/search"
FILES = "https://files.example.org/v1/file/"


def report(label: str, file: str = "50270113") -> str:
    hidden = f'<span class="nonvisual">{label}</span>'
    return f'<a class="publication-link" href="{FILES}{file}">Report{hidden}</a>'


def provider(area: str, *reports: str) -> Answer:
    return Answer(f"<main><h1>{area}</h1>{''.join(reports)}</main>")


def order(twin: GovukTwin, before: Reading | None = None) -> CrawlJob:
    url = f"{twin.base}{SEARCH}?level_1_types=3&start=0&rows=100"
    return job(url, before=before).model_copy(update={"kind": "ofsted"})


def search(*providers: str) -> Answer:
    links = "".join(f'<h3><a href="/provider/44/{urn}">Area {urn}</a></h3>' for urn in providers)
    return Answer(f"<main><h1>Results</h1>{links}</main>")


def found(label: str) -> SeenEntry | LeftOut:
    one = report_of(Selector(report(label)).xpath("//a")[0], "https://reports.example.org/", "page", "Ashmoor", "80451")
    assert isinstance(one, SeenEntry | LeftOut)
    return one


def test_a_label_says_type_format_and_day() -> None:
    label = read_label("Joint area child protection inspection, pdf - 04 March 2031")
    assert label.date
    assert (label.type, label.media_type) == ("Joint area child protection inspection", "application/pdf")
    assert (label.date.day, label.date.precision) == (date(2031, 3, 4), Precision.DAY)
    assert read_label("Something else").type == "Something else"


@pytest.mark.parametrize(
    "label",
    [
        "Children's services inspection, pdf - 01 June 2030",
        "Children's services focused visit, pdf - 01 June 2030",
        "Area SEND full inspection, pdf - 01 June 2030",
        "",
    ],
)
def test_neighbouring_kinds_are_left_out_with_the_reason(label: str) -> None:
    left = found(label)
    assert isinstance(left, LeftOut)
    assert left.reason.startswith("another kind of report: ")


def test_near_twin_addresses_stay_apart() -> None:
    label = "Joint area child protection inspection, pdf - 04 March 2031"
    with GovukTwin() as twin:
        twin.answers = {
            SEARCH: search("80451"),
            "/provider/44/80451": provider("Ashmoor", report(label, "50270113"), report(label, "50270113-2")),
        }
        reading = read(order(twin), time_limit=60)
    assert [entry.key.rsplit("/", 1)[-1] for entry in reading.entries] == ["50270113", "50270113-2"]


def test_every_authority_is_asked_for_though_the_list_is_as_before() -> None:
    label = "Joint area child protection inspection, pdf - 04 March 2031"
    with GovukTwin() as twin:
        twin.answers = {
            SEARCH: search("80451", "80452"),
            "/provider/44/80451": provider("Ashmoor", report(label)),
            "/provider/44/80452": provider("Brindle Vale"),
        }
        before = read(order(twin), time_limit=60)
        twin.answers["/provider/44/80452"] = provider("Brindle Vale", report(label, "50299999"))
        after = read(order(twin, before), time_limit=60)
    assert [entry.area for entry in before.entries] == ["Ashmoor"]
    assert [entry.area for entry in after.entries] == ["Brindle Vale"]
    assert sorted(page.status for page in after.pages) == [200, 304, 304]
    assert all(page.listing for page in after.pages)


@pytest.mark.parametrize(
    ("html", "shown", "query"),
    [
        ("", 100, "q=&start=200&rows=100"),
        ("", 53, ""),
        ('<a rel="next" href="/search?start=7">Next</a>', 1, "start=7"),
    ],
)
def test_the_list_goes_on_until_a_page_is_not_full(html: str, shown: int, query: str) -> None:
    response = HtmlResponse("https://reports.example.org/search?q=&start=100&rows=100", body=html.encode())
    following = next_list(response, shown)
    assert following.partition("?")[2] == query
