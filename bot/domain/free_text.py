"""What a supporter's plain message means, in both languages. When in doubt it is for a person to read.

A message counts as thanks or a greeting only if every word and emoji in it is one: a question is never swallowed.
"""

import re
import unicodedata
from enum import StrEnum

from content.folding import fold


class Meaning(StrEnum):
    """How a plain message is answered."""

    STOP = "stop"  # no more messages
    STOP_MAYBE = "stop_maybe"  # it contains a stop word: offer to stop
    END_MONTHLY = "end_monthly"  # they mean their monthly gift, not the messages
    THANKS = "thanks"
    GREETING = "greeting"
    RECEIPT = "receipt"  # a question about tax receipts
    OTHER = "other"


_STOP = frozenset({
    *("stop", "arret", "arreter", "arretez", "arrete", "cesser", "cessez", "unsubscribe"),
    *("desabonner", "desabonnez", "desabonne", "desabonnement"),
    *("desinscrire", "desinscrivez", "desinscris", "desinscription"),
})  # fmt: skip
_STOP_PAIRS = frozenset({("opt", "out"), ("me", "desabonner"), ("me", "desinscrire")})
_NEGATED_AFTER = frozenset({"pas", "jamais", "not"})  # « arrêtez pas! »
_NEGATED_BEFORE = frozenset({"n", "don", "t", "dont", "never", "not", "non"})  # « n’arrêtez pas », "don’t stop"

_GREETINGS = frozenset({
    *("bonjour", "bonsoir", "salut", "allo", "coucou", "rebonjour", "hello", "hi", "hey", "morning", "evening"),
    *("afternoon", "goodnight", "bye", "ciao"),
})  # fmt: skip
_THANKS = frozenset({
    *("merci", "mercis", "bravo", "felicitations", "thanks", "thank", "thx", "ty", "tysm", "congrats", "cheers"),
})  # fmt: skip
_FILLERS = frozenset({  # say nothing beside a word of thanks or a greeting
    *("beaucoup", "mille", "fois", "bien", "infiniment", "encore", "grand", "gros", "un", "a", "vous", "toi", "tous"),
    *("toutes", "tout", "le", "monde", "pour", "bonne", "bon", "journee", "soiree", "nuit", "fin", "de", "semaine"),
    *("la", "et", "l", "equipe", "you", "u", "so", "much", "very", "lot", "lots", "many", "all", "everyone"),
    *("everybody", "again", "good", "day", "night", "there", "team", "for", "everything", "and", "the", "to", "of"),
    *("have", "great", "nice", "weekend"),
})  # fmt: skip
_PLEASE = frozenset({"svp", "stp", "please", "pls", "plz", "s", "il", "te", "plait"})
# Hearts, flowers, parties and friendly faces. 👍 and the like may answer a question of the team's.
_EMOJIS = frozenset(
    "❤♥🧡💛💚💙💜🤎🖤🤍💖💗💓💞💕💝💟❣🎉🎊🥳👏🙏🤗😊🙂😀😃😄😁😆😍🥰😘😇🤩😻💐🌹🌷🌸🌺🌻🌼🍀✨🌟⭐🎈🎁🫶🤝👋🙌"
)
_JOINERS = re.compile("[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]")

_TALKS_OF_MESSAGES = re.compile(
    r"\b(messages?|courriels?|e ?mails?|mails?|textos?|sms|ecrire|rappels?|reminders?|nouvelles|news|notifications?)\b"
)
_MONTHLY = re.compile(
    r"\b(mensuel(le)?s?|monthly|abonnement|subscription|prelevements?|(chaque|tous les) mois|(every|each) month)\b"
)
_OWN_GIFT = re.compile(r"\b(mon|mes|my) (dons?|gifts?|donations?|paiements?|payments?|versements?)\b")
_CANCEL = re.compile(r"\b(annuler|annulez|annule|cancel)\b")
_END = re.compile(r"\b(end|fin|terminer|terminez|interrompre|suspendre)\b")
_RECEIPT = re.compile(
    r"\b(un|le|mon|mes|des|les|de|d|aucun|vos|votre|quel|quels) recus?\b"
    r"|\brecus? (fisca\w+|officiels?|(d|pour|aux?) ?(les |l )?impots?|de (don|charite|bienfaisance))"
    r"|\b(relevé|releve) (fiscal|d impot)\b|\bdeductibles?\b|\btax (receipts?|slips?|deductions?|deductible)\b"
    r"|\breceipts?\b"
)
_ASKS = re.compile(r"[?？]|\b(est ce|puis je|avez|aurai|recevrai|recevoir|comment|quand|ou|do|does|will|can|how|when"
                   r"|where|need|besoin|voudrais|want|would|get|obtenir)\b")  # fmt: skip
_AMOUNT = re.compile(
    r"(?:CA|US)?\$\s?\d[\d ]*(?:[.,]\d+)?"
    r"|\d[\d ]*(?:[.,]\d+)?\s?(?:\$(?:\s?CA|\s?US)?|dollars?\b|piastres?\b|bucks\b|€|£|CAD\b|USD\b|EUR\b)",
    re.IGNORECASE,
)
_TALKS_OF_A_PAYMENT = re.compile(
    r"\b(paye|payer deux|paid|debite\w*|preleve\w*|charged?|facture\w*|rembours\w+|refund\w*|twice|deux fois|double"
    r"|erreur|mistake|wrong|trop|instead|au lieu|deja|already|recu|received)\b"
)


def meaning(text: str) -> Meaning:
    """Return how a supporter's message is answered."""
    words = _words(text)
    stop = _stop_at(words)
    folded = " ".join(words)
    if _ends_monthly(folded, has_stop=stop is not None):
        return Meaning.END_MONTHLY
    if stop is not None:
        return Meaning.STOP if _is_stop(words, stop) else Meaning.STOP_MAYBE
    if (courtesy := _courtesy(text, words)) is not None:
        return courtesy
    if _RECEIPT.search(folded) and _ASKS.search(fold(text)):
        return Meaning.RECEIPT
    return Meaning.OTHER


def names_monthly(text: str) -> bool:
    """Return whether the message speaks of a monthly gift, not only of a gift."""
    return _MONTHLY.search(" ".join(_words(text))) is not None


def _ends_monthly(folded: str, *, has_stop: bool) -> bool:
    if _TALKS_OF_MESSAGES.search(folded):
        return False
    if _MONTHLY.search(folded):
        return has_stop or _CANCEL.search(folded) is not None or _END.search(folded) is not None
    return _OWN_GIFT.search(folded) is not None and (has_stop or _CANCEL.search(folded) is not None)


def asks(text: str) -> bool:
    """Return whether the message has a question mark."""
    return "?" in text


def without_courtesies(text: str) -> str:
    """Return the message without "please", greetings, thanks and emojis around the rest."""
    left = text.split()
    while left and _is_courtesy(left[0]):
        left.pop(0)
    while left and _is_courtesy(left[-1]):
        left.pop()
    return " ".join(left).rstrip("!.…") if left else ""


def amount_in(text: str) -> str | None:
    """Return the only amount with a currency in a sentence, as it was written, or None.

    Nobody who speaks of a payment already made is offered another.
    """
    found = _AMOUNT.findall(text)
    if len(found) != 1 or _TALKS_OF_A_PAYMENT.search(" ".join(_words(text))):
        return None
    amount: str = found[0]
    return amount.strip()


def _stop_at(words: list[str]) -> int | None:
    """Return where the first stop word is, or None."""
    pairs = zip(words, (*words[1:], ""), strict=False)
    return next((n for n, pair in enumerate(pairs) if pair[0] in _STOP or pair in _STOP_PAIRS), None)


def _is_stop(words: list[str], at: int) -> bool:
    """Return whether the message begins with a stop word, after courtesies at most, and does not negate it."""
    before, after = words[:at], words[at + 1 : at + 2]
    if any(word in _NEGATED_AFTER for word in after) or any(word in _NEGATED_BEFORE for word in before):
        return False
    return all(word in _PLEASE or word in _GREETINGS or word in _THANKS or word in _FILLERS for word in before)


def _courtesy(text: str, words: list[str]) -> Meaning | None:
    if asks(text) or any(c.isdigit() for c in text) or not _only_friendly_signs(text):
        return None
    if not words:
        return Meaning.THANKS if _emojis(text) else None
    if any(word not in _THANKS and word not in _GREETINGS and word not in _FILLERS for word in words):
        return None
    if any(word in _THANKS for word in words):
        return Meaning.THANKS
    return Meaning.GREETING if any(word in _GREETINGS for word in words) else None


def _is_courtesy(token: str) -> bool:
    words = _words(token)
    known = all(word in _PLEASE or word in _THANKS or word in _GREETINGS or word in ("vous", "you") for word in words)
    return known and _only_friendly_signs(token) and not any(c.isdigit() for c in token) and "$" not in token


def _emojis(text: str) -> str:
    bare = _JOINERS.sub("", text)
    return "".join(c for c in bare if unicodedata.category(c) in ("So", "Sk"))


def _only_friendly_signs(text: str) -> bool:
    """Return whether every emoji and sign in the text is a friendly one or plain punctuation."""
    return all(c in _EMOJIS for c in _emojis(text)) and not any(c in "$€£%#@/=+<>" for c in text)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))
