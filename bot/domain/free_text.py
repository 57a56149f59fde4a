"""What a supporter's plain message means, in both languages. When in doubt it is for a person to read.

Words of courtesy are in courtesies.py.
"""

import re
from enum import StrEnum

from bot.domain.amounts import PER_MONTH
from bot.domain.courtesies import are_courtesies, courtesy_of, has_please, without_courtesies, words_of
from content.folding import fold

__all__ = ["Meaning", "amount_in", "asks", "may_mean_monthly", "meaning", "says_more", "without_courtesies"]


class Meaning(StrEnum):
    """How a plain message is answered."""

    STOP = "stop"  # no more messages
    STOP_MAYBE = "stop_maybe"  # it contains a stop word: offer to stop
    END_MONTHLY = "end_monthly"  # they mean their monthly gift, not the messages
    THANKS = "thanks"
    FAREWELL = "farewell"
    GREETING = "greeting"
    RECEIPT = "receipt"  # a question about tax receipts
    OTHER = "other"


_MESSAGES = (
    r"(?:messages?|courriels?|e ?mails?|mails?|textos?|textes?|texts?|sms|rappels?|reminders?|notifications?"
    r"|demandes?|requests?|sollicitations?|appeals?|pubs?|publicites?|spam|infolettres?|newsletters?)"
)
_STOP_WORD = (
    r"stop(?:p?(?:e[sz]?|er))?|stopall|arret(?:e[sz]?|er)?|(?<!sans )cess(?:e[sz]?|er)|quit|unsub(?:scribe)?|opt ?out"
    r"|(?:m |me )?(?:desabonn|desinscri)[a-z]*"
)
_NO_MORE_IN_FRENCH = (  # « je ne veux plus recevoir vos messages »
    rf"(?:(?:je|on|nous) )?(?:ne |n )?(?:veu[xt]|voulons|voudrai[st]|souhait(?:e|ons)|desir(?:e|ons)) (?:plus|pas)"
    rf"(?: jamais)? (?:(?:(?:recevoir|avoir|lire|voir) )?"
    rf"(?:(?:de|d|des|vos|votre|ces|ce|cette|les|la|l|aucune?|toute?s?|tous) )*(?:{_MESSAGES}|nouvelles)"
    r"|rien(?: (?:recevoir|savoir|entendre|lire)| de (?:vous|votre part)|$)"
    r"|recevoir (?:rien|quoi que ce soit)|(?:entendre|avoir des nouvelles) (?:parler )?de vous"
    r"|(?:(?:que vous |qu on )(?:me |m |nous )?|etre )(?:ecri|contact|sollicit|derang|text)[a-z]*)"
)
_NO_MORE_IN_ENGLISH = (  # "I don't want to hear from you"
    rf"(?:i |we )?(?:(?:do not|don t|dont|no longer|never) (?:want|wish|need|care)|(?:would|d) rather not)"
    rf"(?: to)?(?: (?:get|getting|receive|see|have|be (?:getting|receiving)|keep (?:getting|receiving)))?"
    rf"(?: (?:(?:any|more|of|your|these|those|the|this|all|further|another|such) )*(?:{_MESSAGES}|updates?|news)"
    r"| any(?:thing)? (?:(?:more|else) )?from you| hear(?:ing)? from (?:you|u|this)"
    r"| (?:be (?:contacted|messaged|texted|e ?mailed|bothered|disturbed|asked)"
    r"|you (?:to )?(?:message|msg|text|contact|e ?mail|write|bother|disturb)[a-z]*))"
)
_STOP = re.compile(
    rf"\b(?:{_STOP_WORD}|{_NO_MORE_IN_FRENCH}|{_NO_MORE_IN_ENGLISH}"
    rf"|plus (?:jamais )?(?:de |d |aucune? ){_MESSAGES}|no more {_MESSAGES}"
    r"|(?:ne |n )?(?:m |me |nous )?(?:ecri|envoy|contact|sollicit|derange|text)[a-z]*(?: moi)? (?:plus|jamais)"
    r"(?: rien)?"
    r"|ne plus (?:me |m |nous )?(?:ecrire|envoyer|contacter|solliciter|deranger|recevoir)"
    r"|(?:do not|don t|dont|never) (?:message|msg|text|contact|e ?mail|write|bother|disturb|send)"
    r"|(?:remove|take) me (?:from|off)|(?:retirez|enlevez|otez|rayez) moi|leave me alone|laissez moi tranquille)\b"
)
_NEGATED_AFTER = frozenset({"pas", "jamais", "not"})  # « arrêtez pas! »
_NEGATED_BEFORE = frozenset({"n", "don", "t", "dont", "never", "not"})  # « n’arrêtez pas », "don’t stop"
_NON_STOP = re.compile(r"\bnon?[\s-]*stop")  # unlike "no, stop"
_OPT_OUT_ALONE = frozenset({"cancel", "end", "fin"})  # carriers' words for opting out that mean more within a sentence
_ASSENT = frozenset({  # answers before the request
    *("ok", "oki", "okay", "oui", "yes", "yeah", "yep", "non", "no", "nope", "d", "accord", "bon", "alors", "well"),
    *("so", "just", "juste", "sorry", "desole", "desolee"),
})  # fmt: skip
_ABOUT_MESSAGES = frozenset({  # with these, a request to stop says nothing else
    *("me", "m", "moi", "nous", "us", "de", "d", "du", "des", "la", "l", "le", "les", "ce", "ces", "cette", "ca"),
    *("cela", "c", "these", "those", "this", "that", "it", "the", "your", "vos", "votre", "my", "mes", "mon"),
    *("any", "tous", "toutes", "tout", "all", "every", "everything", "more", "plus", "rien", "anything"),
    *("jamais", "ever", "again", "anymore", "now", "maintenant", "immediatement", "immediately", "message"),
    *("messages", "courriel", "courriels", "email", "emails", "e", "mail", "mails", "texto", "textos", "texte"),
    *("text", "texts", "sms", "news", "nouvelles", "update", "updates", "rappel", "rappels", "reminder"),
    *("reminders", "notification", "notifications", "demande", "demandes", "request", "requests", "asking"),
    *("ask", "demander", "solliciter", "sollicitation", "sollicitations", "sending", "send", "envoyer", "envoi"),
    *("envois", "envoyez", "ecrire", "ecrivez", "writing", "write", "to", "contacting", "contact", "contacter"),
    *("contactez", "messaging", "texting", "emailing", "bothering", "bother", "deranger", "spam", "spamming"),
    *("from", "list", "liste", "for", "pour", "donation", "donations", "don", "dons", "gift", "gifts", "money"),
    *("argent", "receiving", "recevoir", "newsletter", "newsletters", "infolettre", "infolettres", "pub"),
    *("publicite", "publicites", "promo", "daily", "weekly", "monthly", "mensuel", "mensuels", "quotidien"),
    *("quotidiens", "off", "tranquille", "alone", *_ASSENT, *_OPT_OUT_ALONE),
})  # fmt: skip

_TALKS_OF_MESSAGES = re.compile(rf"\b(?:{_MESSAGES}|ecrire|nouvelles|news|asking|demander)\b")
_MONTHLY = re.compile(
    r"\b(mensuel(le)?s?|mensualites?|monthly|abonnement|subscription|prelevements?"
    r"|(chaque|tous les|par) mois|(every|each|a|per) month(?! ago))\b"
)
_GIFT = r"(?:dons?|gifts?|donations?|paiements?|payments?|versements?|contributions?|prelevements?)"
_GIVING = r"(?:giving|donating|paying|charging|billing|donner|payer|debiter|prelever|facturer)"
_CANCEL = re.compile(r"\b(annuler|annulez|annule|cancel)\b")
_END = re.compile(r"\b(end|fin|terminer|terminez|interrompre|suspendre)\b")
_OWN_GIFT = re.compile(rf"\b(mon|mes|my) {_GIFT}\b")
_STOP_GIVING = re.compile(
    rf"\b(?:{_STOP_WORD}|annuler|annulez|annule|cancel)"
    rf"(?: (?:the|this|that|my|mon|mes|le|la|les|ce|cet|cette|ces|tout|tous|all|de|d|du|des|of|me|any|svp|please))*"
    rf" (?:{_GIFT}|{_GIVING})\b"
)
_ABOUT_A_GIFT = frozenset({  # with these, a request to end a gift says nothing else
    *("je", "j", "veux", "voudrais", "souhaite", "aimerais", "desire", "peux", "i", "want", "would", "like", "d"),
    *("to", "wish", "need", "id", "mon", "mes", "ma", "my", "le", "la", "les", "l", "the", "this", "that", "ce"),
    *("cet", "cette", "un", "une", "de", "du", "des", "a", "au", "aux", "en", "y", "of", "any", "all", "tout"),
    *("tous", "chaque", "par", "mois", "mensuel", "mensuelle", "mensuels", "mensuelles", "monthly", "every"),
    *("each", "per", "month", "mettre", "fin", "end", "ending", "finir", "cancel", "cancelling", "annuler"),
    *("annulez", "annule", "terminer", "terminez", "interrompre", "suspendre", "abonnement", "subscription"),
    *("prelevement", "prelevements", "automatique", "automatiques", "taking", "money", "carte", "card", "me"),
    *("m", "moi", "charging", "donner", "giving", "donating", "donate", "payer", "paying", "now", "maintenant"),
    *("faire", "don", "dons", "gift", "gifts", "donation", "donations", "paiement", "paiements", "payment"),
    *("payments", "versement", "versements", "contribution", "contributions", "plus"),
})  # fmt: skip

_RECEIPT = re.compile(
    r"\b(un|le|les|mon|mes|des|vos|votre|aucun|quels?|pas de|plus de|ce|ces) recus?\b"
    r"|\brecus? (fisca\w+|officiels?|(d|de|pour|aux?) ?(les |l |mes |mon )?impots?|de (don|charite|bienfaisance))"
    r"|\b(releves?|feuillets?) (fisca\w+|d impots?)\b|\bdeductibles?\b|\bdeduire\b|\b(mes|d|mon|aux?|pour) impots?\b"
    r"|\btax (slips?|deductions?|deductible|credits?|forms?|purposes|returns?|time|season)\b|\bmy taxes\b"
    r"|\breceipts?\b"
)
_NUMBER = r"\d[\d ]{0,20}(?:[.,]\d+)?"  # bounded, so that a long row of digits is read in linear time
_AMOUNT = re.compile(
    rf"(?:CA|US)?\$\s?{_NUMBER}"
    rf"|{_NUMBER}\s?(?:\$(?:\s?CA|\s?US)?|dollars?\b|piastres?\b|bucks\b|€|£|CAD\b|USD\b|EUR\b)",
    re.IGNORECASE,
)
_AMOUNT_A_MONTH = re.compile(
    rf"(?:(?:CA|US)?\$\s?)?{_NUMBER}\s?(?:\$|dollars?|piastres?|bucks|€|£|CAD|USD|EUR)?{PER_MONTH}", re.IGNORECASE
)
_GIVING_A_NUMBER = re.compile(  # « je veux donner 20 », with nothing counted behind it such as "20 coats"
    r"\b(?:give|donate|contribute|pledge|donner|(?<=\bje )donne|contribuer|verser|offrir"
    r"|(?:don|donation|gift|contribution) (?:de|of))\s+(?:you\s+|vous\s+)?(\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?)"
    r"(?!\s*(?:pour\s*cents?|pourcent)\b)"
    r"(?=\s*(?:[.,;:!?)]|$|(?:please|pls|plz|svp|stp|s['’]il|merci|thanks?|thx|today|aujourd|now|maintenant|this\s+time"
    r"|cette\s+fois|ce\s+mois|to|à|a|au|aux|for|pour|and|et|but|mais|if|si)\b))",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:pas|plus|jamais|aucun|not|never|don t|dont|can t|cant|cannot|won t|did|avoir)\b")
_TALKS_OF_A_PAYMENT = re.compile(
    r"\b(paye|payer deux|paid|debite\w*|preleve\w*|charged?|facture\w*|rembours\w+|refund\w*|twice|deux fois|double"
    r"|erreur|mistake|wrong|trop|instead|au lieu|deja|already|recu|received"
    r"|prise?s?|retire(?:e?s?|r|z)|volee?s?|perdue?s?|took|taken|stole|stolen|lost|withdrew|withdrawn)\b"
)


def meaning(text: str, ours: str = "") -> Meaning:
    """Return how a supporter's message is answered. `ours`: the charity's name, which people thank."""
    words = _words(text)
    folded = " ".join(words)
    stop = _STOP.search(folded)
    if _ends_monthly(folded, has_stop=stop is not None):
        return Meaning.END_MONTHLY
    if stop is not None:
        return Meaning.STOP if _is_stop(text, folded, stop) else Meaning.STOP_MAYBE
    if _opts_out(text):
        return Meaning.STOP
    if (courtesy := courtesy_of(text, ours)) is not None:
        return Meaning(courtesy)
    return Meaning.RECEIPT if _asks_for_receipt(text, words, folded) else Meaning.OTHER


def says_more(text: str, what: Meaning) -> bool:
    """Return whether a request to stop (STOP, END_MONTHLY) says anything else, which a person must read."""
    folded = " ".join(_words(text))
    about = _ABOUT_MESSAGES if what is Meaning.STOP else _ABOUT_A_GIFT
    rest = [word for word in _STOP.sub(" ", folded).split() if word not in about]
    return (asks(text) and len(folded.split()) > 1) or not are_courtesies(rest)


def may_mean_monthly(text: str) -> bool:
    """Return whether the message speaks of a monthly gift or of stopping, rather than of undoing a single gift."""
    folded = " ".join(_words(text))
    return _MONTHLY.search(folded) is not None or _STOP.search(folded) is not None


def _ends_monthly(folded: str, *, has_stop: bool) -> bool:
    if _TALKS_OF_MESSAGES.search(folded):
        return False
    cancels = has_stop or _CANCEL.search(folded) is not None
    if _MONTHLY.search(folded):
        return cancels or _END.search(folded) is not None
    return _STOP_GIVING.search(folded) is not None or (cancels and _OWN_GIFT.search(folded) is not None)


def asks(text: str) -> bool:
    """Return whether the message has a question mark."""
    return "?" in text or "？" in text


def amount_in(text: str) -> str | None:
    """Return the only amount in a sentence, as it was written, with its "a month" if it says so; None without one.

    Without "a month", it must name a currency or follow a verb of giving. Beside another number, which one is meant
    would be a guess. Nobody who speaks of a payment already made is offered another.
    """
    folded = " ".join(_words(text))
    monthly = [found[0] for found in _AMOUNT_A_MONTH.finditer(text)]
    found = monthly or [found[0] for found in _AMOUNT.finditer(text)]
    if not found and not _NEGATED.search(folded):
        found = [found[1] for found in _GIVING_A_NUMBER.finditer(text)]
    if len(found) != 1 or _TALKS_OF_A_PAYMENT.search(folded) or re.search(r"\d", text.replace(found[0], "", 1)):
        return None
    return found[0].strip() + ("" if monthly or not _MONTHLY.search(folded) else " par mois")


def _opts_out(text: str) -> bool:
    """Return whether the message is one of the carriers' words for opting out, beside courtesies at most."""
    words = [word for word in words_of(without_courtesies(text)) if word not in _ASSENT]
    return len(words) == 1 and words[0] in _OPT_OUT_ALONE


def _is_stop(text: str, folded: str, stop: re.Match[str]) -> bool:
    """Return whether the message begins with the request, after courtesies and a yes or no at most.

    A negated request is none.
    """
    if _NON_STOP.search(fold(text)):
        return False
    before, after = folded[: stop.start()].split(), folded[stop.end() :].split()[:1]
    if any(word in _NEGATED_AFTER for word in after) or any(word in _NEGATED_BEFORE for word in before):
        return False
    return are_courtesies([word for word in before if word not in _ASSENT])


def _asks_for_receipt(text: str, words: list[str], folded: str) -> bool:
    if _RECEIPT.search(folded):
        return True
    left = [word for word in words if not are_courtesies([word])]
    return left in (["recu"], ["recus"]) and (asks(text) or has_please(words))  # « Reçu! » alone is "got it"


def _words(text: str) -> list[str]:
    """Return the folded words, with a word that was spelled out ("S.T.O.P.") as one."""
    folded = " ".join(words_of(text))
    return re.sub(r"\b(?:[a-z] ){3,}[a-z]\b", lambda m: _joined(m[0]), folded).split()


def _joined(spelled: str) -> str:
    word = spelled.replace(" ", "")
    return word if re.fullmatch(_STOP_WORD, word) else spelled
