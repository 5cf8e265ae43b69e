"""Channels' addresses are encrypted at rest: they hold passwords and signatures."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"reviewwatch channel addresses"


class SecretError(RuntimeError):
    """The address cannot be read with this key."""


def cipher(keys: str) -> MultiFernet:
    """The cipher of the settings' key. Several keys, divided by commas: the first encrypts, all can decrypt."""
    return MultiFernet([Fernet(_derived(key.strip())) for key in keys.split(",") if key.strip()])


def encrypt(text: str, keys: str) -> str:
    return cipher(keys).encrypt(text.encode()).decode("ascii")


def decrypt(secret: str, keys: str) -> str:
    """Raises SecretError when none of the keys made it."""
    try:
        return cipher(keys).decrypt(secret.encode("ascii")).decode()
    except InvalidToken as error:
        raise SecretError(
            "the channel's address was kept under another REVIEWWATCH_SECRET_KEY: set that key again "
            "(`new key,old key` reads both), or add the channel anew"
        ) from error


def rotate(secret: str, keys: str) -> str:
    """The same address under the first key."""
    return cipher(keys).rotate(secret.encode("ascii")).decode("ascii")


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
