"""Child processes: quick, limited, and never left behind."""

import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spiders.engine import children
from spiders.engine.children import Ending, Outcome, Stopped, nursery

ROOT = Path(__file__).parent.parent
HANGING = """
from spiders.engine import children
with children.nursery.start_child("tests.engine_targets") as connection:
    task = children.Task(target="tests.engine_targets:hang", payload="", memory_limit=children.GIB)
    connection.send_bytes(task.model_dump_json().encode())
    started = children.Message.model_validate_json(connection.recv_bytes())
    connection.recv_bytes()
    print(started.number, children.nursery._process.pid, flush=True)
    connection.recv_bytes()
"""


def run(name: str, payload: str = "", time_limit: float = 30) -> Outcome:
    return children.run(f"tests.engine_targets:{name}", payload, time_limit=time_limit)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until_gone(*processes: int) -> None:
    for process in processes:
        while is_running(process):  # pytest's own time limit ends this
            os.sched_yield()


def test_a_child_hands_its_results_over() -> None:
    assert run("echo", "Adolygiad Bân") == Outcome(("Adolygiad Bân",), Ending.DONE)


def test_large_results_and_tasks_come_through_whole() -> None:
    text = "words " * 500_000
    assert run("echo", text).results == (text,)


def test_each_has_a_process_of_its_own() -> None:
    found = {run("tell_process").results[0] for _ in range(3)}
    assert len(found) == 3
    assert str(os.getpid()) not in found


def test_many_threads_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda n: run("echo", str(n)), range(24)))
    assert [outcome.results for outcome in outcomes] == [(str(n),) for n in range(24)]


def test_the_reactor_is_chosen_in_the_child() -> None:
    loaded = run("tell_modules").results[0].split()
    assert "scrapy.crawler" in loaded
    assert "twisted.internet.reactor" not in loaded


def test_a_child_that_overruns_is_stopped() -> None:
    outcome = run("hang", time_limit=0.5)
    assert outcome.ending is Ending.OVERRAN
    wait_until_gone(int(outcome.results[0]))


def test_a_killed_child_keeps_what_it_handed_over() -> None:
    assert run("killed") == Outcome(("before",), Ending.DIED, children.DIED)


def test_an_exception_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert run("failing") == Outcome((), Ending.FAILED, "ValueError: no good")
    assert "Traceback" in caplog.text


def test_a_target_that_does_not_exist() -> None:
    assert run("nonsense").ending is Ending.FAILED


def test_memory_is_limited() -> None:
    assert run("greedy") == Outcome((), Ending.FAILED, "MemoryError: ")


def test_warnings_reach_the_parent_and_details_do_not(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run("talking", "weight")
    assert [(line.name, line.getMessage()) for line in caplog.records] == [("spiders.example", "a warning of weight")]


def test_a_nursery_that_was_killed_is_started_again() -> None:
    first = int(run("tell_process").results[1])
    os.kill(first, signal.SIGKILL)
    wait_until_gone(first)
    second = int(run("tell_process").results[1])
    assert second != first


def test_closing_ends_the_nursery() -> None:
    process = int(run("tell_process").results[1])
    nursery.close()
    assert not is_running(process)


def test_closing_stops_what_runs(tmp_path: Path) -> None:
    started = tmp_path / "started"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run, "hang", str(started))
        while not started.exists():
            os.sched_yield()
        nursery.close()
        with pytest.raises(Stopped):
            running.result()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_parent(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout
        child, its_nursery = map(int, parent.stdout.readline().split())
        assert is_running(child)
        parent.send_signal(number)
    wait_until_gone(child, its_nursery)


SCRIPT = """
print("imported", __name__)
import sys
sys.path.insert(0, {root!r})
from spiders.engine import children
print(children.run("tests.engine_targets:echo", "hello", time_limit=30).results)
"""


def test_a_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "reviewwatch"
    script.write_text(SCRIPT.format(root=str(ROOT)))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines() == ["imported __main__", "('hello',)"]
    assert done.stderr == ""
