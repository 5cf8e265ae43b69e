"""The partnerships' own pages: which items each lists, the shape in which it lists them, and the files behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from samples import shapes
from samples.cases import CASES, NAMES
from samples.listing_items import (
    AMBLEFORD,
    CALDERSTOW,
    EXAMPLESHIRE,
    HARROWMERE,
    LARKSEA,
    MEREFOLD,
    NORTHBECK,
    PENWICK,
    STOWMARSH,
    WEXMOOR,
)
from samples.page import FOREVER, Item, Page, Pages, live, redirect, text_page
from samples.reports import document, recommendations
from samples.texts import THEMES


@dataclass(frozen=True)
class Listing:
    """One page with reviews. `moved` is its later address and the day from which it is there."""

    source: str
    publisher: str
    path: str
    title: str
    items: tuple[Item, ...]
    draw: Callable[[Sequence[Item]], str] | None
    child_pages: bool = False
    banners: tuple[str, ...] = ()
    empty_from: int = FOREVER
    moved: tuple[int, str] = (FOREVER, "")

    def address(self, day: int) -> str:
        return self.moved[1] if day >= self.moved[0] else self.path


_NONE_YET = (
    "<h2>Published reviews</h2>\n<p>There are no reviews to show at present. Future reviews will be added here.</p>"
)
LISTINGS: tuple[Listing, ...] = (
    Listing(
        "exampleshire-reviews",
        "exampleshire",
        "/learning/reviews",
        "Learning from reviews",
        EXAMPLESHIRE,
        shapes.heading_bundle,
    ),
    Listing("northbeck-reviews", "northbeck", "/local-reviews/", "Local reviews", NORTHBECK, shapes.flat_list),
    Listing(
        "wexmoor-reviews",
        "wexmoor",
        "/professionals/case-reviews/",
        "Case reviews",
        WEXMOOR,
        shapes.accordion,
        moved=(6, "/learning-hub/practice-reviews"),
    ),
    Listing("harrowmere-reviews", "harrowmere", "/reviews/lscpr", "Reviews", HARROWMERE, shapes.cards),
    Listing(
        "stowmarsh-reviews",
        "stowmarsh",
        "/10-learning/10-1-reviews/",
        "Learning from reviews",
        STOWMARSH,
        shapes.child_links,
        child_pages=True,
        empty_from=6,
    ),
    Listing("ambleford-reviews", "ambleford", "/practice-reviews", "Practice reviews", AMBLEFORD, shapes.sentences),
    Listing("merefold-reviews", "merefold", "/learning", "Learning library", MEREFOLD, None),
    Listing("calderstow-reviews", "calderstow", "/safeguarding/reviews", "Published reviews", CALDERSTOW, shapes.table),
    Listing("penwick-reviews", "penwick", "/downloads/download/19/reviews", "Reviews", PENWICK, shapes.downloads),
    Listing(
        "larksea-reviews",
        "larksea",
        "/services/children/safeguarding/practice-reviews/",
        "Local child safeguarding practice reviews",
        LARKSEA,
        shapes.prose,
        banners=(
            "Bin collections are as usual this week.",
            "Bin collections are a day late this week.",
            "Libraries close early today.",
        ),
    ),
    Listing("fenlow-reviews", "fenlow", "/reviews", "Practice reviews", (), lambda _items: _NONE_YET),
)


def pages(day: int, first_day: date) -> Pages:
    """Every page and file of the partnerships' listings on that day."""
    found = {key: page for listing in LISTINGS for key, page in _listing_pages(listing, day, first_day).items()}
    return found | {("larksea", "/reviews/child-reed"): text_page(_web_review("reed"))}


def _web_review(ref: str) -> str:
    """A review that is published as a web page and as nothing else."""
    case = CASES[ref]
    points = "".join(f"<h2>{escape(THEMES[name].finding)}</h2>" + _paragraphs(name) for name in case.themes)
    advice = shapes.rows([escape(row.text) for row in recommendations(ref)])
    main = f"<p>{escape(case.circumstance)}</p>{points}<h2>Recommendations</h2>{advice}"
    return shapes.page(case.publisher_name, f"{case.subject}: a review in seven points", main)


def _paragraphs(theme: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in THEMES[theme].paragraphs)


def _listing_pages(listing: Listing, day: int, first_day: date) -> Pages:
    items = live(listing.items, day, first_day)
    path, name = listing.address(day), NAMES[listing.publisher]
    draw = listing.draw or (lambda found: shapes.by_year(found, first_day))
    main = draw(items) if day < listing.empty_from else "<p>This part of the site is being updated.</p>"
    banner = listing.banners[day % 3 if day < 6 else 0] if listing.banners else ""
    found = {(listing.publisher, path): text_page(shapes.page(name, listing.title, main, banner))}
    if path != listing.path:
        found[listing.publisher, listing.path] = redirect(path)
    if listing.child_pages:
        for one in items:
            found[listing.publisher, one.links[0].path] = text_page(
                shapes.page(name, one.heading, shapes.child_page(one))
            )
    return found | files(listing.publisher, items, day, first_day)


def files(publisher: str, items: Sequence[Item], day: int, first_day: date) -> Pages:
    """The documents behind the links of the items, at the addresses that a browser would ask for."""
    return {
        (publisher, served(link.path)): _file(link.file, day, first_day)
        for one in items
        for link in one.links
        if link.file and not link.path.startswith("http")
    }


def served(path: str) -> str:
    """The path as it is asked for: `../` is resolved; a signature or a download switch makes no difference."""
    return path.replace("../", "/").split("?sv=")[0].split("?download=")[0]


def _file(file: str, day: int, first_day: date) -> Page:
    made = document(file, day, first_day)
    return Page(made.body, made.content_type)
