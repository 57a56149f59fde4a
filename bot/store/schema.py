"""All tables: importing this module declares those of every area in `metadata`."""

from bot.store.broadcasts import tables as broadcasts
from bot.store.campaigns import tables as campaigns
from bot.store.columns import metadata
from bot.store.core import tables as core
from bot.store.gifts import tables as gifts
from bot.store.giving import tables as giving
from bot.store.inbox import tables as inbox
from bot.store.matching import tables as matching
from bot.store.money import tables as money
from bot.store.monthly import tables as monthly
from bot.store.nudges import tables as nudges
from bot.store.quick_give import tables as quick_give
from bot.store.referrals import tables as referrals
from bot.store.reports import tables as reports
from bot.store.staff import tables as staff
from bot.store.supporters import tables as supporters

__all__ = ["AREAS", "metadata"]

# Every area's tables; importing them declares them.
AREAS = (
    broadcasts,
    campaigns,
    core,
    gifts,
    giving,
    inbox,
    matching,
    money,
    monthly,
    nudges,
    quick_give,
    referrals,
    reports,
    staff,
    supporters,
)
