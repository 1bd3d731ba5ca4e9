"""The present password, asked for again before what keeps others out of an account is changed."""

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts, login_throttle


def proven_hash(actor: Account, password: str, *, address: str) -> str:
    """Return the stored hash that the actor's present password was compared with: a change is made only while
    it is still the account's.

    Raises `ValidationFailed` for a wrong password, and `RateLimited` after several of them.
    """
    guesser = login_throttle.Guesser(
        f"password of {actor.id}", login_throttle.network(address), str(actor.id)
    )
    login_throttle.admit(guesser)
    with read_transaction() as session:
        before = session.get_one(User, actor.id).password_hash
    if not accounts.check_password(password, before):
        login_throttle.failed(guesser)
        raise ValidationFailed({"currentPassword": "is not your present password"})
    login_throttle.passed(guesser)
    return before
