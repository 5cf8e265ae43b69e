"""The catalogue that comes with reviewwatch: who is in it, what is switched on, and that it reads and writes."""

from collections import Counter
from datetime import date

import pytest
from pydantic import BaseModel, ConfigDict

from config.sources_toml import PACKAGED, Catalogue, parse_every, read_catalogue, read_sources, write_sources

REGIONS = [
    *("Yorkshire and the Humber", "North East", "North West", "West Midlands", "East Midlands"),
    *("East of England", "London", "South East", "South West"),
]


class Permissive(BaseModel):
    model_config = ConfigDict(extra="allow")


class ListingOptions(BaseModel):
    """The options that the catalogue may use for a listing, and no others."""

    model_config = ConfigDict(extra="forbid")
    main: str = ""
    item: str = ""
    heading: str = ""
    link: str = ""
    include: list[str] = []
    exclude: list[str] = []
    drop_parameters: list[str] = []
    keep_parameters: list[str] = []
    empty_text: str = ""
    child_pages: bool = False
    pages: list[str] = []


class GovukOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str = ""
    document_types: list[str] = []


KINDS: dict[str, type[BaseModel]] = {
    **dict.fromkeys(["panel", "nspcc", "feed", "wordpress", "sitemap", "ofsted", "newsletter"], Permissive),
    "listing": ListingOptions,
    "govuk": GovukOptions,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(KINDS)


@pytest.fixture(scope="module")
def partnerships() -> Catalogue:
    return read_sources(PACKAGED / "partnerships.toml", name="partnerships.toml", kinds=KINDS)


def test_every_partnership_and_every_region_is_there(partnerships: Catalogue) -> None:
    current = [row for row in partnerships.publishers if row.valid_to is None]
    assert len(current) >= 141
    assert {row.region for row in current} == set(REGIONS)
    assert sum(row.region == "Yorkshire and the Humber" for row in current) == 15
    assert all(row.kind == "partnership" and row.nation == "England" for row in partnerships.publishers)


def test_ids_names_and_places_are_unique_over_all_files(catalogue: Catalogue) -> None:
    for values in (
        [row.id for row in catalogue.publishers],
        [row.short for row in catalogue.publishers],
        [row.name for row in catalogue.sources],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_acronyms_may_be_shared(catalogue: Catalogue) -> None:
    holders = {row.id for row in catalogue.publishers if any(alias.name == "BSCP" for alias in row.aliases)}
    assert {"birmingham", "buckinghamshire", "barnsley", "bromley"} <= holders


def test_a_place_means_one_body(catalogue: Catalogue) -> None:
    """A printed area such as "Southampton" must lead to one publisher, or it leads to none."""
    places = {row.short: row.id for row in catalogue.publishers}
    doubtful = [
        (row.id, alias.name)
        for row in catalogue.publishers
        for alias in row.aliases
        if places.get(alias.name, row.id) != row.id
    ]
    assert doubtful == []


def test_joint_bodies_are_found_by_each_of_their_places(catalogue: Catalogue) -> None:
    names = {row.id: {alias.name for alias in row.aliases} for row in catalogue.publishers}
    assert {"Derby", "Derbyshire", "Derbyshire LSCB", "DDSCP"} <= names["derby-and-derbyshire"]
    assert {"City of London", "Hackney"} <= names["city-and-hackney"]
    assert "Ceredigion" in names["mid-and-west-wales"]


@pytest.mark.parametrize(
    ("former", "last_day", "successors"),
    [
        ("cumbria", date(2025, 3, 31), ["cumberland", "westmorland-and-furness"]),
        ("pan-lancashire", date(2023, 8, 31), ["blackburn-with-darwen", "blackpool", "lancashire"]),
        ("pan-dorset", date(2024, 12, 31), ["bournemouth-christchurch-and-poole", "dorset"]),
        ("staffordshire-and-stoke-on-trent", date(2021, 9, 30), ["staffordshire", "stoke-on-trent"]),
        ("southampton-scp", date(2024, 11, 30), ["southampton"]),
        ("cambridgeshire-and-peterborough", None, ["cambridgeshire", "peterborough"]),
    ],
)
def test_bodies_that_changed_name_their_successors(
    catalogue: Catalogue, former: str, last_day: date | None, successors: list[str]
) -> None:
    publisher = next(row for row in catalogue.publishers if row.id == former)
    assert (publisher.valid_to, publisher.successors) == (last_day, successors)


def test_a_partnership_is_watched_where_its_reviews_page_is_known(partnerships: Catalogue) -> None:
    assert sum(source.enabled for source in partnerships.sources) == 56
    for source in partnerships.sources:
        assert source.enabled == source.name.endswith("-reviews"), source.name
        assert source.name.startswith(f"{source.publisher}-")
        assert source.role == ("witness" if source.name.endswith("-news") else "publisher")


def test_a_source_that_is_off_says_why(catalogue: Catalogue) -> None:
    assert [source.name for source in catalogue.sources if not source.enabled and not source.note] == []


def test_the_national_sources_are_watched(catalogue: Catalogue) -> None:
    watched = {source.name: source for source in catalogue.sources if source.enabled}
    expected = {
        "panel-govuk": "govuk",
        "panel-site": "panel",
        "nspcc-years": "nspcc",
        "nspcc-update": "nspcc",
        "jtai-framework": "govuk",
        "jtai-reports": "ofsted",
        "scr-analyses-govuk": "govuk",
        "scr-archive": "listing",
        "dfe-research-practice-reviews": "govuk",
    }
    assert {name: watched[name].kind for name in expected} == expected
    assert {watched["nspcc-years"].role, watched["nspcc-update"].role} == {"witness"}
    assert parse_every(watched["panel-govuk"].every) < parse_every(watched["nspcc-years"].every)


def test_every_kind_of_the_catalogue_is_a_kind_of_the_design(catalogue: Catalogue) -> None:
    assert {source.kind for source in catalogue.sources} <= set(KINDS)


def test_the_catalogue_can_be_exported_and_imported(catalogue: Catalogue) -> None:
    assert read_sources(write_sources(catalogue), name="export.toml", kinds=KINDS) == catalogue
