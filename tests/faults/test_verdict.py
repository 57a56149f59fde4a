"""A fault run prints its verdict whatever happens, and does no more work on a slow machine."""

import asyncio
import json
import os
import random
import signal
from typing import Any, cast

import pytest

from tests.faults import __main__ as faults
from tests.faults.verdict import verdict


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = capsys.readouterr().out
    return cast(dict[str, Any], json.loads(found[found.index("{") :]))


def test_run_that_ends_prints_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    with verdict(kills=3) as facts:
        facts["ok"] = True
    assert printed(capsys) == {"kills": 3, "ok": True}


def test_aborted_run_is_not_ok_and_gives_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with verdict(kills=3) as facts:
        facts |= {"ok": True, "payments": 7}
        raise TimeoutError("http://127.0.0.1/readyz")
    output = printed(capsys)
    assert (output["ok"], output["payments"]) == (False, 7)
    assert output["broke_off"] == "TimeoutError: http://127.0.0.1/readyz"


def test_terminated_run_prints_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    with verdict(kills=3):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    assert printed(capsys)["ok"] is False


async def test_load_is_bounded_by_the_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pay(*_: Any, **__: Any) -> dict[str, int]:
        return {"amount_total": 500}

    monkeypatch.setattr(faults, "verb", pay)
    monkeypatch.setattr(faults.Load, "_redeliver", pay)
    load = faults.Load(cast(Any, None), cast(Any, type("S", (), {"stripe": ""})), ["link"], random.Random(1))
    monkeypatch.setattr(load._rng, "uniform", lambda *_: 0)
    payers = [asyncio.create_task(load.run()) for _ in range(faults.PAYERS)]
    load.grant(5)
    for _ in range(1000):
        await asyncio.sleep(0)
    assert load.paid == 5
    load.end()
    await asyncio.gather(*payers)
    assert (load.paid, load.minor) == (5, 2500)
