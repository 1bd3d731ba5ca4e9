"""What a password is compared with where there is no account."""

from argon2 import extract_parameters

from mentorbook.services.people.accounts import NOBODYS_HASH, check_password, hash_password


def test_it_is_as_costly_as_a_hash_that_is_made_today() -> None:
    assert extract_parameters(NOBODYS_HASH) == extract_parameters(hash_password("A password"))


def test_no_password_is_right() -> None:
    assert not check_password("", NOBODYS_HASH)
