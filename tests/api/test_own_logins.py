"""`/api/auth/password` and `/api/auth/logins`: an account in several browsers."""

from mentorbook.db.engine import Database
from tests.api.conftest import MINA, Caller, Door, told
from tests.conftest import Hands

RIGHT = {"email": MINA["email"], "password": MINA["password"]}
CHANGE = {"currentPassword": MINA["password"], "newPassword": "quite another battery"}


def two_browsers(calling: Door) -> tuple[Caller, Caller]:
    """Mina in two browsers."""
    here, there = calling(), calling(host="198.51.100.7")
    assert here.post("/api/auth/register", MINA).status_code == 201
    assert there.post("/api/auth/login", RIGHT, headers={"User-Agent": "curl/8"}).status_code == 200
    return here, there


def test_the_list_marks_this_browser(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    here, there = two_browsers(calling)
    listed = here.get("/api/auth/logins").json()
    assert [(each["isCurrent"], each["browser"]) for each in listed] == [(True, "Python"), (False, "curl")]
    assert listed[1] == {
        "id": listed[1]["id"],
        "browser": "curl",
        "ipAddress": "198.51.100.7",
        "createdAt": "2027-01-13T12:00:00Z",
        "usedAt": "2027-01-13T12:00:00Z",
        "isCurrent": False,
    }
    assert there.get("/api/auth/logins").json()[0]["id"] == listed[1]["id"]


def test_one_browser_is_logged_out(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    here, there = two_browsers(calling)
    path = f"/api/auth/logins/{here.get('/api/auth/logins').json()[1]['id']}"
    assert here.request("DELETE", path).status_code == 204
    assert (here.get("/api/auth/me").status_code, there.get("/api/auth/me").status_code) == (200, 401)
    again = here.request("DELETE", path)
    assert (again.status_code, told(again)["error"]) == (404, "not_found")


def test_everywhere_else_is_logged_out(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    here, there = two_browsers(calling)
    assert here.request("DELETE", "/api/auth/logins").json() == {"ended": 1}
    assert (here.get("/api/auth/me").status_code, there.get("/api/auth/me").status_code) == (200, 401)


def test_a_new_password_logs_the_others_out(
    sqlite_db: Database, hands: Hands, hashing: list[str], calling: Door
) -> None:
    here, there = two_browsers(calling)
    wrong = here.post("/api/auth/password", CHANGE | {"currentPassword": "x"})
    assert (wrong.status_code, told(wrong)["fields"]) == (
        422,
        {"currentPassword": "is not your present password"},
    )
    assert here.post("/api/auth/password", CHANGE).json() == {"ended": 1}
    assert (here.get("/api/auth/me").status_code, there.get("/api/auth/me").status_code) == (200, 401)
    assert there.post("/api/auth/login", RIGHT).status_code == 401
    assert there.post("/api/auth/login", RIGHT | {"password": CHANGE["newPassword"]}).status_code == 200
