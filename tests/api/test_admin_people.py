"""`/api/admin/people`: what admins do to accounts, over the wire."""

from mentorbook.db.engine import Database
from tests.api.conftest import MINA, Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor

PEOPLE = "/api/admin/people"
WHY = {"reason": "Because"}


def test_a_request_goes_from_asking_to_being_shown(db: Database, hands: Hands, calling: Door) -> None:
    noor = a_mentee("Noor")
    admin, asker, visitor = calling(a_mentee("Ada", is_admin=True)), calling(noor), calling()
    assert asker.get("/api/auth/me").json()["mentorStatus"] == "none"
    assert asker.post("/api/mentors/me").json() == {
        "status": "requested",
        "declineReason": None,
        "requestedAt": "2027-01-13T12:00:00Z",
        "hasProfile": False,
        "hasHours": False,
    }
    said = {"headline": "Maps", "expertise": ["Cartography"], "rate": "0", "currency": "EUR"}
    assert asker.request("PUT", "/api/mentors/me/profile", json=said).status_code == 200
    week = {"schedule": {"timezone": "UTC"}, "weeklyPatterns": [{"dayOfWeek": 4}]}
    assert asker.request("PUT", "/api/mentors/me/availability", json=week).status_code == 200
    shown, slots = f"/api/mentors/{noor.id}", f"/api/mentors/{noor.id}/availability/slots"
    days = "startDate=2027-01-14&endDate=2027-01-14"
    for caller in (visitor, asker, admin):
        assert [caller.get(path).status_code for path in (shown, f"{slots}?{days}")] == [404, 404]
    (waiting,) = admin.get(f"{PEOPLE}?status=requested").json()["people"]
    assert (waiting["id"], waiting["mentorStatus"]) == (str(noor.id), "requested")
    assert admin.post(f"{PEOPLE}/{noor.id}/decline", WHY).json()["mentorStatus"] == "declined"
    standing = asker.get("/api/mentors/me").json()
    assert (standing["status"], standing["declineReason"]) == ("declined", "Because")
    assert (standing["hasProfile"], standing["hasHours"]) == (True, True)
    assert standing["requestedAt"] is None
    assert asker.post("/api/mentors/me").json()["status"] == "requested"
    assert admin.post(f"{PEOPLE}/{noor.id}/approve").json()["isMentor"] is True
    assert asker.get("/api/auth/me").json()["mentorStatus"] == "approved"
    assert visitor.get(shown).json()["headline"] == "Maps"
    assert visitor.get(f"{slots}?{days}").json()["slots"]


def test_a_deactivated_account_is_out_at_once_and_in_no_list(
    db: Database, hands: Hands, calling: Door, hashing: list[str]
) -> None:
    admin, mina = calling(a_mentee("Ada", is_admin=True)), calling()
    identifier = mina.post("/api/auth/register", MINA).json()["id"]
    path = f"{PEOPLE}/{identifier}"
    gone = admin.post(f"{path}/deactivate", WHY, headers={"User-Agent": "Browser 7"}).json()
    assert mina.get("/api/auth/me").status_code == 401
    right = {"email": MINA["email"], "password": MINA["password"]}
    answers = [calling().post("/api/auth/login", body) for body in (right, right | {"password": "wrong"})]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert told(answers[0]) == told(answers[1])
    assert (gone["comingSessions"], gone["events"][0]["action"]) == (0, "deactivated")
    assert gone["events"][0]["userAgent"] == "Browser 7"
    assert admin.get(path).json() == gone
    # Its address stays taken, and says no more than that.
    again = told(calling().post("/api/auth/register", MINA))
    assert again["fields"] == {"email": "already has an account; log in instead"}
    assert admin.post(f"{path}/reactivate").json()["deactivatedAt"] is None
    assert calling().post("/api/auth/login", right).status_code == 200


def test_nobody_makes_themselves_an_admin(db: Database, hands: Hands, calling: Door) -> None:
    ada = a_mentee("Ada", is_admin=True)
    for person in (a_mentee(), a_mentor()):
        caller = calling(person)
        for whom in (person.id, ada.id):
            path = f"{PEOPLE}/{whom}/admin"
            assert caller.request("PUT", path, json={"isAdmin": True}).status_code == 403
            assert caller.request("PUT", path, json={"isAdmin": False}).status_code == 403
        assert caller.get("/api/auth/me").json()["isAdmin"] is False
    for extra in ({"isAdmin": True}, {"is_admin": True}, {"mentorStatus": "approved"}):
        refused = calling().post("/api/auth/register", MINA | extra)
        assert told(refused)["fields"] == {next(iter(extra)): "is not a field of this request"}
    admin = calling(ada)
    for body in ({"isAdmin": False}, WHY):
        verb = ("PUT", "admin") if "isAdmin" in body else ("POST", "deactivate")
        assert admin.request(verb[0], f"{PEOPLE}/{ada.id}/{verb[1]}", json=body).status_code == 403
    assert admin.get("/api/auth/me").json()["isAdmin"] is True
