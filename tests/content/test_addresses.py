"""Addresses in plain text: everything that a chat would link is found, and ordinary text is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.addresses import Domains, foreign_address, foreign_addresses, unlinked

OURS = Domains(
    hosts=frozenset({"tablee.example", "été.example"}),
    bot="tablee_bot",
    names=frozenset({"tablee_infos"}),
    emails=frozenset({"don@courriel.example"}),
)
FOREIGN = [
    "evil.ru",
    "evil.ru/don",
    "EVIL.RU",
    "Evil.Ru/Don",
    "voir evil.ru.",
    "(evil.ru)",
    "«evil.ru»",
    "l’evil.ru",
    "evil.ru:8080",
    "evil.ru:8080/don",
    "evil.ru?don",
    "evil.ru#don",
    "www.evil.museum",
    "a.b.c.evil.co.uk",
    "http://evil.ru",
    "HTTPS://EVIL.RU/don",
    "https://evil.internal/x",
    "ftp://evil.ru",
    "tg://resolve?domain=evil_bot",
    "ton://transfer/EQ",
    "tonsite://evil.ton",
    "evil.ton",
    "Evil.TON/don",
    "evil.onion",
    "steam://run/1",
    "javascript://x",
    "t.me/evil_bot",
    "T.ME/evil_bot",
    "https://t.me/evil_bot?start=1",
    "telegram.me/tablee_bot",
    "evil_bot.t.me",
    "@evil_bot",
    "#don@evil_bot",
    "$CAD@evil_bot",
    "écrivez à @evil_bot.",
    "/give@evil_bot",
    "@gif",
    "dons@evil.ru",
    "Dons+x@evil.ru",
    "mailto:dons@evil.ru",
    "user:secret@evil.ru/x",
    "https://user:secret@evil.ru/x",
    "https://tablee.example@evil.ru",
    "tablee.example@evil.ru",
    "tablee.example:80@evil.ru",
    r"https://tablee.example\@evil.ru",
    r"tablee.example\@evil.ru",
    "x@tablee.example@evil.ru",
    "nottablee.example.ru",
    "tablee.example.evil.ru",
    "https://nottablee.example",
    "https://tablee.example,https://evil.ru",
    "https://tablee.example*evil.ru",
    "https://tablee.example”.evil.ru",
    "https://tablee.example/\u200bhttps://evil.ru",
    "https://tablee.example/…evil.ru",
    "https://tablee.example/’evil.ru",
    "tablee.example/\u2028evil.ru",
    "https://tablee.example/«evil.ru»",
    "1.2.3.4",
    "http://1.2.3.4/don",
    "http://2130706433/",
    "http://[::1]/",
    "http://0x7f.1/",
    "xn--e1afmkfd.xn--p1ai",
    "почта.рф",
    "भारत.भारत",
    "сайт.онлайн/дон",
    "💩.la",
    "evil。ru",
    "evil．ru",
    "evil｡ru",
    "https://evil。ru",
    "ｅｖｉｌ.ｒｕ",
    "evil․ru",
    "https：／／evil．ru",
    "ev\u200dil.ru",
    "evil.\u200dru",
    "x.ru\u00ad.tablee.example",
    "x.ru·.tablee.example",
    "x.ru².tablee.example",
    "tablee。example.ru",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_address_that_a_chat_would_link_is_found(text: str) -> None:
    assert foreign_address(text, OURS) is not None
    assert foreign_address(f"Bonjour.\nDonnez ici : {text} , merci!", OURS) is not None


@pytest.mark.parametrize(
    "text",
    [
        "tablee.example",
        "TABLEE.EXAMPLE/don?x=evil.ru",
        "https://don.tablee.example:443/a(b)c.",
        "(voir https://tablee.example/evil.ru)",
        "« tablee.example »",
        "tablee.example—merci",
        "été.example/don",
        "xn--t-9fab.example",
        "t.me/tablee_bot",
        "https://t.me/Tablee_Bot?start=x",
        "t.me/tablee_infos",
        "@tablee_bot et @Tablee_Infos.",
        "/give@tablee_bot",
        "bonjour@tablee.example",
        "Don@Courriel.example",
    ],
)
def test_own_address_is_allowed(text: str) -> None:
    assert foreign_addresses(text, OURS) == []


@pytest.mark.parametrize(
    "text",
    [
        "Merci.Beaucoup",
        "7.50 $ ou 7,50 $",
        "à 8 h 30 p.m.",
        "etc.",
        "M. Com",
        "s.v.p. et P.-S.",
        "donateur.trice.s, tous.tes, ami.e.s",
        "le 24.11.2026",
        "514.555.1234",
        "version 2.10.1",
        "300.2.3.4",
        "Suite…fin",
        "a@b, 5@7, @ 5 $",
        "et/ou, 24/7, //",
        "aide:moi",
        "C++ & F#",
    ],
)
def test_ordinary_text_has_no_address(text: str) -> None:
    assert foreign_addresses(text, OURS) == []


@pytest.mark.parametrize("text", FOREIGN)
def test_unlinked_text_looks_the_same_and_has_no_address(text: str) -> None:
    shown = unlinked(f"Voir {text} ici", OURS)
    assert shown.replace("\u2060", "") == f"Voir {text} ici"
    assert shown.count("\u2060") >= 1


PIECES = st.sampled_from(
    ["evil.ru", "tablee.example", "@", "/", "\\", ":", "https://", " ", "«", "…", "²", "\u00ad", "x"]
)


@given(st.lists(PIECES, max_size=6), st.sampled_from([" ", "\n", "(", "«", "’", "*"]))
def test_foreign_address_is_found_after_any_text(before: list[str], between: str) -> None:
    """After a character that ends an address on Telegram, no preceding text can hide the next one."""
    assert foreign_address("".join(before) + " " + between + "evil.ru", OURS) is not None


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for found in foreign_addresses(text, OURS):
        assert text[found.start : found.end] == found.text and found.text
    assert unlinked(text, OURS).replace("\u2060", "") == text.replace("\u2060", "")
