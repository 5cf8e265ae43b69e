"""How lines of reports look that say something of recommendations: for store.lessons."""

import re

IN_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
NUMBER = rf"\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}|{IN_WORDS}|[a-z]|[ivx]{{1,5}}"
KIND = (
    r"(?:(?:key|main|local|national|overall) )?(?P<kind>recommendation|learning point|learning|lesson|practice point)"
)
FOR_WHOM = (
    r"\((?!(?:not |partly |partially )?(?:accepted|agreed|rejected|complete|in progress|see|page|p\.|part|cont|above|"
    r"below|chapter|section|finding)\b)[^()]{2,80}\)|for [\w ,’'&/-]{3,80}?(?=\s*:)"
)
NAMED = re.compile(
    rf"{KIND}\s*(?:no\.?\s*)?(?P<number>{NUMBER})(?:\s*(?P<whom>{FOR_WHOM}))?\s*"
    r"(?:(?P<mark>[:.)–—-])\s*(?P<rest>.*)|(?P<bare>[A-Z].*)|)",
    re.IGNORECASE,
)
UNNUMBERED = re.compile(rf"{KIND}\s*(?::|\s[–—-]\s)\s*(?P<rest>(?-i:[A-Z]).*)", re.IGNORECASE)
HEADING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,2}[.)]?\s+)?"
    r"(?:(?:key|main|local|national|our|the|final|summary|of|and|&|multi-?agency|single|agency|overview|report|review|"
    r"learning|lessons|findings|conclusions?|analysis|system|practice|strategic),? ){0,5}"
    r"(?:(?P<recommendation>recommendations?)|(?P<learning>learning points?|learning|lessons(?: learn(?:ed|t))?))"
    r"(?: (?:for|from|of|to|and|arising) [\w ,’'-]{3,50})?:?",
    re.IGNORECASE,
)
BODIES = (
    r"(?:partnership|partners|board|council|agency|agencies|authority|authorities|trust|panel|police|services?|schools?|"
    r"government|department|commissioners?)"
)
WHOM = re.compile(
    rf"(?:\d{{1,2}}(?:\.\d{{1,2}})*[.)]?\s+)?(?:(?:for|to) [\w ,’'&/-]{{3,60}}|(?:[\w,’'&/-]+ ){{0,5}}{BODIES}):?",
    re.IGNORECASE,
)
"""A heading under which stand the recommendations to one body."""
MARKED = re.compile(
    rf"(?:\(?(?P<number>R?(?:{NUMBER}))[.):]|(?P<section>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})(?=\s+[A-Z])"
    r"|(?P<bullet>[•●▪‣◦*\uf0b7–-]))\s+(?P<rest>\S.*)"
)
TABLE = re.compile(
    r"(?:(?:no\.?|ref\.?|number|#)\s+)?(?P<kind>recommendations?)(?:\s+(?:lead|owner|agency|agencies|actions?|by when|"
    r"timescales?|date|due|outcomes?|who|when|responsible|status|for|progress|rag|rating|evidence|impact|priority)){1,8}",
    re.IGNORECASE,
)
"""The head of a table, as its cells are read: "No. Recommendation Lead By when"."""
ROW = re.compile(r"R?(?P<number>\d{1,2})[.)]?(?:\s+(?P<rest>[A-Z].*))?")
DIRECTS = re.compile(r"\b(?:should|must|needs? to|is asked to|are asked to)\b(?! (?:not )?have\b)", re.IGNORECASE)
CONTENTS = re.compile(r"(?:\.{3}|\s[-–]\s?page)\s?\d{1,3}$")
ENDED = re.compile(r"[.!?;][\"'”’)]?$")
BODY = re.compile(rf"(?:The|Each|Every|All) (?:[\w’'-]+ ){{0,4}}?{BODIES} should (?!(?:not )?have\b)")
HAS_PARTS = re.compile(
    r"(?!.*\b(?:these|(?:following )?(?:recommendations?|actions))\b).*\b(?:should|must|needs? to|asked to)\b.*:",
    re.IGNORECASE,
)
"""A sentence that the bullets below it complete: they are one recommendation with it."""
SENTENCES = re.compile(r"(?<=[.!?])\s+(?=(?:\d{1,2}[.)]\s)?[\"'“‘A-Z•])")
