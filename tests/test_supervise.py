"""Unexpected ends of tasks are noticed, and stopping ends in time even if something is stuck."""

import asyncio
import signal
import sys
import threading
from contextlib import AsyncExitStack

import pytest

from bot.supervise import EndedUnexpectedly, StopSignals, Supervisor, run_until


async def fail() -> None:
    raise LookupError("gone")


async def end() -> None:
    return


@pytest.mark.parametrize(("work", "cause"), [(fail, LookupError), (end, type(None))])
async def test_unexpected_task_end_ends_the_wait(work: object, cause: type) -> None:
    supervisor = Supervisor()
    async with AsyncExitStack() as stack:
        supervisor.start(stack, "intake", work())  # type: ignore[operator]
        supervisor.start(stack, "schedule", asyncio.sleep(3600))
        with pytest.raises(EndedUnexpectedly, match="intake") as caught:
            await run_until(asyncio.Event(), supervisor)
    assert isinstance(caught.value.__cause__, cause)


async def test_requested_stop_is_no_failure() -> None:
    supervisor, stop_requested = Supervisor(), asyncio.Event()
    async with AsyncExitStack() as stack:
        supervisor.start(stack, "intake", asyncio.sleep(3600))
        stop_requested.set()
        await run_until(stop_requested, supervisor)


async def test_deadline_ends_process_that_does_not_stop() -> None:
    ended, codes = threading.Event(), []

    def end_process(code: int) -> None:
        codes.append(code)
        ended.set()

    signals = StopSignals(seconds=0.01, end=end_process)
    signals.start_deadline()
    assert await asyncio.to_thread(ended.wait, 10)
    assert codes == [1]


STUCK = """
import asyncio, signal, sys, threading, time
from bot.supervise import StopSignals

async def main():
    signals = StopSignals(seconds=0.3)
    signals.listen()
    threading.Thread(target=time.sleep, args=(3600,)).start()  # as SQLite's, which waits for a lock
    print("ready", flush=True)
    while True:  # the loop itself is stuck
        time.sleep(0.01)

asyncio.run(main())
"""


async def test_process_whose_loop_and_threads_are_stuck_ends() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUCK, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"ready"
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    assert process.returncode == 1
    assert b"not stopped within" in said
