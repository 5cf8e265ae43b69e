"""Editions of any size for tests of renderings; all of it is invented."""

from datetime import UTC, datetime
from typing import Any

from alerts.edition import (
    BaselineCount,
    Coverage,
    Edition,
    Elsewhere,
    Item,
    Lesson,
    ListedDocument,
    Unreadable,
    Update,
)

INJECTION = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">[x](javascript:alert(3)) {{ app_url }} @everyone \u202e'
)


def item(key: int, **fields: Any) -> Item:
    values: dict[str, Any] = {
        "title": f"Learning from “Wren {key}”: what nobody asked",
        "publisher": "Ashshire",
        "area": "Ashshire",
        "kind": "Local review",
        "published": "May 2031",
        "abstract": "The report looks at how services worked together over two years. " * 5,
        "themes": ("neglect", "housing"),
        "lessons": (Lesson(text="Ask who else lives in the home.", page=12),),
        "documents": (
            ListedDocument(role="Overview report", url=f"https://ashshire.example/{key}.pdf", size=1_250_000, pages=24),
            ListedDocument(role="Learning brief", url=f"https://ashshire.example/{key} brief.pdf"),
        ),
        "url": f"https://ashshire.example/reviews/{key}",
        "elsewhere": (Elsewhere(publisher="Library", url=f"https://library.example/{key}"),),
    }
    return Item(publication=key, **(values | fields))


def edition(count: int, **fields: Any) -> Edition:
    """With `count` items, of which the last is late, and one update."""
    items = [item(key) for key in range(1, count)] + ([item(count, late="28 April 2031")] if count else [])
    update = Update(publication=9000, title="Learning from “Finch”", publisher="Birchton", kind="Local review",
                    notes=("2 May 2031: Overview report replaced: Corrected a date.",),
                    url="https://birchton.example/reviews/9")  # fmt: skip
    unreadable = Unreadable(publisher="Cedarham", since="last read on 28 April 2031", why="the site did not answer")
    values: dict[str, Any] = {
        "number": 12,
        "subscription": 3,
        "topics": ("Everything",),
        "frequency": "daily",
        "period_start": datetime(2031, 5, 1, 8, tzinfo=UTC),
        "period_end": datetime(2031, 5, 2, 8, tzinfo=UTC),
        "period": "1 May 2031 to 2 May 2031",
        "items": tuple(items),
        "updates": (update,),
        "baselines": (BaselineCount(publisher="Elmley", count=40),),
        "coverage": Coverage(sources=5, read=4, unreadable=(unreadable,)),
    }
    return Edition(**(values | fields))
