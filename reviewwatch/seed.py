"""What a new installation begins with: the catalogue, and a way in for its first administrator."""

from pydantic import BaseModel

from config.sources_toml import read_catalogue
from reviewwatch.program import Program
from spiders.base import kinds, spider_for
from store import people, sources
from store.database import reading, writing
from store.people import Role

FIRST = "administrator@localhost"


def option_models() -> dict[str, type[BaseModel]]:
    """Every source kind and the model of its options."""
    return {kind: spider_for(kind).OptionsModel for kind in kinds()}


def seed(program: Program) -> int:
    """Take in the packaged catalogue when there are no sources yet; how many sources that brought."""
    with reading(program.engine) as session:
        if sources.all_sources(session):
            return 0
    catalogue = read_catalogue(option_models())
    with writing(program.engine) as session:
        return sources.import_catalogue(session, catalogue, now=program.now)[1]


def first_link(program: Program) -> str:
    """A one-time link while no administrator has ever signed in; else empty."""
    with writing(program.engine) as session:
        known = [user for user in people.all_users(session) if user.role == Role.ADMINISTRATOR]
        if any(user.last_sign_in_at or user.password_hash for user in known):
            return ""
        user = people.find_user(session, FIRST)
        if user is None and known:
            return ""  # somebody was added by name, with a link of their own
        user = user or people.add_user(session, FIRST, Role.ADMINISTRATOR, now=program.now)
        return people.make_link(program.settings, user, now=program.now)
