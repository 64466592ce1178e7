"""How long a test suite takes on one core, estimated from its sources: the number of its files says little.

A thousand unit tests may take two seconds and thirty browser tests ten minutes. What is counted is the tests, and what costs
time in them: written sleeps, programs started, property-based tests, browsers and containers.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.programs import Parallelism, table

REAL_SECONDS = 20.0
"""Estimated seconds from which on workers pay back what it costs to start them."""
REAL_SECONDS_AT_HAND = 10.0
"""The same where what brings the workers is installed already: somebody found the suite worth it."""
_WATCHED = 10.0
"""Added where the slowest tests are asked for: somebody found the suite slow."""
_REMOTE = 0.3
"""Added for each test of a run that is given credentials: it talks to a service."""
MAX_FILES_READ = 60
MAX_BYTES_READ = 400_000

_TEST_FILE = lazily(r"(^|/)(tests?|t|__tests__|specs?|features)/|(^|/)test_|[._-](test|spec)s?\.", re.IGNORECASE)
_NO_TESTS = lazily(r"(^|/)(node_modules|vendor|fixtures?|__snapshots__|snapshots|testdata|cassettes|data)/")


@dataclass(frozen=True, slots=True)
class _Language:
    """What the tests of a language look like, and what one of them costs: `each` in seconds, `line` for a thousand lines."""

    endings: tuple[str, ...]
    case: re.Pattern[str]
    each: float
    line: float = 0.0
    file: float = 0.0


_LANGUAGES = {
    "python": _Language((".py",), lazily(r"^[ \t]*(?:async )?def test_?\w", re.MULTILINE), 0.015),
    "ruby": _Language(
        (".rb",), lazily(r"^[ \t]*(?:it|specify|test|scenario)[ (]['\"{]|^[ \t]*def test_", re.MULTILINE), 0.02
    ),
    "php": _Language((".php",), lazily(r"function test\w|@test\b|#\[Test\]"), 0.01, line=0.1),
    "javascript": _Language(
        (".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", ".mts"),
        lazily(r"^[ \t]*(?:it|test|specify)(?:\.each\([^\n]*)?\(|^Deno\.test\(", re.MULTILINE),
        0.004,
        line=0.1,
    ),
    "shell": _Language((".bats",), lazily(r"^@test ", re.MULTILINE), 0.15),
    "perl": _Language((".t",), lazily(r"^=== TEST|\b(?:ok|is|like|is_deeply) ?\(", re.MULTILINE), 0.01, file=0.3),
    "go": _Language(("_test.go",), lazily(r"\bIt\("), 0.02),
}
_OTHER = _Language((".feature", ".robot", ".java", ".kt", ".dart"), lazily(r"Scenario|@Test\b|^\*\*\*"), 0.5)

_SLEEP = lazily(
    r"\b(?:sleep|waitForTimeout|setTimeout)\((?:[^()\n]{0,40}, ?)?(\d+(?:\.\d+)?)\)|^\s*sleep (\d+)\b"
    r"|\bSleep\((\d+) ?\* ?time\.Second\)",
    re.MULTILINE,
)
_STARTS = lazily(
    r"\bsubprocess\.\w+\(|\bPopen\(|\bcheck_(?:call|output)\(|\bspawn(?:Sync)?\(|\bexec(?:File)?(?:Sync)?\(|\bfork\("
    r"|Open3\.|\bexeca\(|\bmultiprocessing\.Process\("
)
_GIVEN = lazily(r"^[ \t]*@given\(|\bfc\.assert\(", re.MULTILINE)
_TABLES = lazily(r"\bmark\.parametrize\(|\.each\(|@dataProvider|#\[DataProvider")
_MARKED = lazily(r"\bmark\.(?:slow|integration|network|e2e|functional|system|acceptance)\b")
_INVOKES = lazily(r"\brunner\.invoke\(")
_HEAVY = lazily(
    r"\b(?:selenium|playwright|puppeteer|testcontainers|pyppeteer|capybara|webdriver(?:io)?|cypress|docker)\b",
    re.IGNORECASE,
)
_SERVED = lazily(r"\bhttpbin\b|\blive_server\b|LiveServerTestCase|TransactionTestCase|\bnock\b.*enableNetConnect")
_PROVING = lazily(r"--durations\b")

_WORDS: Mapping[re.Pattern[str], tuple[str, ...]] = {
    _SLEEP: ("sleep", "Sleep", "waitForTimeout", "setTimeout"),
    _STARTS: ("subprocess.", "Popen(", "check_", "spawn", "exec", "fork(", "Open3.", "multiprocessing."),
    _GIVEN: ("@given(", "fc.assert("),
    _TABLES: ("mark.parametrize(", ".each(", "@dataProvider", "#[DataProvider"),
    _MARKED: ("mark.",),
    _INVOKES: ("runner.invoke(",),
    _HEAVY: (
        "selenium",
        "playwright",
        "puppeteer",
        "testcontainers",
        "capybara",
        "webdriver",
        "cypress",
        "docker",
        "pyppeteer",
    ),
}
"""What a text must hold for each of these to match; for the last one in lower case."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite's tests and its seconds on one core, both estimated."""

    tests: int
    seconds: float


def suite_of(command: Command, entry: Parallelism, repository: Repository) -> Suite:
    """The suite that a test runner's command takes up: what it names, else what lies below the folder it runs in."""
    if _in_another_tree(command, repository):
        return Suite(0, 0.0)
    roots = named_roots(command, entry, repository) or (command.directory or "",)
    key = ("suite", entry.language, roots)
    known = repository.memory(key)
    if not isinstance(known, Suite):
        known = _measure(entry.language, roots, repository)
        repository.remember(key, known)
    seconds = known.seconds
    if any(_PROVING.match(text) for text in command.texts()):
        seconds += _WATCHED
    if any("secrets." in value for value in command.environment.values()):
        seconds += known.tests * _REMOTE
    return Suite(known.tests, seconds)


def _in_another_tree(command: Command, repository: Repository) -> bool:
    """True behind a `cd` to a folder that this repository does not have (`cd $RUNNER_TEMP/my_app`): its tests are not these."""
    end = command.directory_end
    if command.directory is not None or not end:
        return False
    return not any(f"/{folder}".endswith(f"/{end}") for folder in all_folders(repository))


def named_roots(command: Command, entry: Parallelism, repository: Repository) -> tuple[str, ...]:
    """The files, folders and patterns that the command names as what to run, as far as tests lie there."""
    program = table().of(command)
    operands = program.operands(table().meant(command)) if program else ()
    known = _test_paths(entry.language, repository)
    roots = []
    for operand in (one for written in operands[:20] for one in _spelled_out(written)):
        if "$" in operand or "{" in operand or operand in entry.when.subcommands:
            continue
        path = posixpath.normpath(posixpath.join(command.directory or "", operand.partition("::")[0].strip("'\"")))
        path = "" if path == "." else path
        if any(_below(one, (path,)) for one in known) or _names_others(path, entry.language, repository):
            roots.append(path)
    return tuple(dict.fromkeys(roots))


_BRACES = lazily(r"(?<!\$)\{([\w.*-]*(?:,[\w.*-]*)+)\}")
"""`{ts,js}`: one pattern for each, in a shell as in the patterns that runners read."""
MAX_SPELLINGS = 16


def _spelled_out(operand: str) -> tuple[str, ...]:
    """The patterns that one with braces stands for."""
    made = [operand]
    while len(made) < MAX_SPELLINGS and (found := _BRACES.search(made[0])) is not None:
        part = found[0]
        made = [one.replace(part, choice, 1) for one in made for choice in found[1].split(",")]
    return tuple(made)


def _names_others(path: str, language: str, repository: Repository) -> bool:
    """True for a folder of this tree, or a pattern of the language's sources in one, though no test is known there.

    What is run is that and not the whole suite; a pattern of compiled files names the tests they were made of.
    """
    folder = path.partition("*")[0].rpartition("/")[0] if "*" in path else path
    if not folder or ("*" in path and not path.endswith(_LANGUAGES.get(language, _OTHER).endings)):
        return False
    key = ("folder of the tree", folder)
    found = repository.memory(key)
    if found is None:
        found = repository.remember(key, any(one.startswith(folder + "/") for one in repository.project.paths))
    return found is True


def is_large(suite: Suite, entry: Parallelism, repository: Repository) -> bool:
    """True where workers save more than they cost."""
    at_hand = bool(entry.needs_dependency) and repository.project.depends_on(entry.needs_dependency)
    return suite.seconds >= (REAL_SECONDS_AT_HAND if at_hand else REAL_SECONDS)


def _measure(name: str, roots: tuple[str, ...], repository: Repository) -> Suite:
    language = _LANGUAGES.get(name, _OTHER)
    paths = [path for path in _test_paths(name, repository) if _below(path, roots)]
    step = max(1, len(paths) // MAX_FILES_READ)
    chosen = paths[::step][: MAX_FILES_READ + 1]
    tests, seconds = 0, 0.0
    for path in chosen:
        source = repository.read(path)
        if source is None:
            continue
        found, cost = _weigh(source.data[:MAX_BYTES_READ].decode("utf-8", "replace"), language)
        tests += found
        seconds += cost
    scale = len(paths) / len(chosen) if chosen else 0.0
    return Suite(round(tests * scale), seconds * scale)


@remembered
def _test_paths(name: str, repository: Repository) -> tuple[str, ...]:
    language = _LANGUAGES.get(name, _OTHER)
    return tuple(
        path
        for path in repository.ordered_paths
        if path.endswith(language.endings) and _TEST_FILE.search(path) and not _NO_TESTS.search(path)
    )


def _below(path: str, roots: tuple[str, ...]) -> bool:
    return any(
        not root
        or path == root
        or path.startswith(f"{root}/")
        or ("*" in root and any(fnmatch.fnmatchcase(path, one) for one in (root, root.replace("**/", ""))))
        for root in roots
    )


def _weigh(text: str, language: _Language) -> tuple[int, float]:
    """The tests of one file, and its seconds."""
    tests = len(language.case.findall(text))
    slept = (
        sum(_slept(found[1] or found[2] or found[3], language) for found in _SLEEP.finditer(text))
        if _holds(text, _SLEEP)
        else 0.0
    )
    seconds = tests * language.each + text.count("\n") / 1000 * language.line + language.file + min(slept, 30.0)
    seconds += 0.2 * _count(_STARTS, text) + 0.5 * _count(_GIVEN, text) + 0.05 * _count(_TABLES, text)
    seconds += (
        0.1 * _count(_MARKED, text) + 0.02 * _count(_INVOKES, text) + (2.0 if tests and _SERVED.search(text) else 0.0)
    )
    heavy = tests > 0 and _holds(text.lower(), _HEAVY) and _HEAVY.search(text)
    return tests, seconds + (0.5 * tests if heavy else 0.0)


def _count(pattern: re.Pattern[str], text: str) -> int:
    return len(pattern.findall(text)) if _holds(text, pattern) else 0


def _holds(text: str, pattern: re.Pattern[str]) -> bool:
    """False where none of the words stands there without which the pattern matches nothing: a quick refusal."""
    return any(word in text for word in _WORDS[pattern])


def _slept(written: str, language: _Language) -> float:
    seconds = float(written) / (1000 if language is _LANGUAGES["javascript"] else 1)
    return min(seconds, 5.0)
