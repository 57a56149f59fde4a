"""Card numbers in what people write: they are never stored or passed on, but for the last four digits.

Every number is looked at once, with a fixed number of bounded patterns, so the time grows with the length of the text.
"""

import re
import unicodedata

_ISSUERS = (  # first digits (ISO/IEC 7812) and number of digits, as the issuers publish them
    (r"4", (13, 16, 19)),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
    (r"3[47]", (15,)),  # American Express
    (r"3[68]|30[0-5]", (14,)),  # Diners Club
    (r"352[89]|35[3-8]", (16,)),  # JCB
    # Discover (6011, 644–649, 65), UnionPay (62), Maestro and Interac debit. 18 digits are hardly issued, and Discord's
    # ids have as many.
    (r"5[06-8]|6", (16, 17, 19)),
)
_ISSUED = tuple((re.compile(first), frozenset(lengths)) for first, lengths in _ISSUERS)

_BLANK = " \u00a0\u2007\u2009\u202f"
_SEPARATOR = rf"([{_BLANK}]{{1,2}}|[{_BLANK}]?[-‐‑–—][{_BLANK}]?|[.,/_·])"  # never a new line


def _grouped(*sizes: int) -> re.Pattern[str]:
    """Return the pattern of a number in groups of so many digits, with the same separator between them."""
    first, *others = (rf"\d{{{size}}}" for size in sizes)
    return re.compile(first + _SEPARATOR + r"\1".join(others) + r"(?!\d)")


_SHAPES = (  # the first valid one counts: three digits behind a valid number of 16 are its security code
    re.compile(r"\d{13,19}(?!\d)"),
    _grouped(4, 4, 4, 4),
    _grouped(4, 4, 4, 4, 3),
    _grouped(4, 6, 5),
    _grouped(4, 4, 4, 3),
    _grouped(4, 6, 4),
)
_NUMBER = re.compile(r"\d+")
_ADDRESS = re.compile(r"://|\w\.[^\W\d_]{2,}[/?]")
_SOMETHING_ELSE = re.compile(  # Discord's mentions and emoji, and telephone numbers (E.164: at most 15 digits)
    r"<(?:@[&!]?|#|a?:\w{1,32}:|/[^<>:\n]{1,100}:)\d+>|\+\d{13,15}(?!\d)"
)
_MASK = "•••• "
_BETWEEN = r"[\s,;:.()/_-]{0,10}"
_SECURITY_CODE = re.compile(  # right behind a number, or behind its expiry
    rf"({_MASK}\d{{4}}(?:{_BETWEEN}(?:(?:exp|valid)\w{{0,10}})?[\s:.]{{0,10}}\d{{1,2}}\s?[/-]\s?\d{{2,4}})?{_BETWEEN}"
    r"(?:(?:cvc|cvv|cvn|csc)\d?|(?:security )?code[a-zé ]{0,15}|crypto\w{0,10})?[\s:.#-]{0,10})"
    r"(?<![^\W_])\d{3,4}(?![^\W_])(?!\s?[$€%])",
    re.IGNORECASE,
)


def without_card_numbers(text: str) -> str:
    """Return the text with every card number masked but for its last four digits; the same text if it has none.

    A card number begins and is as long as an issuer's, has a valid check digit (Luhn), and is written in one group or
    in the groups that are printed on cards. A security code right behind one is masked whole.
    """
    searched = _searchable(text)
    parts: list[str] = []
    done = 0
    for number in _NUMBER.finditer(searched):
        if number.start() < done or (card := _card_at(searched, number.start())) is None:
            continue
        parts += [text[done : number.start()], _MASK, re.sub(r"\D", "", card[0])[-4:]]
        done = card.end()
    return _SECURITY_CODE.sub(r"\1•••", "".join(parts) + text[done:]) if parts else text


def _searchable(text: str) -> str:
    """Return the text, of the same length, with digits of any script as 0–9 and without addresses and mentions."""
    plain = text if text.isascii() else "".join(str(unicodedata.digit(char, char)) for char in text)
    words = re.sub(r"\S+", lambda word: _blotted(word) if _ADDRESS.search(word[0]) else word[0], plain)
    return _SOMETHING_ELSE.sub(_blotted, words)


def _blotted(found: re.Match[str]) -> str:
    return "x" * len(found[0])


def _card_at(text: str, at: int) -> re.Match[str] | None:
    """Return the card number that begins at this position."""
    shapes = (shape.match(text, at) for shape in _SHAPES)
    return next((found for found in shapes if found and _is_card(re.sub(r"\D", "", found[0]))), None)


def _is_card(digits: str) -> bool:
    issued = any(len(digits) in lengths and first.match(digits) for first, lengths in _ISSUED)
    return issued and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0
