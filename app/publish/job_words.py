"""What is said of a job on its way: waiting, computing, done."""

from typing import Any

from app import language as say
from app.language import Lang
from app.publish.copy import text
from app.publish.proof_words import amount, duration, plain
from app.siting.question import SitingQuestion


def progress_block(
    question: SitingQuestion, found: float | None, ceiling: float | None, lang: Lang, smallest: float
) -> dict[str, Any]:
    """Value and bound on the way, as numbers and words; small ones hidden."""
    pair = {"found": found, "ceiling": ceiling}
    return {
        **{name: None if value is None else plain(value, question, smallest) for name, value in pair.items()},
        "words": {
            name: say.EN_DASH if value is None else amount(value, question, lang, smallest)
            for name, value in pair.items()
        },
    }


def state_words(status: str, place: int, seconds: float, error: str | None, lang: Lang) -> str:
    """A job's state in one line."""
    if status == "failed":
        return (
            text(f"job.{error}", lang) if error in ("crash", "fault", "former") else text("job.failed", lang, why=error)
        )
    spent = duration(seconds, lang)
    return text(f"job.{status}", lang, n=say.number(place, lang), time=spent)
