"""Publishers read by feed, WordPress interface, sitemap or newsletter."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape

from samples import shapes
from samples.cases import NAMES
from samples.listing_items import item, report
from samples.page import JSON, XML, Item, Link, Page, Pages, address, date_words, live, redirect, text_page
from samples.partnerships import files

RSS = "application/rss+xml; charset=utf-8"
POSTS_PATH = "/wp-json/wp/v2/posts"
NO_SUCH_PAGE = Page(b'{"code":"rest_post_invalid_page_number","data":{"status":400}}', JSON, 400)
"""What WordPress says when asked for a page of posts after the last."""

NEWS = (
    Item(
        "robin",
        "Exampleshire publishes review of Robin",
        (Link("Read the review", "http://exampleshire.sample/media/robin-report.pdf"),),
        1,
        "The review looks at neglect and at how information was shared.",
        since=1,
    ),
    Item(
        "vale-briefing",
        "Vale briefing: sharing information",
        (
            Link(
                "Read the briefing",
                "/briefings/sharing-information.pdf",
                "panel-guidance/learning_brief",
                "learning_brief",
            ),
        ),
        -20,
        "A short briefing for practitioners in the region.",
    ),
    Item(
        "vale-conference",
        "Regional conference: save the date",
        (Link("Read more", "/news/conference"),),
        -35,
        "The conference takes place in the autumn.",
    ),
)
"""What the regional news feed carries; one of its items in the file is broken and names nothing."""

POSTS = (
    item(
        "sorrel",
        "Partnership publishes review of Child Sorrel",
        report("sorrel", "Report", "/wp-content/uploads/{upload}/BXP2026-02.pdf"),
        report("sorrel", "Briefing Note", "/wp-content/uploads/{upload}/BXP2026-02-briefing.pdf", "learning_brief"),
        report("sorrel", "Press Statement", "/wp-content/uploads/{upload}/BXP2026-02-statement.pdf", "statement"),
        summary="The independent scrutineer thanked all who took part in the review BXP2026-02.",
        since=2,
    ),
    item(
        "moss",
        "Review of Child Moss published",
        report("moss", "Report", "/wp-content/uploads/{upload}/BXP2025-04.pdf"),
        summary="The partnership accepts the findings of BXP2025-04.",
    ),
)

SITEMAP = (
    item(
        "lark-siblings",
        "Lark siblings: practice review",
        Link("Lark siblings: practice review", "/reviews/lark-siblings"),
        report("lark-siblings", "overview report", "/reviews/files/lark-siblings.pdf"),
        summary="Published {long}",
        since=3,
    ),
    item(
        "finch",
        "Finch: practice review",
        Link("Finch: practice review", "/reviews/finch"),
        report("finch", "overview report", "/reviews/files/finch.pdf"),
        summary="Published {long}",
    ),
)

EDITIONS = (
    (4, 2, "our neighbours in Exampleshire have published", "a review of Robin", 1),
    (3, -30, "we wrote about", "early help", 2),
)
"""(number, days after the first day, what the text says, the link's text, the tracked link's id)"""
LEADS = {
    1: address("exampleshire", "/learning/reviews"),
    2: address("govuk", "/government/publications/panel-briefing-early-help"),
}
"""id of a tracked link -> where it leads"""


def pages(day: int, first_day: date) -> Pages:
    return {
        **_news(day, first_day),
        **_posts(day, first_day),
        **_sitemap(day, first_day),
        **_newsletters(day, first_day),
    }


def _moment(first_day: date, days: int) -> datetime:
    return datetime.combine(first_day + timedelta(days=days), time(9, 30), UTC)


def _channel(publisher: str, entries: Sequence[str]) -> Page:
    name, home = escape(NAMES[publisher]), address(publisher, "/")
    start = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{name}</title><link>{home}</link>'
    )
    text = f"{start}<description>News</description>\n" + "\n".join(entries) + "\n</channel></rss>\n"
    return text_page(text, RSS)


def _entry(publisher: str, one: Item, link: str, guid: str, first_day: date) -> str:
    when = format_datetime(_moment(first_day, one.published))
    target = escape(address(publisher, link))
    return (
        f"<item><title>{escape(one.heading)}</title><link>{target}</link>"
        f'<guid isPermaLink="false">{escape(guid)}</guid>'
        f"<pubDate>{when}</pubDate><description>{escape(one.summary)}</description></item>"
    )


def _news(day: int, first_day: date) -> Pages:
    items = live(NEWS, day, first_day)
    entries = [_entry("valenews", one, one.links[0].path, f"vale-{one.review}", first_day) for one in items]
    broken = "<item><title></title><link/><pubDate>Somewhen, 99 Foo 20266</pubDate></item>"
    name = NAMES["valenews"]
    conference = shapes.page(
        name, "Regional conference: save the date", "<p>The conference takes place in the autumn.</p>"
    )
    return {
        ("valenews", "/feed.xml"): _channel("valenews", [*entries[:1], broken, *entries[1:]]),
        ("valenews", "/news/conference"): text_page(conference),
        **files("valenews", items, day, first_day),
    }


def _posts(day: int, first_day: date) -> Pages:
    items = live(POSTS, day, first_day)
    name, found, records, entries = NAMES["brackenholt"], {}, [], []
    for one in items:
        when = _moment(first_day, one.published)
        path, number = post_path(one, first_day), 400 + one.published
        inside = shapes.post(one, when.date().isoformat(), date_words(when.date())["long"])
        canonical = f'<link rel="canonical" href="{address("brackenholt", path)}"/>'
        found["brackenholt", path] = text_page(
            shapes.page(name, one.heading, f"<article>{inside}</article>", head=canonical)
        )
        found["brackenholt", f"/?p={number}"] = redirect(address("brackenholt", path))
        records.append(_record(one, number, path, inside, when))
        entries.append(_entry("brackenholt", one, path, f"{address('brackenholt', '/')}?p={number}", first_day))
    news = shapes.rows([f'<a href="{post_path(one, first_day)}">{escape(one.heading)}</a>' for one in items])
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed/"/>'
    feed += '<link rel="https://api.w.org/" href="/wp-json/"/>'
    api = {"name": name, "namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {"methods": ["GET"]}}}
    counts = (("X-WP-Total", str(len(records))), ("X-WP-TotalPages", "1"))
    return {
        **found,
        ("brackenholt", "/"): text_page(shapes.page(name, "Latest news", news, head=feed)),
        ("brackenholt", "/feed/"): _channel("brackenholt", entries),
        ("brackenholt", "/wp-json/"): text_page(json.dumps(api), JSON),
        ("brackenholt", POSTS_PATH): Page(json.dumps(records).encode(), JSON, headers=counts),
        **files("brackenholt", items, day, first_day),
    }


def post_path(one: Item, first_day: date) -> str:
    upload = date_words(first_day + timedelta(days=one.published))["upload"]
    return f"/{upload}/" + one.heading.lower().replace(" ", "-") + "/"


def _record(one: Item, number: int, path: str, inside: str, when: datetime) -> dict[str, object]:
    """A post as WordPress's REST interface gives it, without the keys that nobody reads."""
    stamp = f"{when:%Y-%m-%dT%H:%M:%S}"
    absolute = inside.replace('href="/', f'href="{address("brackenholt", "/")}')
    return {
        "id": number,
        "date": stamp,
        "date_gmt": stamp,
        "modified": stamp,
        "modified_gmt": stamp,
        "slug": path.rstrip("/").rsplit("/", 1)[-1],
        "status": "publish",
        "type": "post",
        "link": address("brackenholt", path),
        "title": {"rendered": one.heading},
        "content": {"rendered": absolute, "protected": False},
        "excerpt": {"rendered": f"<p>{escape(one.summary)}</p>", "protected": False},
    }


def _sitemap(day: int, first_day: date) -> Pages:
    items = live(SITEMAP, day, first_day)
    found = {("thornmere", one.links[0].path): _review_page(one) for one in items}
    shown = [("/", 0), ("/about", 0), *((one.links[0].path, one.published) for one in items)]
    urls = "".join(
        f"<url><loc>{address('thornmere', path)}</loc><lastmod>{first_day + timedelta(days=days)}</lastmod></url>"
        for path, days in shown
    )
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    found["thornmere", "/sitemap.xml"] = text_page(f"{start}{urls}</urlset>\n", XML)
    return found | files("thornmere", items, day, first_day)


def _review_page(one: Item) -> Page:
    main = f"<p>{escape(one.summary)}</p>\n<p>Read the {shapes.anchor(one.links[1])}.</p>"
    return text_page(shapes.page(NAMES["thornmere"], one.heading, main))


def _newsletters(day: int, first_day: date) -> Pages:
    name, found, shown = NAMES["fenlow"], {}, []
    for number, published, told, text, click in EDITIONS:
        if published > day:
            continue
        month = date_words(first_day + timedelta(days=published))["month_year"]
        path = f"/newsletter/edition-{number}"
        link = f'<a href="/click?u=1&amp;id={click}&amp;e=abc">{text}</a>'
        main = f"<p>{month}</p>\n<h2>Learning</h2>\n<p>In this edition {told} {link}.</p>"
        found["fenlow", path] = text_page(shapes.page(name, f"Edition {number}", main))
        shown.append(f'<a href="{path}">Edition {number}, {month}</a>')
    found["fenlow", "/newsletter"] = text_page(shapes.page(name, "Newsletter", shapes.rows(shown)))
    return found | {
        ("fenlow", f"/click?u=1&id={click}&e=abc"): redirect(target, 302) for click, target in LEADS.items()
    }
