"""Text as publishers print it, made fit to read and to compare: repaired, without controls, size and type taken out."""

import re
import unicodedata
from functools import lru_cache, partial
from typing import NamedTuple

REMEMBERED = 65_536
"""Texts of which the reading is kept in mind: the same ones are asked about again and again, 20,000 on a page."""

DASHES = "‐‑‒–—―−"
QUOTES = "'\"‘’‚‛“”„‟«»`´"
STRAIGHT = {ord(dash): "-" for dash in DASHES} | {ord(quote): "'" for quote in QUOTES}
"""One kind of dash and one of quotation mark, for str.translate."""
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))

# UTF-8 that was read as Windows-1252 ("â€“", an A-circumflex) or as code page 437 (box-drawing pairs).
HIGH_1252 = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0)) + "\u0081-\u009f"
HIGH_437 = "".join(bytes([byte]).decode("cp437") for byte in range(0x80, 0xC0))
MISREAD = (
    ("cp1252", re.compile(f"[Ã-ô][{HIGH_1252}]{{1,3}}|Â[{HIGH_1252}]")),
    ("cp437", re.compile(f"[├┬Γ][{HIGH_437}]{{1,2}}")),
)
STRAY_CIRCUMFLEX = re.compile(r"(?<![A-ZÀ-Þ])Â(?=\s|$|[(\[,.])")

BULLETS = re.compile(r"^(?:[>»›•·▪●►▶+\-–|]+\s+|[>»›•·▪●►▶]+)+")
NEW_WINDOW = r"(?:this link )?(?:opens?|opening) (?:in|into) (?:a )?new (?:browser )?(?:window|tab)\b"
CONTROLS = re.compile(
    rf"\s*[(\[]\s*{NEW_WINDOW}\s*[)\]]|\b{NEW_WINDOW}"
    r"|\s*[(\[](?:external link|new window|link opens in new tab)[)\]]"
    r"|\s*,?\s*\b(?:show|hide|expand|collapse) (?:(?:all|this|the) )?(?:details|section|content|answer|panel)\b"
    r"|\btoggle (?:section|accordion|panel)\b"
    r"|\bicon for (?:pdf|word|document|powerpoint|excel|file)\b"
    r"|\[email\s?protected\]"
    r"|\bthis e-?mail address is being protected from spambots\.?(?: you need javascript enabled to view it\.?)?",
    re.IGNORECASE,
)
GAP = re.compile(r"\s{3,}")
"""Blanks by the thousand cost a pattern that begins with blanks their square; two are enough to say "more than one"."""
BEFORE_A_STOP = re.compile(r"\s+(?=[,;.)\]])")
PANEL_SIGN = re.compile(r"\s*(?<!\w)[+▼▾▲△˅⌄]+$")

TYPES = {
    "application/pdf": r"(?:adobe )?pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": r"(?:ms |microsoft )?word|docx",
    "application/msword": r"doc",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": r"(?:ms )?power ?point|pptx",
    "application/vnd.ms-powerpoint": r"ppt",
    "application/vnd.oasis.opendocument.text": r"odt",
    "application/rtf": r"rtf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": r"(?:ms )?excel|xlsx",
    "application/zip": r"zip",
}
TYPE = "|".join(TYPES.values())
SIZE = r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s?(?P<unit>bytes|kib|mib|gib|kb|mb|gb)"
UNITS = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}

SIZES = re.compile(SIZE + r"\b", re.IGNORECASE)
PAGES = re.compile(r"\b(\d{1,4})\s?(?:pages?|pp)\b", re.IGNORECASE)
TYPED = [(media_type, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for media_type, words in TYPES.items()]
BYTES = r"\d+(?:,\d{3})*(?:\.\d+)?\s?(?:bytes|[kmg]i?b)"
NOTE = rf"(?:{TYPE}|documents?|files?|format|download|size|{BYTES}|\d+\s?(?:pages?|pp))"
BRACKETED = re.compile(rf"\s*[(\[]\s*{NOTE}(?:[\s,;:|/–-]*{NOTE})*[\s,;:]*[)\]]", re.IGNORECASE)
BREAK = r"(?:^|\s*[,;:|–-]\s*|\s+)"
TRAILING = re.compile(
    rf"{BREAK}(?:(?:{TYPE})[\s,;:|–-]*)?(?:(?:file )?size:?\s*)?{BYTES}(?:[\s,;]*\d+\s?pages?)?$", re.IGNORECASE
)
GLUED_YEAR = re.compile(r"(?<=\d{4})(?<=20\d\d)\d{1,4}(?:\.\d+)?\s?[km]b$", re.IGNORECASE)
GLUED = re.compile(r"(?<=[^\W\d])\d+(?:\.\d+)?\s?(?:bytes|[kmg]i?b)$", re.IGNORECASE)
TRAILING_TYPE = re.compile(rf"{BREAK}(?:pdf|docx|pptx)(?: document| file| version)?$", re.IGNORECASE)
FILE_ENDING = re.compile(r"(?<=\w)\.(?:pdf|docx?|pptx?|odt|rtf|xlsx?)$", re.IGNORECASE)
MEDIA_BY_ENDING = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ppt": "application/vnd.ms-powerpoint",
    "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
}

LONG_KIND = (
    r"(?:local )?(?:child(?:ren)?(?:'?s)? )?(?:safeguarding )?"
    r"(?:serious case|significant case|case management|case|practice|learning|partnership) reviews?"
)
SHORT_KIND = r"(?:scr|lcspr|lscpr|cspr|spr|cpr|cmr|susr)s?"
BOILERPLATE_PREFIX = re.compile(
    r"^(?:new report|new|published|download|read|view|report|summary of|local reviews?|reviews?"
    rf"|{LONG_KIND}|{SHORT_KIND})\b"
    r"\s*(?:reports?\b\s*)?(?::|-|of\b|into\b|the\b|$|(?=\w))\s*"
)
BOILERPLATE_SUFFIX = re.compile(
    r"\s*[-:,(]?\s*\b(?:overview report|executive summary|full report|final report|summary report|final version|final"
    rf"|report|{LONG_KIND}|{SHORT_KIND})\)?$"
)


class Label(NamedTuple):
    """A link's text without what a browser needs: `text` may be empty when it said only "PDF"."""

    text: str
    media_type: str = ""
    size: int | None = None
    """Bytes, as stated (a publisher's kilobyte is taken as 1,024)."""
    pages: int | None = None


def repaired(text: str) -> str:
    """Text with characters that were read in a wrong character set put right, where that is certain."""
    if text.isascii():
        return text
    for encoding, pattern in MISREAD:
        text = pattern.sub(partial(_read_again, encoding), text)
    return STRAY_CIRCUMFLEX.sub(" ", text)


def _read_again(encoding: str, match: re.Match[str]) -> str:
    misread = match[0]
    raw = b"".join(_byte(character, encoding) for character in misread)
    for length in range(len(raw), 1, -1):
        try:
            return raw[:length].decode("utf-8") + misread[length:]
        except UnicodeDecodeError:
            continue
    return misread


def _byte(character: str, encoding: str) -> bytes:
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return character.encode("latin-1", "replace")


@lru_cache(maxsize=REMEMBERED)
def clean(text: str) -> str:
    """One line, as printed: repaired, NFKC, single blanks, without bullets, panel signs and window notes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", repaired(text)).translate(INVISIBLE)
    text = CONTROLS.sub(" ", GAP.sub("  ", text))
    text = " ".join(text.split())
    text = PANEL_SIGN.sub("", BULLETS.sub("", text))
    return BEFORE_A_STOP.sub("", text).strip()


@lru_cache(maxsize=REMEMBERED)
def link_label(text: str) -> Label:
    """What a link says and, apart from it, the type, size and pages of the file as far as they are stated."""
    line = clean(text)
    notes, rest = _annotations(line)
    return Label(rest, media_type_in(notes), size_in(notes), pages_in(notes))


def _annotations(line: str) -> tuple[str, str]:
    """The notes on the file that were found in the line, and the line without them."""
    notes: list[str] = []

    def note(match: re.Match[str]) -> str:
        notes.append(match[0])
        return ""

    for pattern in (BRACKETED, GLUED_YEAR, GLUED, TRAILING, FILE_ENDING, TRAILING_TYPE):
        line = pattern.sub(note, line)
    return " ".join(notes), line.strip(" -–—:|,;")


def without_brackets(text: str) -> str:
    """The text without what stands in round brackets."""
    return re.sub(r"\([^)]*\)", " ", text)


def size_in(text: str) -> int | None:
    """The first file size stated in the text, in bytes."""
    found = SIZES.search(text)
    return round(float(found["number"].replace(",", "")) * UNITS[found["unit"][0].lower()]) if found else None


def pages_in(text: str) -> int | None:
    """The number of pages stated in the text ("34 pages")."""
    found = PAGES.search(text)
    return int(found[1]) if found else None


def media_type_in(text: str) -> str:
    """The type of file that the words name; empty when none."""
    return next((media_type for media_type, pattern in TYPED if pattern.search(text)), "")


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """For comparing: one kind of dash, straight quotes, "&" as "and", lower case."""
    line = clean(text).translate(STRAIGHT)
    return " ".join(re.sub(r"\s*&\s*", " and ", line).casefold().split())


@lru_cache(maxsize=REMEMBERED)
def normalised(title: str) -> str:
    """A title for comparing: `plain`, without quotes, file notes and the words that publishers put before and after."""
    line = plain(link_label(title).text).replace("'", "")
    for pattern in (BOILERPLATE_PREFIX, BOILERPLATE_SUFFIX):
        line = _stripped(pattern, line)
    return " ".join(re.sub(r"[^\w&]+", " ", line).split())


def _stripped(pattern: re.Pattern[str], line: str) -> str:
    """The line without what the pattern matches, again and again, but never nothing at all."""
    while (shorter := pattern.sub("", line).strip(" -:,()")) and shorter != line:
        line = shorter
    return line


@lru_cache(maxsize=REMEMBERED)
def slug(text: str) -> str:
    """Lower-case words joined by hyphens: the readable part of a key."""
    ascii_text = unicodedata.normalize("NFKD", plain(text).replace("'", "")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_text))
