"""Keys: from the environment or a private file, and hidden wherever text is shown."""

import pytest

from geodata.errors import SourceError
from geodata.fetching import Keys


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "keys.toml"
    path.write_text('datafordeler = "from file"\nOTHER = "x1"\n', encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_private_file_gives_keys_and_the_environment_goes_before_it(file):
    keys = Keys({"LAEGEVALG_KEY_DATAFORDELER": "from environment", "HOME": "/"}, file)
    assert ("from environment", "x1") == (keys.value("DATAFORDELER"), keys.value("OTHER"))
    assert "HOME" not in keys
    assert "from file" == Keys({}, file).value("DATAFORDELER")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o611])
def test_a_file_that_others_may_touch_is_refused(file, mode):
    file.chmod(mode)
    with pytest.raises(SourceError, match=rf"mode {mode:03o}\); expected 600: chmod 600"):
        Keys({}, file)


@pytest.mark.parametrize("text", ["KEY = s3cret", "just s3cret", '\ufeff"', "KEY = 3"])
def test_a_file_that_is_none_is_refused_without_showing_it(file, text):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="expected lines like") as caught:
        Keys({}, file)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"no-keys.*No such file"):
        Keys({}, tmp_path / "no-keys")


def test_an_empty_key_is_none():
    assert "TOY" not in Keys({"LAEGEVALG_KEY_TOY": "  "})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://host/x?apiKey=abc", "https://host/x?apiKey=***"),
        ("https://host/x?a=1&token=abc&b=2", "https://host/x?a=1&token=***&b=2"),
        ("https://user:word@host/x", "https://***@host/x"),
        ("the key a/b of mine", "the key *** of mine"),
        ("?k=a%2Fb", "?k=***"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_looks_like_a_key_is_blotted_out(text, shown):
    assert shown == Keys({"LAEGEVALG_KEY_TOY": "a/b"}).hide(text)
