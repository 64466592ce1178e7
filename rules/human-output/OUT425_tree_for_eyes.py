"""A command of this repository draws a tree with line characters, and has no form for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.data_forms import has_data_form, program_text
from agentlint.judgements.printing.drawn_tables import ENDINGS
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_PHP = (
    "<?php\nclass TreeCommand extends Command\n{{\n    private function outputTree()\n    {{\n        foreach ($this->tree as $one) {{\n"
    "            $start = $one['last'] ? '└' : '├';\n            $this->output->writeln($start . '── ' . $one['name']);\n        }}\n"
    "{form}    }}\n}}\n"
)
_CS = (
    'class TreeHost\n{\n    private const string _corner = "└─";\n    private const string _cross = "├─";\n\n'
    "    private void PrintTask(Task task, bool last)\n    {\n        _console.Write(last ? _corner : _cross);\n    }\n}\n"
)

RULE = Rule(
    id="OUT425",
    name="tree-for-eyes",
    category=Category.HUMAN_OUTPUT,
    summary="A command of this repository draws its result as a tree of lines and has no --json or like option.",
    why=(
        "What hangs below what is told by line characters and by the width of the margin, which an agent has to take apart "
        "again; the program had it as data (E34)."
    ),
    remediation="Offer --json (or --format json) that prints the same as data.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"src/Command/TreeCommand.php": _PHP.format(form="")}, at=("src/Command/TreeCommand.php:7",)),
        Bad({"src/App.Cli/TreeHost.cs": _CS}, at=("src/App.Cli/TreeHost.cs:8",), title="with the characters by name"),
    ),
    good=(
        Good(
            {"src/Command/TreeCommand.php": _PHP.format(form="        $this->getOption('format');\n")},
            because="it has --format",
        ),
        Good({"src/layout/Tree.php": _PHP.format(form="").replace("writeln", "add")}, because="no command that prints"),
        Good(
            {"src/cli/doc.py": "# ├── a\n# └── b\ndef tree():\n    print('done')\n"},
            because="a comment that shows folders",
        ),
        Good(
            {
                "cmd/root.go": (
                    'package cmd\n\nfunc load() {\n\tlog.WithFields("built", s.Built).Debug("├──")\n\tlog.WithFields("path", s.Path).Debug("└──")\n'
                    '\tfmt.Println("done")\n}\n'
                )
            },
            because="logged on request, by a logger with fields",
        ),
        Good({"tests/cli/test_tree.py": "def tree():\n    print('├── a')\n    print('└── b')\n"}, because="test code"),
    ),
)

_COMMAND = lazily(
    r"(?:^|/)(?:bin|cli|cmd|commands?|subcommands|console|scripts?|tools?)/|\.(?:cli|console|tool)/|[_-](?:cli|cmds?|commands?)\.\w+$"
    r"|Command\.\w+$|(?:^|/)(?:cli|main|__main__)\.\w+$",
    re.IGNORECASE,
)
_IN_STRING = lazily(r"[\"'`][^\"'`\n]{0,40}[├└╰][^\n]*")
_NAMED = lazily(
    r"(?:const|static|readonly|final|let|var|:|=)[^\n=]*?\b(\w+)(?:: [\w&' ]+)?\s*:?=\s*[\"'`][^\"'`\n]{0,20}[├└╰]"
)
_PRINTS = lazily(r"\b(?:print(?:ln|f)?!?|[wW]rite\w*!?|echo|log|info|puts|say|stdout|out|secho|Fprint\w*|Print\w*)\b")
_FORMS = lazily(r"(?<!/)json|['\"]format['\"]|--format", re.IGNORECASE)
_LINE_COMMENT = lazily(r"\s*(?:#|//|/?\*|--|///)")
_FOR_DEBUGGING = lazily(r"\blog\w*\.(?:[dD]ebug|[tT]race)|\.(?:Debug|Trace)\w*\(|\b(?:debug|trace)!\(")
"""What is logged on request is no result."""
_NEAR = 20
"""Lines between where the branch is chosen and where it is printed."""


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the first branch of a tree that a command's file draws, where it has no other form."""
    for path in whole.judged:
        name = path.rsplit("/", 1)[-1]
        language = ENDINGS.get(name[name.rfind(".") :], "") if "." in name else ""
        if not language or not _COMMAND.search(path):
            continue
        text = program_text(path, repository)
        if "├" not in text or not ("└" in text or "╰" in text) or _has_form(path, text, language, repository):
            continue
        span = _drawn(text)
        if span is not None:
            written = text[span.start : span.end][:60]
            yield Hit(
                place=Place(path, span),
                message=f"`{written}` draws a tree, and the command has no form for data; offer --json",
                unit="",
            )


def _has_form(path: str, text: str, language: str, repository: Repository) -> bool:
    """True where the command has a form for programs; every command of Symfony has an output and its own formats of text."""
    return bool(_FORMS.search(text)) if language == "php" else has_data_form(path, text, language, repository)


def _drawn(text: str) -> Span | None:
    """The line that puts a branch before a name, with a line that prints near by; comments and constants aside."""
    names = {found[1] for found in _NAMED.finditer(text)}
    used = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b") if names else None
    lines = text.splitlines(keepends=True)
    at = 0
    for index, line in enumerate(lines):
        drawn = _IN_STRING.search(line) and not (_NAMED.search(line) and not line.lstrip().startswith("$"))
        by_name = used is not None and used.search(line) and _PRINTS.search(line)
        if (
            (drawn or by_name)
            and "replace" not in line
            and not _FOR_DEBUGGING.search(line)
            and not _LINE_COMMENT.match(line)
            and any(map(_PRINTS.search, lines[index : index + _NEAR]))
        ):
            bare = line.strip()
            start = at + line.find(bare)
            return Span(start, start + len(bare))
        at += len(line)
    return None
