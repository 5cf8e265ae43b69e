"""The supervisor: starts, starts again with growing gaps, ends all in time. Real processes that do nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from config.settings import Settings
from reviewwatch.program import Program
from reviewwatch.run import Child, gap
from reviewwatch.seed import first_link, seed
from store import people
from store.database import engine_for, writing
from tests.command_line import ROOT, CommandLine, command_line
from tests.postgres import _free_port

NOTHING_TO_READ = """
[[publisher]]
id = "exampleshire"
name = "Exampleshire"
short = "Exampleshire"
kind = "partnership"
[[source]]
name = "exampleshire-reviews"
publisher = "exampleshire"
kind = "listing"
url = "https://www.example.org/"
enabled = false
"""


def test_the_gap_grows_and_has_an_end() -> None:
    assert [gap(deaths) for deaths in range(9)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_dead_process_is_started_again_when_its_gap_has_passed() -> None:
    child = Child("wrong", ["no-such-command"], due=0)
    child.look(0)
    assert child.process is not None
    child.process.wait()
    child.look(10)
    assert child.process is None
    assert (child.deaths, child.due) == (1, 11)
    child.look(10.5)
    assert child.process is None
    child.look(11)
    assert child.process is not None
    child.process.wait()
    child.look(12)
    assert (child.deaths, child.due) == (2, 14)


def test_one_that_ran_well_for_long_begins_anew() -> None:
    child = Child("wrong", ["no-such-command"], deaths=5, due=0)
    child.look(0)
    assert child.process is not None
    child.process.wait()
    child.look(100)
    assert (child.deaths, child.due) == (1, 101)


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def living(group: list[int]) -> list[int]:
    return [process for process in group if Path(f"/proc/{process}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_run_starts_all_and_ends_all(program: CommandLine) -> None:
    """One real run: the address and a link on stdout; on SIGTERM all is gone, with exit code 0."""
    (program.folder / "sources.toml").write_text(NOTHING_TO_READ)
    program.did("sources", "import", "sources.toml")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **program.settings, "PORT": str(_free_port())}
    command = [sys.executable, "-m", "reviewwatch", "run"]
    process = subprocess.Popen(
        command, cwd=program.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(2)]
        children: list[int] = []
        while len(children) < 3:
            text = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            children = [int(number) for number in text.split()]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert living(children) == []
    finally:
        process.kill()
        process.communicate()
    assert f"http://localhost:{environment['PORT']}" in said[0]
    assert "/sign-in/link/" in said[1]


def children_of(process: int) -> list[int]:
    try:
        return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def wait_until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + 30
    while not true():
        assert monotonic() < deadline
        sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("starting", [False, True])
def test_several_web_processes_answer_at_one_port_and_end_with_the_first(program: CommandLine, starting: bool) -> None:
    """Even when the first is killed, and be it while they start: else they would hold the port."""
    port = _free_port()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **program.settings, "PORT": str(port)}
    program.did("migrate")
    command = [sys.executable, "-m", "reviewwatch", "web"]
    process = subprocess.Popen(command, cwd=program.folder, env={**environment, "REVIEWWATCH_WEB_PROCESSES": "2"})

    def several() -> list[int]:
        return [one for one in children_of(process.pid) if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()]

    def answers() -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200
        except httpx2.TransportError:
            return False

    try:
        wait_until(lambda: len(several()) == 2 if starting else answers())
        children = several()
        assert len(children) == 2
        process.kill()
        process.wait()
        wait_until(lambda: living(children) == [])
        assert not answers()
    finally:
        process.kill()
        process.wait()


def test_a_new_installation_begins_with_the_catalogue(sqlite_address: str, tmp_path: Path) -> None:
    program = Program(Settings(data_dir=tmp_path), engine_for(sqlite_address), datetime(2026, 3, 2, tzinfo=UTC))
    assert seed(program) > 100
    assert seed(program) == 0
    program.engine.dispose()


def test_the_first_administrator_gets_a_link_until_one_has_signed_in(sqlite_address: str, tmp_path: Path) -> None:
    program = Program(Settings(data_dir=tmp_path), engine_for(sqlite_address), datetime(2026, 3, 2, tzinfo=UTC))
    token = first_link(program).rpartition("/")[2]
    assert first_link(program)
    with writing(program.engine) as session:
        user = people.user_of_link(session, program.settings, token, now=program.now)
        assert user is not None
        people.sign_in(session, user, now=program.now)
    assert first_link(program) == ""
    program.engine.dispose()
