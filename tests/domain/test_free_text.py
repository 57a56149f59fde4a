"""What plain messages mean: a table of examples in both languages."""

import pytest

from bot.domain.free_text import Meaning, amount_in, meaning, without_courtesies

EXAMPLES = {
    Meaning.THANKS: (
        *("merci", "Merci!", "MERCI BEAUCOUP 🙏", "mille mercis à vous", "Un gros merci à l’équipe"),
        *("Merci pour tout!", "thank you!", "Thanks a lot", "thank you so much for everything ❤️", "ty", "🎉", "🎉🎉🎉"),
        *("❤️", "🙏🏽", "Bravo!", "Bonjour et merci", "thx!!!", "Merci à tous et bonne soirée", "👏👏"),
    ),
    Meaning.GREETING: ("Bonjour", "bonsoir!", "Salut à tous", "Allô", "Hello", "hi there", "Good morning", "Hey! 👋"),
    Meaning.STOP: (
        *("stop", "STOP!", "Stop, merci", "Stop svp", "arrêtez", "Arrêt", "s’il vous plaît arrêtez", "please stop"),
        *("Bonjour, stop, merci", "Arrêtez de m’écrire", "Stop sending me messages", "unsubscribe please"),
        *("Désabonnez-moi", "me désabonner", "opt out", "Unsubscribe me from this list", "Cessez ces messages"),
        *("Arrêtez de me demander des dons", "stop asking me for donations", "Stop the monthly reminders"),
        *("Stop?", "Merci, arrêtez"),
    ),
    Meaning.STOP_MAYBE: (
        *("Je voudrais que ça arrête", "Comment vous faire arrêter?", "I want you to stop", "How do I unsubscribe?"),
        *("Don’t stop!", "N’arrêtez pas!", "Arrêtez pas!", "Où est l’arrêt d’autobus?"),
        *("Je veux me désabonner", "I want to opt out"),
    ),
    Meaning.END_MONTHLY: (
        *("Arrêter mon don mensuel", "arrêtez mon don", "Stop my monthly gift", "cancel my monthly donation"),
        *("Je veux arrêter mon don mensuel", "annuler mon abonnement svp", "Please stop my donation"),
        *("mettre fin à mon don mensuel", "Comment annuler mes prélèvements?", "End my monthly gift"),
        *("Stop taking money every month",),
    ),
    Meaning.RECEIPT: (
        *("Est-ce que j’aurai un reçu?", "Vais-je recevoir un reçu pour impôts?", "reçu fiscal?", "Quand les reçus?"),
        *("Do I get a tax receipt?", "when will you send receipts", "Is my gift tax deductible?"),
        *("Mon don est-il déductible?", "J’ai besoin d’un reçu officiel"),
    ),
    Meaning.OTHER: (
        *("ok", "oui", "non", "yes", "👍", "👎", "😡", "❓", "Merci?", "Bonjour, à quelle heure ouvrez-vous?"),
        *("Merci, mais je n’ai pas reçu de reponse", "J’ai reçu mon don", "Je n’ai rien reçu", "😢", "Merci 5"),
        *("Merci, mais ma carte a été débitée", "Thanks, but my card was charged twice", "hello can you call me"),
        *(
            "Bonne question",
            "à vous",
            "Annulez ma présence mardi",
            "Mon don aide jusqu’à la fin de l’année?",
            "Comment va mon don?",
            "",
            "   ",
            "…",
        ),
        *("Merci de m’appeler", "Thanks for calling me back tomorrow", "5 dollars", "parfait", "mardi"),
    ),
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, expected) for expected, texts in EXAMPLES.items() for text in texts]
)
def test_meaning_of_a_message(text: str, expected: Meaning) -> None:
    assert meaning(text) is expected, text


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
        ("Je voudrais donner 20 $ pour ma mère", "20 $"), ("I’d like to give $25 this time", "$25"),
        ("Puis-je donner 7,50 $ par chèque?", "7,50 $"), ("can I give 15 dollars in cash?", "15 dollars"),
        ("Entre 5 $ et 10 $, que faire?", None), ("J’ai payé 50 $ deux fois", None), ("You charged me $50", None),
        ("J’ai 3 enfants", None), ("En 2026, on verra", None), ("Remboursez mes 20 $", None), ("Bonjour", None),
    ],
)  # fmt: skip
def test_only_amount_in_a_sentence_is_found(text: str, amount: str | None) -> None:
    assert amount_in(text) == amount
