"""The shapes in which partnerships list their reviews (sources-partnerships dossier, section 7), as our own HTML.

Every function takes the items of the day and returns the inside of the page's main part; all of it is well-formed XML.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from itertools import groupby

from samples.page import Item, Link, date_words

Items = Sequence[Item]
_MENU = (("Home", "/"), ("About us", "/about"), ("Report a concern", "/report-a-concern"), ("Training", "/training"))


def page(
    site: str, title: str, main: str, banner: str = "", head: str = "", menu: Sequence[tuple[str, str]] = ()
) -> str:
    """A whole page: cookie notice, banner, menu, main part, footer. `main` and `head` are HTML, the rest is text."""
    notice = f'<div class="alert"><p>{escape(banner)}</p></div>' if banner else ""
    links = "".join(f'<li><a href="{escape(path)}">{escape(text)}</a></li>' for text, path in (*_MENU, *menu))
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en"><head><meta charset="utf-8"/>'
        f"<title>{escape(title)} - {escape(site)}</title>{head}</head>\n<body>"
        f"<div><p>We use cookies to make this site work.</p></div>{notice}"
        f'<header><p><a href="/">{escape(site)}</a></p></header><nav><ul>{links}</ul></nav>\n'
        f"<main>\n<h1>{escape(title)}</h1>\n{main}\n</main>\n"
        '<footer><p><a href="/privacy">Privacy</a> <a href="/accessibility">Accessibility</a></p></footer>'
        "</body></html>\n"
    )


def anchor(link: Link) -> str:
    return f'<a href="{escape(link.path)}">{escape(link.text)}</a>'


def rows(items: Sequence[str]) -> str:
    return "<ul>\n" + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>"


def flat_list(items: Items) -> str:
    """Shape 1: nothing but document links."""
    return "<p>Our partnership publishes what it learns.</p>\n" + rows(
        [anchor(link) for item in items for link in item.links]
    )


def heading_bundle(items: Items) -> str:
    """Shape 2: a heading for each review, a paragraph, its documents."""
    blocks = [
        f"<h3>{escape(item.heading)}</h3>\n<p>{escape(item.summary)}</p>\n<p>Available reports:</p>\n"
        + rows([anchor(link) for link in item.links])
        for item in items
    ]
    return "<h2>Published reviews</h2>\n" + "\n".join(blocks)


def accordion(items: Items) -> str:
    """Shape 3: panels whose body is in the page, hidden, with the same link text in each."""
    panels = [
        f'<button aria-expanded="false">{escape(item.heading)} +</button>'
        f'<div hidden="hidden"><p>{escape(item.summary)}</p>'
        + "".join(f"<p>{anchor(link)}</p>" for link in item.links)
        + "</div>"
        for item in items
    ]
    return rows(panels).replace("<ul>", '<ul class="panels">', 1)


def cards(items: Items) -> str:
    """Shape 4: a grid of cards with a status badge; file names say nothing."""
    tiles = [
        f'<div role="listitem" class="c{index:x}f"><h3>{escape(item.heading)}</h3><p>{escape(item.summary)}</p>'
        '<span class="tag">Published</span> ' + " ".join(anchor(link) for link in item.links) + "</div>"
        for index, item in enumerate(items)
    ]
    return '<p>Reviews stay here for twelve months.</p>\n<div role="list">\n' + "\n".join(tiles) + "\n</div>"


def child_links(items: Items) -> str:
    """Shape 5, the list: each review has a page of its own, at the path of its first link."""
    return "<p>Each review has its own page.</p>\n" + rows([anchor(item.links[0]) for item in items])


def child_page(item: Item) -> str:
    """Shape 5, the page of one review: documents linked from inside sentences."""
    documents = item.links[1:]
    sentence = " There is also a ".join(anchor(link) for link in documents)
    return f"<h2>{escape(item.summary)}</h2>\n<p>The findings are in the {sentence}.</p>"


def sentences(items: Items) -> str:
    """Shape 6: dated sentences, the newest above the introduction."""
    told = [
        f"<p>{escape(item.summary)} " + " &#8211; ".join(anchor(link) for link in item.links) + "</p>" for item in items
    ]
    return "\n".join([*told[:1], "<p>Reviews are published for at least one year.</p>", *told[1:]])


def by_year(items: Items, first_day: date) -> str:
    """Shape 7: grouped under year headings, newest year first."""

    def year(item: Item) -> str:
        return date_words(first_day + timedelta(days=item.published))["year"]

    newest_first = sorted(items, key=lambda item: item.published, reverse=True)
    return "\n".join(
        f"<h2>{name}</h2>\n" + "\n".join(map(_grouped, group)) for name, group in groupby(newest_first, year)
    )


def _grouped(item: Item) -> str:
    links = "<br/>".join(anchor(link) for link in item.links)
    return f"<p><strong>{escape(item.heading)}</strong><br/>{escape(item.summary)}<br/>{links}</p>"


def table(items: Items) -> str:
    """Shape 8: a table in which the links only say what type of file they are."""
    body = [
        f"<tr><td>{escape(item.heading)}</td><td>{escape(item.summary)}</td>"
        f"<td>{_cell(item, 0)}</td><td>{_cell(item, 1)}</td></tr>"
        for item in items
    ]
    head = "<tr><th>Review</th><th>Published</th><th>Report</th><th>Briefing</th></tr>"
    return f"<table><thead>{head}</thead><tbody>\n" + "\n".join(body) + "\n</tbody></table>"


def _cell(item: Item, column: int) -> str:
    return anchor(item.links[column]) if len(item.links) > column else "Not available"


def downloads(items: Items) -> str:
    """Shape 9: a download directory; addresses without a file type, sizes beside the links."""
    blocks = [
        f'<div class="dl">{anchor(link)}<p>Size: {len(link.text) * 9} KB. {escape(item.summary)}</p></div>'
        for item in items
        for link in item.links
    ]
    more = '<p><a href="/training">See all downloads for training</a></p>'
    return "\n".join(["<h2>Downloads</h2>", *blocks, more])


def post(item: Item, iso: str, long_date: str) -> str:
    """Shape 10: the inside of a news post that announces a review."""
    links = " | ".join(anchor(link) for link in item.links)
    return f'<p><time datetime="{iso}">{long_date}</time></p>\n<p>{escape(item.summary)}</p>\n<p>{links}</p>'


def prose(items: Items) -> str:
    """Shape 11: a council's page, links inside prose."""
    lines = [f"<p>{escape(item.summary)} {' '.join(anchor(link) for link in item.links)}</p>" for item in items]
    return "<p>Reviews play a vital role in how services learn.</p>\n<h2>Published reviews</h2>\n" + "\n".join(lines)
