"""A frozen summary of the findings in a dozen repositories, so that a change of behaviour is seen as a diff and reviewed.

    python benchmarks/drift.py --trees FOLDER --check     compare; print the differences and end with 1 if there are any
    python benchmarks/drift.py --trees FOLDER --update    write the summaries anew

FOLDER holds work trees named OWNER+NAME at the commits that benchmarks/drift/*.txt name. A new repository joins by a file that
holds its first two lines. Each further line is one finding: rule, path, line.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import audit  # noqa: E402
from benchmarks.crater import git  # noqa: E402

FROZEN = ROOT / "benchmarks" / "drift"
_HEAD = re.compile(r"^# repository: (\S+)\n# commit: ([0-9a-f]{40})\n")


@dataclass(frozen=True)
class Summary:
    """One repository's frozen findings."""

    file: Path
    repository: str
    commit: str
    text: str

    def tree(self, trees: Path) -> Path:
        """Where its work tree is."""
        return trees / self.repository.replace("/", "+")


def read_summaries(folder: Path) -> list[Summary]:
    """All frozen summaries."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        head = _HEAD.match(text)
        if head is None:
            raise SystemExit(f"{path.name}: the first two lines must be '# repository: OWNER/NAME' and '# commit: SHA'")
        found.append(Summary(path, head[1], head[2], text))
    return found


def render(summary: Summary, report: Mapping[str, Any]) -> str:
    """The summary that the findings of today would give."""
    found = report["findings"]
    rows = sorted((item["path"], item["line"], item["rule"], item["column"]) for item in found)
    lines = [f"{rule} {path}:{line}" for path, line, rule, _ in rows]
    return "\n".join([f"# repository: {summary.repository}", f"# commit: {summary.commit}", *lines]) + "\n"


def obstacle(summary: Summary, trees: Path) -> str:
    """Why this repository cannot be compared; "" when it can."""
    tree = summary.tree(trees)
    if not tree.is_dir():
        return "no work tree"
    commit = git(tree, "rev-parse", "HEAD")
    return "" if commit == summary.commit else f"the work tree is at {commit or 'no commit'}"


def compared(summary: Summary, trees: Path, update: bool) -> list[str]:
    """The differences of one repository, written down when asked to."""
    why = obstacle(summary, trees)
    if why:
        return [f"{summary.repository}: {why}; it is to be at {summary.commit}"]
    now = render(summary, audit(summary.tree(trees)))
    if update:
        summary.file.write_text(now, encoding="utf-8")
        return []
    old, new = summary.text.splitlines(), now.splitlines()
    return list(
        difflib.unified_diff(old, new, f"frozen/{summary.file.name}", f"now/{summary.file.name}", "", "", 0, "")
    )


def main() -> int:
    """Compare or freeze."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True, help="folder of work trees named OWNER+NAME")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="compare with what is frozen")
    action.add_argument("--update", action="store_true", help="freeze what is found now")
    options = parser.parse_args()
    summaries = read_summaries(FROZEN)
    lines = [line for summary in summaries for line in compared(summary, options.trees, options.update)]
    for line in lines:
        print(line)
    print(f"{len(summaries)} repositories, {'no difference' if not lines else 'differences'}", file=sys.stderr)
    return 1 if lines or not summaries else 0


if __name__ == "__main__":
    sys.exit(main())
