"""What a filter may name, and what is said when there is no such thing."""

import pytest
from sqlalchemy import Engine

from store.database import writing
from store.known import UnknownValue, check, is_known
from store.models import Publication, Publisher, Source
from store.query import Filter


@pytest.fixture(autouse=True)
def archive(engine: Engine, now: object) -> None:
    with writing(engine) as session:
        for name in ("Exampleshire", "Wexmoor"):
            session.add(
                Publisher(id=name.lower(), name=f"{name} Board", short=name, aliases=[{"name": f"{name} LSCB"}],
                          region="Vale", nation="England")
            )  # fmt: skip
        session.flush()
        session.add(Source(name="wexmoor-list", publisher_id="wexmoor", kind="listing", url="https://w.example/"))
        session.add(Publication(title="Child A", kind="local_review", area="Old Town", first_seen=now))


KNOWN = [
    ("kind", "Local reviews"), ("kind", "annual_report"), ("theme", "Domestic abuse"), ("theme", "neglect"),
    ("area", "wexmoor"), ("area", "old town"), ("publisher", "Wexmoor LSCB"), ("region", "vale"), ("near", "Wexmoor"),
    ("nation", "england"), ("source", "WEXMOOR-list"), ("has", "recommendations"), ("status", "unlisted"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), KNOWN)
def test_what_there_is(engine: Engine, name: str, value: str) -> None:
    with writing(engine) as session:
        assert is_known(session, Filter(name, value))
        check(session, Filter(name, value))


UNKNOWN = [
    ("kind", "nope", "there is no kind 'nope'; there are"),
    ("kind", "local_revue", "local_review, "),
    ("theme", "neglekt", "near it are neglect"),
    ("area", "Wexmore", "near it are Wexmoor"),
    ("area", "old twon", "Old Town"),
    ("publisher", "exampelshire", "Exampleshire"),
    ("region", "valley", "Vale"),
    ("source", "wexmor-list", "wexmoor-list"),
    ("has", "recommendation", "recommendations"),
    ("status", "removed", "there is no status 'removed'"),
    ("area", "", "there is no area ''"),
    ("area", "\N{OGHAM SPACE MARK}%'", "there is no area"),
]


@pytest.mark.parametrize(("name", "value", "said"), UNKNOWN)
def test_what_there_is_not_is_said_with_what_is_near(engine: Engine, name: str, value: str, said: str) -> None:
    with writing(engine) as session, pytest.raises(UnknownValue) as caught:
        check(session, Filter(name, value))
    assert said in str(caught.value)
