"""A siting question is read strictly, named by its content, and says in both languages what is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import PlanningError, QuestionError
from app.publish.copy import text
from app.siting.question import READERS, SitingQuestion, parse_question, read_question

BOW_TIE = {"kind": "polygon", "ring": [[12.0, 55.0], [12.2, 55.2], [12.2, 55.0], [12.0, 55.2]]}
SQUARE = {"kind": "polygon", "ring": [[12.0, 55.0], [12.2, 55.0], [12.2, 55.2], [12.0, 55.2], [12.0, 55.0]]}

questions = st.builds(
    SitingQuestion,
    add=st.integers(1, 200),
    k=st.none() | st.integers(1, 9),
    serve=st.sampled_from(["area", "region"]),
    weights=st.sampled_from([(), (("age_80_plus", 1.0),), (("age_65_79", 0.5), ("age_80_plus", 2.0))]),
    close=st.sampled_from([(), ("000001",), ("000001", "000002")]),
    per_site=st.integers(1, 9),
    time_limit=st.floats(0.1, 600),
)


@given(questions)
def test_a_question_read_again_is_the_same(question):
    """JSON and back: equal, with an equal hash."""
    again = parse_question(json.loads(json.dumps(question.document())))
    assert question == again
    assert question.hash == again.hash


def test_what_is_as_usual_says_nothing():
    """Defaults written out, keys in another order, a closed ring: the same hash."""
    assert SitingQuestion(3).hash == parse_question({"time_limit": 30, "objective": "covering", "add": 3.0}).hash
    closed, cut = parse_question({"add": 1, "area": SQUARE}), {**SQUARE, "ring": SQUARE["ring"][:-1]}
    assert closed.hash == parse_question({"add": 1, "area": cut}).hash
    assert SitingQuestion(3).hash != SitingQuestion(4).hash


@pytest.mark.parametrize(
    ("document", "said", "key"),
    [
        ([], "the question is []", "object"),
        ({}, "lacks add", "lacks"),
        ({"add": 2, "colour": 1}, "unknown key 'colour'", "unknown_key"),
        ({"add": 0}, "add is 0; expected 1 to 200", "range"),
        ({"add": 1.5}, "add is 1.5", "range"),
        ({"add": True}, "add is not a number", "nan"),
        ({"add": float("nan")}, "add is not a number", "nan"),
        ({"add": 1, "time_limit": float("inf")}, "time_limit is not a number", "nan"),
        ({"add": 1, "standard": {"mode": "drive", "minutes": 0}}, "must be above 0", "limit"),
        ({"add": 1, "standard": {"mode": "drive", "minutes": -3}}, "must be above 0", "limit"),
        ({"add": 1, "standard": {"mode": "drive", "minutes": float("nan")}}, "not a number", "nan"),
        ({"add": 1, "standard": {"mode": "boat", "minutes": 5}}, "'boat'; expected one of", "one_of"),
        ({"add": 1, "standard": {"minutes": 5}}, "needs a mode", "mode"),
        ({"add": 1, "weights": {"age_80_plus": 0}}, "one at least above nought", "weights"),
        ({"add": 1, "weights": {}}, "one at least above nought", "weights"),
        ({"add": 1, "weights": {"age_80_plus": -1, "age_65_79": 2}}, "nought or more", "weights"),
        ({"add": 1, "weights": {"age_80_plus": float("nan")}}, "not a number", "nan"),
        ({"add": 1, "weights": {"men": 1}}, "unknown key 'men'", "unknown_key"),
        ({"add": 1, "area": {"kind": "parish"}}, "'parish'; expected one of", "one_of"),
        ({"add": 1, "area": BOW_TIE}, "crosses itself at 12.10000, 55.10000", "polygon"),
        ({"add": 1, "area": {"kind": "polygon", "ring": [[12, 55], [12, 55], [12, 55]]}}, "different corners", "flat"),
        ({"add": 1, "area": {"kind": "polygon", "ring": [[12, 55]]}}, "expected a list of 3", "corners"),
        (
            {"add": 1, "area": {"kind": "polygon", "ring": [[12, 55], [12, 99], [13, 55]]}},
            "expected -90 to 90",
            "range",
        ),
        ({"add": 1, "close": ["12"]}, "six digits", "practice_numbers"),
        ({"add": 1, "close": ["000001"], "move": ["000001"]}, "in close and in move", "both"),
        ({"add": 1, "kinds": ["castle"]}, "'castle'; expected one of", "one_of"),
        ({"add": 1, "stop_m": 0}, "must be above 0", "limit"),
        ({"add": 1, "k": 0}, "k is 0", "range"),
    ],
)
def test_a_bad_question_is_refused_with_what_was_expected(document, said, key):
    """The field, what was found, what was expected; and in Danish where the catalogue has words for it."""
    with pytest.raises(QuestionError) as refused:
        parse_question(document)
    assert said in str(refused.value)
    assert key == refused.value.key
    for lang in ("da", "en"):
        assert not key or text(f"error.{key}", lang, **refused.value.slots)


def test_bytes_that_are_no_json_are_refused():
    """As is a number that JSON does not have."""
    for content in (b"{", b"[" * 9000, b"\xff", b'{"add": NaN}'):
        with pytest.raises(PlanningError):
            read_question(content)


def test_every_field_is_read():
    """No field of the question is left out of the readers, and none is read that it has not."""
    assert set(SitingQuestion.__dataclass_fields__) == set(READERS)
