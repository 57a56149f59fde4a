"""A campaign in the making: what has been typed lives in the draft's row. A published one is changed the same way."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.domain import typed_campaign as typed
from bot.domain.campaigns import Campaign
from bot.domain.staff import Member
from bot.domain.typed_campaign import Problem
from bot.store import drafts
from bot.store.drafts import Draft
from bot.usecases.context import Context
from content.campaign import Campaign as Authored
from payments.money import UnknownCurrency, currency

KIND = "campaign"
_CAP = 500_000  # minor units, until somebody sets another
_IN_MINOR = ("goal_minor", "amounts", "gift_does", "milestones", "cap_minor")
Section = Literal["fr", "en", "money", "rest"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. `path` leads to it in the campaign's file; `most`: characters, for texts."""

    name: str
    section: Section
    path: tuple[str, ...]
    needed: bool = True
    most: int = 0
    read: Callable[[str, Mapping[str, Any], datetime], Any] | None = None
    write: Callable[[Any, Mapping[str, Any]], str] = lambda value, _: str(value or "")


def _plain(minor: int, fields: Mapping[str, Any]) -> str:
    """An amount as it can be typed again."""
    exponent = currency(fields["currency"]).exponent
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}" if rest else str(whole)


def _code(text: str, fields: Mapping[str, Any], now: datetime) -> str | Problem:
    try:
        return currency(text.strip().lower()).code
    except UnknownCurrency:
        return Problem("unknown_currency", {"typed": text.strip()[:20]})


def _day(text: str, fields: Mapping[str, Any], now: datetime) -> str | Problem | None:
    read = typed.last_day(text, now.astimezone(ZoneInfo(fields["zone"])).date())
    return read if read is None or isinstance(read, Problem) else read.isoformat()


def _show_milestones(value: Any, fields: Mapping[str, Any]) -> str:
    said = []
    for one in value or ():
        if one.get("share") is not None:
            said.append(f"{one['share']} %")
        elif one.get("missing") is not None:
            said.append(f"- {_plain(one['missing'], fields)}")
        else:
            said.append(_plain(one["minor"], fields))
    return "; ".join(said)


def _show_examples(value: Any, fields: Mapping[str, Any]) -> str:
    lines = (f"{_plain(d['minor'], fields)} = {d['what']['fr']} | {d['what']['en']}" for d in value or ())
    return "\n".join(lines)


def _texts(language: Section) -> tuple[Field, ...]:
    return (
        Field(f"name_{language}", language, ("name", language), most=80),
        Field(f"story_{language}", language, ("story", language), most=300),
        Field(f"short_{language}", language, ("if_short", language), most=300),
        Field(f"over_{language}", language, ("if_over", language), most=300),
        Field(f"next_{language}", language, ("next_step", language), needed=False, most=300),
    )


_MONEY: tuple[Field, ...] = (
    Field("currency", "money", ("currency",), read=_code),
    Field("goal", "money", ("goal_minor",), read=lambda t, f, _: typed.amount(t, f["currency"]),
          write=lambda v, f: _plain(v, f) if v else ""),
    Field("amounts", "money", ("amounts",), read=lambda t, f, _: typed.amounts(t, f["currency"]),
          write=lambda v, f: "; ".join(_plain(one, f) for one in v or ())),
    Field("does", "money", ("gift_does",), needed=False, most=1000,
          read=lambda t, f, _: typed.examples(t, f["currency"]), write=_show_examples),
    Field("cap", "money", ("cap_minor",), read=lambda t, f, _: typed.amount(t, f["currency"]),
          write=lambda v, f: _plain(v, f) if v else ""),
)  # fmt: skip
_REST: tuple[Field, ...] = (
    Field("ends", "rest", ("ends_on",), needed=False, read=_day),
    Field("steps", "rest", ("milestones",), needed=False,
          read=lambda t, f, _: typed.milestones(t, f["currency"], f.get("goal_minor")), write=_show_milestones),
)  # fmt: skip
FIELDS: Mapping[str, Field] = {f.name: f for f in (*_texts("fr"), *_texts("en"), *_MONEY, *_REST)}


def fields_of(draft: Draft) -> dict[str, Any]:
    """What has been typed, in the shape of a campaign's file."""
    return dict(draft.body["fields"])


def value_of(fields: Mapping[str, Any], field: Field) -> Any:
    """What stands in one field; None where nothing does."""
    found: Any = fields
    for step in field.path:
        found = (found or {}).get(step)
    return found


def as_typed(fields: Mapping[str, Any], field: Field) -> str:
    """What stands in one field, as it can be typed again."""
    return field.write(value_of(fields, field), fields)


def mark_of(fields: Mapping[str, Any], field: Field) -> str:
    """By what a form remembers what it began with, so that nobody writes over a colleague's words unawares."""
    return hashlib.sha256(json.dumps(value_of(fields, field)).encode()).hexdigest()[:8]


def read_field(field: Field, text: str, fields: Mapping[str, Any], now: datetime) -> Any:
    """What was typed for a field, as the file has it, or the Problem with it."""
    stripped = text.strip()
    if field.most and len(stripped) > field.most:
        return Problem("long", {"by": len(stripped) - field.most})
    if field.read is not None:
        return field.read(stripped, fields, now)
    if field.path[0] == "name" and "\n" in stripped:
        return Problem("one_line")
    return stripped or Problem("empty")


def with_value(fields: Mapping[str, Any], field: Field, value: Any) -> dict[str, Any]:
    """The fields with one of them set. Another currency takes away amounts that would mean something else in it."""
    changed = dict(fields)
    if len(field.path) == 2:
        changed[field.path[0]] = {**(changed.get(field.path[0]) or {}), field.path[1]: value}
    else:
        changed[field.path[0]] = value
    before = fields.get("currency")
    if field.name == "currency" and before and currency(before).exponent != currency(value).exponent:
        for name in _IN_MINOR:
            changed.pop(name, None)
    return changed


def missing(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that are needed and empty; a next step needs both languages or none."""
    lacking = [f.name for f in FIELDS.values() if f.needed and not value_of(fields, f)]
    after = fields.get("next_step") or {}
    if any(after.values()):
        lacking += [f"next_{language}" for language in ("fr", "en") if not after.get(language)]
    return tuple(lacking)


def build(fields: Mapping[str, Any], slug: str) -> Authored | Problem:
    """The campaign, or what does not fit together."""
    if "cap_minor" in fields and "amounts" in fields and max(fields["amounts"]) > fields["cap_minor"]:
        return Problem("above_cap")
    try:
        return Authored.model_validate_json(json.dumps({**fields, "slug": slug}))
    except ValidationError as why:
        where = why.errors()[0]["loc"]
        return Problem("fit", {"typed": str(where[0]) if where else why.errors()[0]["msg"][:80]})


async def find(ctx: Context, draft_id: int) -> Draft | None:
    """A campaign's draft; None where it was published or thrown away."""
    async with ctx.db.read() as conn:
        draft = await drafts.get(conn, draft_id)
    return draft if draft is not None and draft.kind == KIND else None


async def begin(ctx: Context, person: Member, campaign: Campaign | None = None) -> Draft:
    """A new one, or the one with which this campaign is being changed already."""
    if campaign is None:
        body: dict[str, Any] = {"slug": None, "fields": {"currency": "cad", "zone": ctx.zone, "cap_minor": _CAP}}
    else:
        fields = campaign.authored.model_dump(mode="json", exclude_none=True)
        fields.pop("slug")
        body = {"slug": campaign.slug, "fields": fields}
    draft = Draft(id=ctx.ids.new(), kind=KIND, body=body, changed_by=person.id)
    async with ctx.db.write() as conn:
        for other in await drafts.all_of(conn, KIND):
            if campaign is not None and other.body["slug"] == campaign.slug:
                return other
        await drafts.add(conn, draft, ctx.clock())
    return draft
