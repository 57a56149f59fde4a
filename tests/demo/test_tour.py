"""The tour as people and programs run it: it runs to the end and reports wrong facts."""

import json

import pytest

from bot.demo import tour
from bot.demo.narration import Step, step_as_json
from bot.demo.scenario import SCENARIO


async def test_tour_runs_to_its_end_and_every_fact_holds(capsys: pytest.CaptureFixture[str]) -> None:
    good = await tour.run_tour(as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines] == [name for name, *_ in SCENARIO]
    assert not [(line["step"], line["wrong"]) for line in lines if line["wrong"]]
    assert all(line["ok"] and line["facts"] and line["seconds"] >= 0 for line in lines)
    assert good


async def test_wrong_figure_ends_the_tour_and_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(_env: object, _state: object, step: Step) -> None:
        step.check("gifts counted", 16, 17)

    monkeypatch.setattr(tour, "SCENARIO", (("wrong", "a figure is wrong", wrong), *SCENARIO))
    assert not await tour.run_tour(as_json=False)
    output = capsys.readouterr().out
    assert "✗ gifts counted: 16" in output
    assert "Camille" not in output


def test_step_without_facts_is_not_ok() -> None:
    assert not Step("empty", "nothing is checked").ok
    assert json.loads(step_as_json(Step("empty", "nothing is checked")))["ok"] is False
