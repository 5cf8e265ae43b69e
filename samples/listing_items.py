"""What the partnerships list, as data: items with the days on which they and their links are there."""

from samples.cases import CASES
from samples.page import FOREVER, Item, Link


def item(ref: str, heading: str, *links: Link, summary: str = "", since: int = 0, until: int = FOREVER) -> Item:
    return Item(ref, heading, links, CASES[ref].published, summary, since, until)


def report(ref: str, text: str, path: str, role: str = "overview_report", since: int = 0, until: int = FOREVER) -> Link:
    return Link(text, path, f"{ref}/{role}", role, since, until)


EXAMPLESHIRE = (
    item(
        "robin",
        "Local review: Robin (RBX26) – Published {ordinal}",
        report("robin", "Review: Robin (RBX26)", "/media/robin-report.pdf"),
        report("robin", "Partnership statement", "/media/robin-statement.pdf", "statement"),
        summary="Key issues: neglect; information sharing; attendance at school.",
        since=1,
    ),
    item(
        "wren",
        "Local review: Wren - Published {ordinal}",
        report("wren", "Review: Wren (PDF, 150.9 KB)", "/media/wren-report.pdf"),
        report("wren", "Summary of multi-agency progress", "/media/wren-summary.pdf", "executive_summary"),
        report("wren", "Learning on one page (PDF, 48.2 KB)", "/media/wren-one-page.pdf", "learning_brief", since=2),
        summary="Key issues: transitions; mental health.",
    ),
    item(
        "osprey",
        "Serious case review: Child O, {month_year}",
        report("osprey", "The report is now available", "/media/child-o-scr.pdf"),
        summary="Key issues: neglect; attendance.",
    ),
)

NORTHBECK = (
    item(
        "robin",
        "Learning from another area: the Robin review",
        report(
            "robin", "Learning from another area: the Robin review (PDF 225Kb)", "/assets/reviews/learning-robin.PDF"
        ),
        since=1,
    ),
    item(
        "marlow",
        "Child Marlow local review",
        report("marlow", "Child Marlow local review\u00a0(PDF 225Kb)", "/assets/reviews/child-marlow-lcspr.PDF"),
        report("marlow", "Child Marlow 7 Minute Briefing ", "../files/marlow%207mb%20v3.pdf", "learning_brief"),
    ),
    item("fern", "Baby Fern", report("fern", "Baby Fern", "/blob/9f2.pdf?sv=2025&sig={day}")),
    item(
        "national-infants",
        "National review: safeguarding babies",
        Link("National review: safeguarding babies", "http://govuk.sample/government/publications/safeguarding-babies"),
    ),
)


def _wexmoor(root: str, since: int, until: int) -> tuple[Item, ...]:
    """The same panels at the addresses of the old or of the new site."""

    def panel(ref: str, heading: str, *links: Link) -> Item:
        return item(ref, heading, *links, summary="Published {month_year}.", since=since, until=until)

    def full(ref: str, name: str) -> Link:
        return report(ref, "Read the full report", f"{root}{name}.pdf?download=1")

    response = report("orchard", "Partnership response", f"{root}orchard-response.docx", "response")
    slides = Link("Briefing slides", f"{root}baby-tarn-briefing.pptx", "tarn/slides", "learning_brief")
    return (
        panel("orchard", "Review of Family Orchard", full("orchard", "orchard"), response),
        panel("elm", "Review of Child Elm", full("elm", "child-elm")),
        panel("ash", "Review of Child Ash", full("ash", "child-ash")),
        panel("tarn", "Review of Baby Tarn", full("tarn", "baby-tarn"), slides),
        panel("yew", "Review of Family Yew", full("yew", "family-yew")),
    )


WEXMOOR = (*_wexmoor("/doc/", 0, 6), *_wexmoor("/site-assets/reviews/files/", 6, FOREVER))

HARROWMERE = (
    item(
        "sol",
        "Sol",
        report("sol", "Open", "/_files/ugd/ab12_c0ffee.pdf"),
        summary="Missing episodes and school. {long}",
    ),
    item(
        "linnet",
        "Baby Linnet",
        report("linnet", "Open", "/_files/ugd/ab12_decade.pdf"),
        summary="Temporary accommodation. {long}",
        until=5,
    ),
)

STOWMARSH = (
    item(
        "kestrel",
        "Child K",
        Link("Child K", "/10-learning/10-1-reviews/10-1-8-child-k/"),
        report("kestrel", "overview report", "/uploads/{upload}/K-overview.pdf"),
        report("kestrel", "7 point case briefing", "/uploads/{upload}/K-7-point.pdf", "learning_brief"),
        summary="Child K practice review {month_year}",
    ),
    item(
        "mallow",
        "Child M",
        Link("Child M", "/10-learning/10-1-reviews/10-1-5-child-m/"),
        report("mallow", "overview report", "/uploads/{upload}/M-overview.pdf"),
        summary="Child M Serious Case Review {month_year}",
    ),
)

AMBLEFORD = (
    item(
        "child-qx",
        "Final Report LCSPR Child QX",
        report("child-qx", "Final Report LCSPR Child QX", "/files/{upload}/QX-Final-v2.pdf"),
        summary="The partnership published LCSPR “Child QX” on {comma}. Read the report here –",
        since=4,
    ),
    item(
        "child-d",
        "SPR Child D",
        report("child-d", "SPR Child D", "/files/{upload}/spr-d.pdf"),
        summary="The partnership is today ({slashes}) publishing the report on Child D.",
    ),
    item(
        "child-g",
        "Executive summary - Child G",
        report("child-g", "Executive summary - Child G", "/files/{upload}/G-summary.pdf", "executive_summary"),
        summary="On {ordinal} we published the summary of the review of Child G.",
    ),
)

MEREFOLD = (
    item(
        "ellis",
        "Ellis: local child safeguarding practice review",
        report("ellis", "> Ellis Report ({year})", "/articles?id=731&print=1"),
        summary="{month_year}",
    ),
    item(
        "merefold-annual",
        "Annual report of the safeguarding partners",
        report("merefold-annual", "> Annual report", "/articles?id=702&print=1"),
        summary="{month_year}",
    ),
    item(
        "rowan", "Rowan (LSCPR)", report("rowan", "> Rowan Report", "/articles?id=655&print=1"), summary="{month_year}"
    ),
    item(
        "pascoe",
        "{year} Thematic Study 'Pascoe'",
        report("pascoe", "> Pascoe Summary Report ({year})", "/articles?id=760&print=1"),
        summary="{month_year}",
        since=4,
    ),
)

CALDERSTOW = (
    item(
        "teal",
        "Family Teal",
        report("teal", "PDF", "/media/t.pdf"),
        report("teal", "PDF", "/media/t2.pdf", "learning_brief"),
        summary="{short}",
    ),
    item("kit", "Kit", report("kit", "PDF", "/media/k.pdf"), summary="{short}"),
)

PENWICK = (
    item(
        "case-t",
        "Case review T - final report",
        report("case-t", "Case review T - final report (PDF)", "/downloads/file/123/case_review_t_-_final_report"),
        summary="Added {long}",
        until=5,
    ),
    item(
        "case-v",
        "Case review V - final report",
        report("case-v", "Case review V - final report (PDF)", "/downloads/file/98/case_review_v_-_final_report"),
        summary="Added {long}",
    ),
)

LARKSEA = (
    item(
        "heron",
        "Family Heron, {year}",
        report("heron", "Family Heron, {year} (opens in a new window)", "/edocs/x?doc=77"),
        summary="The partnership has published its review of",
    ),
    item(
        "reed",
        "Child Reed: a review in seven points",
        Link("Child Reed: a review in seven points", "/reviews/child-reed", role="overview_report"),
        summary="A review that is published as a web page:",
    ),
    item(
        "adult-j",
        "Safeguarding adults review: Adult J",
        Link("Safeguarding adults review: Adult J", "/adults/adult-j.pdf", "adult-j/overview_report"),
        summary="The adults board has published",
    ),
)
