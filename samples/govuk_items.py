"""What the GOV.UK twin holds: its items as data, with what happens to each on which day."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from samples.page import FOREVER

SLUG = "national-learning-panel"
ORGANISATION = f"/government/organisations/{SLUG}"
COLLECTION = "/government/collections/national-reviews"


@dataclass(frozen=True)
class Attachment:
    """A file on the assets host or, without `file`, a web page under the item. Days as in `page.Link`."""

    title: str
    name: str
    file: str = ""
    media: str = ""
    since: int = 0
    until: int = FOREVER


@dataclass(frozen=True)
class GovukItem:
    """One publication. Dates are days after the first day; `changes` are (day, note) besides the first publication."""

    review: str
    path: str
    document_type: str
    title: str
    description: str
    published: int
    attachments: tuple[Attachment, ...] = ()
    changes: tuple[tuple[int, str], ...] = ()
    since: int = 0
    withdrawn: int = FOREVER
    gone: int = FOREVER
    renamed: int = FOREVER
    new_path: str = ""
    collection: bool = False

    @property
    def content_id(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"http://govuk.sample{self.path}"))

    def path_at(self, day: int) -> str:
        return self.new_path if day >= self.renamed else self.path


def _pdf(review: str, title: str, name: str, media: str, since: int = 0, until: int = FOREVER) -> Attachment:
    return Attachment(title, name, f"{review}/overview_report", media, since, until)


_PUBLICATIONS = "/government/publications/"
ITEMS: tuple[GovukItem, ...] = (
    GovukItem(
        "national-infants",
        _PUBLICATIONS + "safeguarding-babies",
        "independent_report",
        "Safeguarding babies: national review",
        "A national review of serious harm to babies.",
        -240,
        (
            _pdf(
                "national-infants",
                "Safeguarding babies: national review",
                "safeguarding-babies.pdf",
                "6a01f00d0123456789abcd01",
            ),
            Attachment("Safeguarding babies (accessible version)", "safeguarding-babies-accessible"),
        ),
        collection=True,
    ),
    GovukItem(
        "panel-annual-past",
        _PUBLICATIONS + "panel-annual-report-previous-year",
        "corporate_report",
        "National Learning Panel annual report, previous year",
        "The work of the panel and what local reviews told it.",
        -420,
        (_pdf("panel-annual-past", "Annual report", "annual-report-previous.pdf", "6a01f00d0123456789abcd02"),),
    ),
    GovukItem(
        "early-help-briefing",
        _PUBLICATIONS + "panel-briefing-early-help",
        "guidance",
        "Panel briefing: early help",
        "What local reviews said about early help.",
        -330,
        (
            _pdf("early-help-briefing", "Panel briefing", "early-help.pdf", "6a01f00d0123456789abcd03", until=5),
            _pdf("early-help-briefing", "Panel briefing", "early-help.pdf", "6a01f00d0123456789abcd13", since=5),
        ),
    ),
    GovukItem(
        "panel-guidance",
        _PUBLICATIONS + "panel-guidance-for-safeguarding-partners",
        "statutory_guidance",
        "Guidance for safeguarding partners",
        "How safeguarding partners should notify the panel.",
        -600,
        (_pdf("panel-guidance", "Guidance for safeguarding partners", "guidance.pdf", "6a01f00d0123456789abcd04"),),
        changes=((-200, "Updated contact details."), (2, "Added a section on notifications from two areas.")),
    ),
    GovukItem(
        "terms-letter",
        _PUBLICATIONS + "national-review-terms-of-reference",
        "correspondence",
        "National review: terms of reference",
        "The questions of the next national review.",
        -100,
        (_pdf("terms-letter", "Terms of reference", "terms.pdf", "6a01f00d0123456789abcd05"),),
        renamed=5,
        new_path=_PUBLICATIONS + "national-review-life-online-terms-of-reference",
    ),
    GovukItem(
        "old-analysis",
        _PUBLICATIONS + "analysis-of-local-reviews",
        "research",
        "Analysis of local reviews",
        "An analysis of local reviews of three years.",
        -1500,
        (_pdf("old-analysis", "Analysis of local reviews", "analysis.pdf", "6a01f00d0123456789abcd06"),),
        withdrawn=3,
    ),
    GovukItem(
        "rapid-review-notes",
        _PUBLICATIONS + "learning-from-rapid-reviews",
        "guidance",
        "Learning from rapid reviews",
        "Notes for safeguarding partners on rapid reviews.",
        -50,
        (Attachment("Learning from rapid reviews", "learning-from-rapid-reviews"),),
    ),
    GovukItem(
        "notice-in-error",
        _PUBLICATIONS + "notice-of-a-meeting",
        "notice",
        "Notice of a meeting",
        "A notice of a meeting of the panel.",
        -20,
        gone=6,
    ),
    GovukItem(
        "press-release",
        "/government/news/panel-asks-for-better-support-for-new-parents",
        "press_release",
        "Panel asks for better support for new parents",
        "The panel has published its national review.",
        -240,
    ),
    GovukItem(
        "panel-annual",
        _PUBLICATIONS + "panel-annual-report",
        "corporate_report",
        "National Learning Panel annual report",
        "The work of the panel in the year and the themes of local reviews.",
        2,
        (_pdf("panel-annual", "Annual report", "annual-report.pdf", "6a01f00d0123456789abcd07"),),
        since=2,
    ),
    GovukItem(
        "back-dated",
        _PUBLICATIONS + "short-breaks",
        "research",
        "Research on short breaks",
        "How short breaks are planned for disabled children.",
        -900,
        (_pdf("back-dated", "Research on short breaks", "short-breaks.pdf", "6a01f00d0123456789abcd08"),),
        since=4,
    ),
)
