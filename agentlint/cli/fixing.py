"""`--fix` and `--diff`: fix until nothing changes, in memory; write only what has settled."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from agentlint.cli.target import Target
from agentlint.config import Config
from agentlint.engine.audit import Audit, audit_tree
from agentlint.fix.applying import apply_fixes
from agentlint.fix.writing import write_atomically

MAX_PASSES = 6


def fix(target: Target, config: Config, *, unsafe: bool, diff: bool) -> tuple[Audit, bool]:
    """The audit after fixing, and whether anything changed (or would change, with `diff`)."""
    first = audit_tree(target.root, config, target.paths)
    audit, count, skipped = first, 0, 0
    texts: dict[str, str] = {}
    for _ in range(MAX_PASSES):
        applied = apply_fixes(audit.findings, audit.source, unsafe=unsafe)
        sound = _sound(applied.texts, audit, target, config, texts)
        skipped = len(applied.skipped) + (len(applied.texts) - len(sound))
        if not sound:
            break
        count += sum(finding.path in sound for finding in applied.done)
        texts = {**texts, **sound}
        audit = audit_tree(target.root, config, target.paths, overlay=_bytes(texts))
    else:
        sys.stderr.write("agentlint: the fixes do not settle; nothing was changed\n")
        return first, False
    originals = {path: _original(first, path) for path in texts}
    texts = {path: text for path, text in texts.items() if text != originals[path]}
    if diff:
        sys.stdout.write("".join(_difference(path, originals[path], text) for path, text in sorted(texts.items())))
        return first, bool(texts)
    for path, text in sorted(texts.items()):
        write_atomically(Path(target.root, path), _encoded(text))
    if texts or skipped:
        left = f"; {skipped} skipped, run again or mend by hand" if skipped else ""
        sys.stderr.write(f"agentlint: mended {count} findings in {len(texts)} files{left}\n")
    return audit, bool(texts)


def _sound(
    texts: Mapping[str, str], audit: Audit, target: Target, config: Config, before: Mapping[str, str]
) -> dict[str, str]:
    """The changed texts whose files still read: a fix after which a reader stumbles is taken back."""
    if not texts:
        return {}
    known = {(error.path, error.message) for error in audit.errors}
    trial = audit_tree(target.root, config, target.paths, overlay=_bytes({**before, **texts}))
    broken = {error.path for error in trial.errors if (error.path, error.message) not in known}
    return {path: text for path, text in texts.items() if path not in broken}


def _original(audit: Audit, path: str) -> str:
    file = audit.source(path)
    return file.text if file is not None else ""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _bytes(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {path: _encoded(text) for path, text in texts.items()}


def _difference(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
