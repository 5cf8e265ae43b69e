"""Addresses: what to fetch, what a document is, and what makes two addresses the same thing."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from spiders.parsing.text import MEDIA_BY_ENDING, REMEMBERED

TRACKING = frozenset(("fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "e", "_ga", "_gl", "yclid", "igshid"))
# A platform's switches of contrast, size, style and print, and session marks: the same page again.
SWITCHES = frozenset(
    (
        "sitecontrast",
        "opt-in-translate",
        "switchstyle",
        "stylesheet",
        "vaction",
        "black",
        "et_blog",
        "print",
        "fontsize",
    )
) | {"textsize", "contrast", "highcontrast", "hkey", "setid", "sessionid", "phpsessid", "jsessionid", "cfid", "cftoken"}
NOISE = TRACKING | SWITCHES
NOISE_PREFIXES = ("utm_", "mtm_", "pk_")
IDENTITY = frozenset(
    ("p", "id", "page_id", "newsid", "documentid", "doc", "misheetid", "u", "data", "fileid", "attachment_id")
)
SIGNATURE = frozenset(
    ("sig", "signature", "x-amz-signature", "se", "st", "sv", "sr", "sp", "spr", "skoid", "sktid", "expires", "policy")
) | {"key-pair-id", "x-amz-date", "x-amz-expires", "x-amz-credential", "x-amz-algorithm", "x-amz-signedheaders"}
SIGNED = frozenset(("sig", "signature", "x-amz-signature", "key-pair-id"))
DEFAULT_PORTS = {"http": 80, "https": 443}
WEB = ("http", "https")

# Most addresses need nothing done to them, and to find that out by taking them apart is slow: these are let through.
PATH = r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?"
CANONICAL = re.compile(rf"https?://[a-z0-9-]{{1,60}}(?:\.[a-z0-9-]{{1,60}}){{1,5}}{PATH}")
FROM_THE_ROOT = re.compile(PATH)
JADU_FILE = re.compile(r"/downloads/(file|download)/(\d+)(?:/.*)?$", re.IGNORECASE)
DOCUMENT_PATHS = re.compile(
    r"/downloads/file/\d+|/downloads/\d+/|/_files/ugd/|/wp-content/uploads/|/getmedia/|(?<!/downloads)/download/(?:file/)?\d+"
    r"|/file/\d+|/servefile|/assets?/(?:documents?|file)s?/|/document/download",
    re.IGNORECASE,
)
DOCUMENT_QUERY = frozenset(["download", "doc", "docid", "documentfile", "attachment", "filename"])
NOT_TO_READ = frozenset(
    ("png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "mp4", "mp3", "wav", "m4a", "css", "js", "ics")
)


@lru_cache(maxsize=REMEMBERED)
def absolute(base: str, href: str) -> str:
    """The address a link means; empty for what is no web address (mail, script, a place on the same page)."""
    href = href.strip()
    if not href or href.startswith("#"):
        return ""
    if CANONICAL.fullmatch(href):
        return href
    if FROM_THE_ROOT.fullmatch(href) and (site := _site(base)):
        return f"{site}{href}"
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(fragment="")) if parts.scheme in WEB and parts.hostname else ""


@lru_cache(maxsize=REMEMBERED)
def _site(url: str) -> str:
    """The part of an address before its path; empty for what is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in WEB and parts.hostname else ""


def canonical(url: str, drop: Collection[str] = (), keep: Collection[str] = ()) -> str:
    """The address as it is fetched and shown: sorted, without fragment, default port, tracking and display switches.

    `drop` and `keep` name parameters of this source; `keep` wins. The scheme and the host's `www` stay as they are.
    """
    if CANONICAL.fullmatch(url):
        return url
    parts = urlsplit(url.strip())
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if _stays(name, drop, keep)]
    plain = urlunsplit((parts.scheme.lower(), _host(url), _path(parts.path), urlencode(kept), ""))
    canonicalised: str = canonicalize_url(plain)
    # A bare switch ("?black") and an emptied query both leave a question mark behind.
    return canonicalised.rstrip("?")


def key_of(url: str, drop: tuple[str, ...] = (), keep: tuple[str, ...] = ()) -> str:
    """What two addresses of the same thing have in common: for comparing only, never for fetching.

    Without scheme, `www`, trailing slash, index page, print twin and signatures; a Jadu download by its number.
    The archive's own form is `store.addresses.address_key`, which knows no source's options. Keys and hashes made by
    both are stored, so neither may change.
    """
    return _key(url, drop, keep)


@lru_cache(maxsize=REMEMBERED)
def _key(url: str, drop: tuple[str, ...], keep: tuple[str, ...]) -> str:
    parts = urlsplit(canonical(url, drop, keep))
    host = parts.netloc.removeprefix("www.")
    jadu = JADU_FILE.search(parts.path)
    if jadu:
        return f"{host}/downloads/{jadu[1].lower()}/{jadu[2]}"
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$|/print$", "", parts.path.rstrip("/"), flags=re.IGNORECASE)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if SIGNED & {name.lower() for name, _ in query}:
        query = [(name, value) for name, value in query if name.lower() not in SIGNATURE]
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")


def same_host(one: str, other: str) -> bool:
    """True when both addresses are of one site (with or without `www`)."""
    return _host(one).removeprefix("www.") == _host(other).removeprefix("www.")


@lru_cache(maxsize=REMEMBERED)
def ending(url: str) -> str:
    """The ending of the file that the address names, lower case, without the dot; empty when it has none."""
    name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if stem.strip(".") and dot else ""


def file_name(url: str) -> str:
    """The last part of the path, decoded, without its ending."""
    name = PurePosixPath(unquote(urlsplit(url).path))
    return name.stem if ending(url) in MEDIA_BY_ENDING else name.name


def media_type_of(url: str) -> str:
    """The type that the address's ending promises; empty when it promises none."""
    return MEDIA_BY_ENDING.get(ending(url), "")


@lru_cache(maxsize=REMEMBERED)
def is_document(url: str) -> bool:
    """True when the address looks like a file to read: by its ending, or by a download path or parameter."""
    suffix = ending(url)
    if suffix in MEDIA_BY_ENDING:
        return True
    if suffix in NOT_TO_READ:
        return False
    names = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return bool(DOCUMENT_PATHS.search(urlsplit(url).path) or names & DOCUMENT_QUERY or names & SIGNED)


def is_page(url: str) -> bool:
    """True when the address looks like a web page."""
    suffix = ending(url)
    return not is_document(url) and suffix not in NOT_TO_READ


def _stays(name: str, drop: Collection[str], keep: Collection[str]) -> bool:
    lower = name.lower()
    if lower in {item.lower() for item in keep}:
        return True
    if lower in {item.lower() for item in drop}:
        return False
    return lower in IDENTITY or not (lower in NOISE or lower.startswith(NOISE_PREFIXES))


def _host(url: str) -> str:
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, DEFAULT_PORTS.get(parts.scheme.lower())) else f"{host}:{port}"


def _path(path: str) -> str:
    return re.sub(r"/{2,}", "/", path) or "/"
