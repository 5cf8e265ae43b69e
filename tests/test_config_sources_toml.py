"""The sources.toml reader and writer: every problem named with its line, and what is written reads back equal."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from config.sources_toml import (
    Alias,
    Catalogue,
    PublisherRow,
    SourceRow,
    SourcesError,
    parse_every,
    read_sources,
    write_sources,
)


class Listing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    main: str = "main"
    include: list[str] = []
    child_pages: bool = False


class Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


KINDS: dict[str, type[BaseModel]] = {"listing": Listing, "feed": Anything}

GOOD = """\
[[publisher]]
id = "exampleshire"
name = "Exampleshire Safeguarding Children Partnership"
short = "Exampleshire"
aliases = ["ESCP", { name = "Exampleshire LSCB", valid_to = 2019-09-28 }]
kind = "partnership"
region = "Yorkshire and the Humber"
nation = "England"

[[source]]
name = "exampleshire-reviews"
publisher = "exampleshire"
kind = "listing"
url = "https://www.example.org/reviews"
[source.options]
include = ['/reviews/\\d+']
"""


def read(text: str, **more: Any) -> Catalogue:
    return read_sources(text, name="sources.toml", kinds=KINDS, **more)


def problems(text: str, **more: Any) -> list[str]:
    with pytest.raises(SourcesError) as failed:
        read(text, **more)
    return failed.value.problems


def test_a_good_file_is_read_with_its_defaults() -> None:
    catalogue = read(GOOD)
    (publisher,), (source,) = catalogue.publishers, catalogue.sources
    assert publisher.aliases == [Alias(name="ESCP"), Alias(name="Exampleshire LSCB", valid_to=date(2019, 9, 28))]
    assert (source.role, source.every, source.enabled) == ("publisher", "1 day", True)
    assert source.options == {"include": ["/reviews/\\d+"]}


def test_a_path_is_read_like_its_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("\ufeff" + GOOD.replace("\n", "\r\n"), encoding="utf-8")
    assert read_sources(path, name="mine.toml", kinds=KINDS) == read(GOOD)


def test_a_path_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"^none\.toml:1: cannot be read \(No such file"):
        read_sources(tmp_path / "none.toml", name="none.toml", kinds=KINDS)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b"\xff\xfe[")
    with pytest.raises(SourcesError, match="is not UTF-8 text"):
        read_sources(path, name="latin.toml", kinds=KINDS)


def test_an_empty_file_is_an_empty_catalogue() -> None:
    assert read("# nothing yet\n") == Catalogue()


def test_aliases_may_be_shared() -> None:
    other = GOOD.split("\n\n")[0].replace('"exampleshire"', '"samplebury"')
    assert len(read(f"{GOOD}\n{other}").publishers) == 2


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "partnership"', 'kind = "council"', '6: publisher "exampleshire": key "kind": is \'council\': use '),
        ('nation = "England"', 'nation = "Utopia"', '8: publisher "exampleshire": key "nation": is \'Utopia\': use '),
        ('nation = "England"', 'natoin = "England"', '8: publisher "exampleshire": key "natoin": is not known here'),
        ("valid_to = 2019-09-28", 'until = "2019"', '5: publisher "exampleshire": key "aliases.until": is not known'),
        ('id = "exampleshire"', 'id = "Example Shire"', '2: publisher "Example Shire": key "id": is \'Example Shire\''),
        ('short = "Exampleshire"', 'short = " "', '4: publisher "exampleshire": key "short": is empty'),
        ('short = "Exampleshire"\n', "", '1: publisher "exampleshire": key "short": is missing'),
        ('nation = "England"', 'successors = ["b"]', '8: publisher "exampleshire": key "successors": \'b\' is not the'),
        ('nation = "England"', 'domains = ["a b"]', '8: publisher "exampleshire": key "domains": has \'a b\''),
        ('nation = "England"', 'valid_to = "2019"', '8: publisher "exampleshire": key "valid_to": must be a day'),
        ('nation = "England"', "retention_months = 0", '8: publisher "exampleshire": key "retention_months": is not'),
        ('name = "exampleshire-reviews"', "name = 3", '11: source number 1: key "name": must be text'),
        ('publisher = "exampleshire"', 'publisher = "x"', '12: source "exampleshire-reviews": key "publisher": no '),
        ('kind = "listing"', 'kind = "web"', '13: source "exampleshire-reviews": key "kind": is \'web\': use one of f'),
        (
            "https://www.example.org/reviews",
            "/reviews",
            '14: source "exampleshire-reviews": key "url": is \'/reviews\'',
        ),
        ("https://www.ex", "ftp://www.ex", '14: source "exampleshire-reviews": key "url": is \'ftp://www.ex'),
        ("https://www.ex", "https://a:b@www.ex", '14: source "exampleshire-reviews": key "url": has a user name'),
        ("example.org/", "example.org:x/", '14: source "exampleshire-reviews": key "url": is \'https://'),
        ("[source.options]", 'every = "often"\n[source.options]', '15: source "exampleshire-reviews": key "every": is'),
        (
            "[source.options]",
            'enabled = "no"\n[source.options]',
            '15: source "exampleshire-reviews": key "enabled": mu',
        ),
        ("[source.options]", 'role = "both"\n[source.options]', '15: source "exampleshire-reviews": key "role": is'),
        ("include = ", "url = ", '16: source "exampleshire-reviews": key "options.url": is not known here'),
        (
            "include = ['/reviews/\\d+']",
            "child_pages = 7",
            '16: source "exampleshire-reviews": key "options.child_pages',
        ),
        ("[source.options]\ninclude", "options", '15: source "exampleshire-reviews": key "options": must be a table'),
        (
            "[source.options]\ninclude",
            "options.url = 1\noptions.include",
            '15: source "exampleshire-reviews": key "opti',
        ),
        (
            "[source.options]\ninclude",
            "options.main = 'a'\noptions.x",
            '16: source "exampleshire-reviews": key "options.x',
        ),
        (
            'aliases = ["ESCP", ',
            "aliases = [{}, ",
            '5: publisher "exampleshire": key "aliases.name": is missing: add it',
        ),
        ("[[source]]", "[[sources]]", '10: key "sources": is not known here: write [[publisher]] or [[source]]'),
        ("[[source]]", "[source]", '10: key "source": must be written as [[source]]'),
        ('nation = "England"', "nation = England", "8: is not TOML"),
    ],
)
def test_a_problem_is_named_with_its_line_and_key(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(line.startswith(f"sources.toml:{expected}") for line in found), found


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace('"partnership"', '"council"').replace('"listing"', '"web"').replace("https://", "")
    assert [line.split(":")[1] for line in problems(text)] == ["6", "13", "14"]


def test_ids_and_names_are_unique_and_the_first_line_is_told() -> None:
    found = problems(f"{GOOD}\n{GOOD}")
    assert found == [
        'sources.toml:19: publisher "exampleshire": key "id": is already used on line 2: choose another',
        'sources.toml:28: source "exampleshire-reviews": key "name": is already used on line 11: choose another',
    ]


def test_days_in_the_wrong_order_are_said_at_the_publisher() -> None:
    text = GOOD.replace('nation = "England"', "valid_from = 2020-01-01\nvalid_to = 2019-01-01")
    assert problems(text) == [
        'sources.toml:1: publisher "exampleshire": valid_to is before valid_from: correct one of the two days'
    ]


def test_a_source_may_name_a_publisher_that_is_already_known() -> None:
    text = GOOD[GOOD.index("[[source]]") :]
    assert "no publisher has the id 'exampleshire'" in problems(text)[0]
    assert len(read(text, known_publishers={"exampleshire"}).sources) == 1


def test_multi_line_text_does_not_move_the_lines() -> None:
    text = GOOD.replace('region = "Yorkshire and the Humber"', 'region = """\n[[source]]\nkind = 1"""')
    assert problems(text.replace('kind = "listing"', 'kind = "web"'))[0].startswith("sources.toml:15: ")


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, 'a = "', "[[source]\n"])
def test_hostile_text_is_a_problem_not_a_crash(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 minutes", timedelta(minutes=15)),
        ("1 hour", timedelta(hours=1)),
        ("1 day", timedelta(days=1)),
        ("13 weeks", timedelta(weeks=13)),
    ],
)
def test_every(text: str, expected: timedelta) -> None:
    assert parse_every(text) == expected


@pytest.mark.parametrize("text", ["", "day", "0 days", "-1 day", "1.5 days", "1 month", "1  day", "60 weeks", "1 day "])
def test_every_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="write a number and minutes, hours, days or weeks"):
        parse_every(text)


def test_the_line_of_a_key_inside_a_list_is_that_of_the_list() -> None:
    publisher = '[[publisher]]\naliases = [{ id = "x" }]\nid = "a"\nname = "A"\nshort = "A"\nkind = "charity"\n'
    assert [line.split(" ")[0] for line in problems(publisher)] == ["sources.toml:2:", "sources.toml:2:"]


def test_a_problem_stays_on_one_plain_line() -> None:
    (line,) = problems(GOOD.replace('name = "exampleshire-reviews"', f'name = "a\\n\\u001b[2J{"x" * 5000}"'))
    assert len(line) < 600
    assert line.isprintable()


ids = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() != ""
)
days = st.none() | st.dates()
values = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, date | None]:
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    return {"valid_from": first, "valid_to": last}


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    names = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    publishers = [
        PublisherRow(
            id=name,
            name=draw(texts),
            short=draw(texts),
            aliases=[Alias(name=alias, **draw(spans())) for alias in draw(st.lists(texts, max_size=6))],
            kind=draw(st.sampled_from(["partnership", "charity"])),
            region=draw(st.none() | texts),
            nation=draw(st.none() | st.just("Wales")),
            successors=draw(st.lists(st.sampled_from([other for other in names if other != name]), max_size=2))
            if len(names) > 1
            else [],
            home=draw(st.none() | st.just("https://www.example.org/?p=1#top")),
            domains=draw(st.lists(st.just("www.example.org"), max_size=2)),
            retention_months=draw(st.none() | st.integers(1, 120)),
            **draw(spans()),
        )
        for name in names
    ]
    sources = [
        SourceRow(
            name=name,
            publisher=draw(st.sampled_from(names)),
            kind="feed",
            url="http://127.0.0.1:8080/feed?a=b&c",
            role=draw(st.sampled_from(["publisher", "witness"])),
            every=draw(st.sampled_from(["1 day", "6 hours"])),
            enabled=draw(st.booleans()),
            note=draw(st.none() | texts),
            options=draw(st.dictionaries(texts, values, max_size=3)),
        )
        for name in draw(st.lists(ids, max_size=4, unique=True))
    ]
    return Catalogue(publishers=publishers, sources=sources)


@given(catalogues())
def test_what_is_written_reads_back_equal(catalogue: Catalogue) -> None:
    assert read(write_sources(catalogue)) == catalogue


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    refused: list[str] = []
    try:
        read(text)
    except SourcesError as error:
        refused = error.problems
    assert all(line.startswith("sources.toml:") for line in refused)


def test_names_may_have_underscores() -> None:
    assert read(GOOD.replace("exampleshire-reviews", "exampleshire_reviews")).sources[0].name == "exampleshire_reviews"
