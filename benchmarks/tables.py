"""Write the tables of benchmarks/README.md from the labels, the verdicts and the kept measurements.

    python benchmarks/tables.py [--check]

Each table stands between `<!-- table: NAME -->` and `<!-- end -->`. `--check` writes nothing and ends with 1 where one is stale.
`measurements.json` holds what cannot be counted again: what each round of labels gave when it was new
(`python benchmarks/accuracy.py --keep` writes it).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE / "README.md"
KEPT = HERE / "measurements.json"
_TABLE = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def measurements() -> dict[str, Any]:
    """The kept measurements: `rounds`, each when it was new; `newest` and `learnt`, by category."""
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1) -> str:
    """A table of Markdown; all but the first `words` columns hold numbers."""
    marks = ["---"] * words + ["---:"] * (len(header) - words)
    found = [header, marks, *rows]
    return "".join("| " + " | ".join(map(_cell, row)) + " |\n" for row in found)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def labels() -> str:
    """How many labels there are, by strength."""
    files = sorted((HERE / "labels").glob("*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    count = Counter(row["strength"] for row in rows)
    return _lines(
        ("repositories", "clear", "debatable", "trap"),
        [(len(files), count["clear"], count["debatable"], count["trap"])],
        words=0,
    )


def rounds() -> str:
    """What each round gave when it was new."""
    header = ("round", "repositories", "clear", "found when new", "recall", "traps", "fell into", "rate")
    return _lines(
        header,
        (
            (
                row["round"],
                row["repositories"],
                row["clear"],
                row["found"],
                _ratio(row["found"], row["clear"]),
                row["traps"],
                row["fell"],
                _ratio(row["fell"], row["traps"]),
            )
            for row in measurements()["rounds"]
        ),
    )


def by_category(kept: Mapping[str, Mapping[str, int]]) -> str:
    """One measurement, by category and in all."""
    names = ("clear", "found", "traps", "fell", "unlabelled")
    counts = {category: [row[name] for name in names] for category, row in kept.items()}
    counts["all"] = [sum(column) for column in zip(*counts.values(), strict=True)]
    rows = []
    for category, (clear, found, traps, fell, other) in counts.items():
        rows.append((category, clear, found, _ratio(found, clear), traps, fell, _ratio(fell, traps), other))
    header = ("category", "clear", "found", "recall", "traps", "fell into", "rate", "without a label")
    return _lines(header, rows)


def judged() -> str:
    """The verdicts on sampled findings; precision leaves the debatable ones out."""
    header = (
        "sample",
        "findings",
        "right",
        "debatable",
        "wrong",
        "precision when judged",
        "mended since",
        "without those",
    )
    rows = []
    for path in sorted((HERE / "judged").glob("*.jsonl"), key=lambda path: int(path.stem.rpartition("-")[2])):
        verdicts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        count = Counter(row["verdict"] for row in verdicts)
        mended = sum(row["verdict"] == "wrong" and bool(row.get("mended")) for row in verdicts)
        right, wrong = count["right"], count["wrong"]
        rows.append(
            (
                path.stem.rpartition("-")[2],
                len(verdicts),
                right,
                count["debatable"],
                wrong,
                _ratio(right, right + wrong),
                mended,
                _ratio(right, right + wrong - mended),
            )
        )
    return _lines(header, rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "labels": labels,
    "rounds": rounds,
    "newest": lambda: by_category(measurements()["newest"]),
    "learnt": lambda: by_category(measurements()["learnt"]),
    "judged": judged,
}


def written(text: str) -> str:
    """The page with every table made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}\n{TABLES[found['name']]()}\n{found[3]}", text)


def main() -> int:
    """Write the page, or say whether it is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a table is stale")
    options = parser.parse_args()
    before = README.read_text(encoding="utf-8")
    after = written(before)
    if options.check and after != before:
        print("benchmarks/README.md is stale: run `python benchmarks/tables.py`", file=sys.stderr)
        return 1
    if not options.check:
        README.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
