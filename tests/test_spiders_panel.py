"""The Panel's own site: one item by every address, and what is asked for again and what is not."""

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from spiders.engine.crawl import read
from spiders.panel import kind_of, links_in
from spiders.parsing.panel import own_address, read_page
from store.reading import CrawlJob, PublicationKind, Reading
from tests.govuk_twin import Answer, GovukTwin, due, job

FIXTURES = Path(__file__).parent / "fixtures" / "panel"
URL = "https://www.example.org/publications/page"
LISTED = ("/publications/annual-report-2029-to-2030/", "/publications/sleep-and-babies/", "/learning-hub/neglect/")


def page(html: str, url: str = URL) -> HtmlResponse:
    return HtmlResponse(url, body=html.encode(), encoding="utf-8")


def saved(name: str) -> Answer:
    return Answer((FIXTURES / name).read_text("utf-8"), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def site() -> GovukTwin:
    """The Panel's site with a second page of its list and an empty news page."""
    twin = GovukTwin()
    report = saved("annual-report.html")
    report.body = str(report.body).replace("https://www.example.org", twin.base)
    twin.answers = {
        "/publications/": saved("publications.html"),
        "/publications/annual-report-2029-to-2030/": report,
        "/": report,  # /?p=242
        "/publications/sleep-and-babies/": saved("sleep-and-babies.html"),
        "/learning-hub/neglect/": saved("learning-hub-neglect.html"),
        "/news/": Answer("<main><h1>News</h1></main>"),
        "/publications/page/2/": Answer(
            "<main><h1>Publications</h1><a href='/publications/sleep-and-babies/'>x</a></main>"
        ),
    }
    return twin


def order(twin: GovukTwin, before: Reading | None = None) -> CrawlJob:
    return job(f"{twin.base}/publications/", before=before).model_copy(update={"kind": "panel"})


def test_a_list_goes_on_where_its_link_to_the_next_page_leads(site: GovukTwin) -> None:
    onward = "<main><h1>Publications</h1><ul></ul><div><a href='/publications/sheet-2/'>Next</a></div></main>"
    site.answers["/publications/"] = Answer(onward)
    site.answers["/publications/sheet-2/"] = saved("publications.html")
    with site as twin:
        reading = read(order(twin), time_limit=60)
    assert sorted(entry.heading for entry in reading.entries) == ["Annual Report 2029 to 2030", "Sleep and babies"]
    assert f"{twin.base}/publications/sheet-2/" in {page.url for page in reading.pages if page.listing}


def test_two_addresses_of_one_item_are_one_entry(site: GovukTwin) -> None:
    with site as twin:
        reading = read(order(twin), time_limit=60)
    assert reading.problem is None
    assert sorted(entry.heading for entry in reading.entries) == ["Annual Report 2029 to 2030", "Sleep and babies"]
    assert [left.text for left in reading.left_out] == ["Learning about neglect"]
    assert {page.url.removeprefix(twin.base) for page in reading.pages if page.listing} == {
        "/publications/",
        "/news/",
        "/publications/page/2/",
    }


def test_unchanged_lists_are_all_that_is_asked_for(site: GovukTwin) -> None:
    with site as twin:
        before = read(order(twin), time_limit=60)
        twin.asked.clear()
        reading = read(order(twin, before), time_limit=60)
    assert (reading.problem, reading.entries) == (None, ())
    assert twin.asked[0] == "/publications/"
    assert not set(twin.asked) & set(LISTED)


def test_items_due_for_a_second_look_are_asked_for(site: GovukTwin) -> None:
    with site as twin:
        before = read(order(twin), time_limit=60)
        changed = twin.answers["/publications/sleep-and-babies/"]
        changed.body = str(changed.body).replace("safer sleep", "sleep, corrected")
        reading = read(due(order(twin, before)), time_limit=60)
    full = [entry for entry in reading.entries if not entry.flags]
    assert ["corrected" in entry.abstract for entry in full] == [True]


def test_the_canonical_address_counts_only_on_its_own_site() -> None:
    other = '<link rel="canonical" href="https://www.example.net/elsewhere/">'
    own = '<link rel="canonical" href="/publications/own/">'
    assert own_address(page(f"<head>{other}</head>")) == URL
    assert own_address(page(f"<head>{own}</head>", "https://www.example.org/?p=7")) == (
        "https://www.example.org/publications/own/"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<main><h1>About the panel</h1><p>We were set up in 2018.</p></main>",
        "<main><p>Published 3 May 2031</p></main>",
        "<h1></h1>",
    ],
)
def test_a_page_without_title_day_or_file_is_no_publication(html: str) -> None:
    assert read_page(page(html)) is None


def test_an_item_without_file_or_label() -> None:
    item = read_page(page("<body><h1>News in brief</h1><p>Published: 3 May 2031</p></body>"))
    assert item
    assert (item.label, item.documents, item.post_id) == ("", (), "")


def test_menus_and_page_furniture_are_no_items() -> None:
    html = (
        "<main><nav><a href='/publications/a/'>a</a></nav><a href='/about/faqs/'>FAQs</a><a href='/'>Home</a>"
        "<a href='/contact/'>Contact</a><a href='#top'>Top</a><a href='/x.jpg'>Picture</a>"
        "<a href='/?p=9'>Nine</a><a href='/publications/b/'>B</a></main>"
    )
    assert [text for _, text in links_in(page(html))] == ["Nine", "B"]


@pytest.mark.parametrize(
    ("label", "title", "kind"),
    [
        ("Annual report", "2029 to 2030", PublicationKind.ANNUAL_REPORT),
        ("National review", "It stays unsaid", PublicationKind.NATIONAL_REVIEW),
        ("Practice briefing", "Sleep", PublicationKind.BRIEFING),
        ("News", "National review published", PublicationKind.NEWS),
        ("", "National review of life online", PublicationKind.NATIONAL_REVIEW),
        ("", "Something else", PublicationKind.OTHER),
    ],
)
def test_kinds(label: str, title: str, kind: PublicationKind) -> None:
    assert kind_of(label, title) is kind
