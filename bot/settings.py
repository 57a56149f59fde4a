"""Settings from the environment and `.env`. `.env.example` explains each one."""

import os
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.holidays import check_region
from bot.store.db import database_url

Secrets = Annotated[tuple[SecretStr, ...], NoDecode]

_STRIPE_KEYS = ("sk_live_", "sk_test_", "rk_live_", "rk_test_")


_TELEGRAM = "https://api.telegram.org"
TELEGRAM_PORTS = (80, 88, 443, 8443)  # core.telegram.org/bots/api#setwebhook
NO_NAME = "Notre organisme"
_DEFAULT_DATABASE = "sqlite:///obole.sqlite3"


class Settings(BaseSettings):
    """The settings of one charity's Obole. Secrets print as stars."""

    model_config = SettingsConfigDict(
        env_prefix="OBOLE_", env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True
    )

    # Telegram
    telegram_token: SecretStr | None = None
    telegram_api_url: str = _TELEGRAM
    telegram_per_second: int = Field(default=30, ge=1, le=30)
    telegram_paid_per_second: int = Field(default=0, ge=0, le=1000)
    # Discord
    discord_token: SecretStr | None = None
    discord_api_url: str | None = None
    discord_gateway_url: str | None = None
    discord_per_second: int = Field(default=20, ge=1, le=50)
    discord_dms_per_minute: int = Field(default=10, ge=1, le=60)
    # both
    reply_burst: int = Field(default=3, ge=1)
    # Stripe
    stripe_api_key: SecretStr | None = None
    stripe_api_url: str | None = None
    stripe_webhook_secret: Secrets = ()
    quick_give: bool = False
    # Obole itself
    # Two fields, so that ours in `.env` takes precedence over the host's in the environment. May hold a password.
    own_database_url: str = Field(default="", validation_alias=AliasChoices("OBOLE_DATABASE_URL"), repr=False)
    hosts_database_url: str = Field(default="", validation_alias=AliasChoices("DATABASE_URL"), repr=False)
    erasures_file: str = ""
    log: Literal["text", "json"] | None = None
    monitoring_token: SecretStr | None = Field(default=None, min_length=16)
    sentry_dsn: SecretStr | None = None
    public_url: str = ""
    link_domains: Annotated[tuple[str, ...], NoDecode] = ()
    secret_key: Secrets = ()
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    host: str = ""
    port: int = Field(default=8080, validation_alias=AliasChoices("OBOLE_PORT", "PORT"), ge=0, le=65535)
    # the charity
    charity_name: str = NO_NAME
    charity_contact: str = ""
    charity_address: str = ""
    charity_privacy_officer: str = ""
    charity_registration_number: str = ""
    charity_statement: str = ""
    charity_time_zone: str = "America/Toronto"
    charity_holidays: str = "CA-QC"
    card_fee_basis_points: int = Field(default=290, ge=0, le=2_000)
    card_fee_fixed_minor: int = Field(default=30, ge=0, le=1_000)

    @field_validator("stripe_webhook_secret", "secret_key", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("link_domains", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return (
            tuple(part.strip().lower() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("stripe_api_key")
    @classmethod
    def _of_stripe(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(_STRIPE_KEYS):
            raise ValueError(f"must begin with one of {', '.join(_STRIPE_KEYS)}: it is Stripe's secret key")
        return value

    @field_validator("public_url")
    @classmethod
    def _bare_url(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must begin with https:// (or http:// on your own machine)")
        _ = urlsplit(value).port  # raises ValueError for an invalid port
        return value.rstrip("/")

    @field_validator("own_database_url", "hosts_database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value:
            database_url(value)
        return value

    @field_validator("charity_time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:  # OSError: "America" is a folder of zones
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @field_validator("charity_holidays")
    @classmethod
    def _known_region(cls, value: str) -> str:
        check_region(value)
        return value

    @model_validator(mode="after")
    def _long_secrets(self) -> "Settings":
        if any(len(secret.get_secret_value()) < 32 for secret in self.secret_key):
            raise ValueError("OBOLE_SECRET_KEY: each key needs at least 32 characters")
        return self

    @property
    def database_url(self) -> str:
        """The database: our own setting, else the host's, else a file in the working directory."""
        return self.own_database_url or self.hosts_database_url or _DEFAULT_DATABASE

    @property
    def erasures_path(self) -> Path:
        """The record of erasures: our own setting, else beside the SQLite file, else in the working directory."""
        url = database_url(self.database_url)
        beside = Path(f"{url.database}.erasures") if url.get_backend_name() == "sqlite" and url.database else None
        return Path(self.erasures_file) if self.erasures_file else beside or Path("obole.erasures")

    @property
    def listen_on(self) -> str:
        """The address of the web server: our own setting, else all addresses if there is a public URL."""
        return self.host or ("0.0.0.0" if self.public_url else "127.0.0.1")

    def refused(self) -> list[str]:
        """Return the settings that cannot work, each with the fix."""
        url = urlsplit(self.public_url)
        if self.telegram_token is None or not url.netloc or self.telegram_api_url != _TELEGRAM:
            return []  # a self-hosted Bot API server takes any port
        if url.scheme != "https":
            return ["OBOLE_PUBLIC_URL: Telegram sends updates only to https://; set such an address, or none"]
        if (url.port or 443) not in TELEGRAM_PORTS:
            ports = ", ".join(map(str, TELEGRAM_PORTS))
            return [f"OBOLE_PUBLIC_URL: Telegram sends updates only to ports {ports}; use one of them, or no address"]
        return []

    def missing(self) -> list[str]:
        """Return the environment variables that must be set before `obole run` can start."""
        missing = []
        if self.telegram_token is None and self.discord_token is None:
            missing.append("OBOLE_TELEGRAM_TOKEN or OBOLE_DISCORD_TOKEN")
        if self.stripe_api_key is None:
            missing.append("OBOLE_STRIPE_API_KEY")
        if self.public_url and not self.stripe_webhook_secret:
            missing.append("OBOLE_STRIPE_WEBHOOK_SECRET (Stripe calls OBOLE_PUBLIC_URL)")
        if not self.secret_key:
            missing.append("OBOLE_SECRET_KEY")
        return missing


def environment_variable(location: Sequence[int | str]) -> str:
    """Return the environment variable of a pydantic error location; empty for an error about several fields."""
    name = "_".join(str(part) for part in location).upper()
    if name == "OBOLE_PORT" and name not in os.environ and "PORT" in os.environ:
        return "PORT"
    if not name or name.startswith("OBOLE_") or name == "DATABASE_URL":
        return name
    return f"OBOLE_{name}"
