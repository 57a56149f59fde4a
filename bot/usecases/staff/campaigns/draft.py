"""A campaign draft, new or for a published campaign: everything typed is stored in the draft's row."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.domain import campaign_input as typed
from bot.domain.campaign_input import FieldProblem
from bot.domain.campaigns import Campaign
from bot.domain.staff import Member
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from content.campaign import MOST_MILESTONES, Milestone, same_place
from content.campaign import Campaign as Authored
from payments.money import Money, UnknownCurrency, currency, is_chargeable, minimum_charge

KIND = "campaign"
_CAP = 500_000  # minor units, unless staff set another
_LISTS = ("gift_does", "milestones")
_IN_MINOR = ("goal_minor", "amounts", "gift_does", "milestones", "cap_minor", "minimum_minor", "receipts_from_minor")
Section = Literal["fr", "en", "money", "rest", "monthly"]
_NOTHING = frozenset({"aucune", "aucun", "rien", "none", "nothing", "no", "non"})  # clears an optional field
_WAYS = {"share": "s", "minor": "m", "missing": "l"}  # how a milestone's threshold is stated


@dataclass(frozen=True, slots=True)
class Toggle:
    """A setting that is on or off. `start`: its default."""

    name: str
    section: Section
    start: bool = False


TOGGLES: Mapping[str, Toggle] = {
    toggle.name: toggle
    for toggle in (
        Toggle("earmarked", "money"),
        Toggle("crisis", "rest"),
        Toggle("monthly", "monthly", start=True),
        Toggle("monthly_on_card", "monthly"),
        Toggle("direct_from_channels", "money"),
    )
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field to fill in. `path`: where it is in the campaign's file; `most`: characters, for texts."""

    name: str
    section: Section
    path: tuple[str, ...]
    needed: bool = True
    most: int = 0
    read: Callable[[str, Mapping[str, Any], datetime], Any] | None = None
    write: Callable[[Any, Mapping[str, Any]], str] = lambda value, _: str(value or "")


def _plain(minor: int, fields: Mapping[str, Any]) -> str:
    """Return an amount in the form in which it can be typed."""
    exponent = currency(fields["currency"]).exponent
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}" if rest else str(whole)


def _code(text: str, fields: Mapping[str, Any], now: datetime) -> str | FieldProblem:
    try:
        found = currency(text.strip().lower())
    except UnknownCurrency:
        return FieldProblem("unknown_currency", {"typed": text.strip()[:20]})
    if found.step == 0:
        return FieldProblem("uncharged_currency", {"typed": found.code.upper()})
    return found.code


def _day(text: str, fields: Mapping[str, Any], now: datetime) -> str | FieldProblem | None:
    read = typed.last_day(text, now.astimezone(ZoneInfo(fields["zone"])).date())
    return read if read is None or isinstance(read, FieldProblem) else read.isoformat()


def milestone_as_typed(milestone: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Return a milestone's threshold in the form in which it can be typed."""
    if milestone.get("share") is not None:
        return f"{milestone['share']} %"
    if milestone.get("missing") is not None:
        return f"- {_plain(milestone['missing'], fields)}"
    return _plain(milestone["minor"], fields)


def milestone_key(milestone: Mapping[str, Any]) -> str:
    """Return a short key for a milestone, derived from its threshold, so that it does not depend on the others."""
    way = next(way for way in _WAYS if milestone.get(way) is not None)
    return f"{_WAYS[way]}{milestone[way]}"


def _show_milestones(value: Any, fields: Mapping[str, Any]) -> str:
    return "; ".join(milestone_as_typed(milestone, fields) for milestone in value or ())


def _read_milestones(text: str, fields: Mapping[str, Any], now: datetime) -> Any:
    """Parse milestones; those with an unchanged threshold keep their text and announcement."""
    read = typed.milestones(text, fields["currency"], fields.get("goal_minor"))
    if isinstance(read, FieldProblem):
        return read
    if len(read) > MOST_MILESTONES:
        return FieldProblem("many_steps", {"count": len(read), "most": MOST_MILESTONES})
    if problem := _same_place(read, fields):
        return problem
    before = {milestone_key(milestone): milestone for milestone in fields.get("milestones") or ()}
    return [before.get(milestone_key(milestone), milestone) for milestone in read]


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
          write=lambda v, f: "; ".join(_plain(minor, f) for minor in v or ())),
    Field("does", "money", ("gift_does",), needed=False, most=1000,
          read=lambda t, f, _: typed.examples(t, f["currency"]), write=_show_examples),
    Field("cap", "money", ("cap_minor",), read=lambda t, f, _: typed.amount(t, f["currency"], charged=True),
          write=lambda v, f: _plain(v, f) if v else ""),
    Field("least", "money", ("minimum_minor",), needed=False,
          read=lambda t, f, _: typed.amount(t, f["currency"], charged=True),
          write=lambda v, f: _plain(v, f) if v else ""),
    Field("receipts", "money", ("receipts_from_minor",), needed=False,
          read=lambda t, f, _: typed.amount(t, f["currency"]), write=lambda v, f: _plain(v, f) if v else ""),
)  # fmt: skip
_REST: tuple[Field, ...] = (
    Field("ends", "rest", ("ends_on",), needed=False, read=_day),
    Field("steps", "rest", ("milestones",), needed=False, read=_read_milestones, write=_show_milestones),
)  # fmt: skip
FIELDS: Mapping[str, Field] = {f.name: f for f in (*_texts("fr"), *_texts("en"), *_MONEY, *_REST)}


def fields_of(draft: Draft) -> dict[str, Any]:
    """Return the fields typed so far, in the structure of a campaign's file."""
    return dict(draft.body["fields"])


def value_of(fields: Mapping[str, Any], field: Field) -> Any:
    """Return the value of a field, or None."""
    value: Any = fields
    for step in field.path:
        value = (value or {}).get(step)
    return value


def as_typed(fields: Mapping[str, Any], field: Field) -> str:
    """Return the value of a field in the form in which it can be typed."""
    return field.write(value_of(fields, field), fields)


def mark_of(fields: Mapping[str, Any], field: Field) -> str:
    """Return a hash with which a form detects that a colleague has changed the field since it was opened."""
    return mark(value_of(fields, field))


def mark(value: Any) -> str:
    """Return the hash of any value of the file."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:8]


def read_field(field: Field, text: str, fields: Mapping[str, Any], now: datetime) -> Any:
    """Return the value typed for a field, as stored in the file, or the problem with it."""
    stripped = text.strip()
    if not field.needed and stripped.casefold() in _NOTHING:
        return [] if field.path[0] in _LISTS else None
    if field.most and len(stripped) > field.most:
        return FieldProblem("long", {"by": len(stripped) - field.most})
    if field.read is not None:
        return field.read(stripped, fields, now)
    if field.path[0] == "name" and "\n" in stripped:
        return FieldProblem("one_line")
    return stripped or FieldProblem("empty")


def with_value(fields: Mapping[str, Any], field: Field, value: Any) -> dict[str, Any]:
    """Return the fields with one set. A currency with another exponent clears the amounts, whose meaning changes."""
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
    """Return the names of required fields that are empty; a next step needs both languages or none."""
    lacking = [f.name for f in FIELDS.values() if f.needed and not value_of(fields, f)]
    after = fields.get("next_step") or {}
    if any(after.values()):
        lacking += [f"next_{language}" for language in ("fr", "en") if not after.get(language)]
    texts = [milestone["text"] for milestone in fields.get("milestones") or () if milestone.get("text")]
    lacking += [f"words_{language}" for language in ("fr", "en") if any(not text.get(language) for text in texts)]
    return tuple(lacking)


def is_on(fields: Mapping[str, Any], toggle: Toggle) -> bool:
    """Whether a setting is on."""
    return bool(fields.get(toggle.name, toggle.start))


def _together(fields: Mapping[str, Any]) -> FieldProblem | None:
    """Return a problem between fields that are each valid alone, or None."""
    code = fields["currency"]
    least = Money(max(minimum_charge(code).minor, fields.get("minimum_minor") or 0), code)
    if min(fields["amounts"]) < least.minor:
        return FieldProblem("amount", {"typed": _plain(min(fields["amounts"]), fields), "least": least})
    if max(fields["amounts"]) > fields["cap_minor"]:
        return FieldProblem("above_cap")
    if (uncharged := _uncharged(fields)) is not None:
        return uncharged
    goal, steps = fields["goal_minor"], fields.get("milestones") or ()
    if beyond := next((milestone for milestone in steps if (milestone.get("missing") or 0) >= goal), None):
        return FieldProblem("missing", {"typed": milestone_as_typed(beyond, fields)})
    return _same_place(steps, fields)


def _uncharged(fields: Mapping[str, Any]) -> FieldProblem | None:
    """Return the first amount that Stripe would not charge: the currency may have been changed after it was typed."""
    code = fields["currency"]
    if currency(code).step == 0:
        return FieldProblem("uncharged_currency", {"typed": code.upper()})
    for minor in (*fields["amounts"], fields.get("minimum_minor"), fields["cap_minor"]):
        if minor is not None and not is_chargeable(Money(minor, code)):
            facts = {"typed": _plain(minor, fields), "step": Money(currency(code).step, code)}
            return FieldProblem("step", facts)
    return None


def _same_place(steps: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> FieldProblem | None:
    goal = fields.get("goal_minor")
    same = same_place([Milestone.model_validate(milestone) for milestone in steps], goal) if goal else None
    return (
        None if same is None else FieldProblem("same_place", {"typed": milestone_as_typed(same.model_dump(), fields)})
    )


def build(fields: Mapping[str, Any], slug: str) -> Authored | FieldProblem:
    """Return the campaign, or the problem between its fields."""
    problem = _together(fields)
    if problem is not None:
        return problem
    given = {name: value for name, value in fields.items() if name != "next_step" or any(value.values())}
    try:
        return Authored.model_validate_json(json.dumps({**given, "slug": slug}))
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        return FieldProblem("fit", {"typed": str(where[0]) if where else error.errors()[0]["msg"][:80]})


async def find(ctx: Context, draft_id: int) -> Draft | None:
    """Return a campaign draft, or None if it was published or dropped."""
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, draft_id)
    return draft if draft is not None and draft.kind == KIND else None


async def begin(ctx: Context, person: Member, campaign: Campaign | None = None) -> Draft:
    """Create a draft, or return the one in which this campaign is already being changed."""
    if campaign is None:
        body: dict[str, Any] = {"slug": None, "fields": {"currency": "cad", "zone": ctx.zone, "cap_minor": _CAP}}
    else:
        fields = campaign.authored.model_dump(mode="json", exclude_none=True)
        fields.pop("slug")
        body = {"slug": campaign.slug, "fields": fields}
    draft = Draft(id=ctx.ids.new(), kind=KIND, body=body, changed_by=person.id)
    async with ctx.db.write() as conn:
        for other in await drafts.of_kind(conn, KIND):
            if campaign is not None and other.body["slug"] == campaign.slug:
                return other
        await drafts.add(conn, draft, ctx.clock())
    return draft


async def save(ctx: Context, person: Member, draft: Draft, fields: Mapping[str, Any], slug: str | None = None) -> Draft:
    """Save changed fields. Raises drafts.Stale if a colleague has saved meanwhile."""
    body = {"slug": slug or draft.body["slug"], "fields": dict(fields)}
    async with ctx.db.write() as conn:
        saved = await drafts.save(conn, draft, body, person.id, ctx.clock())
        await log_action(ctx, conn, person, "campaign.drafted", draft=draft.id, campaign=body["slug"])
    return saved
