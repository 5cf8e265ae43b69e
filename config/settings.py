"""What differs between machines: read once, here, from the environment and `.env`."""

import os
import secrets
from collections.abc import Iterable
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "REVIEWWATCH_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(ValueError):
    """The settings cannot be used; the text says which one and what to do."""


class OidcSettings(BaseModel):
    """Sign-in through the organisation's own identity provider; used when `issuer` is set. See docs/operators.md."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    client_id: str
    client_secret: SecretStr
    email_claim: str
    roles_claim: str
    only: bool


class Settings(BaseSettings):
    """Settings of one machine; each field is `REVIEWWATCH_<FIELD>` but `DATABASE_URL` and `PORT`, which hosts set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: Annotated[str, Field(validation_alias=AliasChoices("DATABASE_URL", "database_url"))] = ""
    port: Annotated[int, Field(validation_alias=AliasChoices("PORT", "port"), ge=1, le=65535)] = 8000
    web_processes: Annotated[int, Field(ge=1, le=64)] = 2
    data_dir: Path = Path("data")
    files_url: str = ""
    base_url: str = ""
    secret_key: SecretStr = SecretStr("")
    contact: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "reviewwatch <reviewwatch@localhost>"
    allow_private_addresses: bool = False
    download_delay: Annotated[float, Field(ge=0, le=3600)] = 2.0
    timezone: str = "Europe/London"
    log_format: Literal["text", "json"] = "text"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_email_claim: str = "email"
    oidc_roles_claim: str = ""
    oidc_only: bool = False

    @field_validator("timezone")
    @classmethod
    def known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no time zone is called {value!r}; use a name such as Europe/London") from error
        return value

    @field_validator("database_url")
    @classmethod
    def supported_database(cls, value: str) -> str:
        # hosts still hand out the old scheme
        value = value.replace("postgres://", "postgresql://", 1) if value.startswith("postgres://") else value
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("files_url")
    @classmethod
    def address_of_files(cls, value: str) -> str:
        if value and "://" not in value:
            raise ValueError("use file:///FOLDER, s3://BUCKET/PATH or az://CONTAINER/PATH")
        return value

    @field_validator("base_url")
    @classmethod
    def address_for_readers(cls, value: str) -> str:
        """Without a path: the pages' links begin at the host."""
        parts = urlsplit(value)
        beyond = parts.path.strip("/") or parts.query or parts.fragment
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or beyond):
            raise ValueError("use the whole address of a host, without a path, such as https://reviews.example.org")
        return value

    @field_validator("secret_key")
    @classmethod
    def some_key(cls, value: SecretStr) -> SecretStr:
        keys = value.get_secret_value().split(",")
        if len(keys) > 1 and not all(key.strip() for key in keys):
            raise ValueError("one of the keys is empty: write `new key,old key`")
        return value

    @field_validator("mail_from")
    @classmethod
    def sender(cls, value: str) -> str:
        address = parseaddr(value)[1]
        if "@" not in address or not address.isascii():
            raise ValueError("write Name <address@example.org>")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def trustworthy_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ValueError("use the provider's https address, as it stands in its metadata")
        return value.rstrip("/")

    @model_validator(mode="after")
    def whole_oidc(self) -> "Settings":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("REVIEWWATCH_OIDC_ISSUER is set, so REVIEWWATCH_OIDC_CLIENT_ID is needed too")
        if self.oidc_only and not self.oidc_issuer:
            raise ValueError("REVIEWWATCH_OIDC_ONLY is set without a provider: nobody could sign in")
        return self

    @model_validator(mode="after")
    def absolute_data_dir(self) -> "Settings":
        self.data_dir = self.data_dir.expanduser().absolute()
        return self

    @property
    def database(self) -> str:
        """The database's address: `DATABASE_URL`, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'reviewwatch.sqlite3'}"

    @property
    def files(self) -> str:
        """Where documents are kept: an obstore address, or a folder in the data folder."""
        return self.files_url or (self.data_dir / "files").as_uri()

    @property
    def public_url(self) -> str:
        """The web app's address as readers reach it, without a slash at the end."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def user_agent(self) -> str:
        """Who reads: the page for publishers, where the address is known, and whom to ask."""
        told = f"{self.public_url}/for-publishers" if self.base_url or not self.contact else ""
        return f"reviewwatch/0.1 (+{'; '.join(filter(None, (told, self.contact)))})"

    @property
    def oidc(self) -> OidcSettings | None:
        if not self.oidc_issuer:
            return None
        return OidcSettings(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            email_claim=self.oidc_email_claim,
            roles_claim=self.oidc_roles_claim,
            only=self.oidc_only,
        )

    @cached_property
    def key(self) -> str:
        """The secret that signs and encrypts: `SECRET_KEY`, or one made once and kept in the data folder."""
        given = self.secret_key.get_secret_value()
        return given or _kept_key(self.data_dir / "secret-key")


def _kept_key(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(32)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(made, encoding="ascii")
    try:
        os.link(draft, path)  # the first process wins; the others read what it wrote
    except FileExistsError:
        made = path.read_text(encoding="ascii")
    finally:
        draft.unlink()
    return made


def unknown_names(names: Iterable[str]) -> list[str]:
    """Those of the given environment names that carry our prefix and are no setting: a typing mistake, most likely."""
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields if field not in ("database_url", "port")}
    return sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)


def load_settings(**overrides: Any) -> Settings:
    """The settings of this machine. Raises SettingsError, one line a problem, naming the setting."""
    file = Path(".env")
    names = {*os.environ, *(dotenv_values(file) if file.is_file() else ())}
    if wrong := unknown_names(names):
        raise SettingsError(f"unknown setting {', '.join(wrong)}: see docs/settings.md for the names that exist")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_line(problem) for problem in error.errors())) from None


def _line(problem: Any) -> str:
    """A problem of one setting begins with its name; one of several names them itself."""
    text = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return text
    name = str(problem["loc"][0]).upper()
    return f"{name if name in ('DATABASE_URL', 'PORT') else PREFIX + name}: {text}"
