"""The tour as people and programs run it: told to its end and honest about what it found."""

import json

import pytest

from bot.demo import tour
from bot.demo.story import STORY
from bot.demo.telling import Step, as_line


async def test_the_story_is_told_and_every_fact_holds(capsys: pytest.CaptureFixture[str]) -> None:
    good = await tour.run_tour(as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines] == [name for name, *_ in STORY]
    assert not [(line["step"], line["wrong"]) for line in lines if line["wrong"]]
    assert all(line["ok"] and line["facts"] and line["seconds"] >= 0 for line in lines)
    assert good


async def test_one_wrong_figure_ends_the_story_and_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(_stage: object, _tale: object, step: Step) -> None:
        step.check("gifts counted", 16, 17)

    monkeypatch.setattr(tour, "STORY", (("wrong", "a figure is wrong", wrong), *STORY))
    assert not await tour.run_tour(as_json=False)
    said = capsys.readouterr().out
    assert "✗ gifts counted: 16" in said
    assert "Camille" not in said


def test_a_step_that_shows_nothing_is_not_good() -> None:
    assert not Step("empty", "nothing is checked").ok
    assert json.loads(as_line(Step("empty", "nothing is checked")))["ok"] is False
