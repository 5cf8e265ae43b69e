"""The ways in which a publisher's site can be wrong, as changed answers; `host` does the slow ones."""

import json
import re
from dataclasses import replace

from samples.page import HTML, Page, redirect

MODES = {
    "down": "the connection is closed without an answer",
    "500": "server error",
    "403": "a challenge page",
    "404": "not found",
    "slow": "the body dribbles",
    "empty": "pages without their list",
    "rebuilt": "pages of another make, without anything that was known",
    "soft404": "status 200, but the page says that it was not found",
    "redirect_home": "every page leads to the home page",
    "wrong_type": "documents are web pages",
    "huge": "a body without end",
    "redirect_private": "a redirect into a private network",
    "robots": "robots.txt forbids everything",
    "503_retry_after": "busy, with Retry-After",
}
"""mode -> what it is, in words"""

PRIVATE = "http://169.254.169.254/latest/"
RETRY_AFTER = 120
"""seconds"""
_WHOLE_SITE = {"500", "403", "404", "503_retry_after"}
_ERRORS = {
    "500": Page(b"<h1>Internal server error</h1>", status=500),
    "403": Page(b"<title>Just a moment...</title><h1>Checking your browser</h1>", status=403),
    "404": Page(b"<h1>Not found</h1>", status=404),
    "soft404": Page(
        b"<html><head><title>Page not found</title></head><body><main><h1>Page not found</h1></main></body></html>"
    ),
    "redirect_home": redirect("/", 302),
    "redirect_private": redirect(PRIVATE, 302),
    "503_retry_after": Page(b"<h1>Busy</h1>", status=503, headers=(("Retry-After", str(RETRY_AFTER)),)),
}
_SIGN_IN = Page(b"<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>", HTML)
_FORBIDDEN = Page(b"User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")


def failed(mode: str, path: str, page: Page) -> Page:
    """The answer that a failing site gives instead of `page`. Only errors of the whole site touch robots.txt."""
    if path == "/robots.txt":
        return _FORBIDDEN if mode == "robots" else _ERRORS[mode] if mode in _WHOLE_SITE else page
    if mode == "redirect_home" and path == "/":
        return page
    if mode == "wrong_type":
        return page if page.is_text else _SIGN_IN
    if mode in _REWRITTEN:
        return replace(page, body=_REWRITTEN[mode](page)) if page.is_text else page
    return _ERRORS.get(mode, page)


def _emptied(page: Page) -> bytes:
    """The page as its system gives it when it finds no content: heading and frame stay, the list is gone."""
    if page.content_type.startswith("application/json"):
        value = json.loads(page.body)
        return b"[]" if isinstance(value, list) else json.dumps(value | {"results": [], "total": 0}).encode()
    body = re.sub(rb"(<main>\s*<h1>.*?</h1>).*?(</main>)", rb"\1<p>Welcome.</p>\2", page.body, flags=re.DOTALL)
    return re.sub(rb"<(item|entry|url)>.*?</\1>", b"", body, flags=re.DOTALL)


def _rebuilt(page: Page) -> bytes:
    """The page as another system gives it: other parts, its data under other names; a feed that breaks off."""
    if page.content_type.startswith("application/json"):
        return b'{"page": {"parts": []}}'
    if b"<html" not in page.body[:500].lower():
        return re.split(rb"<(?:item|entry|url)\b", page.body, maxsplit=1)[0]
    return _OTHER_SYSTEM


_OTHER_SYSTEM = (
    b"<html><head><title>Welcome</title></head><body><div><div><section><div><h2>Our work</h2><p>What we do.</p></div>"
    b"</section><section><div><h2>Meetings</h2><p>When we meet.</p></div></section></div></div></body></html>"
)
_REWRITTEN = {"empty": _emptied, "rebuilt": _rebuilt}
