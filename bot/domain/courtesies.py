"""Words of courtesy in both languages: thanks, greetings, farewells, and what says nothing beside them.

A message is a courtesy only if every word, emoji and sign in it is one, so a question or a complaint that begins with
thanks is never taken for one.
"""

import re
import unicodedata
from typing import Literal

from content.folding import fold

Courtesy = Literal["thanks", "farewell", "greeting"]

_FOR = (  # what people give thanks for
    r"(?:reponses?|aide|travail|messages?|soutien|accueil|temps|rapidite|suivi|confirmations?|infos?|informations?"
    r"|patience|gentillesse|generosite|precisions?|explications?|rappels?|service|recus?|dons?|cause|engagement"
    r"|help|work|reply|replies|answers?|response|support|update|kindness|hard work|service|explanation|reminder"
    r"|receipts?|donations?|gifts?|cause|dedication)"
)
_THANKS = re.compile(
    rf"\b(?:pour|for|de) (?:(?:votre|vos|ta|ton|tes|cette|ce|le|la|les|l|your|the|this|all|all your|that) )?"
    rf"(?:(?:belles?|beau|bonne?s?|super|excellente?|great|good|amazing|quick|fast|kind|wonderful|prompte?) )?{_FOR}\b"
    r"|\b(?:pour|for) (?:(?:tout|all|everything|what|le travail que|the work)(?: ce que)? )?"
    r"(?:vous faites|you do|you are doing|you re doing|you guys do)\b"
    r"|\bde tout (?:mon |notre )?coeur\b|\bfrom (?:the bottom of )?(?:my|our) hearts?\b"
    r"|\bd etre la\b|\bfor being there\b"
    r"|\b(?:(?:je|on|nous) )?(?:vous |te |t )?(?:en )?remerci(?:e|ons)\b|\bd avance\b|\bin advance\b"
    r"|\b(?:merci|mercis|bravo|felicitations|thanks|thanx|thx|ty|tysm|congrats|congratulations|cheers|kudos)\b"
    r"|\bthank (?:you|u|ya)\b|\b(?:it is |it s )?(?:much|greatly) appreciated\b"
    r"|\b(?:i|we) (?:really )?appreciate (?:it|that|this|you)\b"
    r"|\b(?:(?:c|vous|tu|t) )?(?:etes?|est?|es) (?:(?:super|tres|trop|vraiment|bien|tellement) )*"
    r"(?:gentils?|gentilles?|apprecie|geni(?:al|aux)|super|formidables?|merveilleux|fantastiques?|extraordinaires?"
    r"|incroyables?|touchant|les meilleurs)\b"
    r"|\byou(?: guys| all)? (?:are|re|rock)(?: (?:so|very|really|the))?"
    r"(?: (?:best|amazing|awesome|great|wonderful|kind|fantastic))?\b"
    r"|\b(?:beau|bon|excellent|super) (?:travail|boulot)\b|\b(?:good|great|nice|amazing|excellent) (?:job|work)\b"
    r"|\bwell done\b|\bkeep (?:it up|up the (?:good|great|amazing) work)\b"
    r"|\bcontinuez (?:comme ca|votre beau travail)\b"
    r"|\blachez pas\b|\bgod bless(?: you)?\b"
    r"|\bthat s (?:so |very |really )?(?:kind|wonderful|lovely|nice)(?: of you)?\b"
)
_FAREWELL = re.compile(
    r"\b(?:(?:a|une) )?(?:bonne|belle|excellente|magnifique) "
    r"(?:journee|soiree|nuit|apres midi|fin de (?:semaine|journee)|semaine|annee|suite|continuation|chance|vacances)\b"
    r"|\b(?:bon|beau) (?:week ?end|apres midi|conge|courage|dimanche|samedi|vendredi|noel|ete)\b|\bjoyeux noel\b"
    r"|\bjoyeuses (?:fetes|paques)\b|\bhappy (?:holidays|new year|easter|thanksgiving|weekend)\b|\bmerry christmas\b"
    r"|\b(?:(?:have|enjoy) )?(?:a |your |the )?(?:great|good|nice|lovely|wonderful|beautiful|blessed) "
    r"(?:rest of your )?(?:day|weekend|week end|week|one|night)\b|\bgoodnight\b"
    r"|\bau revoir\b|\ba (?:bientot|la prochaine|plus(?: tard)?)\b|\bbye(?: bye)?\b|\bgood ?bye\b|\bciao\b"
    r"|\bsee (?:you|ya)(?: soon| later)?\b|\btalk (?:to you )?(?:soon|later)\b|\btake care\b|\ball the best\b"
    r"|\b(?:il n y a )?(?:pas )?de (?:rien|quoi)\b|\bbienvenue\b|\b(?:you re|you are|ur|your) (?:very |most )?welcome\b"
    r"|\b(?:my|our) pleasure\b|\bcordialement\b|\b(?:best |kind )?regards\b|\bsincerely\b|\bbien a vous\b|\bamities\b"
)
_GREETING = re.compile(
    r"\b(?:re)?(?:bonjour|bonsoir|salut|allo|coucou)\b|\b(?:hello|hi|hey|hiya|howdy|morning|evening|afternoon)\b"
    r"|\bbon matin\b|\bgood (?:morning|afternoon|evening)\b|\bgreetings\b"
)
_HOW_ARE_YOU = re.compile(
    r"\bcomment (?:allez vous|vas tu|ca va)\b|\bvous allez bien\b|\bca va bien\b"
    r"|\bhow (?:are|re) (?:you|ya|u|things)(?: (?:doing|today|all))*\b"
)
_FILLERS = frozenset({  # say nothing beside a word of courtesy
    *("beaucoup", "mille", "fois", "bien", "infiniment", "encore", "grand", "gros", "un", "a", "vous", "toi", "tous"),
    *("toutes", "toute", "tout", "le", "monde", "pour", "de", "la", "les", "et", "l", "equipe", "gang", "vraiment"),
    *("tres", "sincerement", "enormement", "chaleureusement", "you", "u", "so", "much", "very", "lot", "lots", "many"),
    *("all", "everyone", "everybody", "again", "there", "team", "for", "everything", "and", "the", "to", "of", "guys"),
    *("really", "truly", "folks", "too", "also", "aussi", "egalement", "pareillement", "friends", "amis"),
})  # fmt: skip
_ACKNOWLEDGEMENTS = frozenset({  # alone they may answer a question of the team's
    *("ok", "oki", "okay", "parfait", "super", "genial", "excellent", "great", "perfect", "awesome", "cool", "wow"),
    *("oh", "ah", "yay", "hourra", "wonderful", "merveilleux", "amazing", "fantastique", "fantastic", "top", "note"),
    *("recu", "noted", "nice", "lovely", "wow"),
})  # fmt: skip
_PLEASE = frozenset({"svp", "stp", "please", "pls", "plz", "s", "il", "te", "plait"})

# Hearts, flowers, parties and friendly faces. Those of the second line may answer a question, so only beside words.
_EMOJIS = frozenset(
    "❤♥🧡💛💚💙💜🤎🖤🤍💖💗💓💞💕💝💟❣🎉🎊🥳👏🙏🤗😊🙂😀😃😄😁😆😍🥰😘😇🤩😻💐🌹🌷🌸🌺🌻🌼🍀✨🌟⭐🎈🎁🫶🤝👋🙌🥹☺"
)
_EMOJIS_BESIDE_WORDS = frozenset("👍👌💪✅🔥💯😅😂🤣😎👊✌🤞🫡😉😋🙃🍁⚜☀🌞🌈🎄☃⛄🎅🎃🐣🥂🍾🎂🌙💤🍻☕🏆🥇👑🌱🌍🌎🌏")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")
_JOINERS = re.compile("[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]")
_SMILEYS = re.compile(r"[:;=]['’-]?[)\]*pd](?![a-z0-9])|\^_?\^|<3+|\bxo(?:xo)*\b", re.IGNORECASE)
_FROWNS = re.compile(r"[:;=]['’-]?[(\[/|c](?![a-z0-9])", re.IGNORECASE)


def courtesy_of(text: str, ours: str = "") -> Courtesy | None:
    """Return which courtesy a message is, or None if it may be anything else. `ours`: the charity's name."""
    text = _SMILEYS.sub("🙂", text)
    folded = f" {' '.join(words_of(text))} ".replace(f" {' '.join(words_of(ours))} ", " ") if ours else None
    bare, kinds = _without_phrases(" ".join(words_of(text)) if folded is None else folded)
    if not _only_friendly(text, beside_words=bool(kinds)):
        return None
    if not words_of(text):
        return "thanks" if _emojis(text) else None
    fillers = _FILLERS | _ACKNOWLEDGEMENTS if "thanks" in kinds else _FILLERS
    if any(word not in fillers for word in bare):
        return None
    return next((kind for kind in ("thanks", "farewell", "greeting") if kind in kinds), None)


def are_courtesies(words: list[str]) -> bool:
    """Return whether these words (folded) are courtesies and fillers only, or none at all."""
    bare, _ = _without_phrases(" ".join(words))
    return all(word in _PLEASE or word in _FILLERS for word in bare)


def has_please(words: list[str]) -> bool:
    """Return whether one of these words (folded) asks politely."""
    return any(word in _PLEASE and len(word) > 2 for word in words)


def without_courtesies(text: str) -> str:
    """Return the message without "please", greetings, thanks and emojis around the rest."""
    left = text.split()
    while left and _is_courtesy(left[0]):
        left.pop(0)
    while left and _is_courtesy(left[-1]):
        left.pop()
    return " ".join(left).rstrip("!.…") if left else ""


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, folded."""
    return re.findall(r"[a-z0-9]+", fold(text))


def _without_phrases(folded: str) -> tuple[list[str], set[Courtesy]]:
    """Return the words left when phrases of courtesy are taken out, and which kinds these were."""
    kinds: set[Courtesy] = set()
    for kind, phrase in _PHRASES:
        folded, found = phrase.subn(" ", folded)
        if found:
            kinds.add(kind)
    return folded.split(), kinds


_PHRASES: tuple[tuple[Courtesy, re.Pattern[str]], ...] = (
    ("greeting", _HOW_ARE_YOU),
    ("farewell", _FAREWELL),
    ("thanks", _THANKS),
    ("greeting", _GREETING),
)


def _is_courtesy(token: str) -> bool:
    words = words_of(token)
    bare, _ = _without_phrases(" ".join(words))
    known = all(word in _PLEASE or word in ("vous", "you", "thank") for word in bare)
    return known and _only_friendly(token, beside_words=True) and "$" not in token


def _emojis(text: str) -> str:
    bare = _JOINERS.sub("", text)
    return "".join(c for c in bare if unicodedata.category(c) in ("So", "Sk"))


def _only_friendly(text: str, *, beside_words: bool) -> bool:
    """Return whether nothing but friendly emojis and plain punctuation stands between the words."""
    asked = len(_HOW_ARE_YOU.findall(" ".join(words_of(text))))
    if text.count("?") + text.count("？") > asked or any(c.isdigit() or c in "$€£%#@/=+<>" for c in text):
        return False
    known = _EMOJIS | _EMOJIS_BESIDE_WORDS if beside_words else _EMOJIS
    first, last = _FLAG_LETTERS
    friendly = all(c in known or (beside_words and first <= c <= last) for c in _emojis(text))
    return friendly and _FROWNS.search(text) is None
