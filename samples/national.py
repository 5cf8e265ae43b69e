"""National bodies other than GOV.UK: the charity's list of reviews, the panel's own site, the inspectorate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from samples import shapes
from samples.cases import NAMES
from samples.listing_items import item, report
from samples.page import PDF, Item, Link, Page, Pages, date_words, live, redirect, text_page
from samples.partnerships import files
from samples.reports import document

YEAR_LIST = "/case-reviews/recently-published-case-reviews"
UPDATE = "/case-reviews/monthly-case-reviews-update"
LIBRARY = "http://library.sample/HeritageScripts/Hapi.dll/search2?searchTerm0="
INSPECTIONS = "/search?level_1_types=3"
ANONYMOUS_COPY = "/media/k3v9x2qa/overview-report.pdf"


@dataclass(frozen=True)
class Record:
    """One entry of the charity's lists; headings and labels vary as they do in life."""

    review: str
    heading: str
    years_back: int
    paragraphs: tuple[str, ...]
    library: str
    since: int = 0
    in_update: bool = False
    link: str = "Read the overview report"
    target: str = ""

    def printed(self, first_day: date) -> str:
        return self.heading.format(year=first_day.year - self.years_back)

    def published(self, first_day: date) -> str:
        """The date in the heading, ISO 8601 as far as it goes; the month is named in one old heading only."""
        year = str(first_day.year - self.years_back)
        return f"{year}-12" if self.heading.startswith("December ") else year

    @property
    def address(self) -> str:
        return self.target or LIBRARY + self.library


RECORDS = (
    Record(
        "anonymous-adam",
        "{year} – Anonymous – Adam B",
        0,
        (
            "A boy of 16 had been missing from home on several occasions.",
            "Learning: missing episodes; disability.",
            "Keywords: adolescents, missing children",
        ),
        "C9104",
        since=4,
        in_update=True,
    ),
    Record(
        "anonymous-siblings",
        "{year} – Anonymous – Siblings P",
        0,
        (
            "Four children of one family lived at several addresses.",
            "Learning focuses on: housing; neglect.",
            "Recommendations include: a named worker for families who move.",
        ),
        "C9105",
        since=4,
        target=ANONYMOUS_COPY,
    ),
    Record(
        "robin",
        "{year} – Exampleshire - Robin",
        0,
        (
            "A child of 9 whose family was known to several services.",
            "Learning themes include: neglect; information sharing.",
            "Keywords: neglect, school attendance",
        ),
        "C9101",
        since=1,
        in_update=True,
        link="> Read the overview report",
    ),
    Record(
        "marlow",
        "{year} - Northbeck - Child Marlow",
        1,
        ("A child of 14 who was often online at night.", "Key issues: include: life online."),
        "C8871",
        in_update=True,
    ),
    Record(
        "anonymous-charlie",
        "{year} - Anonymous- Children F, G and H",
        1,
        ("Three children moved between areas.", "includes: records that arrive late."),
        "C8866",
    ),
    Record(
        "orchard",
        "{year} – Wexmoor – Family Orchard",
        1,
        ("A family of four children.", "Learning includes: housing; neglect; domestic abuse."),
        "C8902",
    ),
    Record(
        "joint-gabriel",
        "{year} - Exampleshire and Northbeck - Gabriel",
        1,
        (
            "A child of 15 known to services in two areas.",
            "Recommendations to the partnership include: shared plans across areas.",
        ),
        "C8850",
        in_update=True,
    ),
    Record(
        "kit",
        "{year} - Calderstow – Kit",
        1,
        ("A young person of 16.", "Key issues: mental health. Recommendations: a named contact. Keywords: adolescents"),
        "C8844",
    ),
    Record(
        "anonymous-a",
        "{year} – Anonymous – Child A",
        2,
        ("A girl of 16.", "Issues identified include: transitions."),
        "C8419",
    ),
    Record(
        "tarn",
        "{year}Wexmoor – Baby Tarn",
        2,
        ("A baby of 5 weeks.", "Background: a parent asked for help.", "Model: systems review."),
        "C8402",
    ),
    Record(
        "mallow",
        "December {year} - Stowmarsh - Child M",
        2,
        ("A young person of 16.", "Keywords: waiting lists"),
        "C8388",
    ),
)

PANEL_ITEMS = (
    item(
        "panel-annual",
        "Annual report",
        Link("Annual report", "/publications/annual-report/"),
        report("panel-annual", "Download the annual report", "/app/uploads/{upload}/annual-report.pdf"),
        summary="Published {long}",
        since=3,
    ),
    item(
        "panel-online",
        "Practice briefing: life online",
        Link("Practice briefing: life online", "/publications/life-online/"),
        report("panel-online", "Download the briefing", "/app/uploads/{upload}/life-online.pdf"),
        summary="Published {long}",
    ),
    item(
        "national-infants",
        "Safeguarding babies: national review",
        Link("Safeguarding babies: national review", "/publications/safeguarding-babies/"),
        report("national-infants", "Download the review", "/app/uploads/{upload}/safeguarding-babies.pdf"),
        summary="Published {long}",
    ),
)

_INSPECTED = (
    ("Calderstow", "/provider/44/80451", "/v1/file/50270113", 4),
    ("Larksea", "/provider/44/80422", "/v1/file/50268804", 0),
    ("Northbeck", "/provider/44/80437", "/v1/file/50261207", 0),
)
LETTERS = tuple(
    item(
        f"jtai-{area.lower()}",
        f"{area}: Joint area child protection inspection",
        Link(area, provider),
        report(f"jtai-{area.lower()}", "Joint area child protection inspection, pdf - {long}", file),
        summary=area,
        since=since,
    )
    for area, provider, file, since in _INSPECTED
)
_OTHER_INSPECTION = "/v1/file/10000001"


def records(day: int) -> tuple[Record, ...]:
    """The entries of the year list that day; their place on the page says nothing about their age."""
    return tuple(record for record in RECORDS if record.since <= day)


def pages(day: int, first_day: date) -> Pages:
    return {**_society(day, first_day), **_panel(day, first_day), **_inspectorate(day, first_day)}


def _society(day: int, first_day: date) -> Pages:
    shown, name = records(day), NAMES["society"]
    years = sorted({record.years_back for record in shown})
    sections = "\n".join(_year(years_back, shown, first_day) for years_back in years)
    latest = "\n".join(_record(record, first_day) for record in shown if record.in_update)
    updated = date_words(first_day)["long"].replace("September", "Sept")
    update = f"<p>Last updated: {updated}</p>\n<h2>New in the collection</h2>\n{latest}"
    found = {
        ("society", YEAR_LIST): text_page(shapes.page(name, "Recently published case reviews", sections)),
        ("society", UPDATE): text_page(shapes.page(name, "Case reviews update", update)),
    }
    if any(record.target for record in shown):
        found["society", ANONYMOUS_COPY] = Page(document("orchard/overview_report", day, first_day).body, PDF)
    catalogue = shapes.page("Library", "Search results", "<p>One record found.</p>")
    search = LIBRARY.removeprefix("http://library.sample")
    return found | {("library", search + record.library): text_page(catalogue) for record in RECORDS}


def _year(years_back: int, shown: Sequence[Record], first_day: date) -> str:
    entries = "\n".join(_record(record, first_day) for record in shown if record.years_back == years_back)
    return f"<h2>Case reviews published in {first_day.year - years_back}</h2>\n{entries}"


def _record(record: Record, first_day: date) -> str:
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in record.paragraphs)
    link = f'<a href="{escape(record.address)}">{escape(record.link)}</a>'
    return f"<h3>{escape(record.printed(first_day))}</h3>\n{text}\n<p>{link}</p>"


def _panel(day: int, first_day: date) -> Pages:
    items, name = live(PANEL_ITEMS, day, first_day), NAMES["panel"]
    listed = shapes.rows([shapes.anchor(one.links[0]) for one in items])
    found: Pages = {("panel", "/publications/"): text_page(shapes.page(name, "Publications", listed))}
    for number, one in enumerate(PANEL_ITEMS):
        if one.since <= day:
            found["panel", f"/?p={242 - number}"] = redirect(f"http://panel.sample{one.links[0].path}")
    for one in items:
        made = document(one.links[1].file, day, first_day)
        rows = f"<p>File size: {len(made.body) / 1024:.1f} KB</p><p>File type: PDF</p>"
        main = f"<p>{escape(one.summary)}</p>\n<p>{shapes.anchor(one.links[1])}</p>{rows}"
        canonical = f'<link rel="canonical" href="http://panel.sample{one.links[0].path}"/>'
        found["panel", one.links[0].path] = text_page(shapes.page(name, one.heading, main, head=canonical))
    return found | files("panel", items, day, first_day)


def _inspectorate(day: int, first_day: date) -> Pages:
    items, name = live(LETTERS, day, first_day), NAMES["inspectorate"]
    providers = shapes.rows([f"<h3>{shapes.anchor(one.links[0])}</h3>" for one in items])
    found: Pages = {("inspectorate", INSPECTIONS): text_page(shapes.page(name, "Search results", providers))}
    for one in items:
        found["inspectorate", one.links[0].path] = text_page(_provider(one, first_day))
    other = document("jtai-northbeck/statement", day, first_day)
    return {
        **found,
        ("inspectorate", _OTHER_INSPECTION): Page(other.body, PDF),
        **files("inspectorate", items, day, first_day),
    }


def _provider(one: Item, first_day: date) -> str:
    """An area's page: the joint letter, and an inspection of another kind that is not ours."""
    other = date_words(first_day - timedelta(days=500))["long"]
    letter = _letter(one.links[1].path, one.links[1].text)
    letters = [letter, _letter(_OTHER_INSPECTION, f"Children's services inspection, pdf - {other}")]
    return shapes.page(NAMES["inspectorate"], one.summary, shapes.rows(letters))


def _letter(path: str, label: str) -> str:
    return f'<a class="publication-link" href="{path}">Report<span class="nonvisual"> {escape(label)}</span></a>'
