"""The changes of the story, written by hand: what becomes known on which day, what fails, what belongs together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One thing that becomes known on a day. `kind` as in the change log."""

    day: int
    kind: str
    review: str
    source: str
    why: str
    document: str = ""


CHANGES: tuple[Change, ...] = (
    Change(1, "new", "robin", "exampleshire-reviews", "a new review in four places"),
    Change(2, "new", "sorrel", "brackenholt-news", "announced in a news post"),
    Change(2, "new", "panel-annual", "govuk-organisation", "an annual report"),
    Change(
        2,
        "document_added",
        "wren",
        "exampleshire-reviews",
        "a late briefing",
        "http://exampleshire.sample/media/wren-one-page.pdf",
    ),
    Change(
        2,
        "document_replaced",
        "case-v",
        "penwick-reviews",
        "two slips corrected",
        "http://penwick.sample/downloads/file/98/case_review_v_-_final_report",
    ),
    Change(2, "updated", "panel-guidance", "govuk-organisation", "Added a section on notifications from two areas."),
    Change(3, "new", "lark-siblings", "thornmere-sitemap", "a new page in the sitemap"),
    Change(
        3,
        "suspected",
        "teal",
        "calderstow-reviews",
        "a name and a paragraph are gone",
        "http://calderstow.sample/media/t.pdf",
    ),
    Change(3, "suspected", "old-analysis", "govuk-organisation", "withdrawn with a notice"),
    Change(4, "new", "pascoe", "merefold-reviews", "dated two years back"),
    Change(4, "new", "back-dated", "govuk-organisation", "dated two years back"),
    Change(4, "new", "jtai-calderstow", "inspectorate-letters", "a joint inspection letter"),
    Change(4, "new", "anonymous-adam", "society-year-list", "no area is named, library record only"),
    Change(4, "new", "anonymous-siblings", "society-year-list", "no area is named, the same bytes as a named review"),
    Change(5, "new", "child-qx", "ambleford-reviews", "came out while the site was down"),
    Change(
        5,
        "document_replaced",
        "early-help-briefing",
        "govuk-organisation",
        "two slips corrected, at a new address",
        "http://assets.sample/media/6a01f00d0123456789abcd13/early-help.pdf",
    ),
    Change(5, "unlisted", "linnet", "harrowmere-reviews", "older than a year"),
    Change(
        5,
        "suspected",
        "case-t",
        "penwick-reviews",
        "gone after two months",
        "http://penwick.sample/downloads/file/123/case_review_t_-_final_report",
    ),
    Change(5, "moved", "terms-letter", "govuk-organisation", "renamed, the same content_id"),
    Change(6, "moved", "orchard", "wexmoor-reviews", "redesign"),
    Change(6, "moved", "elm", "wexmoor-reviews", "redesign"),
    Change(6, "moved", "yew", "wexmoor-reviews", "redesign"),
    Change(6, "moved", "ash", "wexmoor-reviews", "redesign"),
    Change(6, "moved", "tarn", "wexmoor-reviews", "redesign"),
    Change(6, "suspected", "notice-in-error", "govuk-organisation", "removed with an explanation"),
)

FAILING: dict[int, dict[str, str]] = {
    3: {"ambleford-reviews": "unreachable"},
    4: {"ambleford-reviews": "unreachable"},
    6: {"stowmarsh-reviews": "empty"},
    7: {"stowmarsh-reviews": "empty"},
}
"""day -> source -> kind of incident that is open"""

HELD: dict[int, tuple[str, ...]] = {6: ("wexmoor-reviews",), 7: ("wexmoor-reviews",)}
"""day -> sources whose reading waits for an administrator (who does nothing): all their addresses changed at once"""

JOINS: dict[tuple[str, str], str] = {
    ("northbeck-reviews", "robin"): "bytes",
    ("valenews-feed", "robin"): "address",
    ("society-year-list", "robin"): "heading",
    ("society-update", "robin"): "address",
    ("society-update", "marlow"): "address",
    ("society-update", "joint-gabriel"): "address",
    ("society-update", "anonymous-adam"): "address",
    ("northbeck-reviews", "national-infants"): "address",
    ("govuk-collection", "national-infants"): "address",
    ("panel-publications", "national-infants"): "bytes",
    ("panel-publications", "panel-annual"): "bytes",
    ("society-year-list", "marlow"): "heading",
    ("society-year-list", "orchard"): "heading",
    ("society-year-list", "kit"): "heading",
    ("society-year-list", "tarn"): "heading",
    ("society-year-list", "mallow"): "heading",
}
"""(source, review) -> what shows that this entry is of a review that another source lists as well"""

NEVER_JOINED = ("anonymous-siblings", "orchard")
"""Equal bytes, but one is anonymous: only an administrator may join them (rule 7)."""

LEADS = frozenset({"fenlow-newsletter"})
"""Sources whose entries point to publications and are none."""

LEFT_OUT: dict[str, tuple[str, ...]] = {"larksea-reviews": ("adult-j",)}
"""source -> what is on its page and is not about children"""

STORY: tuple[str, ...] = (
    "The first reading: what the publishers show already is archived and not announced.",
    "Exampleshire publishes a review. Northbeck, a news feed and the charity's list show it too.",
    "A briefing is added to a known review, two slips in a report are corrected, two publications are new.",
    "A report is replaced by one in which a name and a paragraph are gone. Ambleford's site is down.",
    "Reviews dated years back appear. The charity lists two reviews without naming an area. Ambleford is still down.",
    "Ambleford is back with a review that came out meanwhile. One review has expired, another is gone early.",
    "Wexmoor has a new site with new addresses. Stowmarsh's page has lost its list.",
    "A quiet day: nothing changes anywhere.",
)
"""What happens on each day, in one line."""
