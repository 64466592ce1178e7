"""How fast agentlint is, as ratios within one run, so that machines can be compared.

python benchmarks/speed.py FOLDER      a checkout of a large real repository
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROUNDS = 5
COMMAND = str(Path(sys.executable).with_name("agentlint"))


def seconds(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of some rounds, after one that warms the disk's cache."""
    action()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def run(arguments: Sequence[str], folder: Path) -> None:
    """A process, its output thrown away."""
    done = subprocess.run(arguments, cwd=folder, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())


def peak_megabytes(arguments: Sequence[str], folder: Path) -> float:
    """The largest resident set of a process and its children."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def read_considered(folder: Path) -> tuple[int, int]:
    """What nobody can be faster than: list the tree and read the files that would be looked at."""
    from agentlint.files.walk import NotRead, TreeReader, walk

    listing = walk(str(folder))
    reader = TreeReader(str(folder), listing.paths)
    size = 0
    for path in listing.kinds:
        try:
            size += len(reader.bytes_of(path))
        except NotRead:
            continue
    return len(listing.paths), size


def three_files(folder: Path) -> list[str]:
    """A workflow, a script and a source file, or what there is instead."""
    from agentlint.files.walk import walk

    kinds = walk(str(folder)).kinds
    wanted = ("github-workflow", "shell", "makefile", "dockerfile", "python", "javascript", "package-json")
    found = [next((path for path, kind in kinds.items() if kind.name == name), None) for name in wanted]
    return [path for path in found if path is not None][:3]


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    folder = Path(arguments[0] if arguments else ".").resolve()
    bare = seconds(lambda: run([sys.executable, "-c", "pass"], folder))
    version = seconds(lambda: run([COMMAND, "--version"], folder))
    files, size = read_considered(folder)
    reading = seconds(lambda: read_considered(folder))
    audit = seconds(lambda: run([COMMAND, ".", "-q", "--no-cache"], folder), 3)
    again = seconds(lambda: run([COMMAND, ".", "-q"], folder), 3)
    chosen = three_files(folder)
    few = seconds(lambda: run([COMMAND, "-q", *chosen], folder))
    memory = peak_megabytes([COMMAND, ".", "-q", "--no-cache"], folder)
    print(f"{folder.name}: {files:,} files, {size / 1e6:.1f} MB of them read; {os.cpu_count()} processors")
    print(
        f"start-up      agentlint --version      {version:6.3f} s   {version / bare:5.1f} x bare python ({bare:.3f} s)"
    )
    print(
        f"cold audit    agentlint . --no-cache   {audit:6.2f} s   {audit / reading:5.1f} x listing and reading ({reading:.2f} s)"
    )
    print(f"again         agentlint .              {again:6.2f} s   {again / reading:5.1f} x listing and reading")
    print(
        f"three files   agentlint {' '.join(Path(p).name for p in chosen):<14} {few:6.2f} s   {few / bare:5.1f} x bare python"
    )
    print(f"peak memory   agentlint . --no-cache   {memory:6.0f} MB for each process")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
