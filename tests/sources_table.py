"""Makes docs/sources.md: what sources are read, and the case that proves it. `python -m tests.sources_table`."""

import json
import re
import tomllib
from pathlib import Path

from spiders.base import kinds, spider_for

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
PAGE = ROOT / "docs" / "sources.md"
TITLES = {
    "shapes": ("Shapes of lists", "All are read by structure, without options."),
    "traps": ("Traps", "What real sites do, and what shows that it does no harm."),
    "structure": ("Structure", "How pages that nobody designed as lists are cut into entries."),
    "systems": ("Systems and publications", "Whose pages these are, or what they publish."),
    "parsing": ("Parsing", "What must hold on every page."),
    "health": ("When a source goes wrong", "What is told as an incident, and what is not."),
}
HEAD = """# Sources: what is read, and what proves it

Made by `python -m tests.sources_table` from `tests/fixtures/`; a test keeps it true. A case is a saved page with the
entries that must be found on it, or a test. All content of saved pages is invented.
"""


def proofs() -> dict[str, dict[str, list[str]]]:
    """Table -> row -> its cases."""
    return tomllib.loads((FIXTURES / "cases.toml").read_text(encoding="utf-8"))


def saved_pages(kind: str) -> list[str]:
    return sorted(path.name.partition(".")[0] for path in (FIXTURES / kind).glob("*.expected.json"))


def is_there(case: str) -> bool:
    """Whether a case exists: a saved page with its expected entries, or a test function."""
    file, _, name = case.partition("::")
    if not name:
        return (FIXTURES / f"{case}.expected.json").exists()
    path = ROOT / "tests" / f"{file}.py"
    return path.exists() and re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def table() -> str:
    """The whole page."""
    parts = [HEAD, "## Kinds\n", "| kind | reads | saved pages | entries in them |\n| --- | --- | --- | --- |"]
    parts += [_kind(kind) for kind in kinds()]
    for name, rows in proofs().items():
        title, words = TITLES[name]
        parts += [f"\n## {title}\n\n{words}\n", "| what | proved by |\n| --- | --- |"]
        parts += [f"| {row} | {', '.join(f'`{case}`' for case in cases)} |" for row, cases in rows.items()]
    return "\n".join(parts) + "\n"


def _kind(kind: str) -> str:
    pages = saved_pages(kind)
    found = sum(
        len(json.loads((FIXTURES / kind / f"{page}.expected.json").read_text(encoding="utf-8")).get("entries", []))
        for page in pages
    )
    doc = (__import__(spider_for(kind).__module__, fromlist=["Kind"]).__doc__ or "").strip().splitlines()[0]
    return f"| `{kind}` | {doc} | {', '.join(pages)} | {found} |"


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
