"""Card numbers in what people write: they are never stored or passed on, but for the last four digits."""

import re

_LENGTHS = range(13, 20)  # digits of a card number (ISO/IEC 7812)
_RUN = re.compile(r"\d(?:[\s.·\-‐‑–—_]{0,3}\d)*")
_ADDRESS_OR_MENTION = re.compile(r"://|\w\.\w+/|=|\A[<@#]")  # where a long number is the id of something else
_MASK = "•••• "
_SECURITY_CODE = re.compile(  # right behind a number, or behind its expiry
    rf"({_MASK}\d{{4}}(?:[\s,;:.()-]*(?:exp\w*|valid\w*)?[\s:.]*\d{{1,2}}\s?[/-]\s?\d{{2,4}})?[\s,;:.()-]*"
    r"(?:(?:cvc|cvv|cvn|csc)\d?|(?:security )?code[a-zé ]{0,15}|crypto\w*)?[\s:.#-]*)\b\d{3,4}\b(?!\s?[$€%])",
    re.IGNORECASE,
)


def without_card_numbers(text: str) -> str:
    """Return the text with every card number masked but for its last four digits; the same text if it has none.

    A card number has 13 to 19 digits, however grouped, and a valid check digit (Luhn). A security code right behind
    one is masked whole.
    """
    masked = _RUN.sub(lambda run: run[0] if _is_elsewhere(text, run.start()) else _mask(run[0]), text)
    return text if masked == text else _SECURITY_CODE.sub(r"\1•••", masked)


def _is_elsewhere(text: str, at: int) -> bool:
    """Return whether the word that has this position is an address or a mention."""
    words = (word for word in re.finditer(r"\S+", text) if word.start() <= at < word.end())
    return any(_ADDRESS_OR_MENTION.search(word[0]) for word in words)


def _mask(run: str) -> str:
    """Mask the longest card number in a run of digits, and those before and after it."""
    groups = list(re.finditer(r"\d+", run))
    windows = [(first, last) for n, first in enumerate(groups) for last in groups[n:] if _is_card(first, last, run)]
    if not windows:
        return run
    first, last = max(windows, key=lambda window: window[1].end() - window[0].start())
    digits = re.sub(r"\D", "", run[first.start() : last.end()])
    return _mask(run[: first.start()]) + _MASK + digits[-4:] + _mask(run[last.end() :])


def _is_card(first: re.Match[str], last: re.Match[str], run: str) -> bool:
    digits = re.sub(r"\D", "", run[first.start() : last.end()])
    return len(digits) in _LENGTHS and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0
