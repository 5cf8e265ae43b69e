"""Passwords: what will do, and hashing, which is slow on purpose."""

import secrets
from functools import lru_cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 12
LONGEST = 256
# one argon2 check takes about 64 MB: a burst of sign-ins must not take the machine's memory
_hashing = BoundedSemaphore(2)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to check against when there is no such user, so that the answer takes as long."""
    return _hasher().hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """Slow on purpose; hold no transaction meanwhile."""
    with _hashing:
        return _hasher().hash(password)


def problem(password: str, email: str) -> str:
    """What is wrong with the password, in words; empty when it will do. Length is what counts (NCSC's advice)."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; three random words make a good password"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    name = email.partition("@")[0]
    if len(set(password.casefold())) < 5 or (len(name) > 3 and name in password.casefold()):
        return "This password is easy to guess; use three random words"
    return ""


def fits(known: str, password: str) -> bool:
    """Whether a password is the one of the `known` hash; empty takes as long and never fits. Hold no transaction."""
    with _hashing:
        right = _hasher().verify(password[:LONGEST], known or _nobody())
    return right and bool(known)
