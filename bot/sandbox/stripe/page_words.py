"""The payment page's texts in French and English, and its format of amounts."""

import re
from decimal import Decimal
from typing import Literal

Language = Literal["fr", "en"]
NBSP = "\u00a0"
NO_DECIMALS = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split()  # noqa: SIM905 - reads as a list
)
THREE_DECIMALS = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
SYMBOLS = {"cad": "$", "usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}

FRENCH = {
    "title": "Don à {charity}",
    "give_to": "Votre don pour",
    "pay_to": "Votre paiement",
    "amount": "Montant du don",
    "amount_hint": "De {low} à {high}",
    "each_month": "chaque mois",
    "each_year": "chaque année",
    "email": "Courriel",
    "email_hint": "Pour le reçu de paiement",
    "card": "Carte",
    "bank": "Débit bancaire",
    "bank_hint": "Le montant sera prélevé de votre compte d’ici quelques jours. Le don compte quand il arrive.",
    "number": "Numéro de carte",
    "expiry": "MM / AA",
    "cvc": "CVC",
    "tests": "Essayez avec une carte d’essai",
    "test_good": "Acceptée",
    "test_bad": "Refusée",
    "test_asks": "À confirmer",
    "donate": "Donner {amount}",
    "donate_plain": "Donner",
    "pay": "Payer {amount}",
    "pay_plain": "Payer",
    "monthly": "Donner {amount} par mois",
    "yearly": "Donner {amount} par année",
    "trial": "Page d’essai. Aucune vraie carte, aucun vrai paiement.",
    "statement": "Sur le relevé de carte : {statement}",
    "declined": "La carte n’a pas été acceptée, et rien n’a été prélevé. Une autre carte fera peut-être l’affaire.",
    "insufficient_funds": "Il n’y a pas assez de fonds sur cette carte. Rien n’a été prélevé. Un plus petit "
    "montant ou une autre carte fera peut-être l’affaire.",
    "incorrect_number": "Ce numéro ne correspond à aucune carte d’essai. Touchez-en une plus bas.",
    "authentication_required": "Le paiement n’a pas été confirmé, et rien n’a été prélevé. Vous pouvez réessayer.",
    "save_title": "Garder une carte",
    "save_card": "Garder la carte",
    "test_later": "Échouera",
    "test_asks_always": "Redemande",
    "confirm_saving": "Votre banque demande de confirmer que {charity} peut garder cette carte.",
    "closed_saved": "La carte est enregistrée.",
    "name": "Nom complet",
    "address": "Adresse",
    "identity_missing": "Veuillez inscrire votre nom et votre adresse.",
    "bad_amount": "Indiquez un montant de {low} à {high}, par exemple 7,50.",
    "confirm_title": "Est-ce bien vous?",
    "confirm_text": "Votre banque demande de confirmer ce paiement de {amount} à {charity}.",
    "confirm_yes": "Oui, c’est moi",
    "confirm_no": "Refuser",
    "done_title": "Merci!",
    "done_text": "Votre don de {amount} est arrivé. Vous pouvez fermer cette page.",
    "pending_title": "C’est noté, merci!",
    "pending_text": "Votre don de {amount} est en route : la banque prend quelques jours. Vous pouvez fermer "
    "cette page.",
    "closed_title": "Cette page est fermée",
    "closed_inactive": "Ce lien n’accepte plus de dons. Le message qui y menait en propose peut-être un autre.",
    "closed_limit": "Ce lien a déjà servi autant de fois qu’il le permet.",
    "closed_gone": "Ce lien n’existe pas, ou n’existe plus.",
    "closed_complete": "Ce don est déjà fait. Merci!",
    "closed_expired": "Cette page est restée ouverte trop longtemps. Ouvrez de nouveau le lien pour donner.",
    "receipt_title": "Reçu de paiement",
    "receipt_note": "Ce reçu de paiement n’est pas un reçu officiel de don.",
    "paid_on": "Payé le",
    "reference": "Référence",
    "method": "Moyen de paiement",
    "refunded": "Remboursé",
    "login_title": "Gérer vos dons mensuels",
    "login_text": "Entrez l’adresse courriel donnée au paiement : un code y est envoyé.",
    "portal_title": "Vos dons mensuels",
    "portal_none": "Aucun don mensuel pour le moment.",
    "portal_until": "Se termine le {date}. Plus rien ne sera prélevé ensuite.",
    "portal_next": "Prochain don le {date}",
    "portal_stop": "Arrêter ce don mensuel",
    "portal_ended": "Terminé. Plus rien ne sera prélevé.",
    "back": "Retour",
}
ENGLISH = {
    "title": "Donation to {charity}",
    "give_to": "Your gift to",
    "pay_to": "Your payment",
    "amount": "Your amount",
    "amount_hint": "Between {low} and {high}",
    "each_month": "every month",
    "each_year": "every year",
    "email": "Email",
    "email_hint": "For your payment receipt",
    "card": "Card",
    "bank": "Bank debit",
    "bank_hint": "The amount leaves your account within a few days. Your gift counts once it arrives.",
    "number": "Card number",
    "expiry": "MM / YY",
    "cvc": "CVC",
    "tests": "Try it with a test card",
    "test_good": "Accepted",
    "test_bad": "Declined",
    "test_asks": "Asks first",
    "donate": "Give {amount}",
    "donate_plain": "Give",
    "pay": "Pay {amount}",
    "pay_plain": "Pay",
    "monthly": "Give {amount} a month",
    "yearly": "Give {amount} a year",
    "trial": "Test page. No real card, no real payment.",
    "statement": "On your card statement: {statement}",
    "declined": "The card was not accepted, and nothing was charged. Another card may work.",
    "insufficient_funds": "There are not enough funds on this card. Nothing was charged. A smaller amount or "
    "another card may work.",
    "incorrect_number": "That is not one of the test cards. Tap one below.",
    "authentication_required": "The payment was not confirmed, and nothing was charged. You can try again.",
    "save_title": "Save a card",
    "save_card": "Save card",
    "test_later": "Fails later",
    "test_asks_always": "Asks again",
    "confirm_saving": "Your bank asks you to confirm that {charity} may save this card.",
    "closed_saved": "The card is saved.",
    "name": "Full name",
    "address": "Address",
    "identity_missing": "Please fill in your name and address.",
    "bad_amount": "Please choose an amount between {low} and {high}, for example 7.50.",
    "confirm_title": "Is this you?",
    "confirm_text": "Your bank asks you to confirm this payment of {amount} to {charity}.",
    "confirm_yes": "Yes, it’s me",
    "confirm_no": "Refuse",
    "done_title": "Thank you!",
    "done_text": "Your gift of {amount} has arrived. You can close this page.",
    "pending_title": "Noted, thank you!",
    "pending_text": "Your gift of {amount} is on its way: the bank takes a few days. You can close this page.",
    "closed_title": "This page is closed",
    "closed_inactive": "This link no longer accepts gifts. The message that led here may offer another one.",
    "closed_limit": "This link has already been used as many times as it allows.",
    "closed_gone": "This link does not exist, or no longer does.",
    "closed_complete": "This gift has been made. Thank you!",
    "closed_expired": "This page was open for too long. Open the link again to give.",
    "receipt_title": "Payment receipt",
    "receipt_note": "This payment receipt is not an official donation receipt.",
    "paid_on": "Paid on",
    "reference": "Reference",
    "method": "Paid with",
    "refunded": "Refunded",
    "login_title": "Manage your monthly gifts",
    "login_text": "Enter the e-mail address you gave when paying: a code is sent there.",
    "portal_title": "Your monthly gifts",
    "portal_none": "No monthly gift at the moment.",
    "portal_until": "Ends on {date}. Nothing will be charged after that.",
    "portal_next": "Next gift on {date}",
    "portal_stop": "Stop this monthly gift",
    "portal_ended": "Ended. Nothing more will be charged.",
    "back": "Back",
}
# In French the space before a colon must not break.
WORDS: dict[Language, dict[str, str]] = {
    "fr": {key: text.replace(" :", f"{NBSP}:") for key, text in FRENCH.items()},
    "en": ENGLISH,
}


def exponent(currency: str) -> int:
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def money(minor: int, currency: str, language: Language, own: str) -> str:
    """Format an amount: « 5 $ », "$7.50"; a dollar other than the charity's currency is named."""
    places = exponent(currency)
    number = Decimal(minor).scaleb(-places)
    digits = f"{number:,.{places}f}" if number % 1 else f"{number:,.0f}"
    symbol = SYMBOLS.get(currency)
    foreign = currency.upper() if symbol is None or (symbol == "$" and currency != own) else ""
    if language == "fr":
        digits = digits.replace(",", NBSP).replace(".", ",")
        return NBSP.join(part for part in (digits, symbol, foreign) if part)
    shown = f"{symbol or ''}{digits}"
    return f"{shown}{NBSP}{foreign}" if foreign else shown


def typed_amount(text: str, currency: str) -> int | None:
    """Parse « 7,50 $ », "7.50" or "$12" to minor units; None if it is not an amount or is ambiguous."""
    bare = re.sub(r"[\s$€£¥\u00a0]|[A-Za-z]{3}", "", text)
    found = re.fullmatch(r"(\d{1,7})(?:[.,](\d{1,2}))?", bare)
    if not found:
        return None
    places = exponent(currency)
    cents = Decimal(f"{found[1]}.{found[2] or 0}").scaleb(places)
    return int(cents) if cents == int(cents) else None


def typed_expiry(text: str) -> tuple[int, int] | None:
    """Parse « 12 / 34 » to month and year; None if it is not a date."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*(\d\d)\s*", text)
    return (int(found[1]), 2000 + int(found[2])) if found else None


def language_of(locale: str | None, accept_language: str) -> Language:
    """Return the page's language: the link's locale, else the browser's, else French."""
    if locale and locale != "auto":
        return "fr" if locale.startswith("fr") else "en"
    for part in accept_language.lower().split(","):
        if part.strip().startswith("fr"):
            return "fr"
        if part.strip().startswith("en"):
            return "en"
    return "en" if accept_language else "fr"


def day(moment: str, language: Language) -> str:
    """Format an ISO date for people."""
    year, month, date = (int(part) for part in moment[:10].split("-"))
    if language == "fr":
        names = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        return f"{'1er' if date == 1 else date} {names.split()[month - 1]} {year}"
    names = "January February March April May June July August September October November December"
    return f"{names.split()[month - 1]} {date}, {year}"
