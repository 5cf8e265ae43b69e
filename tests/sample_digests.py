"""Two sample digests for docs/, made from the demo: `python -m tests.sample_digests` (needs Debian's chromium).

The mail as a picture of its HTML part, and the Teams card as JSON and as a picture. All of it is invented content.
"""

import json
import os
import tempfile
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html import escape
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser

from reviewwatch import demo
from tests.browser import chromium

DOCS = Path(__file__).parent.parent / "docs"
WIDTH, HEIGHT = 720, 1400
STYLE = """
body { font: 15px/1.4 "Segoe UI", Arial, sans-serif; margin: 16px; color: #242424; background: #f5f5f5; }
main { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; padding: 16px; max-width: 640px; }
p { margin: 4px 0; } h1 { font-size: 21px; margin: 0 0 8px; } .subtle { color: #616161; font-size: 14px; }
.bold { font-weight: 600; } .Medium { font-size: 17px; } .separator { border-top: 1px solid #d1d1d1; padding-top: 8px; }
section { margin: 12px 0; } nav { margin: 6px 0; } nav a { display: inline-block; border: 1px solid #d1d1d1;
border-radius: 4px; padding: 4px 12px; margin: 2px 6px 2px 0; color: #242424; text-decoration: none; font-weight: 600; }
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        before = Path.cwd()
        os.chdir(name)
        try:
            demo.run(once=True, port=None)
        finally:
            os.chdir(before)
        write(Path(name) / "demo-data")


def write(folder: Path) -> None:
    """The samples from a demo's folder: its longest mail and card."""
    mail = BytesParser(policy=default).parsebytes(_longest(folder / "mail", "*.eml"))
    card = json.loads(_longest(folder / "teams", "*.json"))
    (DOCS / "sample-card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with chromium() as browser:
        picture(browser, html_of(mail), DOCS / "sample-mail.png")
        picture(browser, drawn(card), DOCS / "sample-card.png")


def _longest(folder: Path, pattern: str) -> bytes:
    return max((path.read_bytes() for path in sorted(folder.glob(pattern))), key=len)


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None, "every digest has an HTML part"
    return str(part.get_content())


def picture(browser: Browser, html: str, path: Path) -> None:
    """The page as a reader sees it first: the upper part of a long one."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 400})
    page.set_content(html)
    height = min(HEIGHT, int(page.evaluate("document.documentElement.scrollHeight")))
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, full_page=True)
    page.close()


def drawn(message: dict[str, Any]) -> str:
    """The card roughly as Teams draws it: text blocks, containers and buttons."""
    card = message["attachments"][0]["content"]
    body = "".join(_element(one) for one in card["body"]) + _buttons(card["actions"])
    return f'<!doctype html><html lang="en-GB"><style>{STYLE}</style><main>{body}</main></html>'


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "Container":
        return f"<section>{''.join(_element(one) for one in element['items'])}</section>"
    if element["type"] == "ActionSet":
        return _buttons(element["actions"])
    if element["type"] == "TextBlock":
        return f"<h1>{escape(element['text'])}</h1>"
    (run,) = element["inlines"]
    classes = [cast(str, run.get("size", "")), *(["bold"] if "weight" in run else [])]
    classes += [
        name for name, wanted in (("subtle", "isSubtle" in run), ("separator", "separator" in element)) if wanted
    ]
    return f'<p class="{" ".join(classes)}">{escape(run["text"])}</p>'


def _buttons(actions: list[dict[str, Any]]) -> str:
    links = "".join(f"<a>{escape(action['title'])}</a>" for action in actions)
    return f"<nav>{links}</nav>"


if __name__ == "__main__":
    main()
