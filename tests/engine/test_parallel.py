"""Work shared out among processes is the work of one process."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from agentlint.config import Config
from agentlint.engine import parallel
from agentlint.engine.audit import audit_tree
from agentlint.engine.parallel import processes, shared

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("pieces", [0, 1, 7, 300])
def test_every_piece_is_done_once(count: int, pieces: int) -> None:
    assert sorted(shared(pieces, lambda number: number * 2, count)) == [(n, n * 2) for n in range(pieces)]


def test_a_ticket_may_stand_for_several_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_MOST_TICKETS", 3)
    assert sorted(shared(11, str, 3)) == [(n, str(n)) for n in range(11)]


def test_results_larger_than_a_pipe_arrive() -> None:
    assert {len(made) for _, made in shared(20, lambda number: b"x" * 3_000_000, 3)} == {3_000_000}


def test_what_a_process_that_died_left_undone_is_done() -> None:
    own = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != own:
            os._exit(9)
        return number

    assert sorted(shared(50, work, 3)) == [(n, n) for n in range(50)]


def test_what_a_process_that_died_halfway_through_telling_is_done() -> None:
    own = os.getpid()

    def work(number: int) -> object:
        if os.getpid() != own:
            return [b"x" * 3_000_000, _Deadly()]
        return number

    assert sorted(shared(20, work, 3), key=str) == sorted(((n, n) for n in range(20)), key=str)


class _Deadly:
    def __reduce__(self) -> str:
        os._exit(9)


@pytest.mark.parametrize("refused", ["fork", "pipe"])
def test_without_processes_or_pipes_the_work_is_done_here(refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError("no more of these")

    monkeypatch.setattr(os, refused, refuse)
    assert sorted(shared(9, str, 3)) == [(n, str(n)) for n in range(9)]


def test_a_small_pipe_holds_fewer_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    pipe = os.pipe

    def small() -> tuple[int, int]:
        taking, giving = pipe()
        fcntl.fcntl(giving, fcntl.F_SETPIPE_SZ, 4096)
        return taking, giving

    monkeypatch.setattr(os, "pipe", small)
    assert dict(shared(5000, lambda number: -number, 3)) == {n: -n for n in range(5000)}


def test_an_interruption_leaves_no_process_behind() -> None:
    own = os.getpid()

    def work(number: int) -> int:
        if os.getpid() == own:
            raise KeyboardInterrupt
        signal.pause()
        return number

    with pytest.raises(KeyboardInterrupt):
        list(shared(9, work, 3))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_children_whose_ends_nobody_hears_of() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert sorted(shared(9, str, 3)) == [(n, str(n)) for n in range(9)]
    finally:
        signal.signal(signal.SIGCHLD, before)


@pytest.mark.parametrize("count", [1, 3])
def test_something_else_is_done_once_before_the_pieces(count: int) -> None:
    done: list[str] = []
    for number, _ in shared(4, str, count, lambda: done.append("else")):
        done.append(str(number))
    assert done[0] == "else"
    assert sorted(done) == ["0", "1", "2", "3", "else"]


def test_nothing_is_forked_unasked_beside_other_threads() -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert processes(0, 100, worth=True) == 1
        assert processes(2, 100, worth=True) == 2
    finally:
        over.set()
        thread.join()


def test_what_cannot_travel_is_made_here() -> None:
    assert sorted(number for number, _ in shared(9, lambda number: lambda: number, 2)) == list(range(9))


def test_whoever_stops_listening_leaves_no_process_behind() -> None:
    results = shared(50, lambda number: b"x" * 3_000_000, 3)
    next(results)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_processes_are_as_many_as_pay() -> None:
    assert processes(0, 100, worth=False) == 1
    assert processes(1, 100, worth=True) == 1
    assert processes(4, 100, worth=False) == 4
    assert processes(4, 3, worth=True) == 3


def test_the_result_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("# Work\n\nRun `make chekc`, then `./tools/gone.sh`.\n")
    (tmp_path / "Makefile").write_text("check:\n\tnpm install --color=always\n\tpytest --color=yes\n")
    (tmp_path / "setup.sh").write_text("#!/bin/sh\nread -p 'Name? ' name\napt-get install git\nsleep 30\n")
    one, two = (audit_tree(tmp_path, Config(jobs=jobs)) for jobs in (1, 3))
    assert one.findings
    assert one.findings == two.findings
    assert len({finding.category for finding in one.findings}) >= 3
    assert (one.score, one.errors) == (two.score, two.errors)
