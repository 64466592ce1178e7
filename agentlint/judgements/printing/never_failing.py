"""Programs that check something and have no way to fail: what they find is told in words, and they end with success."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.printing.program_texts import heads_above

_CHECKER = lazily(
    r"(?:^|[_\-.]|(?<=[a-z])(?=[A-Z]))(?:[cC]heck(?:s|er)?|[vV]erif(?:y|ier)|[vV]alidat(?:e|or|ion)|[lL]int(?:er)?|[aA]udit|[dD]octor)(?=$|[_\-.]|[A-Z])"
)
"""What a program, or a command of one, is called whose answer is a verdict."""
_NO_CHECKER = lazily(
    r"check[_-]?(?:out|point|box|list|sum|in)|(?:update|version|upgrade)s?[_-]?check|check[_-]?(?:for[_-]?)?(?:update|version|upgrade)s?",
    re.IGNORECASE,
)
_IS_PROGRAM = {
    "py": lazily(r"\A#!|^if __name__ == [\"']__main__[\"']:", re.MULTILINE),
    "js": lazily(r"\A#!|\brequire\(|^import\b|\bprocess\.", re.MULTILINE),
    "go": lazily(r"^package main\b[\s\S]*^func main\(\)", re.MULTILINE),
    "sh": lazily(r"\A#!"),
}
_PLACES = lazily(
    r"(?:^|/)(?:bin|scripts?|tools?|tooling|hack|ci|\.ci|\.github|dev|build|tasks|utils?|maintenance|cmd|_?tests?)/|^[^/]+$"
)
_FAILS = {
    "py": lazily(
        r"\b(?:sys\.|os\._)?exit\((?!0?\))|\bquit\((?!0?\))|SystemExit|\braise\b|\bassert\b|check=True|\bcheck_(?:call|output)\(|\.(?:fail|error|abort)\("
        r"|\b(?:abort|die|fail|bail|fatal)\w*\(|unittest|pytest|add_failure|::(?:error|warning)|\bjson\.dump|setFailed|runpy|exec\("
    ),
    "js": lazily(
        r"process\.exit\((?!0?\))|exitCode|\bthrow\b|\breject\b|\bassert|\.(?:fail|error)\((?<!console\.error\()|\bfail\w*\(|setFailed|Deno\.exit|::(?:error|warning)|process\.kill|\bexport (?:default|const|function|async)|module\.exports|JSON\.stringify|execSync\([^\n]*exit"
        r"|\b(?:die|abort|bail)\w*\(|document\.|window\.|Promise\.reject|\.listen\("
    ),
    "go": lazily(
        r"os\.Exit\((?!0\))|\bFatal\w*\(|\bpanic\(|\bExit\w*\((?!0\))|::(?:error|warning)|singlechecker|multichecker|\.Main\("
    ),
    "sh": lazily(
        r"\bexit\b(?![ \t]+0\s*\Z)|\breturn\b(?![ \t]+0\b)[ \t]+\S|\bset -\w*e|\bset -o errexit|\A#![^\n]* -\w*e|\bfalse\b|\btrap\b|\bkill\b|\bexec\b|::(?:error|warning)|\$\{\w+:\?|\breturn[ \t]*$",
        re.MULTILINE,
    ),
}
"""What ends a program with failure, or hands its findings on in another way than in words."""
_SAYS = {
    "py": lazily(
        r"^[ \t]+(?P<said>(?:print|rprint|(?:\w+\.)*(?:console\.print|echo|secho)|(?:sys\.)?std(?:out|err)\.write)\([^\n]*)",
        re.MULTILINE,
    ),
    "js": lazily(r"^[ \t]+(?P<said>(?:console\.\w+|process\.std(?:out|err)\.write)\([^\n]*)", re.MULTILINE),
    "go": lazily(r"^[ \t]+(?P<said>(?:fmt\.F?[pP]rint\w*|log\.[pP]rint\w*)\([^\n]*)", re.MULTILINE),
    "sh": lazily(r"^[ \t]+(?P<said>(?:echo|printf)[ \t][^\n]*)", re.MULTILINE),
}
_MARK = lazily(r"[✗✘❌🔴⛔]|\bFAIL\b|\b[Mm]ismatch|\b[Bb]roken\b|\b[Oo]rphan|\bMISSING\b|\b[Uu]ndocumented\b")
_UNDER = lazily(r"(?:\}?\s*(?:if|elif|else|else if|unless|except|catch|for)\b|.*\|\|\s*\{?$)")
_STRING = lazily(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|(?<=echo )[^\"'\n]+")
_WORDS_FOR_USE = lazily(
    r"usage|--help|warning|\bwarn\b|deprecat|skipp|optional|\bnote\b|\binfo\b|retry|ignor|fall(?:ing)? ?back",
    re.IGNORECASE,
)


def is_checker(path: str) -> bool:
    """True for a file whose name says that it gives a verdict."""
    stem = posixpath.basename(path).partition(".")[0]
    if stem in {"main", "index", "__main__", "run"}:
        stem = posixpath.basename(posixpath.dirname(path))
    return bool(_CHECKER.search(stem)) and not _NO_CHECKER.search(stem) and bool(_PLACES.search(path))


def told_only(path: str, text: str, language: str) -> Span | None:
    """The first message of a failure of a checker that cannot fail; None for other programs."""
    if language not in _SAYS or not is_checker(path) or not _IS_PROGRAM[language].search(text):
        return None
    if _FAILS[language].search(text) or (language == "sh" and not _ends_in_words(text)):
        return None
    return next(_failures(text, language), None)


def _failures(text: str, language: str) -> Iterator[Span]:
    for found in _SAYS[language].finditer(text):
        words = " ".join(_STRING.findall(found["said"])) or found["said"]
        if _tells_failure(words) and any(_UNDER.match(head) for head in heads_above(text, found.start("said"))):
            yield Span(found.start("said"), found.start("said") + len(found["said"].rstrip()))


def _tells_failure(words: str) -> bool:
    if FINE.search(words) or _WORDS_FOR_USE.search(words):
        return False
    return bool(_MARK.search(words) or WRONG.search(words) or LACKING.search(words))


_LAST = lazily(r"(?:\A|\n)[ \t]*([^\s#][^\n]*)\s*(?:\n[ \t]*#[^\n]*|\s)*\Z")
_OF_WORDS = lazily(r"(?:fi|done|esac|\}|echo\b|printf\b|exit 0)")


def _ends_in_words(text: str) -> bool:
    """True for a script whose last command is no check, so that its status is none either."""
    last = _LAST.search(text[-600:])
    return last is not None and bool(_OF_WORDS.match(last[1]))


_COMMAND = lazily(
    r"^@(?:\w+\.)*command\((?:[\"'](?P<name>[\w-]+)[\"'])?[^\n]*\)[ ]?\n(?:[@ )][^\n]*\n)*(?:async )?def (?P<function>\w+)\(",
    re.MULTILINE,
)
_BODY_ENDS = lazily(r"^(?=[^\s#)\]}])", re.MULTILINE)
_GIVES_BACK = lazily(r"\breturn[ \t]+(?!None\b)\S|ctx\.exit|\bExit\(")


def commands_told_only(text: str) -> Iterator[Span]:
    """The first message of a failure of each command of click or typer that gives a verdict, and cannot fail."""
    for found in _COMMAND.finditer(text) if "command(" in text else ():
        if not _CHECKER.search(found["name"] or found["function"]) or _NO_CHECKER.search(found["function"]):
            continue
        end = _BODY_ENDS.search(text, found.end())
        body = text[: end.start() if end is not None else None]
        if _FAILS["py"].search(body, found.end()) or _GIVES_BACK.search(body, found.end()):
            continue
        yield from islice((one for one in _failures(body, "py") if one.start > found.end()), 1)
