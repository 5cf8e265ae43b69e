"""What the filters of a query may be asked for: is there such a kind, area, theme; and if not, what is near it."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from sqlalchemy import func
from sqlmodel import Session, col, select

from config.agencies import agencies
from config.themes import vocabulary
from store import traits
from store.ages import AgeBand
from store.facets import RECOMMENDATIONS
from store.models import Publication, Publisher, Source
from store.query import And, Filter, Query
from store.reading import PublicationKind
from store.search import matching_ids
from store.search_where import SHOWN, kind_of, themes_of
from store.words import words

_LIKE_ENOUGH = 60
_MOST_NEAR = 3


class UnknownValue(ValueError):
    """There is no such kind, area or theme; the text says which there are, or which are near."""


def check(session: Session, node: Filter) -> None:
    """Raises UnknownValue for a filter that nothing can pass because what it names is not known."""
    if is_known(session, node):
        return
    choices = [choice for choice in dict.fromkeys(_choices(session, node.name)) if choice]
    cutoff = 0 if node.name == "kind" else _LIKE_ENOUGH
    most = len(choices) if node.name == "kind" else _MOST_NEAR
    near = process.extract(
        node.value, choices, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=cutoff, limit=most
    )
    said = "; there are" if node.name == "kind" else "; near it are"
    names = f"{said} {', '.join(choice for choice, _, _ in near)}" if near else ""
    raise UnknownValue(f"there is no {node.name} {node.value!r}{names}")


def is_known(session: Session, node: Filter) -> bool:
    """Whether the filter names something that there is, be it that no publication has it yet."""
    match node.name:
        case "kind":
            return kind_of(node.value) in set(PublicationKind)
        case "status":
            return node.value.lower() in SHOWN
        case "has":
            return node.value.lower() == RECOMMENDATIONS
        case "source":
            named = func.lower(Source.name) == node.value.lower()
            return session.exec(select(Source.id).where(named)).first() is not None
        case "age":
            return bool(traits.bands_of(node.value))
        case "agency":
            return bool(traits.agencies_of(node.value))
        case "theme":
            return bool(themes_of(node.value)) or _finds(session, node)
    wanted = f" {' '.join(words(node.value))} "
    may_be_meant = [one for one in session.exec(select(Publisher)) if one.region or node.name != "near"]
    names = (f" {' '.join(words(name))} " for one in may_be_meant for name in _names(one))
    return any(wanted in name for name in names) or _finds(session, node)


def _choices(session: Session, name: str) -> Iterable[str]:
    """What could have been meant."""
    match name:
        case "kind":
            return sorted(PublicationKind)
        case "theme":
            return [theme.slug for theme in vocabulary().themes]
        case "source":
            return session.exec(select(Source.name)).all()
        case "has":
            return [RECOMMENDATIONS]
        case "age":
            return sorted(AgeBand)
        case "agency":
            return agencies().names
        case "status":
            return SHOWN
    areas = session.exec(select(Publication.area).where(col(Publication.status).in_(SHOWN)).distinct()).all()
    return [*areas, *(name for one in session.exec(select(Publisher)) for name in (one.short, one.region, one.name))]


def _names(publisher: Publisher) -> Iterable[str]:
    """All that a filter for a place or a body may mean."""
    yield from (publisher.id, publisher.name, publisher.short, publisher.region, publisher.nation)
    yield from (str(alias["name"]) for alias in publisher.aliases)


def _finds(session: Session, node: Filter) -> bool:
    return bool(matching_ids(session, Query(node.printed, And((node,)), "")))
