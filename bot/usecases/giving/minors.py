"""Under 18: single gifts up to about twenty Canadian or US dollars, by a link for that amount."""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.people import Supporter
from payments.money import Money, chargeable_at_most, usual_minimum

_TIMES = 10  # the usual minimum is about two dollars in every currency, so this is $20, 20 € or 3,000 yen


def limited(campaign: Campaign, person: Supporter) -> Campaign:
    """Return the campaign with the cap that applies to this person.

    A campaign whose own minimum is above the limit takes nothing from them.
    """
    if person.adult is not False:
        return campaign
    code = campaign.goal.currency
    most = chargeable_at_most(Money(_TIMES * usual_minimum(code).minor, code))
    if most is None or campaign.cap.minor <= most.minor:
        return campaign
    return replace(campaign, authored=campaign.authored.model_copy(update={"cap_minor": most.minor}))
