"""Under 18: single gifts up to about twenty Canadian or US dollars, by a link for that amount."""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.people import Supporter
from payments.money import Money, chargeable_at_most, usual_minimum

_TIMES = 10  # the usual minimum is about two dollars in every currency, so this is $20, 20 € or 3,000 yen


def most(code: str) -> Money | None:
    """Return the largest single gift from someone under 18, in this currency; None if nothing that small is payable."""
    return chargeable_at_most(Money(_TIMES * usual_minimum(code).minor, code))


def limited(campaign: Campaign, person: Supporter) -> Campaign:
    """Return the campaign with the cap that applies to this person.

    A campaign whose own minimum is above the limit takes nothing from them.
    """
    if person.adult is not False:
        return campaign
    largest = most(campaign.goal.currency)
    if largest is None or campaign.cap.minor <= largest.minor:
        return campaign
    return replace(campaign, authored=campaign.authored.model_copy(update={"cap_minor": largest.minor}))
