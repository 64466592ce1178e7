"""Whether a documented command runs tests: itself, by its words, or through what it calls."""

from __future__ import annotations

import itertools
import posixpath
import re
from itertools import islice

from agentlint.adapters.purposes import purpose_of
from agentlint.documents.code_in_text import Form
from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.project import Shown
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end
from agentlint.judgements.absences.absent import absent
from agentlint.judgements.absences.places_meant import Meant, all_folders, folders_of
from agentlint.judgements.pages.mentions import Mention, documents, mentions, text_of
from agentlint.judgements.pages.test_evidence import SUITE, is_manual, is_meant, said_in_passing, tells_of_all
from agentlint.judgements.running.roles import command_roles

_PARTS = lazily(r"[-_:/.\\[\]=]+")
_TEST_PARTS = frozenset(
    "test tests testing spec specs unittest unittests runtest runtests testall alltests selftest e2e check checks checkall testsuite tox nox pytest rspec ctest phpunit"
    " vitest jest bats coverage verify qa precommit presubmit installcheck distcheck".split()
)
_SCRIPT_PARTS = _TEST_PARTS - {"check", "checks", "verify", "coverage", "ci"}
_TAKES_TARGETS = frozenset(
    "make gmake bmake ninja just task rake ant scons waf b2 npm pnpm yarn bun npx composer mise invoke inv doit fab mage bazel bazelisk buck buck2 pants gradle gradlew"
    " mvn mvnw sbt lein mill cargo go gotestsum dotnet msbuild swift xcodebuild fastlane flutter dart melos mix rebar3 stack cabal dune opam nimble dub zig crystal shards"
    " forge hardhat truffle anchor nx turbo lerna rush moon poetry uv pdm hatch poe pixi rye tox nox meson cmake cmake3 python python3 python2 py ruby perl php node deno bash sh"
    " zsh pwsh powershell docker docker-compose podman podman-compose bundle rails ember ng expo meteor grunt gulp jake psake nuke cake sage julia R Rscript bb clojure"
    " clj emacs eask eldev cask nvim vim guix nix earthly dagger please plz m mach x.py ansible-test pre-commit setup.py manage.py xmake luarocks wireit".split()
)
"""Programs that take the name of what to do as a word; the words of others mean other things."""
_WHOLE_BUILDS = {
    "mvn": {"package", "install", "verify", "deploy"},
    "mvnw": {"package", "install", "verify", "deploy"},
    "gradle": {"build", "check"},
    "gradlew": {"build", "check"},
    "ant": {"test", "all"},
    "drone": {"exec"},
    "gitlab-runner": {"exec"},
    "gitlab-ci-local": set(),
    "act": set(),
    "circleci": {"local", "execute"},
    "earthly": {"+test", "+tests", "+all", "+ci", "+check", "+verify"},
    "sage": {"-t"},
    "R": {"check"},
    "rustup": set(),
    "bazel": {"test", "coverage"},
    "sbt": {"test"},
    "lein": {"test"},
    "perl": set(),
}  # fmt: skip
"""Builds whose life cycle takes the tests in, and programs that run a whole pipeline here: with one of these words, if any are given."""

_RUNNERS = frozenset(
    "pytest py.test tox nox jest vitest mocha rspec phpunit ctest bats playwright cypress ava tap karma nextest Invoke-Pester pester nosetests nose2 stestr"
    " testr trial ward gotestsum ginkgo prove busted vusted jasmine behave testem kaocha pest behat codecept kitchen molecule avocado green zope-testrunner"
    " cargo-nextest test-kitchen greenlight lit bun-test tape qunit testacular invoke-pester gotest".split()
)
_PLAIN = lazily(
    r"(?<![\w/.-])(?:go test (?:-|\./)|cargo test\b|npm (?:run )?test\b|yarn (?:run )?test\b|pnpm (?:run )?test\b|mvn (?:test|verify)\b|dotnet test\b|swift test\b"
    r"|mix test\b|rake (?:test|spec)\b|tox -\w|setup\.py test\b|gradlew (?:test|check)\b|bazel test\b|py\.test |pytest (?:-|tests?\b)|python3? -m (?:pytest|unittest))"
    r"|^[ \t>|`]*tests?`?[ \t|]{2,}(?:Run|Execute)s? (?:the |all |unit )*tests?[ \t|.\r]*$",
    re.MULTILINE,
)
"""Lines that can be nothing else; the last is of a program's list of subcommands."""
_SAID = lazily(
    r"\b(?:run(?:ning|s)?|execut\w+|invok\w+|us(?:e|ing)|with|via|call(?:ing)?|launch\w*|typ(?:e|ing))\b[^.\n]{0,40}?(?<![\w/.-])"
    r"(?:pytest|py\.test|tox|nox|ctest|rspec|phpunit|nosetests|make (?:test|tests|check)\b|npm (?:run )?test\b|npm t\b|yarn test\b|pnpm test\b|go test\b|cargo test\b"
    r"|mvn (?:test|verify)\b|rake (?:test|spec)\b|(?:python3? )?setup\.py test\b|Invoke-Pester|run_?tests?\.\w+)(?![\w-])",
    re.IGNORECASE,
)


_CONTAINERS = frozenset({"docker", "docker-compose", "podman", "podman-compose"})


def runs_tests(command: Command, repository: Repository) -> bool:
    """True for a command that runs tests."""
    if _INSTALLS & set(command.texts()[:2]) and command.program not in {"mvn", "mvnw"}:
        return False
    if command.program in _RUNNERS or (command.program not in _CONTAINERS and purpose_of(command) == "test"):
        return True
    words = command.texts()
    if command.program in _CONTAINERS:
        return any(_TEST_PARTS & _parts(word) for word in words if not re.search(r"^-|[=:]", word))
    if any(re.match(r"-P(?!.*(?:test|it\b|ci\b|check|verify|all))", word) for word in words) and "package" in words:
        return False  # a build of one part, by its profile
    whole = _WHOLE_BUILDS.get(command.program)
    if whole is not None and (whole & set(words) or (not whole and command.program not in {"perl", "rustup"})):
        return not {"-DskipTests", "-Dmaven.test.skip=true", "-DskipTests=true"} & set(
            words
        ) and "test" not in _left_out(words)
    if command.program == "cargo" and words[:1] == ("check",):
        return False  # compiles, and no more
    if "test" in command_roles(command, repository) or _reaches_runner(command, repository):
        return True
    if "/" in command.program_path and _SCRIPT_PARTS & _parts(command.program_path):
        return True
    if "/" in command.program_path and {"-test", "--test", "--tests", "-tests", "--runtests"} & {
        word.lower() for word in words
    }:
        return True
    return command.program in _TAKES_TARGETS and any(
        (_SCRIPT_PARTS if "/" in word or "." in word else _TEST_PARTS) & _parts(word)
        for word in words[:4]
        if not word.startswith("-")
    )


def _parts(word: str) -> set[str]:
    """The words of which a target or the end of a path is made up."""
    folders, _, name = word.lower().replace("\\", "/").rpartition("/")
    return set(_PARTS.split(name[-80:])) | {
        folder for folder in folders.split("/") if folder in {"test", "tests", "t", "spec"}
    }


_INSTALLS = frozenset(
    {
        "install",
        "i",
        "add",
        "require",
        "ci",
        "sync",
        "update",
        "upgrade",
        "uninstall",
        "remove",
        "create",
        "init",
        "new",
    }
)
_NO_PROGRAM = frozenset(
    {"unittest", "jest", "vitest", "mocha", "cypress", "playwright", "karma", "pest", "green", "trial", "minitest"}
)
"""Names of tools that running text gives without telling how to start them."""
_RUN_NAME = lazily(
    r"^(?:run|do|all|exec)[-_]?\w*tests?|^tests?[-_]?(?:all|suite|runner)?\.|^(?:check|runtests)\.", re.IGNORECASE
)


_TESTS_MEANT = lazily(
    r"\b(?:run|execut|launch|invok|start)\w*\b[^.]{0,60}\btests?\b|\btests? suite\b|\btests? (?:can|are|may|should) be (?:run|executed)\b"
    r"|\bto test\b|\btests?:",
    re.IGNORECASE,
)
BEFORE_CHARACTERS = 160


def mention_runs_tests(mention: Mention, repository: Repository) -> bool:
    """True for a command of a document that runs tests; a bare name of a tool or of a test file in a sentence is none."""
    command = mention.command
    if not is_meant(mention, repository):
        return False
    if _own_script(mention, repository) and _TESTS_MEANT.search(_around(mention, repository)):
        return True
    if not command.arguments and command.program in _BARE_BUILDS and _IS_TO_TEST.search(mention.piece.heading):
        return True
    if mention.piece.form is Form.INLINE and not command.arguments:
        if command.program in _NO_PROGRAM:
            return False
        if command.program in _BARE_BUILDS and _TESTS_MEANT.search(_around(mention, repository)):
            return True
        if command.wrappers and _SCRIPT_PARTS & _parts(command.program):
            return True  # `python -m package.test`
        name = posixpath.basename(command.program_path)
        if "." in name:
            return bool(_RUN_NAME.match(name)) or _reaches_runner(command, repository)
    return runs_tests(command, repository)


_BARE_BUILDS = frozenset(
    {"mvn", "mvnw", "gradle", "gradlew", "make", "rake", "ant", "sbt", "just", "task", "mage", "scons"}
)
"""Builds whose own default may be to test, where the sentence says that it is."""
_IS_TO_TEST = lazily(
    r"\b(?:run|execut|launch)\w*\b (?:(?:the|all|unit|our|its) )*tests?\b|^(?:unit |the )?tests?(?:ing| suite)?$",
    re.IGNORECASE,
)
"""Headings of sections that tell how the tests are run, so that a build that is shown there tests."""


def _own_script(mention: Mention, repository: Repository) -> bool:
    """True for a script of this repository, started by itself or by a shell."""
    command = mention.command
    written = command.program_path
    if command.program in {"bash", "sh", "pwsh", "powershell"} and command.arguments:
        written = command.arguments[0].text
    elif "/" not in written:
        return False
    return posixpath.normpath(written) in repository.project.paths


def _around(mention: Mention, repository: Repository) -> str:
    """The heading and the words right before a command, and in running text those behind it too."""
    text, span = text_of(mention.path, repository), mention.piece.span
    end = line_end(text, span.end) if mention.piece.form is Form.INLINE else span.start
    return mention.piece.heading + ": " + text[max(0, span.start - BEFORE_CHARACTERS) : end]


def _left_out(words: tuple[str, ...]) -> set[str]:
    """What Gradle is told to leave out by `-x`."""
    return {after for before, after in itertools.pairwise(words) if before == "-x"}


def _reaches_runner(command: Command, repository: Repository) -> bool:
    for unit in called_units(command, repository.unit_index):
        for reached in repository.reached_from(unit):
            if reached.program in _RUNNERS or purpose_of(reached) == "test":
                return True
    return False


_LIKELY = lazily(r"contribut|develop|hack|test|build|agents|claude|readme", re.IGNORECASE)
"""Pages looked at first, for the answer is most often there."""


def _counts(shown: Shown, repository: Repository) -> bool:
    path = shown.place.path
    return tells_of_all(path, repository) and (not is_manual(path) or bool(SUITE.search(shown.heading)))


def tests_are_documented(repository: Repository) -> bool:
    """True when any document of the repository names a command that runs tests."""
    if any(shown.purpose == "test" and _counts(shown, repository) for shown in repository.project.shown):
        return True
    for path in sorted(documents(repository), key=lambda path: not _LIKELY.search(path)):
        if not tells_of_all(path, repository):
            continue
        if any(
            mention_runs_tests(mention, repository) and not _is_gone(mention, repository)
            for mention in mentions(path, repository)
        ):
            return True
        text = text_of(path, repository)
        if _is_said(path, text) or _scripts_said(text, repository):
            return True
    return False


def _is_said(path: str, text: str) -> bool:
    """True where the running text tells to run the tests, in words or by a line that can be nothing else."""
    if is_manual(path):
        return False
    text = _PROGRAMS_SHOWN.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), text)
    return any(
        not said_in_passing(text, match.start(), match.end())
        and not _ON_VERSIONS.search(match[0])
        and not (
            match[0].lower().startswith("use") and _SUBJECT.search(text, max(0, match.start() - 200), match.start())
        )
        for pattern in (_SAID, _PLAIN)
        for match in islice(pattern.finditer(text), MOST_SAYINGS)
    )


_PROGRAMS_SHOWN = lazily(
    r"^[ \t]*(```+|~~~+)[ \t]*(?:js|javascript|jsx|[cm]js|ts|typescript|tsx|py|python|rb|ruby|go|rust|rs|java|kotlin|c|cpp|json5?|jsonc|toml|lua|php)\b[^\n]*\n.*?^[ \t]*\1",
    re.MULTILINE | re.DOTALL,
)
"""Programs and settings that a page shows to its users: a test command in one is theirs."""
MOST_SAYINGS = 20
_SUBJECT = lazily(r"\btests?(?: suite)?\]?(?:\([^)\s]*\))?[ \n]$", re.IGNORECASE)
"""Tests that use a framework: no word on how they are run."""
_ON_VERSIONS = lazily(r"\bon (?:older|newer|different|multiple|various|several)\b", re.IGNORECASE)
_TEMPLATE = lazily(r"(?:^|/)pull_request_template(?:\.\w+|/[^/]+)$", re.IGNORECASE)


def template_tells_tests(repository: Repository) -> bool:
    """True where the form for pull requests shows how the tests are run: told late, and in an odd place, but told."""
    paths = [path for path in repository.project.paths if _TEMPLATE.search(path)]
    return any(
        _is_said(path, text_of(path, repository))
        or any(mention_runs_tests(mention, repository) for mention in mentions(path, repository))
        for path in paths
    )


_MAKE_FILE = lazily(r"(?:^|/)(?:GNUmakefile|[Mm]akefile[^/]*|[^/]*\.mk|CMakeLists\.txt|configure[^/]*|meson\.build)$")


def _is_gone(mention: Mention, repository: Repository) -> bool:
    """True for a target that this repository does not have: an older one, or another project's."""
    if mention.command.program != "make" or mention.piece.form is Form.FENCE:
        return False  # a block that is out of date is told of as such
    target = next((word for word in mention.command.texts() if not word.startswith("-") and "=" not in word), "")
    if "-" in target and not _is_written(target, repository):
        return True
    folders = folders_of(mention.path, text_of(mention.path, repository), mention.command.directory, repository)
    return (absent(mention.command, Meant(folders), repository) or "").startswith("the target")


def _is_written(target: str, repository: Repository) -> bool:
    """True where a Makefile, or what makes one, has the target or a pattern that may stand for it."""
    pattern = re.compile(
        rf"(?<![\w-]){re.escape(target)}(?![\w-])|^{re.escape(target.split('-')[0])}-?[%$]|^%", re.MULTILINE
    )
    paths = [path for path in repository.project.paths if _MAKE_FILE.search(path)][:MOST_MAKE_FILES]
    return any(pattern.search(source.text) for path in paths if (source := repository.read(path)) is not None)


MOST_MAKE_FILES = 200
_RUNS_ALL = lazily(r"(?<![\w/\\.-])run[-_]?(?:all[-_]?|unit[-_]?)?tests?\.(?:sh|ps1|bat|cmd|py|pl)\b", re.IGNORECASE)
"""A script whose name says that it runs the tests, in plain words too: "see run-tests.ps1"."""
_INLINE_NAME = lazily(r"`([\w./\\-]+\.(?:sh|ps1|py|bat|cmd|rb|pl|js))`")


def _scripts_said(text: str, repository: Repository) -> bool:
    """A script in running text whose commands run tests: "use the `build.ps1` script"."""
    if any(match[0] in repository.paths_by_name for match in _RUNS_ALL.finditer(text)):
        return True
    for match in _INLINE_NAME.finditer(text):
        written = match[1].replace("\\", "/").removeprefix("./").lower()
        for path in repository.unit_index.by_path:
            if path.lower() == written and any(
                command.program in _RUNNERS or purpose_of(command) == "test"
                for unit in repository.unit_index.entry(path)
                for command in repository.reached_from(unit)
            ):
                return True
    return False


_DECLARED = {
    "meson.build": lazily(r"^\s*test\s*\(", re.MULTILINE),
    "CMakeLists.txt": lazily(
        r"^\s*(?:add_test|gtest_discover_tests|catch_discover_tests)\s*\(", re.MULTILINE | re.IGNORECASE
    ),
    "Makefile.am": lazily(r"^(?:TESTS|check_PROGRAMS)\s*\+?=\s*\S", re.MULTILINE),
}
"""How build systems declare tests."""
_MAKEFILES = ("GNUmakefile", "Makefile", "makefile")
_TARGET = lazily(r"^(?:tests?|check)[ \t]*:(?![=:])[^\n]*(?:\S[^\n]*|\n\t)", re.MULTILINE)
_TEST_FOLDERS = ("test", "tests", "spec", "t")
"""A target by the name of the tests, beside a folder for them, runs those, whatever they are written in."""
_OTHERS = lazily(
    r"(?:^|/)(?:subprojects|third_?party|vendor|external|extern|deps|examples?|contrib|lib[\w-]*/[^/]+/[^/]+)/"
)


def has_tests(repository: Repository) -> bool:
    """True where there are test files, a build declares tests, or CI runs tests that stand beside the code (Rust, doctests)."""
    if any(repository.project.test_files.values()) or _are_declared(repository):
        return True
    return any(
        command.program in {"cargo", "zig", "dune"} and "test" in command.texts()[:2] for command in repository.commands
    )


def _are_declared(repository: Repository) -> bool:
    for path in repository.ordered_paths:
        declared = _DECLARED.get(posixpath.basename(path))
        source = repository.read(path) if declared is not None and not _OTHERS.search(path) else None
        if declared is not None and source is not None and declared.search(source.text):
            return True
    if not any(folder in all_folders(repository) for folder in _TEST_FOLDERS):
        return False
    return any(_TARGET.search(repository.text(path)) for path in _MAKEFILES if path in repository.project.paths)
