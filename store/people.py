"""Users, their one-time links, browser sessions and API tokens, and the audit log.

Who somebody is, is checked here; what they may do is decided in `web.access`.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import update
from sqlmodel import Session, col, select

from config.settings import Settings
from store.models import ApiToken, Decision, SignIn, User

LONGEST_TEAM = 100
LINK_LASTS = timedelta(hours=24)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
TRIES = 5
LOCKED = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=5)


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    STAFF = "staff"


class PeopleError(ValueError):
    """A user, password or token that cannot be; the text says what to do."""


def add_user(session: Session, email: str, role: str, *, now: datetime, name: str = "") -> User:
    """A new user without a password; see `make_link` for how they sign in. Raises PeopleError."""
    address = clean_email(email)
    if find_user(session, address):
        raise PeopleError(f"there is already a user with the address {address}")
    user = User(email=address, name=name.strip(), role=_role(role), made_at=now)
    session.add(user)
    session.flush()
    return user


def clean_email(email: str) -> str:
    """Trimmed and in small letters. Raises PeopleError for what cannot be an address."""
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    if not re.fullmatch(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}", address):
        raise PeopleError(
            f"{email.strip() or 'an empty text'} is not an email address; use one such as name@example.org"
        )
    return address


def _role(role: str) -> str:
    try:
        return Role(role).value
    except ValueError:
        raise PeopleError(f"there is no role {role!r}; use administrator or staff") from None


def find_user(session: Session, email: str) -> User | None:
    return session.exec(select(User).where(User.email == email.strip().casefold())).first()


def user_by_id(session: Session, user_id: int) -> User:
    """Raises PeopleError."""
    user = session.get(User, user_id)
    if user is None:
        raise PeopleError(f"there is no user {user_id}")
    return user


def all_users(session: Session) -> Sequence[User]:
    return session.exec(select(User).order_by(col(User.email))).all()


def set_role(session: Session, user: User, role: str) -> None:
    """Raises PeopleError when nobody would be left to administer."""
    if _role(role) != Role.ADMINISTRATOR:
        _another_administrator(session, user)
    user.role = _role(role)
    session.add(user)


def set_team(session: Session, user: User, team: str) -> None:
    """Who shares this user's marks. Raises PeopleError."""
    name = " ".join(team.split())
    if len(name) > LONGEST_TEAM or not name.isprintable():
        raise PeopleError(f"a team's name has at most {LONGEST_TEAM} letters")
    user.team = name
    session.add(user)


def disable_user(session: Session, user: User, *, now: datetime) -> None:
    """From now on this person is signed out everywhere and no token of theirs works. Raises PeopleError."""
    _another_administrator(session, user)
    user.disabled_at = user.disabled_at or now
    session.add(user)
    sign_out_everywhere(session, user)


def enable_user(session: Session, user: User) -> None:
    user.disabled_at = None
    user.failed_sign_ins, user.locked_until = 0, None
    session.add(user)


def _another_administrator(session: Session, user: User) -> None:
    others = select(User.id).where(
        User.role == Role.ADMINISTRATOR, col(User.disabled_at).is_(None), col(User.id) != user.id
    )
    if user.role == Role.ADMINISTRATOR and session.exec(others).first() is None:
        raise PeopleError("this is the only administrator; make another one first")


# --- one-time links


def make_link(settings: Settings, user: User, *, now: datetime) -> str:
    """The address that signs this user in once, within 24 hours. Signing in by any way makes it void."""
    claim = {"user": user.id, "state": _state(user), "until": (now + LINK_LASTS).timestamp()}
    return f"{settings.public_url}/sign-in/link/{_signer(settings).dumps(claim)}"


def user_of_link(session: Session, settings: Settings, token: str, *, now: datetime) -> User | None:
    """Whom the link signs in; None when it is used, too old, or not ours."""
    try:
        claim = _signer(settings).loads(token)
    except BadData:
        return None
    user = session.get(User, claim["user"])
    if user is None or user.disabled_at or claim["until"] <= now.timestamp() or claim["state"] != _state(user):
        return None
    return user


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.key, salt="sign-in link", signer_kwargs={"digest_method": hashlib.sha256})


def _state(user: User) -> str:
    """Changes with every sign-in, so that a link works once."""
    last = user.last_sign_in_at.isoformat() if user.last_sign_in_at else "never"
    return hashlib.sha256(f"{user.id} {user.password_hash} {last}".encode()).hexdigest()[:16]


# --- locking out


def may_try(user: User | None, now: datetime) -> bool:
    return user is None or not (user.disabled_at or (user.locked_until and user.locked_until > now))


def count_failure(session: Session, user: User, *, now: datetime) -> None:
    """One wrong try more; after five the account is locked for a quarter of an hour."""
    session.execute(update(User).where(col(User.id) == user.id).values(failed_sign_ins=User.failed_sign_ins + 1))
    session.refresh(user)
    if user.failed_sign_ins >= TRIES:
        user.failed_sign_ins, user.locked_until = 0, now + LOCKED
        session.add(user)
        record(session, user.email, "account locked", user.email, now=now)


# --- browser sessions


def sign_in(session: Session, user: User, *, now: datetime) -> str:
    """Begin a session; returns the cookie's value, of which we keep the hash only."""
    value = secrets.token_urlsafe(32)
    for old in session.exec(select(SignIn).where(col(SignIn.expires_at) <= now)):
        session.delete(old)
    session.add(SignIn(id=hashed(value), user_id=user.id, made_at=now, seen_at=now, expires_at=now + LONGEST))
    user.last_sign_in_at, user.failed_sign_ins, user.locked_until = now, 0, None
    session.add(user)
    return value


def user_of_session(session: Session, value: str, *, now: datetime) -> User | None:
    row = session.get(SignIn, hashed(value))
    if row is None or row.user_id is None or row.expires_at <= now or row.seen_at + IDLE <= now:
        return None
    user = session.get(User, row.user_id)
    return user if user and not user.disabled_at else None


def needs_seen(session: Session, value: str, *, now: datetime) -> bool:
    """True when the session's last use is worth writing down again (not on every request)."""
    row = session.get(SignIn, hashed(value))
    return row is not None and row.seen_at + _SEEN_EVERY <= now


def note_seen(session: Session, value: str, *, now: datetime) -> None:
    session.execute(update(SignIn).where(col(SignIn.id) == hashed(value)).values(seen_at=now))


def sign_out(session: Session, value: str) -> None:
    if row := session.get(SignIn, hashed(value)):
        session.delete(row)


def sign_out_everywhere(session: Session, user: User) -> None:
    for row in session.exec(select(SignIn).where(SignIn.user_id == user.id)):
        session.delete(row)


def form_token(key: str, value: str) -> str:
    """What a form of this session carries, so that no other site can send it.

    Another one for each page: a token that stays could be guessed from the lengths of compressed pages (BREACH).
    """
    salt = secrets.token_hex(8)
    return f"{salt}.{_form_mark(key, value, salt)}"


def form_token_fits(key: str, value: str, token: str) -> bool:
    salt, _, mark = token.partition(".")
    return hmac.compare_digest(mark.encode(), _form_mark(key, value, salt).encode())


def _form_mark(key: str, value: str, salt: str) -> str:
    return hmac.new(key.encode(), f"form {salt} {value}".encode(), hashlib.sha256).hexdigest()


def hashed(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", errors="replace")).hexdigest()


# --- API tokens


def make_token(session: Session, user: User, name: str, *, now: datetime) -> str:
    """A token for the JSON API, shown once. Raises PeopleError without a name."""
    if not name.strip():
        raise PeopleError("Give the token a name, such as the program that will use it")
    if name.strip()[:100] in {one.name for one in tokens_of(session, user)}:
        raise PeopleError("You have a token of this name already: end that one, or choose another name")
    value = f"rw_{secrets.token_urlsafe(32)}"
    session.add(ApiToken(user_id=_id(user), name=name.strip()[:100], hash=hashed(value), made_at=now))
    return value


def user_of_token(session: Session, value: str) -> User | None:
    statement = select(User).join(ApiToken, col(ApiToken.user_id) == User.id)
    return session.exec(
        statement.where(
            ApiToken.hash == hashed(value), col(ApiToken.ended_at).is_(None), col(User.disabled_at).is_(None)
        )
    ).first()


def tokens_of(session: Session, user: User) -> Sequence[ApiToken]:
    statement = select(ApiToken).where(ApiToken.user_id == user.id, col(ApiToken.ended_at).is_(None))
    return session.exec(statement.order_by(col(ApiToken.made_at))).all()


def end_token(session: Session, user: User, token_id: int, *, now: datetime) -> ApiToken:
    """Raises PeopleError when it is not this user's."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != user.id:
        raise PeopleError("there is no such token")
    token.ended_at = now
    session.add(token)
    return token


# --- the audit log


def record(
    session: Session,
    who: str,
    what: str,
    target: str = "",
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write down a decision: verb and noun ('match accepted'), and what it was about before and after."""
    session.add(Decision(at=now, who=who, what=what, target=target, before=before or {}, after=after or {}))


def decisions(session: Session, *, before_id: int | None = None, limit: int = 50) -> Sequence[Decision]:
    """The newest first; `before_id` is where the page before ended."""
    statement = select(Decision).order_by(col(Decision.id).desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(col(Decision.id) < before_id)
    return session.exec(statement).all()


def _id(user: User) -> int:
    if user.id is None:
        raise PeopleError("the user is not stored yet")
    return user.id
