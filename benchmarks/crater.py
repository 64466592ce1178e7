"""Run agentlint over many public repositories: nothing may crash, hang or give a report that breaks its schema.

    python benchmarks/crater.py --trees FOLDER [--only TEXT] [--jobs N]

FOLDER holds git work trees named OWNER+NAME. Each is audited in a process of its own, as users run it. The table goes to
benchmarks/crater.md. Errors that a repository really has (a file that is broken on purpose) are listed with their reason in
benchmarks/crater_errors.jsonl; any other error, a crash, a time-out or an invalid report ends the run with status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import CATEGORIES  # noqa: E402

HERE = ROOT / "benchmarks"
LIMIT_SECONDS = 120.0
CI_KINDS = {
    "github-workflow": "github",
    "gitlab-ci": "gitlab",
    "circleci": "circleci",
    "azure-pipelines": "azure",
    "jenkinsfile": "jenkins",
    "buildkite": "buildkite",
    "travis": "travis",
    "bitbucket": "bitbucket",
    "woodpecker": "woodpecker",
    "drone": "drone",
    "cirrus": "cirrus",
    "harness": "harness",
    "appveyor": "appveyor",
    "semaphore": "semaphore",
    "sourcehut": "sourcehut",
}


@dataclass(frozen=True)
class Ran:
    """How a process ended and what it used. `status` is None when it was stopped at the limit."""

    status: int | None
    out: str
    err: str
    seconds: float
    processor_seconds: float
    peak_megabytes: float


@dataclass(frozen=True)
class Outcome:
    """One repository's row."""

    repository: str
    commit: str = ""
    systems: tuple[str, ...] = ()
    seen: int = 0
    read: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_megabytes: float = 0.0
    score: float | None = None
    findings: Mapping[str, int] = field(default_factory=dict)
    expected_errors: int = 0
    faults: tuple[str, ...] = ()


def run_measured(command: list[str], folder: Path, limit: float) -> Ran:
    """Run a command with its own time and peak memory measured; stop it at the limit."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment
        )
        status: int | None = None
        while True:
            pid, ended, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                status = os.waitstatus_to_exitcode(ended)
                break
            if time.perf_counter() - started > limit:
                process.kill()
                _, _, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.005)
        process.returncode = status if status is not None else -9
        seconds = time.perf_counter() - started
        out.seek(0)
        err.seek(0)
        return Ran(
            status,
            out.read().decode("utf-8", "replace"),
            err.read().decode("utf-8", "replace"),
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
        )


def git(tree: Path, *arguments: str) -> str:
    """What git says about a work tree, with nothing that its configuration could start."""
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(tree), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def ci_systems(tree: Path) -> tuple[str, ...]:
    """The CI systems whose files the repository holds."""
    from agentlint.files.kind_of_file import kind_of

    kinds = (kind_of(path, b"") for path in git(tree, "ls-files", "-z").split("\0") if path)
    return tuple(sorted({CI_KINDS[kind.name] for kind in kinds if kind is not None and kind.name in CI_KINDS}))


def known_errors(path: Path) -> frozenset[tuple[str, str]]:
    """Repository and path of each error that is the repository's own, from rows that also say why."""
    if not path.exists():
        return frozenset()
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return frozenset((row["repository"], row["path"]) for row in rows)


def audited(tree: Path, validator: Any, known: frozenset[tuple[str, str]]) -> Outcome:
    """Audit one work tree and judge the report."""
    name = tree.name.replace("+", "/", 1)
    command = [sys.executable, "-m", "agentlint", "check", ".", "--output-format", "json", "--exit-zero", "--isolated"]
    ran = run_measured(command, tree, LIMIT_SECONDS)
    start = Outcome(name, git(tree, "rev-parse", "HEAD"), ci_systems(tree), seconds=ran.seconds)
    if ran.status is None:
        return _failed(start, f"no end within {LIMIT_SECONDS:g} s")
    if ran.status != 0:
        return _failed(start, f"ended with {ran.status}: {ran.err.strip()[-300:]}")
    try:
        report = json.loads(ran.out)
    except ValueError as error:
        return _failed(start, f"no JSON: {error}")
    errors = report.get("errors", [])
    unexpected = [item for item in errors if (name, item["path"]) not in known]
    faults = [f"error in {item['path']}:{item['line']}: {item['message']}" for item in unexpected]
    faults += [f"against the schema: {error.json_path}: {error.message[:200]}" for error in validator(report)]
    return Outcome(
        repository=name,
        commit=start.commit,
        systems=start.systems,
        seen=report["files"]["seen"],
        read=report["files"]["read"],
        seconds=ran.seconds,
        processor_seconds=ran.processor_seconds,
        peak_megabytes=ran.peak_megabytes,
        score=report["score"]["value"],
        findings=Counter(item["category"] for item in report["findings"]),
        expected_errors=len(errors) - len(unexpected),
        faults=tuple(faults),
    )


def _failed(start: Outcome, fault: str) -> Outcome:
    return Outcome(start.repository, start.commit, start.systems, seconds=start.seconds, faults=(fault,))


def schema_check() -> Any:
    """A function that yields what is wrong with a report, by the schema that the program itself publishes."""
    from jsonschema import Draft202012Validator

    shown = subprocess.run(
        [sys.executable, "-m", "agentlint", "schema"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if shown.returncode != 0:
        raise SystemExit(f"agentlint schema ended with {shown.returncode}: {shown.stderr.strip()[-300:]}")
    schema = json.loads(shown.stdout)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).iter_errors


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The lines of the Markdown table."""
    heads = ("repository", "commit", "CI", "files", "read", "s", "CPU s", "MB", "score", *CATEGORIES, "all", "errors")
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * 3 + " ---: |" * (len(heads) - 3)
    for item in outcomes:
        score = "-" if item.score is None else f"{item.score:.1f}"
        errors = f"{item.expected_errors}" if not item.faults else f"**{len(item.faults)} faults**"
        cells = (
            item.repository,
            item.commit[:12],
            ", ".join(item.systems) or "-",
            str(item.seen),
            str(item.read),
            f"{item.seconds:.2f}",
            f"{item.processor_seconds:.2f}",
            f"{item.peak_megabytes:.0f}",
            score,
            *(str(item.findings.get(category, 0)) for category in CATEGORIES),
            str(sum(item.findings.values())),
            errors,
        )
        yield "| " + " | ".join(cells) + " |"


def document(outcomes: list[Outcome]) -> str:
    """The whole page."""
    systems = Counter(system for item in outcomes for system in item.systems)
    slowest = max(outcomes, key=lambda item: item.processor_seconds)
    largest = max(outcomes, key=lambda item: item.peak_megabytes)
    from agentlint import __version__

    lines = [
        "# Public repositories",
        "",
        "Made by `python benchmarks/crater.py`: every repository audited in a process of its own, each report validated",
        "against the published schema. `errors` counts the errors that are the repository's own (crater_errors.jsonl says why).",
        "",
        f"{len(outcomes)} repositories; {sum(len(item.faults) for item in outcomes)} faults; "
        f"{sum(sum(item.findings.values()) for item in outcomes)} findings; slowest {slowest.repository} "
        f"({slowest.processor_seconds:.2f} s of processor time); most memory {largest.repository} ({largest.peak_megabytes:.0f} MB); "
        f"agentlint {__version__}, Python {sys.version.split()[0]}.",
        "",
        "Repositories by CI system: " + ", ".join(f"{name} {count}" for name, count in sorted(systems.items())) + ".",
        "",
        *table(outcomes),
    ]
    faults = [f"- {item.repository}: {fault}" for item in outcomes for fault in item.faults]
    if faults:
        lines += ["", "## Faults", "", *faults]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Audit all, write the table, say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True, help="folder of work trees named OWNER+NAME")
    parser.add_argument("--only", default="", help="repositories whose name holds this; the table is then only printed")
    parser.add_argument("--jobs", type=int, default=1, help="audits at a time (1 gives the truest times)")
    options = parser.parse_args()
    trees = [path for path in sorted(options.trees.iterdir()) if "+" in path.name and path.is_dir()]
    trees = [path for path in trees if options.only in path.name.replace("+", "/", 1)]
    if not trees:
        parser.error(f"no work tree in {options.trees}")
    validator, known = schema_check(), known_errors(HERE / "crater_errors.jsonl")
    outcomes = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda tree: audited(tree, validator, known), trees):
            outcomes.append(outcome)
            print(f"{outcome.repository} {outcome.seconds:.2f} s {'; '.join(outcome.faults)}", file=sys.stderr)
    page = document(outcomes)
    if options.only:
        print(page)
    else:
        (HERE / "crater.md").write_text(page, encoding="utf-8")
    return 1 if any(outcome.faults for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
