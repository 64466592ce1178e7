"""`python -m agentlint.docs`: write the generated pages; with `--check` only say which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from agentlint.docs.generated import generated

ROOT = Path(__file__).resolve().parent.parent.parent


def stale() -> list[tuple[Path, str | None]]:
    """Files that differ from what would be written, with that text; None for a page whose rule is gone."""
    wanted = {ROOT / path: text for path, text in generated()}
    found: list[tuple[Path, str | None]] = [
        (path, text) for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    pages = (ROOT / "docs" / "rules").glob("*.md")
    return found + [(path, None) for path in sorted(pages) if path not in wanted]


def main(arguments: list[str]) -> int:
    """Write or check."""
    check = arguments == ["--check"]
    changes = stale()
    for path, text in changes:
        if check:
            sys.stderr.write(f"stale: {path.relative_to(ROOT)} (run `python -m agentlint.docs`)\n")
        elif text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and changes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
