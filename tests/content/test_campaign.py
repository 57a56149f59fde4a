"""Campaign files: read, written back, and refused with the invalid field's name."""

import tomllib
from importlib import resources

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from content.campaign import CampaignError, Milestone, ShortWords, dump_toml, load_toml
from payments.money import Money
from tests.content import fixtures

EXAMPLES = sorted((resources.files("content") / "campaigns").iterdir(), key=lambda file: file.name)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.name))
def test_examples_round_trip(file: resources.abc.Traversable) -> None:
    campaign = load_toml(file.read_text(encoding="utf-8"))
    assert load_toml(dump_toml(campaign)) == campaign
    assert f"{campaign.slug}.toml" == file.name
    assert all(campaign.what_does(Money(minor, "cad")) for minor in campaign.amounts)


@given(TEXTS)
def test_any_text_round_trips(text: str) -> None:
    campaign = fixtures.campaign("Nom", text)
    assert load_toml(dump_toml(campaign)) == campaign


def _with(field: str, value: str) -> str:
    """Return a valid campaign file except for one field."""
    fields = tomllib.loads(dump_toml(fixtures.campaign("Nom", "Texte")))
    return tomli_w.dumps(fields | tomllib.loads(f"{field} = {value}"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("currency", '"xyz"', "currency: unknown currency 'xyz'"),
        ("zone", '"Mars/Olympus"', "zone: unknown time zone"),
        ("amounts", "[500, 300, 1000]", "amounts must rise"),
        ("amounts", "[10, 300, 1000]", "below the least"),
        ("amounts", "[300, 500]", "amounts: "),
        ("cap_minor", "1000", "above cap_minor"),
        ("goal_minor", "0", "goal_minor: "),
        ("goal_minor", "12000.50", "goal_minor: "),
        ("slug", '"Not A Slug"', "slug: "),
        ("picture", '"../secret.png"', "picture: "),
        ("milestones", "[{ share = 50, minor = 5 }]", "milestones.0: give one of share"),
        ("surprise", "1", "surprise: "),
    ],
)
def test_invalid_field_is_named(field: str, value: str, said: str) -> None:
    with pytest.raises(CampaignError) as refused:
        load_toml(_with(field, value))
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["a\nb", "x" * 81, " "])
def test_name_must_be_one_short_line(name: str) -> None:
    with pytest.raises(ValueError, match="fr"):
        ShortWords(fr=name, en="ok")


def test_invalid_toml_is_refused() -> None:
    with pytest.raises(CampaignError, match="not TOML"):
        load_toml("= 1")


def test_example_is_the_largest_that_the_gift_covers() -> None:
    campaign = fixtures.campaign("Nom", "Texte")
    assert campaign.what_does(Money(499, "cad")) is None
    assert campaign.what_does(Money(500, "usd")) is None
    found = campaign.what_does(Money(2500, "cad"))
    assert found is not None and found[0] == Money(500, "cad")


def test_milestone_threshold_is_rounded_up() -> None:
    assert Milestone(share=33).threshold(1_000_01) == 33_001  # rounded up
    assert Milestone(missing=12_000).threshold(100_000) == 88_000
    assert Milestone(minor=5).threshold(100_000) == 5
    with pytest.raises(CampaignError, match="not below goal_minor"):
        load_toml(_with("milestones", "[{ missing = 99999999999 }]"))
    with pytest.raises(CampaignError, match="same place"):
        load_toml(_with("milestones", "[{ share = 50 }, { share = 25 }, { share = 50 }]"))
