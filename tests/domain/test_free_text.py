"""What plain messages mean: a table of examples in both languages."""

import pytest

from bot.domain.free_text import Meaning, amount_in, meaning, says_more, without_courtesies
from tests.domain.messages import ANSWERED, NO_OFFER, OFFERED, PASSED_ON

EXAMPLES = [
    (text, what, passed_on)
    for table, passed_on in ((ANSWERED, False), (PASSED_ON, True))
    for what, texts in table.items()
    for text in texts
]
EXAMPLES += [(text, Meaning.OTHER, True) for text in ("", "   ")]
REQUESTS = (Meaning.STOP, Meaning.END_MONTHLY)


@pytest.mark.parametrize(("text", "expected", "_passed_on"), EXAMPLES)
def test_meaning_of_a_message(text: str, expected: Meaning, _passed_on: bool) -> None:
    assert meaning(text, "La Tablée") is expected, text


@pytest.mark.parametrize(("text", "what", "more"), [example for example in EXAMPLES if example[1] in REQUESTS])
def test_request_with_anything_else_in_it_says_more(text: str, what: Meaning, more: bool) -> None:
    assert says_more(text, what) is more, text


@pytest.mark.parametrize("text", [text for text, _, passed_on in EXAMPLES if passed_on and text.strip()])
def test_courtesy_in_front_swallows_nothing(text: str) -> None:
    for courtesy in ("Merci! ", "Thank you so much. ", "Bonjour, "):
        found = meaning(courtesy + text, "La Tablée")
        alone = ("ok", "oui", "yes", "parfait", "👍", "…", "5 dollars", "à vous", "Reçu!")
        assert found not in (Meaning.THANKS, Meaning.GREETING, Meaning.FAREWELL) or text in alone, courtesy + text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("5 dollars stp", "5 dollars"), ("Bonjour, 20 $ s’il vous plaît!", "20 $"), ("10$ please 🙏", "10$"),
        ("Merci", ""), ("7,50", "7,50"), ("vingt dollars svp", "vingt dollars"), ("Hello 5", "5"),
        ("Puis-je donner 5 $?", "Puis-je donner 5 $?"),
    ],
)  # fmt: skip
def test_courtesies_around_an_amount_are_dropped(text: str, rest: str) -> None:
    assert without_courtesies(text) == rest


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Je voudrais donner 20 $ pour ma mère", "20 $"), ("Je peux donner 15 par mois", "15 par mois"),
        ("un don mensuel de 20 $", "20 $ par mois"), ("15$/mo would work for me", "15$/mo"), ("3 fois par mois", None),
        ("I can give $15 a month for now", "$15 a month"), ("15 $ par mois ou 20 $ par mois?", None),
        ("I’d like to give $25 this time", "$25"),
        ("Puis-je donner 7,50 $ par chèque?", "7,50 $"), ("can I give 15 dollars in cash?", "15 dollars"),
        ("Entre 5 $ et 10 $, que faire?", None), ("J’ai payé 50 $ deux fois", None), ("You charged me $50", None),
        ("I want to give 10 or 20 dollars", None), ("10 ou 20 $?", None), ("20 $ pour mes 2 filles", None),
        ("15 par mois ou 20 $", None), ("I’d like to give 20", "20"), ("je veux donner 20", "20"),
        ("give 20 please", "20"), ("Je voudrais donner 7,50 pour ma mère.", "7,50"), ("can I donate 25?", "25"),
        ("je donne 20", "20"), ("je veux faire un don de 1 000", "1 000"), ("donner 20 à la collecte svp", "20"),
        ("je veux donner 20 ou 30", None), ("donner 20 manteaux", None), ("I want to give 3 hours", None),
        ("donner 20 % de ma paie", None), ("donner 20 pour cent", None), ("I can’t give 20", None),
        ("Je ne veux plus donner 20", None), ("j’ai donné 20", None), ("Did I give 20?", None),
        ("give 20 people", None),
        ("J’ai 3 enfants", None), ("En 2026, on verra", None), ("Remboursez mes 20 $", None), ("Bonjour", None),
    ],
)  # fmt: skip
def test_only_amount_in_a_sentence_is_found(text: str, amount: str | None) -> None:
    assert amount_in(text) == amount


@pytest.mark.parametrize("text", NO_OFFER)
def test_amount_taken_or_lost_is_passed_on_without_an_offer(text: str) -> None:
    assert meaning(text) is Meaning.OTHER
    assert amount_in(text) is None


@pytest.mark.parametrize("text", OFFERED)
def test_amount_beside_a_word_that_looks_like_taken_is_found(text: str) -> None:
    assert amount_in(text) is not None


@pytest.mark.parametrize("piece", ["1", "1 ", "4242 ", "1,1", "$"])
def test_long_row_of_digits_is_read_in_linear_time(piece: str) -> None:
    """Reading it takes a fraction of a second; quadratic work would run into the suite's timeout."""
    assert amount_in(piece * (100_000 // len(piece))) is None
