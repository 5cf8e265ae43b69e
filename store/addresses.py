"""When two addresses are the same place: the form by which entries and documents are compared, never fetched."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from w3lib.url import canonicalize_url

TRACKING = re.compile(
    r"^(utm_.*|mtm_.*|fbclid|gclid|msclkid|mc_cid|mc_eid|_ga|_gl"
    r"|sitecontrast|opt-in-translate|switchstyle|stylesheet|vaction|et_blog|print|fontsize|contrast"
    r"|sig|signature|sv|se|st|sr|sp|spr|x-amz-.*|expires)$",
    re.IGNORECASE,
)
JADU_FILE = re.compile(r"^(.*/downloads/file/\d+)(/.*)?$", re.IGNORECASE)
_ORDINARY = re.compile(r"https?://(?:www\.)?([a-z0-9.-]+)((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?", re.ASCII)
"""Most addresses have nothing to be normalised; finding that out costs a tenth of normalising."""
_HOST = re.compile(r"https?://([a-z0-9.-]+(?::[0-9]+)?)(?=/|$)", re.ASCII)
DEFAULT_PORTS = {"http": 80, "https": 443}


def address_key(url: str) -> str:
    """One form for all the ways to write an address: no scheme, no `www.`, no tracking, no slash at the end.

    Jadu's `/downloads/file/ID/slug` is known by its id: the slug changes with the title.
    """
    url = url.strip()
    if ordinary := _ORDINARY.fullmatch(url):
        return ordinary[1] + JADU_FILE.sub(r"\1", ordinary[2])
    return _normalised(url)


def _normalised(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().removeprefix("www.")
    if parts.port and parts.port != DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{parts.port}"
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(pair[0])]
    path = JADU_FILE.sub(r"\1", parts.path).rstrip("/")
    plain: str = canonicalize_url(f"http://{host}{path}?{urlencode(kept)}")
    return plain.removeprefix("http://").rstrip("/")


def host_of(url: str) -> str:
    """Host and port as they are asked: the unit of politeness."""
    if ordinary := _HOST.match(url):
        return ordinary[1]
    return urlsplit(url).netloc.rpartition("@")[2].lower()
