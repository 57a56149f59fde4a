"""Card numbers in what people write."""

import pytest

from bot.domain.card_numbers import without_card_numbers

VISA, AMEX, MASTERCARD, LONG = "4242424242424242", "378282246310005", "5555555555554444", "6304000000000000018"


def grouped(number: str, by: str) -> str:
    return by.join(number[at : at + 4] for at in range(0, len(number), 4))


@pytest.mark.parametrize("number", [VISA, AMEX, MASTERCARD, LONG, "4222222222222"])
@pytest.mark.parametrize("by", ["", " ", "-", " - ", "\u00a0", "\n", ".", "–", "_"])
@pytest.mark.parametrize(
    "around", ["{}", "Ma carte : {}, merci", "visa{}", "carte:{}.", "({})", "n°{}", "2 {}", "{} 7"]
)
def test_card_number_keeps_only_its_last_four_digits(number: str, by: str, around: str) -> None:
    text = around.format(grouped(number, by))
    masked = without_card_numbers(text)
    assert "•••• " + number[-4:] in masked
    assert sum(c.isdigit() for c in masked) == 4 + sum(c.isdigit() for c in around)


@pytest.mark.parametrize(
    "secrets",
    [" 12/27 123", ", exp 12/2027, cvc 123", " cvv: 123", " 123", "\n12/27\n123", " code de sécurité 123"],
)
def test_security_code_behind_a_number_is_masked(secrets: str) -> None:
    assert "123" not in without_card_numbers(VISA + secrets)


def test_every_number_is_masked() -> None:
    masked = without_card_numbers(f"{VISA} ou {grouped(MASTERCARD, ' ')} {AMEX}")
    assert masked == "•••• 4242 ou •••• 4444 •••• 0005"


@pytest.mark.parametrize(
    "text",
    [
        "", "Bonjour", "5 $", "514 555-0123", "+1 514 555 0123, 514 555 0199", "J’ai payé 50 $ le 2026-12-01 à 14 h 30",
        "4242424242424241", "424242424242", "le 4242",
        "https://t.me/tablee_bot?start=g_4242424242424242_500", "<@4242424242424242>",
        "dons.example/i/4242424242424242", "1 234 567,89",
    ],
)  # fmt: skip
def test_anything_else_stays(text: str) -> None:
    assert without_card_numbers(text) == text


def test_amount_behind_a_number_stays() -> None:
    assert without_card_numbers(f"{VISA}, 100 $ deux fois") == "•••• 4242, 100 $ deux fois"
