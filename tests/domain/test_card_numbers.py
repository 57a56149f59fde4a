"""Card numbers in what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card_numbers import without_card_numbers

VISA, AMEX, MASTERCARD, LONG = "4242424242424242", "378282246310005", "5555555555554444", "6304123456789012347"
NO_ISSUER = "1234567812345670"  # 16 digits with a valid check digit


def grouped(number: str, by: str) -> str:
    return by.join(number[at : at + 4] for at in range(0, len(number), 4))


@pytest.mark.parametrize("number", [VISA, AMEX, MASTERCARD, LONG])
@pytest.mark.parametrize("by", ["", " ", "  ", "-", " - ", "\u00a0", "\u202f", ".", ",", "/", "–", "_"])
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "Ma carte : {}, merci",
        "visa{}",
        "carte:{}.",
        "carte={}",
        "#{}",
        "({})",
        "n°{}",
        "2 {}",
        "{} 7",
        "1\n{}\n7",
    ],
)
def test_card_number_keeps_only_its_last_four_digits(number: str, by: str, around: str) -> None:
    masked = without_card_numbers(around.format(grouped(number, by)))
    assert masked == around.format("•••• " + number[-4:])


@pytest.mark.parametrize(
    "number",
    [
        "4222222222222", "4000123456789012343", "2223003122003222", "2720123456789010", "6011111111111117",
        "3530111333300000", "30569309025904", "36227206271667", "6205500000000000004", "62123456789012347",
        "6759649826438453", "5061234567890124", "3782 822463 10005", "3056-930902-5904",
    ],
)  # fmt: skip
def test_number_of_any_issuer_is_masked(number: str) -> None:
    assert (
        without_card_numbers(f"Voici : {number}!") == f"Voici : •••• {number.replace('-', '').replace(' ', '')[-4:]}!"
    )


@pytest.mark.parametrize("zero", ["０", "٠", "०", "۰"])
@pytest.mark.parametrize("by", ["", " ", "-"])
def test_digits_of_any_script_are_masked(zero: str, by: str) -> None:
    written = "".join(chr(ord(zero) + int(digit)) for digit in VISA)
    assert without_card_numbers(f"é {grouped(written, by)}, {zero}") == f"é •••• 4242, {zero}"


@given(st.text(" abcé,;!?\n•🙂"), st.text(" bé,;!?\n•🙂"))
def test_everything_around_a_card_number_stays(before: str, after: str) -> None:
    assert without_card_numbers(before + VISA + after) == f"{before}•••• 4242{after}"


@pytest.mark.parametrize(
    "piece",
    [
        VISA + " ", VISA + ",", VISA + "\n", "4242 ", "4242,", "4", "1 ", NO_ISSUER + " ", "a.b", "a.bb", "<@1", "</a",
        VISA + " code ", "https://a/" + VISA + " ", "•••• 4242 ",
    ],
)  # fmt: skip
def test_longest_text_is_read_in_linear_time(piece: str) -> None:
    """Reading it takes a fraction of a second; quadratic work would run into the suite's timeout."""
    text = piece * (100_000 // len(piece))
    masked = without_card_numbers(text)
    assert (VISA in masked) is ("https" in piece)
    assert masked.count("\n") == text.count("\n")


@pytest.mark.parametrize("behind", [" ", "\n", "exp", "code ", "crypto", "-", "1", " 1", "é"])
def test_anything_long_behind_a_number_is_read_in_linear_time(behind: str) -> None:
    assert without_card_numbers(f"{VISA} {behind * 100_000}").startswith("•••• 4242 ")


@pytest.mark.parametrize(
    "secrets",
    [" 12/27 123", ", exp 12/2027, cvc 123", " cvv: 123", " 123", "\n12/27\n123", " code de sécurité 123"],
)
def test_security_code_behind_a_number_is_masked(secrets: str) -> None:
    assert "123" not in without_card_numbers(VISA + secrets)


@pytest.mark.parametrize("by", [" ", ",", "/", ".", "-", "_"])
@pytest.mark.parametrize("code", [f"{n:03}" for n in range(20)])  # two of them make a valid number of 19 digits
def test_security_code_is_no_part_of_a_valid_number(by: str, code: str) -> None:
    assert without_card_numbers(f"{grouped(VISA, by)}{by}{code}") == f"•••• 4242{by}•••"


def test_every_number_is_masked() -> None:
    masked = without_card_numbers(f"{VISA} ou {grouped(MASTERCARD, ' ')} {AMEX}")
    assert masked == "•••• 4242 ou •••• 4444 •••• 0005"


@pytest.mark.parametrize(
    "text",
    [
        "", "Bonjour", "5 $", "514 555-0123", "+1 514 555 0123, 514 555 0199", "J’ai payé 50 $ le 2026-12-01 à 14 h 30",
        "4242424242424241", "424242424242", "le 4242",
        "https://t.me/tablee_bot?start=g_4242424242424242_500", "<@4242424242424242>",
        "dons.example/i/4242424242424242", "dons.example?i=4242424242424242", "1 234 567,89", NO_ISSUER,
        "<:coeur:4242424242424242> <a:coeur:4242424242424242> <#4242424242424242> </give:4242424242424242>",
        "4242 4242\n4242 4242", "4242\n4242\n4242\n4242", "4242 4242-4242 4242", "42 42 42 42 42 42 42 42",
        "2026-01-03 50\n2026-02-03 50\n2026-03-03 50", "2026-01-03 50 2026-02-03 50 2026-03-03 50",
        "612345678901234566", "123456789012345671", "+4915123456784", "5000 $\n4000 $\n4500 $\n4200 $",
    ],
)  # fmt: skip
def test_anything_else_stays(text: str) -> None:
    assert without_card_numbers(text) == text


@pytest.mark.parametrize("between", [" ", "\n", ", ", " / ", " ou "])
def test_telephone_numbers_side_by_side_stay(between: str) -> None:
    for last in range(100):  # ten of them have a valid check digit
        for text in (f"514 555-01{last:02}{between}438 555 0199", f"51455501{last:02}{between}4385550199"):
            assert without_card_numbers(text) == text


def test_amount_behind_a_number_stays() -> None:
    assert without_card_numbers(f"{VISA}, 100 $ deux fois") == "•••• 4242, 100 $ deux fois"
