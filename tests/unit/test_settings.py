"""Settings: where they come from, what follows from them, and that the operator's table tells the truth."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.people.pictures import LARGEST_UPLOAD
from mentorbook.settings import Settings

TABLE = Path(__file__).resolve().parents[2] / "docs" / "OPERATIONS.md"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MENTORBOOK_{name.upper()}", raising=False)


def documented() -> dict[str, tuple[str, str]]:
    """Default and description by variable, from the table."""
    rows = re.findall(r"^\| `(MENTORBOOK_\w+)` \| (.*?) \| (.*) \|$", TABLE.read_text(), re.MULTILINE)
    return {name: (default, what) for name, default, what in rows}


def shown(default: Any) -> str:
    """A default as the table writes it."""
    if default is None or default == "":
        return "–"
    return f"`{int(default)}`" if isinstance(default, bool) else f"`{default}`"


def test_the_operators_table_is_the_class() -> None:
    assert documented() == {
        f"MENTORBOOK_{name.upper()}": (shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTORBOOK_PORT", "4000")
    monkeypatch.setenv("MENTORBOOK_DEMO", "1")
    monkeypatch.setenv("MENTORBOOK_BASE_URL", "")
    found = Settings()
    assert (found.port, found.demo, found.public_url) == (4000, True, "http://localhost:4000")


@pytest.mark.parametrize(
    "wrong", [{"port": 0}, {"port": 65536}, {"log_level": "LOUD"}, {"worker": "perhaps"}]
)
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_secrets_are_not_printed() -> None:
    secret = SecretStr("do-not-print")
    found = Settings(
        livekit_api_secret=secret,
        smtp_url=SecretStr("smtp://me:do-not-print@host"),
        stripe_secret_key=secret,
        stripe_webhook_secret=secret,
    )
    assert "do-not-print" not in repr(found)
    assert "do-not-print" not in str(found.model_dump())


@pytest.mark.parametrize(
    "url", ["smtp://me:do/not/print@host", "smtp://me:do@host:not-print", "ftp://do-not"]
)
def test_a_wrong_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(smtp_url=SecretStr(url))
    assert "do" not in " ".join(error["msg"] for error in refused.value.errors(include_input=False))


def test_without_a_base_url_the_local_addresses_are_ours() -> None:
    assert Settings(port=4000).origins == {"http://localhost:4000", "http://127.0.0.1:4000"}


def test_origins_are_scheme_host_and_port() -> None:
    found = Settings(
        base_url="https://book.example/app/", allowed_origins=" https://a.example/x , ,http://b.example:8080"
    )
    assert {"https://book.example", "https://a.example", "http://b.example:8080"} <= found.origins
    assert found.public_url == "https://book.example/app"


@pytest.mark.parametrize(
    ("address", "secure"), [("https://book.example", True), ("http://book.example", False)]
)
def test_cookies_are_secure_where_the_site_is(address: str, secure: bool) -> None:
    assert Settings(base_url=address).secure_cookies is secure


def test_two_local_instances_do_not_share_a_cookie() -> None:
    assert Settings(port=3000).cookie != Settings(port=3001).cookie
    assert Settings(base_url="https://book.example").cookie == "mentorbook"


def test_the_database_is_in_the_data_folder_unless_named(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/mentorbook.db"
    named = "postgresql+psycopg://somebody@localhost/book"
    assert Settings(database_url=named).database == named


def test_video_needs_all_three_settings() -> None:
    given = {
        "livekit_url": "wss://live.example",
        "livekit_api_key": "key",
        "livekit_api_secret": SecretStr("secret"),
    }
    assert Settings(**given).video_configured  # type: ignore[arg-type]
    for name in given:
        assert not Settings(**(given | {name: None})).video_configured  # type: ignore[arg-type]


STRIPE = {"stripe_secret_key": SecretStr("sk_test_1"), "stripe_webhook_secret": SecretStr("whsec_1")}


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({}, PaymentWay.SETTLE),
        ({"demo": True}, PaymentWay.DEMO),
        (STRIPE, PaymentWay.STRIPE),
        (STRIPE | {"demo": True}, PaymentWay.STRIPE),
        (STRIPE | {"payments": "free"}, PaymentWay.FREE),
        ({"payments": "settle", "demo": True}, PaymentWay.SETTLE),
        ({"payments": "demo", "demo": True}, PaymentWay.DEMO),
        ({"payments": "free"}, PaymentWay.FREE),
        # It is charged by none of them, so that it need not be complete.
        ({"payments": "settle", "stripe_secret_key": SecretStr("sk_test_1")}, PaymentWay.SETTLE),
    ],
    ids=str,
)
def test_how_sessions_are_paid_follows_from_the_settings(given: dict[str, Any], way: PaymentWay) -> None:
    assert Settings(**given).payment_way == way


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"payments": "demo"}, "needs MENTORBOOK_DEMO"),
        (STRIPE | {"payments": "demo"}, "needs MENTORBOOK_DEMO"),
        ({"payments": "stripe"}, "MENTORBOOK_STRIPE_SECRET_KEY and"),
        ({"payments": "stripe"} | {"stripe_webhook_secret": SecretStr("whsec_1")}, "stripe needs"),
        ({"stripe_secret_key": SecretStr("sk_test_1")}, "MENTORBOOK_STRIPE_WEBHOOK_SECRET"),
        ({"payments": "cash"}, "'stripe'"),
    ],
    ids=str,
)
def test_payments_that_cannot_be_are_refused_at_the_start(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)
    (error,) = refused.value.errors(include_input=False)
    assert said in error["msg"]
    assert "_1" not in error["msg"]


def test_demo_payments_without_demo_data_end_the_process_with_a_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import mentorbook.settings"],
        env=os.environ | {"MENTORBOOK_PAYMENTS": "demo", "MENTORBOOK_DEMO": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "MENTORBOOK_PAYMENTS: demo" in line
    assert "needs MENTORBOOK_DEMO" in line


def test_the_documented_proxy_lets_the_largest_picture_through() -> None:
    (kibibytes,) = re.findall(r"client_max_body_size (\d+)k;", TABLE.read_text())
    assert LARGEST_UPLOAD <= int(kibibytes) * 1024 <= 1.2 * LARGEST_UPLOAD
