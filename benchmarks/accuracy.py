"""Measure agentlint against labels that were written by reading, before any tool was run.

    python benchmarks/accuracy.py --trees FOLDER [--half measuring|tuning|all] [--show missed|traps|unlabelled] [--keep newest|learnt]

FOLDER holds one work tree for each labelled repository, named OWNER+NAME, at the commit that the label file names. Nothing is
fetched. A clear label is found when a finding of its category overlaps its lines. A finding belongs to the label of its category
that it overlaps best; when that is a trap, it is a false alarm. What overlaps no label is counted as unlabelled, for judging.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE / "measurements.json"
MEASURING_ROUND = 23
CATEGORIES = "interactive browser-auth no-cache serial human-output wait feedback agent-context reproducibility".split()


@dataclass(frozen=True)
class Label:
    """One row of a label file."""

    path: str
    line: int
    end_line: int
    category: str
    strength: str
    kind: str
    why: str


@dataclass(frozen=True)
class LabelledRepository:
    """One label file: the repository, the commit, the globs that were read whole, the rows."""

    name: str
    commit: str
    scope: tuple[str, ...]
    labels: tuple[Label, ...]
    round: int

    @property
    def half(self) -> str:
        """The part it belongs to: the newest round of labels is for measuring.

        A round that has served its blind measurement (`benchmarks/README.md` holds the figures) is for tuning since.
        """
        return "measuring" if self.round == MEASURING_ROUND else "tuning"


@dataclass
class Tally:
    """Counts of one run, by category."""

    clear: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    traps: Counter[str] = field(default_factory=Counter)
    trapped: Counter[str] = field(default_factory=Counter)
    debatable: Counter[str] = field(default_factory=Counter)
    unlabelled: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def read_labels(folder: Path) -> Iterator[LabelledRepository]:
    """Every label file of the folder."""
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        head = rows[0]
        labels = tuple(
            Label(
                row["path"],
                int(row["line"]),
                int(row.get("end_line", row["line"])),
                row["category"],
                row["strength"],
                row.get("kind", ""),
                row.get("why", ""),
            )
            for row in rows[1:]
        )
        scope = tuple(head.get("scope", ("**",)))
        yield LabelledRepository(head["repo"], head["commit"], scope, labels, head.get("round", 1))


def audit(tree: Path) -> Mapping[str, Any]:
    """The JSON report of one work tree, made by the command line as users have it."""
    command = [sys.executable, "-m", "agentlint", "check", ".", "--output-format", "json", "--exit-zero", "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{tree.name}: agentlint ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def overlap(finding: Mapping[str, Any], label: Label) -> float:
    """Shared lines over all lines of both; 0 when they are of other categories or places."""
    if finding["path"] != label.path or finding["category"] != label.category:
        return 0.0
    start, end = finding["line"], max(finding["end_line"], finding["line"])
    shared = min(end, label.end_line) - max(start, label.line) + 1
    whole = max(end, label.end_line) - min(start, label.line) + 1
    return shared / whole if shared > 0 else 0.0


def in_scope(path: str, scope: Iterable[str]) -> bool:
    """True when the labeller read this file."""
    from pathspec import PathSpec

    return bool(PathSpec.from_lines("gitignore", scope).match_file(path))


def measure(repository: LabelledRepository, findings: list[Mapping[str, Any]], tally: Tally, show: str) -> None:
    """Add one repository's result to the tally."""
    for label in repository.labels:
        hit = any(overlap(finding, label) > 0 for finding in findings)
        if label.strength == "clear":
            tally.clear[label.category] += 1
            tally.found[label.category] += hit
            if not hit and show == "missed":
                tally.lines.append(
                    f"{repository.name} {label.path}:{label.line} [{label.category}/{label.kind}] {label.why}"
                )
        elif label.strength == "trap":
            tally.traps[label.category] += 1
        else:
            tally.debatable[label.category] += 1
    trapped: set[Label] = set()
    for finding in findings:
        best = max(
            repository.labels, key=lambda label: (overlap(finding, label), label.strength == "clear"), default=None
        )
        if best is None or overlap(finding, best) == 0:
            if in_scope(finding["path"], repository.scope):
                tally.unlabelled[finding["category"]] += 1
                if show == "unlabelled":
                    tally.lines.append(f"{repository.name} {_place(finding)} {finding['message']}")
        elif best.strength == "trap" and best not in trapped:
            trapped.add(best)
            tally.trapped[best.category] += 1
            if show == "traps":
                tally.lines.append(f"{repository.name} {_place(finding)} {finding['message']}  <- trap: {best.why}")


def _place(finding: Mapping[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']} {finding['rule']}"


def judged(folder: Path) -> Counter[str]:
    """Verdicts of the findings judged by hand; a wrong one that has been mended since counts as "mended"."""
    verdicts: Counter[str] = Counter()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                verdicts["mended" if row["verdict"] == "wrong" and row.get("mended") else row["verdict"]] += 1
    return verdicts


def print_table(tally: Tally) -> None:
    """The table: recall of clear labels, traps fallen into, findings without a label."""
    print(
        f"{'category':<16} {'clear':>6} {'found':>6} {'recall':>7} {'traps':>6} {'fell':>5} {'rate':>6} {'unlabelled':>11}"
    )
    for category in (*CATEGORIES, "all"):
        clear, found = count(tally.clear, category), count(tally.found, category)
        traps, fell = count(tally.traps, category), count(tally.trapped, category)
        recall = f"{found / clear:.3f}" if clear else "-"
        rate = f"{fell / traps:.3f}" if traps else "-"
        unlabelled = count(tally.unlabelled, category)
        print(f"{category:<16} {clear:>6} {found:>6} {recall:>7} {traps:>6} {fell:>5} {rate:>6} {unlabelled:>11}")


def keep(name: str, tally: Tally, repositories: int) -> None:
    """Write the counts by category; those of the newest round also as its line among the rounds."""
    counters = {
        "clear": tally.clear,
        "found": tally.found,
        "traps": tally.traps,
        "fell": tally.trapped,
        "unlabelled": tally.unlabelled,
    }
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    kept[name] = {category: {key: counter[category] for key, counter in counters.items()} for category in CATEGORIES}
    if name == "newest":
        sums = {key: sum(counters[key].values()) for key in ("clear", "found", "traps", "fell")}
        row = {"round": str(MEASURING_ROUND), "repositories": repositories, **sums}
        kept["rounds"] = [other for other in kept["rounds"] if other["round"] != row["round"]] + [row]
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def count(counter: Counter[str], category: str) -> int:
    """One category's count, or the sum for "all"."""
    return sum(counter.values()) if category == "all" else counter[category]


def main() -> int:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True, help="folder of work trees named OWNER+NAME")
    parser.add_argument("--half", choices=("measuring", "tuning", "all"), default="measuring")
    parser.add_argument("--show", choices=("missed", "traps", "unlabelled"), default="")
    parser.add_argument(
        "--keep",
        choices=("newest", "learnt"),
        default="",
        help="write the counts into measurements.json: `newest` is the newest round before anybody learnt from it",
    )
    parser.add_argument("--only", default="", help="repositories whose name holds this")
    options = parser.parse_args()
    tally = Tally()
    missing: list[str] = []
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    for repository in read_labels(HERE / "labels"):
        if options.half not in {"all", repository.half} or options.only not in repository.name:
            continue
        tree = options.trees / repository.name.replace("/", "+")
        if not tree.is_dir():
            missing.append(repository.name)
            continue
        report = audit(tree)
        for finding in report["findings"]:
            rules[repository.name][finding["rule"]] += 1
        measure(repository, report["findings"], tally, options.show)
        version = report["tool"]["version"]
    for line in tally.lines:
        print(line)
    print_table(tally)
    print(
        f"half: {options.half}; repositories: {len(rules)}; agentlint {version if rules else '-'}; Python {sys.version.split()[0]}"
    )
    if missing:
        print("no work tree for: " + ", ".join(missing))
    if options.keep:
        keep(options.keep, tally, len(rules))
    verdicts = judged(HERE / "judged")
    if verdicts:
        right, wrong, mended = verdicts["right"], verdicts["wrong"], verdicts["mended"]
        print(
            f"judged by hand: {sum(verdicts.values())}: right {right}, debatable {verdicts['debatable']}, wrong {wrong + mended},"
            f" of which mended since {mended}; precision when judged {right / (right + wrong + mended):.3f},"
            f" without what is mended {right / (right + wrong):.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
