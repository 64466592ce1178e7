"""Whether a program of the repository has a form of its result for programs: --json and what goes by other names."""

from __future__ import annotations

import posixpath
import re

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.layouts import SOURCE_ENDINGS, dialect_of
from agentlint.judgements.running.scope import aside

_FORMS = r"json|csv|tsv|ya?ml|format|output|output-format|template|porcelain|ndjson|jsonl|machine[\w-]*|pars[e]?able|raw|plain"
_MACHINE = lazily(
    rf"[\"'`](?:{_FORMS})[\"'`=,\[<|]|:(?:{_FORMS})[ ,=)\]]|[\"'`]-{{1,2}}(?:{_FORMS})[\"'`=, \[<|]"
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
    r"|JSON\.load[^\n]*|(?:from|import) [^\n]*json[^\n]*|json\.dump\((?![^\n]*stdout)[^\n]*|writeFile\w*\([^\n]*|JSONDecodeError|JSONError|ValidationError|json_?(?:data|path|file|response|body|config|str|text|schema)\b|\.json\(\)|`json:[^`]*`|application/json|tablefmt=[\"']\w+[\"']",
    re.IGNORECASE,
)
_GLOBAL = lazily(
    r"(?:PersistentFlags\(\)|\bapp\.Flag|\bAddFlags\()[^\n]{0,120}\"(?:json|output|format|template)\"|PersistentFlags\(\)\.String[^\n]{0,200}\bjson\b|[\"']-?-?(?:-\w, )?--(?:json|format|output-format)\b"
)
_ONE_OF_MANY = lazily(
    r"(?:_cmds?|_command|(?:^|/)(?:cmd|main)_\w+)\.py$|(?:^|/)(?:commands?|subcommands|cmds?|plugins|routines)/\w+\.py$"
)
"""A file for each command of a program: the options of the one beside it are not its own."""
_OF_COMMANDS = lazily(r"(?:^|/)(?:commands?|subcommands|cmds?)/\w+\.rs$")
_OF_ALL = lazily(
    r"\bglobal(?:\s*=\s*true|\(true\))[^;{}]{0,200}?\b(?:json|\w*format|output)\b|\b(?:json|\w*format|output)\b[^;{}]{0,200}?\bglobal(?:\s*=\s*true|\(true\))"
)
"""An option that clap gives every command; the others are of the command whose file has them. Source: docs.rs/clap, Arg::global."""
_CHOOSES = lazily(r"\bis_terminal\(|\bisatty\(|_for_machines\b")
"""A command that prints otherwise where no terminal reads it."""
_WRITES_DATA = lazily(r"json|csv|tsv|yaml|--out|outfile|export|jmh|google.?benchmark|(?-i:BENCHMARK)\(", re.IGNORECASE)
_NEIGHBOURS = 80
_ENTRY = lazily(r"(?:index|main|__main__|cli|commands?|root|app|program|options?|args|base\w*)\.", re.IGNORECASE)
"""Where options of all commands are declared: these files are looked at first."""


def has_data_form(path: str, text: str, dialect: str, repository: Repository) -> bool:
    """True where the file knows a form for programs, or its program has an option for all commands."""
    if dialect in {"sh", "fish"}:
        return bool(_SHELL_MACHINE.search(text))
    if is_benchmark(path):
        return bool(_WRITES_DATA.search(_READ_ONLY.sub("", text)))
    if has_form_of_its_own(text):
        return True
    folder = posixpath.dirname(path)
    folders = {folder, posixpath.dirname(folder)}
    others = [
        other
        for other in sorted(other for near in folders for other in repository.paths_by_folder.get(near, ()))
        if other != path and dialect_of(other, "") == dialect
    ]
    entries = [other for other in others if _ENTRY.match(posixpath.basename(other))]
    if dialect == "rs" and _OF_COMMANDS.search(path):
        return bool(_CHOOSES.search(text)) or any(_OF_ALL.search(program_text(other, repository)) for other in entries)
    others = entries if dialect == "py" and _ONE_OF_MANY.search(path) else [*entries, *others]
    return any(_GLOBAL.search(program_text(other, repository)) for other in others[:_NEIGHBOURS])


def has_form_of_its_own(text: str) -> bool:
    """True for a source text that knows a form for programs, apart from what it only reads."""
    return bool(_MACHINE.search(_READ_ONLY.sub("", text)))


_OF_CI = lazily(r"(?:^|/)(?:\.(?:github|gitlab|buildkite|circleci|azure\w*|travis|woodpecker)|\.?ci)/")
_SOURCES = (*SOURCE_ENDINGS, ".ps1")
_OF_BENCHMARKS = lazily(r"(?:^|/)(?:benchmarks?|benchmarking|bench)(?=/)")
_NAMED_BENCHMARK = lazily(r"(?:^|/)(?:[\w-]*[_-])?bench(?:mark)?s?\.(?:py|rb|pl|m?js|php)$")


def is_benchmark(path: str) -> bool:
    """True for a file among benchmarks: programs whose only result is what they print."""
    return bool(_OF_BENCHMARKS.search(path) or _NAMED_BENCHMARK.search(path))


_MEASURED = lazily(
    r"\b(?:[Dd]uration|[Rr]ate|[Tt]ime|[Tt]hroughput|[Ll]atency|[Mm]ean|[Mm]edian|[Aa]verage|[Oo]ps|p9\d|[Ss]peedup)\b[^\n\"']{0,20}[:=]"
)


def tells_measures(text: str) -> bool:
    """True for a text with labels of what benchmarks measure."""
    return bool(_MEASURED.search(text))


def program_text(path: str, repository: Repository) -> str:
    """The text of a source file that may be a program; "" for others, tests and examples."""
    name = path.rsplit("/", 1)[-1]
    if (
        not (name.endswith(_SOURCES) or "." not in name)
        or is_test_code(_OF_BENCHMARKS.sub("", path), "")
        or aside(path)
        or _OF_CI.search(path)
    ):
        return ""
    if name.endswith(("_test.go", ".test.ts", ".test.js", ".d.ts")) or name.startswith("test_"):
        return ""
    return repository.text(path)


_SAME_TABLE = 25


def told_nearby(path: str, span: Span, text: str, repository: Repository) -> bool:
    """True where what a file's framework declares already tells of the table that is printed here."""
    facts = repository.facts.get(path)
    for one in facts.interfaces if facts is not None else ():
        if one.tables and one.prints and not (one.machine_option or one.test_code):
            start = one.prints[0].span.start
            if start < span.end and text.count("\n", start, span.start) <= _SAME_TABLE:
                return True
    return False
