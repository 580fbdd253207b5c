"""Which passwords are good enough, and how they are kept."""

import pytest

from kaohe.accounts import passwords

WHO = {"number": "N00123", "name": "张晓梅", "with_role": False}


@pytest.mark.parametrize(
    "password", ["xiaoyu-zai-shui", "三只小猫爬上了树", "k7#pQ2!m", "correct horse battery"]
)
def test_good_ones_pass(password):
    passwords.check_password(password, **WHO)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("abc123", passwords.PasswordTooShort),
        ("x" * 201, passwords.PasswordTooLong),
        ("12345678", passwords.PasswordTooPlain),
        ("87654321", passwords.PasswordTooPlain),
        ("123456123456", passwords.PasswordTooPlain),
        ("a12345678", passwords.PasswordTooPlain),
        ("11111111", passwords.PasswordTooPlain),
        ("password123", passwords.PasswordTooPlain),
        ("Passw0rd!!", passwords.PasswordTooPlain),
        ("qwertyuiop", passwords.PasswordTooPlain),
        ("1qaz2wsx3edc", passwords.PasswordTooPlain),
        ("19900101a", passwords.PasswordTooPlain),
        ("１２３４５６７８", passwords.PasswordTooPlain),
        ("N00123ab", passwords.PasswordSaysWho),
        ("张晓梅张晓梅12", passwords.PasswordSaysWho),
    ],
)
def test_poor_ones_are_refused(password, refusal):
    with pytest.raises(refusal):
        passwords.check_password(password, **WHO)


def test_a_role_asks_for_more():
    with pytest.raises(passwords.PasswordTooShort, match="10"):
        passwords.check_password("k7#pQ2!m", **{**WHO, "with_role": True})


def test_only_a_hash_is_kept_and_full_width_does_not_matter():
    kept = passwords.hash_of("Ｋａｏｈｅ-２０２６-x")
    assert "2026" not in kept
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "Kaohe-2026-x")
    assert not passwords.matches(kept, "Kaohe-2026-y")


def test_nothing_matches_where_nothing_is_kept():
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("not a hash", "anything")
