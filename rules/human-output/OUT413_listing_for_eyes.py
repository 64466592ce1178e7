"""A command of this repository prints a listing or a report laid out for eyes, and has no form for programs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.layouts import DIALECTS, Layout, dialect_of, layouts
from agentlint.rule.lazily import lazily
from agentlint.rule.scope import aside

_GO = (
    'package cmd\n\nimport "github.com/spf13/cobra"\n\nfunc listHosts(cmd *cobra.Command) error {{\n\tw := newWriter(os.Stdout)\n'
    '\tfmt.Fprintln(w, "HOST\\tSTATE\\tAGE")\n\tfor _, h := range hosts {{\n\t\tfmt.Fprintf(w, "%s\\t%s\\t%s\\n", h.Name, h.State, h.Age)\n'
    "\t}}\n\treturn {end}\n}}\n"
)
_SHELL = (
    '#!/bin/sh\nshow_status() {{\n  echo\n  echo "  project : $project"\n  echo "  branch  : $(branch)"\n'
    '  echo "  age     : $(age) days"\n}}\n{rest}show_status\n'
)
_NODE = (
    "#!/usr/bin/env node\nfunction handleSummary(stats) {{\n  console.log(`Total: ${{stats.total}} MB`);\n  console.log(`  Code: ${{stats.code}}`);\n"
    "  console.log(`  Strings: ${{stats.strings}}`);\n}}\n{rest}"
)

RULE = Rule(
    id="OUT413",
    name="listing-for-eyes",
    category=Category.HUMAN_OUTPUT,
    summary="A command of this repository prints columns or labelled lines for eyes and has no --json or like option.",
    why=(
        "What the command is for is its answer, and the answer comes as padded columns or as labels and values over many lines. An "
        "agent that uses it has to take the layout apart, and a longer name or another label breaks that (E34)."
    ),
    remediation="Offer --json (or --format json) that prints the same as data.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"cmd/hosts.go": _GO.format(end="nil")}, at=("cmd/hosts.go:7",)),
        Bad({"bin/summary": _SHELL.format(rest="")}, at=("bin/summary:4",)),
        Bad({"bin/heap.js": _NODE.format(rest="")}, at=("bin/heap.js:3",)),
        Bad(
            {"bin/scan": '#!/usr/bin/env ruby\nfound.each do |ip, name|\n  puts "#{ip.ljust(16)}#{name}"\nend\n'},
            at=("bin/scan:3",),
        ),
        Bad(
            {
                "tool.py": (
                    "import argparse\n\n\ndef status(args):\n    for page in pages(args):\n"
                    "        print(f'  {page.state:<9} {page.key}')\n\n\nstatus(argparse.ArgumentParser().parse_args())\n"
                )
            },
            at=("tool.py:6",),
        ),
        Bad(
            {
                "bin/listusers": '#!/bin/bash\nfunction _main() {\n  while read -r LINE; do\n    echo -e "* ${LINE}\\n"\n  done < users\n}\n_main\n'
            },
            at=("bin/listusers:4",),
            title="a list with marks",
        ),
        Bad(
            {
                "tool.py": (
                    "import sys\n\n\ndef compare(a, b):\n    pr('==== Same files ===')\n    for one in a & b:\n        pr('{} - {}'.format(*one))\n"
                    "    pr('==== Different files ===')\n\n\ncompare(*sys.argv[1:])\n"
                )
            },
            at=("tool.py:5",),
            title="sections with headings, through a printer of its own",
        ),
    ),
    good=(
        Good(
            {"bin/listusers": '#!/bin/sh\nshow() {\n  echo "  - Unable to read $file"\n}\nshow\n'},
            because="the message of a failure",
        ),
        Good(
            {"tools/models.sh": '#!/bin/sh\nget() {\n  echo "--- $1 ---"\n}\nget a\n'},
            because="no name says that it lists",
        ),
        Good(
            {"cmd/hosts.go": _GO.format(end="json.NewEncoder(os.Stdout).Encode(hosts)")}, because="it has a JSON form"
        ),
        Good(
            {
                "cmd/hosts.go": _GO.format(end="nil"),
                "cmd/root.go": 'package cmd\n\nfunc init() {\n\trootCmd.PersistentFlags().StringVarP(&form, "output", "o", "", "form")\n}\n',
            },
            because="an option for all commands",
        ),
        Good({"bin/summary": _SHELL.format(rest='[ "$1" = --porcelain ] && plain\n')}, because="it has --porcelain"),
        Good({"bin/heap.js": _NODE.format(rest="if (opts.json) print(stats);\n")}, because="it has a JSON form"),
        Good({"examples/heap.js": _NODE.format(rest="")}, because="an example"),
        Good(
            {
                "bin/tool": "#!/bin/sh\nusage() {\n  printf '%-10s %s\\n' run \"$text\"\n}\nusage\n",
            },
            because="its help",
        ),
        Good(
            {"install.sh": '#!/bin/sh\necho "Version: $v"\necho "Folder: $d"\necho "System: $s"\nmake\n'},
            because="what it is about to do, which is no answer",
        ),
        Good(
            {
                "tools/show.py": "import argparse\n\n\ndef show_page(page):\n    print(f'Name: {page.name}')\n    print(f'Id: {page.id}')\n"
            },
            because="two lines on the way, in no command",
        ),
        Good({"bin/keys": '#!/bin/sh\nlist() {\n  echo "$key"\n}\nlist\n'}, because="one bare value a line"),
    ),
)

_LISTING = lazily(
    r"(?:^|[_\-.:]|(?<=[a-z0-9])(?=[A-Z]))(?:[Ll]ist(?:ing|s)?|ls|[Ss]how|[Ss]tatus|[Ss]tats?|[Ss]tatistics|[Ii]nfo|[Ss]ummary|[Ss]ummari[sz]e|[Rr]eport|[Dd]escribe"
    r"|[Ii]nspect|[Hh]istory|[Cc]ompare|[Dd]octor|[Oo]utdated|[Dd]iagnose|[Pp]rerequisites|[Oo]verview|[Dd]isplay|[Dd]iff|[Qq]uota|[Aa]nalyze|[Pp]rint_?(?:summary|table|results?|stats|report|status|info|list))"
    r"(?=$|[_\-.]|[A-Z])"
)
_LISTS = lazily(r"^(?:list|show|print_?list)[a-z]{3,}$")
"""Programs in a folder of commands that say so in their names (`listusers`)."""
_NO_RESULT = lazily(
    r"(?:command|option|flag|arg(?:ument)?)s?(?:_?list)?$|usage|help|banner|welcome|header|footer|version|progress|prompt|config|debug|trace|_log\b|_log_|complet|menu|wizard|setup|install|assert|box",
    re.IGNORECASE,
)
_ASKED_FOR = lazily(r"(?:^|_)(?:status|list|show)(?:$|_)")
"""Stronger than the words for what is no result: `config_status` answers."""
_STEPS = lazily(
    r"(?:[Ii]nstalling|[Dd]ownloading|[Bb]uilding|[Cc]hecking|[Ss]tarting|[Rr]unning|[Uu]pdating|[Cc]reating)\b"
)
_NO_LISTING = lazily(
    r"^configure$|(?:^|[-_])(?:help|make|build|gen|generate|install|check|test|tests|bench|release|deploy)(?:$|[-_])"
)
"""Files whose words are about what they do."""
_MACHINE = lazily(
    r"[\"'`:]-{0,2}(?:json|csv|tsv|ya?ml|format|output|output-format|template|porcelain|ndjson|jsonl|machine[\w-]*|pars[e]?able|raw|plain)[\"'`=, \[<|]"
    r"|--(?:json|csv|tsv|porcelain|output-format|format|parseable|template)\b|\w*(?:as|use|is|out|output|print|emit|want|echo|display|show|format|in)_?json\b"
    r"|json_?(?:out|output|format|mode|printer|lines|encoder)\b|OUTPUT_FORMAT|OutputFormat|\w\.json\b(?!\()|\bargs\.(?:format|output)\b|\bformat=\w"
    r"|(?:print|echo|write|puts|console\.log|stdout|encode|fmt\.F?[pP]rint)\w*!?\(?[^\n]{0,80}(?:json|yaml)|(?:NewEncoder|json\.Marshal|json::to_|serde_json|JSON\.generate|\bto_json)",
    re.IGNORECASE,
)
_OWN_OPTIONS = r"--(?:json|porcelain|format|csv|tsv|raw|output|output-format|plain|parseable|machine[\w-]*|script)"
_SHELL_MACHINE = lazily(
    rf"^\s*(?:[\w\"'*=-]+\s*\|\s*)*[\"']?{_OWN_OPTIONS}(?:=\*|\|[-\w|]+)?[\"']?\s*\)|==?\s*[\"']?{_OWN_OPTIONS}\b"
    r"|^\s*[\"']?(?:[\w-]+\s*\|\s*)*(?:json|csv|raw)[\"']?\s*(?:\||\))|=\s*[\"']?(?:json|csv|raw)\b|OUTPUT_FORMAT|\blist raw\b",
    re.IGNORECASE | re.MULTILINE,
)
"""In shell scripts an option of the script's own: git and docker take --format as well."""
_READ_ONLY = lazily(
    r"JSON\.parse\([^\n]*|json\.loads?\([^\n]*|json\.(?:Unmarshal|NewDecoder)\([^\n]*|[\w./-]+\.json(?=[\"'`\s])|\bimport json\b|\"encoding/json\""
    r"|JSON\.load[^\n]*|(?:from|import) [^\n]*json[^\n]*|json\.dump\((?![^\n]*stdout)[^\n]*|writeFile\w*\([^\n]*|JSONDecodeError|JSONError|ValidationError|json_?(?:data|path|file|response|body|config|str|text|schema)\b|\.json\(\)|`json:[^`]*`|application/json",
    re.IGNORECASE,
)
_GLOBAL = lazily(
    r"(?:PersistentFlags\(\)|\bapp\.Flag|\bAddFlags\()[^\n]{0,120}\"(?:json|output|format|template)\"|[\"']-?-?(?:-\w, )?--(?:json|format|output-format)\b"
)
_NEIGHBOURS = 80
_ENTRY = lazily(r"(?:index|main|__main__|cli|commands?|root|app|program|options?|args|base\w*)\.", re.IGNORECASE)
"""Where options of all commands are declared: these files are looked at first."""


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag laid-out results of programs that have no other form."""
    for path in whole.judged:
        told: set[str] = set()
        text = _text(path, repository)
        dialect = dialect_of(path, text) if text else ""
        if not dialect or _told_of_tables(path, repository):
            continue
        found = [one for one in layouts(text, dialect) if _answers(one, path, text, dialect)]
        if not found or _has_other_form(path, text, dialect, repository):
            continue
        for one in found:
            name = one.function or path.rsplit("/", 1)[-1]
            if one.listed and name in told:
                continue
            told.add(name)
            what = "columns" if one.padded else "a list or labelled lines"
            yield Hit(
                place=Place(path, one.span),
                message=f"`{name}` prints its result in {what} for eyes, and the program has no form for data; offer --json",
                unit="",
            )


def _told_of_tables(path: str, repository: Repository) -> bool:
    """True for a file whose tables are told of by what its framework declares."""
    facts = repository.facts.get(path)
    return facts is not None and any(one.tables and not one.machine_option for one in facts.interfaces)


_OF_CI = lazily(r"(?:^|/)\.(?:github|gitlab|buildkite|circleci|ci|azure\w*|travis|woodpecker)/")
_SOURCES = (".go", ".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".rb", ".sh", ".bash", ".zsh", ".rs", ".d")


def _text(path: str, repository: Repository) -> str:
    """The text of a source file that may be a program; "" for others, tests and examples."""
    name = path.rsplit("/", 1)[-1]
    if not (name.endswith(_SOURCES) or "." not in name) or is_test_code(path, "") or aside(path) or _OF_CI.search(path):
        return ""
    if name.endswith(("_test.go", ".test.ts", ".test.js", ".d.ts")) or name.startswith("test_"):
        return ""
    return repository.text(path)


_FEW = 3
"""Labelled lines from which on a block is an answer wherever it stands; among commands two are."""


def _answers(layout: Layout, path: str, text: str, dialect: str) -> bool:
    """True for a block that is the answer of a command: by the name it goes by, or columns where commands stand."""
    rules = DIALECTS[dialect]
    stem = posixpath.basename(path).partition(".")[0]
    name = layout.function or stem
    of_commands = bool(rules.folders.search(path))
    says = bool(_LISTING.search(name)) or (of_commands and bool(_LISTS.match(stem)))
    if _NO_LISTING.search(stem) or (_NO_RESULT.search(name) and not _ASKED_FOR.search(name)):
        return False
    if layout.listed:
        return (
            says
            and bool(of_commands or rules.program.search(text))
            and not _STEPS.search(text[layout.span.start : layout.span.end])
        )
    program = of_commands or bool(rules.program.search(text))
    if layout.padded and of_commands:
        return True
    if layout.lines < _FEW and not layout.padded and not of_commands:
        return False
    return program and (says or bool(name == "main" and _LISTING.search(stem)))


def _has_other_form(path: str, text: str, dialect: str, repository: Repository) -> bool:
    """True where the file knows a form for programs, or its program has an option for all commands."""
    if dialect == "sh":
        return bool(_SHELL_MACHINE.search(text))
    if _MACHINE.search(_READ_ONLY.sub("", text)):
        return True
    folder = posixpath.dirname(path)
    folders = {folder, posixpath.dirname(folder)}
    others = [
        other
        for other in repository.ordered_paths
        if other != path and posixpath.dirname(other) in folders and dialect_of(other, "") == dialect
    ]
    others.sort(key=lambda other: not _ENTRY.match(posixpath.basename(other)))
    return any(_GLOBAL.search(_text(other, repository)) for other in others[:_NEIGHBOURS])
