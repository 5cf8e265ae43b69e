"""Users who come from the organisation's own sign-in: who is let in, and as whom.

Without a claim for roles, our list of users decides, and the provider says only who somebody is. With one, the
provider decides who may come in and as what, and users are made as they come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from store import people
from store.models import User
from store.people import PeopleError, Role

REFUSED = "Your organisation knows you, but you may not use this archive. Ask an administrator to add you."
ANOTHER = "This email address belongs to somebody else's sign-in. Ask an administrator."
LONGEST_NAME = 100


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for. `roles` is None where our own list of users decides."""

    subject: str
    """Issuer and number there: never given to anybody else."""
    email: str = ""
    """Empty where the provider does not vouch for an address."""
    name: str = ""
    roles: Collection[str] | None = None


def admit(session: Session, person: Person, *, now: datetime) -> User:
    """The user this is, made or linked at the first sign-in. Raises PeopleError, in words for that person."""
    role = _role_of(person)
    user = _known(session, person) or (_made(session, person, role, now) if role else None)
    if user is None or user.disabled_at:
        raise PeopleError(REFUSED)
    if role and user.role != role:
        _follow(session, user, role, now)
    return user


def _role_of(person: Person) -> str:
    """The highest role that the provider gives; empty where it does not say. Raises PeopleError for none."""
    if person.roles is None:
        return ""
    for role in (Role.ADMINISTRATOR, Role.STAFF):
        if role.value in person.roles:
            return role.value
    raise PeopleError(REFUSED)


def _known(session: Session, person: Person) -> User | None:
    """By the number at the provider; the first time by an address that the provider vouches for."""
    user = session.exec(select(User).where(User.subject == person.subject)).first()
    if user or not person.email:
        return user
    user = people.find_user(session, person.email)
    if user and user.subject:
        raise PeopleError(ANOTHER)
    if user:
        user.subject = person.subject
        session.add(user)
    return user


def _made(session: Session, person: Person, role: str, now: datetime) -> User | None:
    if not person.email:
        return None
    name = "".join(letter for letter in person.name if letter.isprintable())[:LONGEST_NAME]
    user = people.add_user(session, person.email, role, now=now, name=name)
    user.subject = person.subject
    people.record(session, user.email, "user added", user.email, now=now, after={"role": role, "by": "sign-in"})
    return user


def _follow(session: Session, user: User, role: str, now: datetime) -> None:
    """The provider's word on the role counts; nobody is left without an administrator by it."""
    former = user.role
    try:
        people.set_role(session, user, role)
    except PeopleError:
        return
    people.record(
        session, user.email, "role changed", user.email, now=now, before={"role": former}, after={"role": role}
    )
