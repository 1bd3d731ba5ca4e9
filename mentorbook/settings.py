"""Every setting of MentorBook, in one class, read from `MENTORBOOK_*` variables."""

import sys
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator, validate_email
from pydantic_settings import BaseSettings, SettingsConfigDict

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.mail import ascii_domain


class Settings(BaseSettings):
    """What an operator may choose; `docs/OPERATIONS.md` has the same table, and a test compares them."""

    model_config = SettingsConfigDict(env_prefix="MENTORBOOK_", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3000, ge=1, le=65535, description="Port to listen on.")
    base_url: str | None = Field(
        None, description="Public address, as people type it. Default: `http://localhost:<port>`."
    )
    allowed_origins: str = Field(
        "", description="Further origins that browsers may come from, separated by commas."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of the proxies in front, separated by commas; "
        "only what they say about a caller's address counts.",
    )
    data_dir: Path = Field(Path("data"), description="Folder of the embedded database and of pictures.")
    database_url: str | None = Field(
        None, description="`postgresql+psycopg://…` to use PostgreSQL. Default: SQLite in the data folder."
    )
    redis_url: str | None = Field(
        None, description="`redis://…`, shared by several workers: page state and log-in limits."
    )
    worker: bool = Field(True, description="Run the worker (outbox, expiries) inside the app.")
    demo: bool = Field(False, description="Write the demo accounts into an empty database.")
    livekit_url: str | None = Field(None, description="`wss://…` of the LiveKit server that carries video.")
    livekit_api_key: str | None = Field(None, description="LiveKit API key.")
    livekit_api_secret: SecretStr | None = Field(None, description="LiveKit API secret.")
    local_video: bool = Field(
        False,
        description="Start a LiveKit server beside the app, for people on this machine, where none is named.",
    )
    livekit_port: int = Field(
        7880, ge=1, le=65535, description="Port of the LiveKit server that is started on this machine."
    )
    livekit_recordings: str | None = Field(
        None, description="Folder in which LiveKit's egress keeps recordings. Default: nothing is recorded."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="`smtp://user:password@host:port` of the mail server, `smtps://` for TLS from the first "
        "byte. Default: mail is kept as files in the data folder.",
    )
    mail_from: str | None = Field(
        None,
        description="Address that mail comes from. Default: `no-reply@` and the host of the public address.",
    )
    payments: PaymentWay | None = Field(
        None,
        description="How sessions are paid: `stripe`; `demo`, which takes test cards only; `settle`, between "
        "the two people; `free`, whatever mentors ask. Default: `stripe` where its key is set, else `demo` "
        "with demo data, else `settle`.",
    )
    stripe_secret_key: SecretStr | None = Field(None, description="Stripe secret key for payments.")
    stripe_webhook_secret: SecretStr | None = Field(None, description="Stripe webhook signing secret.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much to log.")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        _networks(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _names_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        # Never with what is wrong about it: that may be a part of the password.
        if not _is_mail_server(value.get_secret_value() if value else "smtp://host"):
            raise ValueError(
                "must be smtp://user:password@host:port, or smtps://, with a password in percent-encoding"
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        return validate_email(value)[1] if value else None

    @model_validator(mode="after")
    def _can_be_paid(self) -> Self:
        if self.payments == PaymentWay.DEMO and not self.demo:
            raise ValueError("MENTORBOOK_PAYMENTS: demo takes no money, and needs MENTORBOOK_DEMO")
        has_keys = self.stripe_secret_key and self.stripe_webhook_secret
        if self.payment_way == PaymentWay.STRIPE and not has_keys:
            raise ValueError(
                "MENTORBOOK_PAYMENTS: stripe needs MENTORBOOK_STRIPE_SECRET_KEY and "
                "MENTORBOOK_STRIPE_WEBHOOK_SECRET"
            )
        return self

    @property
    def payment_way(self) -> PaymentWay:
        """Return how sessions that have a price are paid."""
        if self.payments is not None:
            return self.payments
        if self.stripe_secret_key:
            return PaymentWay.STRIPE
        return PaymentWay.DEMO if self.demo else PaymentWay.SETTLE

    @cached_property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the trusted proxies as networks."""
        return _networks(self.trusted_proxies)

    @property
    def public_url(self) -> str:
        """Return the address of the app without a trailing slash."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'mentorbook.db'}"

    @property
    def database_variable(self) -> str:
        """Return the name of the variable that says where the database is."""
        return "MENTORBOOK_DATABASE_URL" if self.database_url else "MENTORBOOK_DATA_DIR"

    @property
    def is_local(self) -> bool:
        """Say whether people reach the app on its own machine only: it listens there, and nowhere else, and
        its public address says the same."""
        is_named_local = urlsplit(self.public_url).hostname in ("localhost", "127.0.0.1", "::1")
        return is_named_local and _is_loopback(self.host)

    @property
    def mail_sender(self) -> str:
        """Return the address that mail comes from."""
        return self.mail_from or f"no-reply@{urlsplit(self.public_url).hostname or 'localhost'}"

    @property
    def mail_domain(self) -> str:
        """Return the domain in whose name mail is identified."""
        return ascii_domain(self.mail_sender.rpartition("@")[2])

    @property
    def sends_mail(self) -> bool:
        """Say whether a mail server is set, so that mail reaches people by itself."""
        return self.smtp_url is not None

    @property
    def device_cookie(self) -> str:
        """Return the name of the cookie that identifies a browser; logs redact what stands behind `token`."""
        return f"{self.cookie}_device_token"

    @cached_property
    def origins(self) -> frozenset[str]:
        """Return the origins (scheme://host:port) whose pages may open the socket or call unsafe methods."""
        named = [origin.strip() for origin in self.allowed_origins.split(",") if origin.strip()]
        addresses = [
            self.public_url,
            f"http://127.0.0.1:{self.port}",
            f"http://localhost:{self.port}",
            *named,
        ]
        parts = (urlsplit(address) for address in addresses)
        return frozenset(f"{part.scheme}://{part.netloc}" for part in parts)

    @property
    def secure_cookies(self) -> bool:
        """Say whether the public address is HTTPS, so that cookies may be limited to it."""
        return self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Return the name of the log-in cookie; a local one has the port, since ports share cookies."""
        return "mentorbook" if self.base_url else f"mentorbook_{self.port}"

    @property
    def can_record(self) -> bool:
        """Say whether sessions can be recorded where both agree."""
        return self.video_configured and self.livekit_recordings is not None

    @property
    def video_configured(self) -> bool:
        """Say whether all three LiveKit settings are there."""
        return bool(self.livekit_url and self.livekit_api_key and self.livekit_api_secret)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    networks = []
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            networks.append(ip_network(part))
        except ValueError:
            raise ValueError(f"{part!r} is neither an address nor a network such as 10.0.0.0/8") from None
    return tuple(networks)


def _from_environment() -> Settings:
    """Return the settings of this process, or end it with a sentence about each variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        # One that is about several variables names them itself.
        wrong = [
            f"MENTORBOOK_{str(each['loc'][0]).upper()}: {each['msg']}." if each["loc"] else f"{each['msg']}."
            for each in found
        ]
        sys.exit("\n".join(wrong))


settings = _from_environment()
