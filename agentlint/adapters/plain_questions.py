"""Questions in sources of languages without a grammar here: a line read from the terminal right after a question was printed.

The text is read by lines: what is printed before tells the question, and the lines around, less deep than the read, tell the
conditions it stands under. Both are cautious: without a question in sight a read is a filter's, and data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from agentlint.adapters.code.conditions import speaks_of_absence
from agentlint.adapters.code.questions import REACH, kind_of_question, last_question
from agentlint.adapters.code.source import is_test_code
from agentlint.adapters.context import TreeContext
from agentlint.adapters.plain_sleeps import sleeps_in_tests
from agentlint.facts.command import Guard, GuardKind
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import Ask, AskKind, Login
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, SourceFile, Span, UndecodableFile

MAX_READS = 100
MAX_LINES = 40
"""Lines before a read that are looked through for a condition."""
_INDENT = re.compile(r"[ \t]*")
_CONDITION = re.compile(r"\b(?:if|unless|elsif|elseif|when|guard)\b|&&|\|\||\?")
_EXITS = re.compile(r"\b(?:return|exit|die|throw|raise|stop|quit|halt)\b", re.IGNORECASE)
_RIGHTLY_CALLED = re.compile(
    r"@ARGV\b|\$#ARGV|arguments\.count\b|\bargs?\.(?:length|size|count)\b|\bargc\b|#arg\b|\bARGS\b", re.IGNORECASE
)
"""An exit before that counts what the program was called with answers nothing."""
_LOOPS = re.compile(r"\b(?:while|until|for|foreach|repeat|loop)\b")
_SETTING = re.compile(
    r"\bget(?:Value|Option|Config|Setting|Flag|Bool)\w{0,20}\(\s?[\"']|\b(?:find|has|gradle)Property\(\s?[\"']"
)
"""A condition on a setting that has a name of its own."""
_IF_NOT_GIVEN = re.compile(
    r"\b(?:Keyword|Map)\.(?:get_lazy|pop_lazy|put_new_lazy|fetch|get|pop)\(\s?[\w.]{0,40}(?:opt(?:ion)?s|flags|switches|config|parsed)\b"
)
"""Elixir asks in the function that gives what an option does not. Source: hexdocs.pm/elixir/Keyword.html#get_lazy/3."""
_BLOCKS = {"/*": "*/", "{-": "-}", "--[[": "]]", '"""': '"""', "\n=pod": "\n=cut", "\n=head": "\n=cut"}
"""Comments and documentation of more than a line: how they open and close."""
_OPENING = re.compile("|".join(map(re.escape, _BLOCKS)))
_YES_OR_NO = re.compile(r"\byes\?|\baskYesNo\(")
_BROWSER = re.compile(
    r"\b(?:paste|enter|copy)\b.{0,60}\b(?:redirect|url|uri|code|token)\b|redirect ur[il]|authori[sz]ation code|\bauth code",
    re.IGNORECASE,
)
_FLOW = re.compile(r"oauth|authori[sz]e|redirect_?ur[il]|auth_?url|device_?code", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language reads a line: `reads` finds it, and a group of the match is the question, where the call holds one."""

    reads: re.Pattern[str]
    comment: str
    bare: bool = False
    """Only a read that stands under no condition at all counts: options are looked at by hand, under any name."""


# R's own readline(), menu() and askYesNo() are left out: without a person at its prompt they give nothing at once or fail
# (help pages of base and utils), and do not wait.
def _r(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_TEXT = r"(?:\"([^\"\n]{1,200})\"|'([^'\n]{1,200})')"
_OF_C = (
    r"(?<![\w.>:])(?:scanf|getchar)\s?\(|(?<![\w.>:])(?:getpass|readpassphrase)\s?\(\s?\"([^\"\n]{1,100})"
    r"|\bfgets\s?\([^;\n]{1,80},\s?stdin\s?\)|\bsystem\s?\(\s?\"(pause)\b"
)
_OF_CPP = (
    r"|(?<![\w.>])(?:std::)?cin\s?(?:>>|\.get\(\)|\.getline\()|(?<![\w.>])(?:std::)?getline\s?\(\s?(?:std::)?cin\b"
)
TONGUES = {
    "c": Tongue(_r(_OF_C), "//", bare=True),
    "cpp": Tongue(_r(_OF_C + _OF_CPP), "//", bare=True),
    "kotlin": Tongue(_r(r"(?<![\w.])(?:readLine|readln(?:OrNull)?)\(\)"), "//"),
    "scala": Tongue(_r(rf"(?<![\w.])(?:(?:scala\.)?io\.)?StdIn\.read(?:Line|Int|Boolean|Char)\(\s?(?:{_TEXT})?"), "//"),
    "groovy": Tongue(_r(rf"\bSystem\.console\(\)\??\.read(?:Line|Password)\(?\s?(?:{_TEXT})?|\bSystem\.in\.newReader\(\)\.readLine\(\)"), "//"),
    "swift": Tongue(_r(rf"(?<![\w.])readLine\((?:strippingNewline:[^)\n]{{0,10}})?\)|(?<![\w.])getpass\(\s?{_TEXT}"), "//"),
    "dart": Tongue(_r(rf"(?<![\w.])(?:io\.)?stdin\.readLineSync\(|\blogger\.(?:chooseOne|chooseAny|confirm|prompt)\(\s?{_TEXT}|\b(?:Confirm|Input|Select|Password)\(\s{{0,20}}prompt: {_TEXT}(?=[^;]{{0,200}}\.interact\(\))"), "//"),
    "perl": Tongue(_r(r"<STDIN>|\bRead(?:Line|Key)\s?\(\s?0?\s?\)|\b(?:prompt|read_password)\(\s?" + _TEXT), "#"),
    "lua": Tongue(_r(r"(?<![\w.:])io\.read\(|\bio\.stdin:read\("), "--"),
    "r": Tongue(_r(r"(?<![\w.])(?:readLines|scan|readline)\(\s?(?:con\s?=\s?)?(?:file\(\s?)?[\"']stdin[\"']"), "#"),
    "julia": Tongue(_r(r"(?<![\w.])readline\((?:stdin)?\)|\bBase\.prompt\(\s?" + _TEXT), "#"),
    "elixir": Tongue(_r(rf"\bIO\.gets\(?\s?(?::stdio,\s?)?(?:{_TEXT})?|\bMix\.shell\(?\)?\.(?:yes\?|prompt)\(?\s?(?:{_TEXT})?"), "#"),
    "d": Tongue(_r(r"(?<![\w.])(?:stdin\.)?(?:readln|readf(?:!\S{1,20})?)\s?\(|(?<![\w.])readln\b"), "//"),
    "haskell": Tongue(_r(r"(?<![\w.])getLine\b"), "--"),
    "tcl": Tongue(_r(r"\bgets\s+stdin\b"), "#"),
    "crystal": Tongue(_r(r"(?<![\w.])gets\b"), "#"),
    "nim": Tongue(_r(r"\breadLine\(stdin\)|\bstdin\.readLine\b"), "#"),
    "fsharp": Tongue(_r(r"\bConsole\.Read(?:Line|Key)\s?\("), "//"),
    "visual-basic": Tongue(_r(r"\bConsole\.Read(?:Line|Key)\b"), "'"),
}  # fmt: skip


_BY_DEFAULT = re.compile(r"^\s*use (?:ExtUtils::MakeMaker|Module::Build|inc::Module::Install)\b", re.MULTILINE)
"""Perl's builders ask by a prompt() that takes the default where there is no terminal. Source: metacpan.org/pod/ExtUtils::MakeMaker."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a source file."""
    try:
        text = file.text
    except UndecodableFile:
        return FileFacts()
    unit = unit_id(file.path, UnitKind.MODULE, file.path)
    asks, logins = _asked(file, file.kind)
    sleeps = tuple(sleeps_in_tests(_without_blocks(text), file.path, file.kind, unit))
    if not asks and not sleeps:
        return FileFacts()
    return FileFacts(
        asks=tuple(asks),
        sleeps=sleeps,
        logins=tuple(logins),
        units=(Unit(unit, UnitKind.MODULE, file.path, Place(file.path, file.whole)),),
    )


def questions_in(file: SourceFile, language: str) -> list[Ask]:
    """The questions of a file that is written in one of these languages, whatever its kind: a build script."""
    return _asked(file, language)[0]


def _asked(file: SourceFile, language: str) -> tuple[list[Ask], list[Login]]:
    """What a file asks, and which of it is a code from a login page."""
    asks: list[Ask] = []
    logins: list[Login] = []
    tongue = TONGUES.get(language)
    if tongue is None or len(file.text) > 1_000_000:
        return asks, logins
    if _BY_DEFAULT.search(file.text):
        return asks, logins
    text = _without_blocks(file.text)
    unit = unit_id(file.path, UnitKind.MODULE, file.path)
    for span, question in _questions(text, tongue):
        place = Place(file.path, span)
        if tongue.bare and _stands_under_a_condition(text, span):
            continue
        guard = _guard(text, span, tongue)
        written = text[span.start : span.end]
        api = re.sub(r"[\s(\"'].*", "", written.replace("().", ".")).strip()[:60] or "a read of standard input"
        kind = AskKind.CONFIRM if _YES_OR_NO.search(written) else kind_of_question(question)
        kind = AskKind.KEY if question == "pause" else kind
        test = is_test_code(file.path, language)
        asks.append(Ask(kind, api, language, place, unit, (guard,) if guard else (), "", test))
        if _BROWSER.search(question) and _FLOW.search(text):
            logins.append(Login(f"{api} for a code from the browser", language, place, unit, test_code=test))
    return asks, logins


_BRANCH = re.compile(r"\b(?:if|else|switch|case|default|while|for|do)\b|\?|#\s?if")
_CHECKED = re.compile(r"^\s*(?:\}\s*)?(?:if|while)\s?\(\s?!?\s?(?:\(?\w{1,40}\s?=\s?)?$")


def _stands_under_a_condition(text: str, span: Span) -> bool:
    """True where a line before, less deep than the read, opens a branch or a loop; the read's own line may look what it gave."""
    start = line_start(text, span.start)
    depth = _depth(text[start : span.start])
    if _BRANCH.search(text[start : span.start]) and not _CHECKED.match(text[start : span.start]):
        return True
    seen = closed = 0
    while start > 0 and depth > 0 and seen < 4 * MAX_LINES:
        before = line_start(text, start - 1)
        line = text[before : start - 1]
        start = before
        seen += 1
        if line.startswith("#"):
            closed += line.startswith("#endif") - line.startswith("#if")
            if closed < 0:
                return True
        elif line.strip() == "{" and _depth(line) < depth:
            depth = _depth(line) + 1  # what opens the block stands above it, as deep
        elif line.strip() and _depth(line) < depth:
            depth = _depth(line)
            if _BRANCH.search(line) and depth > 0:
                return True
    return False


def _without_blocks(text: str) -> str:
    """The text with blanks for the comments that go over lines."""
    pieces = []
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        closing = _BLOCKS[opening[0]]
        end = text.find(closing, opening.end())
        if end < 0:
            break
        pieces.append(text[at : opening.start()])
        pieces.append(re.sub(r"[^\n]", " ", text[opening.start() : end + len(closing)]))
        at = end + len(closing)
    return "".join((*pieces, text[at:]))


def _questions(text: str, tongue: Tongue) -> Iterator[tuple[Span, str]]:
    """Each read with what it asks: its own words, else what was printed last before it."""
    for match in islice(tongue.reads.finditer(text), MAX_READS):
        start = line_start(text, match.start())
        line = text[start : match.start()]
        if tongue.comment in line or _LOOPS.search(line):
            continue
        own = next((group for group in match.groups() if group), "")
        question = own or last_question(text[max(0, match.start() - REACH) : match.start()])
        if question:
            yield Span(match.start(), match.end()), question


def _guard(text: str, span: Span, tongue: Tongue) -> Guard | None:
    """A condition around the read, or an exit before it, that speaks of nobody being there."""
    start = line_start(text, span.start)
    end = line_end(text, span.end)
    lines = [(start, text[start:end])]
    while start > 0 and len(lines) < MAX_LINES:
        before = line_start(text, start - 1)
        lines.append((before, text[before : start - 1]))
        start = before
    depth = _depth(lines[0][1])
    for index, (at, line) in enumerate(lines):
        # What asks is no condition on itself: `if Mix.shell().yes?("Drop?")` holds the word of an option that answers.
        bare = tongue.reads.sub("", line).split(tongue.comment, 1)[0]
        own = _depth(line)
        if not bare.strip() or (index and own > depth):
            continue
        around = index == 0 or own < depth
        depth = min(depth, own)
        if around and _IF_NOT_GIVEN.search(bare):
            return Guard(GuardKind.OPTION, bare.strip()[:80], Span(at, at + len(line)))
        if _CONDITION.search(bare) and (around or (_EXITS.search(bare) and not _RIGHTLY_CALLED.search(bare))):
            kind = speaks_of_absence(bare) or (GuardKind.OPTION if _SETTING.search(bare) else None)
            if kind is not None:
                return Guard(kind, bare.strip()[:80], Span(at, at + len(line)))
    return None


def _depth(line: str) -> int:
    found = _INDENT.match(line)
    return len(found[0].expandtabs(8)) if found else 0
