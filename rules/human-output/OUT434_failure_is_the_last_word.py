"""The last branch of a script tells of a failure, and the script ends with success."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.failure_words import FINE, WRONG
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Edit, Fix, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_GET = '#!/bin/sh\nif [ -z "$CMD" ]; then\n  echo "No git, curl or wget available. Aborting."{end}\nelse\n  $CMD\nfi\n'
_CASE = '#!/bin/bash\ncase "$1" in\n  start) run ;;\n  *)\n    echo "Unknown command: $1" >&2{end}\n    ;;\nesac\n'

RULE = Rule(
    id="OUT434",
    name="failure-is-the-last-word",
    category=Category.HUMAN_OUTPUT,
    summary="A script ends with an `if` or `case` that prints a failure, and leaves with success.",
    why=(
        "`echo` succeeds, and a script ends with the status of its last command: only the words say that the work was not done, "
        "and what called the script goes on as if it were."
    ),
    remediation="Put `exit 1` behind the message.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {"install.sh": _GET.format(end="")},
            at=("install.sh:3",),
            fixed={"install.sh": _GET.format(end="\n  exit 1")},
        ),
        Bad(
            {"tools/run": _CASE.format(end="")},
            at=("tools/run:5",),
            fixed={"tools/run": _CASE.format(end="\n    exit 1")},
            title="an unknown word in the last arm",
        ),
        Bad(
            {
                "check.sh": '#!/bin/bash\nfor one in src/*; do\n  lint "$one" || bad=$((bad + 1))\ndone\nif [ "$bad" -gt 0 ]; then\n'
                '  printf "%s files failed\\n" "$bad"\nfi\n'
            },
            at=("check.sh:6",),
            fixed={
                "check.sh": '#!/bin/bash\nfor one in src/*; do\n  lint "$one" || bad=$((bad + 1))\ndone\nif [ "$bad" -gt 0 ]; then\n'
                '  printf "%s files failed\\n" "$bad"\n  exit 1\nfi\n'
            },
            title="a count of failures that nothing fails by",
        ),
    ),
    good=(
        Good({"install.sh": _GET.format(end="\n  exit 1")}, because="it fails"),
        Good({"tools/run": _CASE.format(end="\n    exit 64")}, because="it fails too"),
        Good({"a.sh": '#!/bin/sh\nif make; then\n  echo ok\nelse\n  echo "make failed" && false\nfi\n'}, because="so does this"),
        Good({"install.sh": _GET.format(end="") + "make\n"}, because="more follows, whose status counts"),
        Good({"lib.sh": _GET.format(end="").partition("\n")[2]}, because="loaded by another script"),
        Good(
            {"up.sh": '#!/bin/bash\nread -r reply\nif [[ $reply =~ ^[Yy]$ ]]; then\n  make\nelse\n  echo "Aborting."\nfi\n'},
            because="a person wanted it so",
        ),
        Good(
            {"a.sh": "#!/bin/sh\nif has jq; then\n  jq . a\nelse\n  echo \"WARNING: 'jq' not found; unable to verify\"\nfi\n"},
            because="a warning",
        ),
        Good(
            {"a.sh": "#!/bin/sh\ntrap 'exit $bad' EXIT\nif [ $bad = 1 ]; then\n  echo \"it failed\"\nfi\n"},
            because="a trap has the last word",
        ),
        Good(
            {"a.sh": "#!/bin/sh\nif ! make; then\n  # the extras are optional\n  echo \"make failed\"\nfi\n"},
            because="a comment says why",
        ),
        Good({".husky/post-merge": "#!/bin/sh\nif ! make; then\n  echo \"make failed\"\nfi\n"}, because="the merge is done"),
        Good({"a.sh": "#!/bin/sh\nif ! make; then\n  echo \"make failed\" >> log\nfi\n"}, because="written down"),
    ),
)  # fmt: skip

_SCRIPT = lazily(r"#!.*\b(?:ba|z|k|da)?sh\b")
_OTHERS_CALL = lazily(
    r"(?:^|/)(?:[._]?(?:husky|githooks|git-hooks|hooks)|s6[\w.-]*|cont-init\.d|services\.d|[\w-]*entrypoint\.d|profile\.d|init\.d|rc\d?\.d)/"
)
"""Hooks and parts of a start: one that fails would stop what it only accompanies."""
_LAST = lazily(r"(?m)^(?:fi|esac)[ \t;]*(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)*\Z")
_HEADS = {"f": lazily(r"(?m)^if\b"), "e": lazily(r"(?m)^case\b")}
_SAID = r"(?P<set>(?:echo|printf)[ \t](?:\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\"'|&;<>\n])*(?:(?:1?>&[ \t]*2|>[ \t]*/dev/stderr)[ \t]*)?)"
_LAST_OF_BRANCH = lazily(rf"(?m)^[ \t]+{_SAID};?[ \t]*\n\s*^(?=else\b|elif\b|fi\b)")
_LAST_OF_ARMS = lazily(rf"[ \t]*\(?\*\)(?:[^;\n]*\n)?(?:[ \t]+(?:echo|printf)[^\n;]*\n)*[ \t]*{_SAID}\s*(?:;;\s*)?\Z")
_FAILED = lazily(r"(?i)\babort(?:ed|ing)?\b|\b(?:unknown|unrecogni[sz]ed)\b")
_UNLESS = lazily(r"\bunless\b|\bif (?:an|there)\b")
_CHOSEN = lazily(r"(?i)\[y(?:Y\b|es|\])|\[Yy|\by\|Y\b|\b(?:reply|answer|confirm\w*|choice|response)\b|\bread\b")
_LAST_WORD = lazily(r"\btrap\b[^\n]*\b(?:EXIT|ERR|0)\b")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the messages of failure that end a branch of what ends a script."""
    for path in whole.judged:
        if not _may_be_script(path):
            continue
        text = repository.text(path)
        if not _SCRIPT.match(text[:120]) or _LAST_WORD.search(text):
            continue
        for span in _last_words(text):
            place = Place(path, span)
            if reason_at(place, repository):
                continue
            written = " ".join(text[span.start : span.end].split())[:60]
            yield Hit(
                place=place,
                message=f"`{written}` is the last that this script does, so that it ends with success; put `exit 1` behind it",
                unit="",
                fix=_fix(path, span, text),
            )


def _may_be_script(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    named = name.endswith((".sh", ".bash", ".zsh", ".ksh")) or "." not in name
    return named and not (aside(path) or is_test_code(path, "") or _OTHERS_CALL.search(path))


def _last_words(text: str) -> Iterator[Span]:
    """The messages behind which only the end of the script comes."""
    end = _LAST.search(text, max(0, len(text) - 2000))
    heads = list(_HEADS[text[end.start()]].finditer(text, 0, end.start())) if end is not None else []
    if end is None or not heads:
        return
    start = heads[-1].start()
    if _CHOSEN.search(text, start, end.start()):
        return  # a person wanted it so
    if text[end.start()] == "f":
        found = list(_LAST_OF_BRANCH.finditer(text, start, end.start() + 2))
    else:
        arm = text.rfind("*)", start, end.start())
        arm = max(start, text.rfind("\n", start, arm) + 1) if arm >= 0 else end.start()
        found = [one for one in (_LAST_OF_ARMS.match(text, arm, end.start()),) if one]
    for one in found:
        said = one["set"]
        if (WRONG.search(said) or _FAILED.search(said)) and not (FINE.search(said) or _UNLESS.search(said)):
            yield Span(one.start("set"), one.start("set") + len(said.rstrip()))


def _fix(path: str, span: Span, text: str) -> Fix | None:
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    if before.strip():
        return None  # in one line with the head of its arm
    return Fix("leave with exit 1", (Edit(path, Span(span.end, span.end), f"\n{before}exit 1"),), safe=False)
