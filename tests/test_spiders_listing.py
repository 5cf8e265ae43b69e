"""The listing kind: what stays the same when a page is edited, which pages are asked for, what its options do."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scrapy.http import HtmlResponse, Request

from spiders.listing import Kind
from store.comparing import AS_BEFORE
from store.reading import CrawlJob, DocumentRole, IncidentKind, KnownEntry, LeftOut, Problem, SeenEntry

PAGE = "https://www.example.org/reviews"
NOW = datetime(2031, 12, 1, 6, 0, tzinfo=UTC)


def read(main: str, url: str = PAGE, **job: Any) -> tuple[Kind, list[Any]]:
    spider = Kind(CrawlJob(source="s", kind="listing", url=PAGE, user_agent="test", now=NOW, **job))
    body = f"<html><body><main><h1>Reviews</h1>{main}</main></body></html>"
    return spider, list(spider.parse(HtmlResponse(url, body=body, encoding="utf-8", request=Request(url))))


def entries(main: str, **job: Any) -> dict[str, SeenEntry]:
    return {item.key: item for item in read(main, **job)[1] if isinstance(item, SeenEntry)}


def requests(found: list[Any]) -> list[Request]:
    return [item for item in found if isinstance(item, Request)]


FLAT = [
    '<li><a href="/a.pdf">Child Moor local review (PDF, 2MB)</a></li>',
    '<li><a href="/b.pdf">Child Moor 7 minute briefing</a></li>',
    '<li><a href="/c.pdf">Baby Fern</a></li>',
    '<li><a href="/d.pdf">Family Dale LCSPR 2029</a></li>',
    '<li><a href="/e.pdf">Family Dale LCSPR 2031</a></li>',
    '<li><a href="/f.pdf">Two Sisters: executive summary</a></li>',
    '<li><a href="/g.pdf">Thematic review of bruising</a></li>',
]
HEADED = [
    '<h3>Local review: Robin (RBX23) – Published 27th March 2031</h3><p><a href="/r.pdf">Report</a></p>',
    '<h4>Child A (2029)</h4><p>Key issues: neglect.</p><ul><li><a href="/a29.pdf">Read the report</a></li></ul>',
    '<h3>Child A (2031)</h3><p><a href="/a31.pdf">Read the report</a> <a href="/a31-s.pdf">Press statement</a></p>',
    "<h3>Local review: Wren</h3><p>The report is withheld to protect the family.</p>",
    '<h3>Review of Family Lark</h3><h5>Documents</h5><p><a href="/l.pdf">Overview report</a></p>',
]
PANELS = [
    '<li><button aria-expanded="false">Review of Child V +</button><div><a href="/v.pdf">Read</a></div></li>',
    '<li><button aria-expanded="false">Kit</button><div><a href="/k.pdf">Read the report</a></div></li>',
    '<li><button aria-expanded="false">Family Orr</button><div><p>May 2030</p><a href="/o.pdf">Read</a></div></li>',
]
SENTENCES = [
    '<p>We published LCSPR “Child QX” on 18 March, 2031: <a href="/q.pdf">Final Report LCSPR Child QX</a></p>',
    '<p>Today (16/01/2030) we are publishing the review of Child G. <a href="/g.pdf">SCR Child G</a></p>',
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([FLAT, HEADED, PANELS, SENTENCES]).flatmap(st.permutations))
def test_the_order_of_a_page_means_nothing(blocks: list[str]) -> None:
    wrap = "<ul>{}</ul>" if blocks[0].startswith("<li") else "{}"
    moved = entries(wrap.format("".join(blocks)))
    still = entries(wrap.format("".join(sorted(blocks))))

    assert moved.keys() == still.keys()
    for key, entry in moved.items():
        assert entry.content_hash == still[key].content_hash
        assert entry.published == still[key].published


@pytest.mark.parametrize("blocks", [FLAT, HEADED, PANELS, SENTENCES])
def test_a_page_that_loses_one_review_keeps_the_keys_of_the_others(blocks: list[str]) -> None:
    whole = entries(f"<ul>{''.join(blocks)}</ul>")
    known = tuple(KnownEntry(key=key, url=PAGE, page=PAGE) for key in whole)
    for left in range(len(blocks)):
        fewer = entries("<ul>" + "".join(blocks[:left] + blocks[left + 1 :]) + "</ul>", entries=known)

        assert fewer.keys() <= whole.keys()


def test_a_later_document_is_added_to_its_review() -> None:
    before = entries('<h3>Child K</h3><ul><li><a href="/k.pdf">Overview report (PDF, 1MB)</a></li></ul>')
    late = '<li><a href="/k1.pdf">Learning on one page (published October 2031)</a></li>'
    after = entries(f'<h3>Child K</h3><ul><li><a href="/k.pdf">Overview report (PDF, 3MB)</a></li>{late}</ul>')

    assert before.keys() == after.keys() == {"child-k"}
    assert before["child-k"].content_hash != after["child-k"].content_hash
    assert after["child-k"].published is None
    assert [document.role for document in after["child-k"].documents] == [
        DocumentRole.OVERVIEW_REPORT,
        DocumentRole.LEARNING_BRIEF,
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(PDF, 1MB)", "(PDF, 2.4 MB)"),
        ("", "(opens in a new window)"),
    ],
)
def test_a_link_with_another_size_is_the_same_entry(before: str, after: str) -> None:
    one = entries(f'<ul><li><a href="/k.pdf">Baby Fern {before}</a></li></ul>')
    other = entries(f'<ul><li><a href="/k.pdf">Baby Fern {after}</a></li></ul>')

    assert {key: entry.content_hash for key, entry in one.items()} == {k: e.content_hash for k, e in other.items()}


def test_a_new_signature_and_other_prose_are_no_change() -> None:
    one = entries('<h3>Child K</h3><p>Some words.</p><p><a href="https://b.example.net/k?sv=1&sig=a">Report</a></p>')
    other = entries('<h3>Child K</h3><p>New words.</p><p><a href="https://b.example.net/k?sv=2&sig=b">Report</a></p>')

    assert one["child-k"].content_hash == other["child-k"].content_hash


CHILD_LINK = '<ul><li><a href="/reviews/child-k">Child K</a></li></ul>'
CHILD_KEY = "example.org/reviews/child-k"


def known(revision: str, recheck: bool = False) -> KnownEntry:
    page = "https://www.example.org/reviews/child-k"
    return KnownEntry(key=CHILD_KEY, url=page, page=PAGE, detail_page=page, revision=revision, recheck=recheck)


def revision() -> str:
    asked = requests(read(CHILD_LINK)[1])[0]
    entry = asked.cb_kwargs["entry"]
    assert isinstance(entry, SeenEntry)
    return entry.labels["revision"]


def test_a_known_review_with_a_page_of_its_own_is_seen_on_the_list() -> None:
    _, found = read(CHILD_LINK, entries=(known(revision()),))

    assert [item.flags for item in found if isinstance(item, SeenEntry)] == [(AS_BEFORE,)]
    assert not requests(found)


@pytest.mark.parametrize("entry", [known("another"), known("", recheck=True)])
def test_its_page_is_read_again_when_the_list_says_something_else_or_it_is_due(entry: KnownEntry) -> None:
    _, found = read(CHILD_LINK, entries=(entry,))

    assert [(item.url, item.meta["listing"]) for item in requests(found)] == [
        ("https://www.example.org/reviews/child-k", False)
    ]


def test_due_pages_are_asked_for_though_the_list_is_as_before() -> None:
    spider, _ = read("", entries=(known("x", recheck=True),))
    asked = requests(list(spider.unchanged(PAGE)))
    body = '<main><h1>Child K</h1><p><a href="/k.pdf">overview report</a></p></main>'
    response = HtmlResponse(asked[0].url, body=body, encoding="utf-8")
    found = [item for item in spider.parse_child(response, **asked[0].cb_kwargs) if isinstance(item, SeenEntry)]

    assert [(item.key, item.heading, len(item.documents)) for item in found] == [(CHILD_KEY, "Child K", 1)]


def test_child_pages_may_be_switched_off() -> None:
    found = entries(CHILD_LINK, options={"child_pages": False})

    assert [document.url for document in found["child-k"].documents] == ["https://www.example.org/reviews/child-k"]


def test_a_list_cut_into_pages_is_read_whole() -> None:
    spider, found = read('<h3>Child K</h3><p><a href="/k.pdf">Report</a></p><a href="?page=2">Next page</a>')
    second = requests(found)[0]
    again = list(
        spider.parse(HtmlResponse(second.url, body='<main><a href="?page=2">Next</a></main>', encoding="utf-8"))
    )

    assert second.url == f"{PAGE}?page=2"
    assert second.meta["listing"]
    assert not requests(again)


@pytest.mark.parametrize("options", [{"item": "div[["}, {"include": ["("]}, {"unknown": 1}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read("", options=options)


def test_include_and_exclude_say_what_was_left_out() -> None:
    _, found = read("<ul>" + "".join(FLAT) + "</ul>", options={"include": ["moor", "fern"], "exclude": ["fern"]})

    assert {item.key for item in found if isinstance(item, SeenEntry)} == {"child-moor"}
    assert {item.reason for item in found if isinstance(item, LeftOut)} == {
        "left out by this source's own rule",
        "not meant by this source's own rule",
    }


def test_the_sources_own_words_for_an_empty_page() -> None:
    spider, _ = read("<p>Watch this space.</p>", options={"empty_text": "watch this space"})

    assert spider.empty_is_fine


TAGS = st.sampled_from(
    [
        "<h2>",
        "</h2>",
        "<table>",
        "<tr>",
        "<td rowspan=9999>",
        "</table>",
        "<li>",
        "<a href=x.pdf>",
        "</a>",
        "<p>",
        "<strong>",
        "<button aria-expanded=x>",
        "<details><summary>",
        "<br>",
        "Child A",
        "2031",
        "<a href='http://[x'>",
        "<td colspan=0>",
        "<!-- x -->",
        "review",
        "\x00",
        "<form>",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TAGS, max_size=25))
def test_no_page_is_too_odd(parts: list[str]) -> None:
    _, found = read("".join(parts))
    assert all(isinstance(one, SeenEntry | LeftOut | Problem | Request) for one in found)


WORDS = [
    "Child A local review", "Child A 7 minute briefing", "Robin (RBX23)", "Read the report", "here", "PDF", "", "2031",
    "4 March 2031", "24-17", "b.pdf", "Published reviews", "Downloads:", "Safer sleep thematic review", "Annual report",
    "Safer sleep: briefing", "Agenda", "Policy", "Minutes", "Adult review: Mr X", "June", "Item 3 - Supervision",
    "Welsh",
]  # fmt: skip
LINK = st.sampled_from(WORDS).map(lambda words: f'<a href="/?.pdf">{words}</a>')
INLINE = st.lists(st.sampled_from(WORDS) | LINK | st.just("<br>"), max_size=5).map(" ".join)
WRAPS = ["p", "li", "h2", "h4", "div", "article", "td", "b", "summary", "dt", "dd", "pre", "section", "nav"]
BLOCKS = [*WRAPS, "ul", "table", "tr", "div class=card"]
TREES = st.recursive(
    INLINE,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{chr(10).join(parts)}</{name.split()[0]}>",
        st.sampled_from(BLOCKS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_nothing_is_passed_over_and_nothing_is_made_up(body: str) -> None:
    """Every document on a page is in an entry or left out with a reason; every word of a title is the page's."""
    parts = body.split("?.pdf")
    page = "".join(f"{part}{number}.pdf" for number, part in enumerate(parts[:-1])) + parts[-1]
    _, found = read(page)
    seen = [item for item in found if isinstance(item, SeenEntry)]
    left = [item for item in found if isinstance(item, LeftOut)]
    told = {document.url for entry in seen for document in entry.documents} | {item.url for item in left}
    words = set(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", page)))

    assert told >= {f"https://www.example.org/{number}.pdf" for number in range(len(parts) - 1)}
    assert all(item.reason for item in left)
    assert all(set(re.findall(r"\w+", entry.heading)) <= words | {"untitled"} for entry in seen)


def test_what_is_no_html_is_a_problem() -> None:
    spider, _ = read("")
    found = list(spider.parse(HtmlResponse(PAGE, body=b'{"reviews": []}', encoding="utf-8")))

    assert [item.kind for item in found if isinstance(item, Problem)] == [IncidentKind.WRONG_TYPE]


def test_endless_nesting_is_cut_off() -> None:
    _, found = read("<ul><li>" * 600 + '<a href="/x.pdf">Child A</a>')

    assert found == []


def test_links_that_are_only_dates_or_numbers_are_things_of_their_own() -> None:
    items = "".join(f"<p><a href='/files/{name}.pdf'>{name}</a></p>" for name in ("3 March 2031", "5 May 2031", "1057"))
    assert len(entries(f"<h2>Reports</h2>{items}")) == 3


def test_rows_of_different_dates_are_different_things() -> None:
    rows = "".join(
        f"<tr><td>Learning summary</td><td>{day} March 2031</td><td><a href='/files/{day}.pdf'>Report</a></td></tr>"
        for day in (3, 10, 17)
    )
    assert len(entries(f"<table><tr><th>Title</th><th>Date</th><th>File</th></tr>{rows}</table>")) == 3


@pytest.mark.timeout(30)
def test_a_page_with_very_many_links_is_read_in_time_that_grows_with_them() -> None:
    rows = "".join(
        f"<tr><td>Review</td><td>{n % 28 + 1} March {2000 + n % 30}</td><td><a href='/{n}.pdf'>Report</a></td></tr>"
        for n in range(2000)
    )
    assert entries(f"<table><tr><th>Title</th><th>Date</th><th>File</th></tr>{rows}</table>")


def test_parts_of_a_review_that_are_pages_are_each_read() -> None:
    """A brief and a report of one child, both web pages: neither is lost without a word."""
    links = {"lb-report": "Child LB overview report", "lb-brief": "Child LB learning brief", "ab": "Child AB review"}
    items = "".join(f'<li><a href="/reviews/{name}">{text}</a></li>' for name, text in links.items())
    body = f"<main><h1>Reviews</h1><ul>{items}</ul></main>"
    url = "https://www.example.org/reviews"
    job = CrawlJob(source="s", kind="listing", url=url, user_agent="test", now=datetime(2031, 1, 1, tzinfo=UTC))
    spider = Kind(job)
    found = list(spider.parse(HtmlResponse(url, body=body.encode(), encoding="utf-8")))
    assert {item.url.rpartition("/")[2] for item in found if isinstance(item, Request)} == links.keys()


def test_what_a_control_says_is_no_part_of_a_title() -> None:
    panel = '<h3><button aria-expanded="false">Child W26<span>, show this section</span></button></h3><div>{}</div>'
    found = entries(panel.format('<p>Published: 7 July 2031</p><a href="/w.pdf">Report</a>'))
    assert [one.heading for one in found.values()] == ["Child W26"]


def test_a_button_above_what_it_opens_is_a_heading_though_only_a_script_says_so() -> None:
    found = entries(
        '<div><button class="panel">Child Moor</button><div><a href="/m.pdf">Read the report</a></div></div>'
        '<div><button class="panel">Baby Fern</button><div><a href="/f.pdf">Read the report</a></div></div>'
    )
    assert sorted(one.heading for one in found.values()) == ["Baby Fern", "Child Moor"]


def test_a_column_says_that_a_review_is_of_an_adult() -> None:
    rows = '<tr><td>Lena</td><td>LCSPR</td><td><a href="/l.pdf">Report</a></td></tr>'
    rows += '<tr><td>Mr W</td><td>SAR</td><td><a href="/w.pdf">Report</a></td></tr>'
    _, found = read(f"<table><tr><th>Name</th><th>Type</th><th>Report</th></tr>{rows}</table>")
    assert [item.heading for item in found if isinstance(item, SeenEntry)] == ["Lena"]
    assert [(item.text, item.reason) for item in found if isinstance(item, LeftOut)][:1] == [
        ("Mr W", "an adult review")
    ]


def test_a_month_alone_is_of_the_year_above_it() -> None:
    [one] = entries("<h2>2031</h2><ul><li>Child AB1 (June) <a href='/1.pdf'>report</a></li></ul>").values()
    assert one.published is not None
    assert (one.published.day.isoformat(), one.published.precision) == ("2031-06-01", "month")


def test_a_family_by_name_is_a_review_and_a_newsletter_is_news() -> None:
    found = entries(
        "<h3>The Willow family</h3><p><a href='/w.pdf'>Executive summary</a></p>"
        "<h3>Newsletter Autumn 2031</h3><p><a href='/n.pdf'>Newsletter Autumn 2031</a></p>"
    )
    assert {one.heading: one.kind for one in found.values()} == {
        "The Willow family": "local_review",
        "Newsletter Autumn 2031": "news",
    }
