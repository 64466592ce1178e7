"""A script starts a build, test or installation and does not look at how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.program_texts import ProgramText, heads_above, program_texts
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_KOTLIN = "fun run(jar: String) {{\n    {before}ProcessBuilder(listOf(java, jar))\n        .inheritIO()\n        .start()\n        .waitFor(){after}\n}}\n"

RULE = Rule(
    id="OUT416",
    name="started-and-forgotten",
    category=Category.HUMAN_OUTPUT,
    summary="A script starts a build, test or installation through backticks, system, spawnSync, subprocess, os.system or waitFor() and drops its status.",
    why=(
        "Unlike a shell with errexit, these calls go on whatever the program said. The script ends with success, and an agent "
        "builds on what was never made; backticks throw the output away as well."
    ),
    remediation="Use the form that fails: sh or system(..., exception: true), execFileSync, check=True.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E14"),
    evidence=("E14",),
    bad=(
        Bad({"bin/test": '#!/usr/bin/env ruby\nputs "Building"\n`yarn build`\n\nrequire "suite"\n'}, at=("bin/test:3",)),
        Bad({"Rakefile": 'task :prepare do\n  system "bundle install"\n  puts "ready"\nend\n'}, at=("Rakefile:2",)),
        Bad(
            {"build/all.js": "for (const folder of folders) {\n\tchild_process.spawnSync(`npm ${args}`, { cwd: folder, shell: true });\n}\n"},
            at=("build/all.js:2",),
        ),
        Bad(
            {"scripts/check.py": "import subprocess\n\nsubprocess.run(['npm', 'run', 'build'])\nprint('built')\n"},
            at=("scripts/check.py:3",),
        ),
        Bad(
            {"run_tests.py": "import subprocess\n\nresult = subprocess.run(['pytest', '-q'])\nprint('done', result.args)\n"},
            at=("run_tests.py:3",),
            title="kept in a variable that nobody reads",
        ),
        Bad({"tasks.py": "import os\n\nos.system('python setup.py sdist')\nos.system('twine check dist/*')\n"}, at=("tasks.py:3", "tasks.py:4")),
        Bad({"scripts/compare.main.kts": _KOTLIN.format(before="", after="")}, at=("scripts/compare.main.kts:2",)),
        Bad(
            {"build.gradle": "task docs {\n  doLast {\n    def p = 'npm run docs'.execute()\n    p.waitFor()\n    println 'made'\n  }\n}\n"},
            at=("build.gradle:4",),
        ),
        Bad(
            {
                "tests/run_all.py": "import unittest\n\nunittest.TextTestRunner(verbosity=2).run(suite())\n",
                "test/api/index.js": "var mocha = new Mocha({ui: 'bdd'});\nmocha.run(function () {\n  console.log('done');\n});\n",
            },
            at=("test/api/index.js:2", "tests/run_all.py:3"),
            title="a suite by its library, whose verdict is dropped",
        ),
        Bad({"bin/ci.php": "#!/usr/bin/env php\n<?php\nexec('composer install');\nrequire 'suite.php';\n"}, at=("bin/ci.php:3",)),
    ),
    good=(
        Good({"scripts/compare.main.kts": _KOTLIN.format(before="val status = ", after="")}, because="its status is kept"),
        Good(
            {"scripts/compare.main.kts": _KOTLIN.format(before="val p = ", after="\n    check(p.exitValue() == 0)")},
            because="its status is read",
        ),
        Good(
            {"build.gradle": "task a {\n  doLast {\n    def p = 'npm ci'.execute()\n    assert p.waitFor() == 0\n  }\n}\n"},
            because="looked at in its place",
        ),
        Good({"bin/test": "#!/usr/bin/env ruby\nout = `git log`\nputs `npm ls`\n"}, because="their output is used"),
        Good(
            {
                "Rakefile": (
                    'task :alone do\n  failed = Dir["spec/**/*_spec.rb"].reject do |file|\n    puts file\n    system("rspec", file)\n'
                    "  end\n  exit 1 unless failed.empty?\nend\n"
                )
            },
            because="the block gives it to the method, which weighs it",
        ),
        Good({"lib/v.rb": "def version\n  `npm --version`\nend\n"}, because="what the method returns"),
        Good({"Rakefile": 'task :a do\n  system("npm ci") || abort("failed")\n  sh "npm test"\nend\n'}, because="looked at"),
        Good({"Rakefile": 'task :a do\n  `npm ci`\n  abort unless $?.success?\nend\n'}, because="$? is read"),
        Good({"Rakefile": 'task :a do\n  system "open http://localhost"\nend\n'}, because="nothing hangs on it"),
        Good({"build/all.js": "const r = spawnSync('npm', ['test']);\nprocess.exit(r.status);\n"}, because="its status is given on"),
        Good({"scripts/a.py": "import subprocess\n\nsubprocess.run(\n    ['make'],\n    check=True,\n)\n"}, because="it is checked"),
        Good(
            {
                "tests/run_all.py": "import sys, unittest\n\nok = unittest.TextTestRunner().run(suite()).wasSuccessful()\nsys.exit(not ok)\n",
                "tests/test_rates.py": "import pytest\n\nif __name__ == '__main__':\n    pytest.main([__file__])\n",
                "test/index.js": "const mocha = new Mocha();\nmocha.run((failures) => {\n  process.exitCode = failures ? 1 : 0;\n});\n",
            },
            because="the status follows from it, or one file's tests are run by hand",
        ),
        Good({"src/app/run.py": "import subprocess\n\nsubprocess.run(['make'])\n"}, because="the product's own business"),
    ),
)  # fmt: skip

_WORK = (
    r"(?:npm|yarn|pnpm|bundle|rake|rails|gem|make|cmake|ninja|cargo|go (?:build|test|generate|mod|vet)|pytest|rspec|tox|nox|pip3?|uv|poetry|composer|mvn"
    r"|gradle|gradlew|docker (?:build|compose|push)|gcc|g\+\+|clang|tsc|eslint|jest|mocha|webpack|python3? (?:-m |setup\.py|manage\.py)|twine|git (?:clone|commit|push"
    r"|merge|checkout|rebase|apply|submodule|tag)|bin/(?:rails|rake|setup|test)|dotnet|swift (?:build|test)|xcodebuild|mkdocs|sphinx-build|npx|bazel)\b"
)
"""Programs whose failure means that what follows builds on nothing."""
_STARTS = (
    rf"(?:cd [^;&\n]{{1,80}}(?:;|&&)\s*)?(?:sudo )?(?:env )?(?:[A-Z_]+=\S* )*(?:\./)?{_WORK.replace(' ', ' {1,9}')}"
)
_CALLS = {
    "rb": lazily(
        rf"^[ \t]*(?P<set>`{_STARTS}[^`\n]*`|(?:Kernel\.)?system[ (]\s*[\"']{_STARTS}[^\n]*)[ \t]*$", re.MULTILINE
    ),
    "js": lazily(
        rf"^[ \t]*(?:(?:const|let|var) (?P<name>\w+) = )?(?:await )?(?P<set>(?:(?:child_process|childProcess|cp|spawn)\.)?(?:spawnSync|sync)\(\s*[\"'`]{_STARTS}|shell\.exec\(\s*[\"'`]{_STARTS})",
        re.MULTILINE,
    ),
    "py": lazily(
        rf"^[ \t]*(?:(?P<name>\w+) = )?(?P<set>(?:subprocess|sp)\.(?:run|call)\(\s*\[?\s*f?[\"']{_STARTS}|os\.system\(\s*f?[\"']{_STARTS})", re.MULTILINE
    ),
    "php": lazily(rf"^[ \t]*(?P<set>(?:exec|shell_exec|passthru|system)\(\s*[\"']{_STARTS})", re.MULTILINE),
}  # fmt: skip
_SPLIT_WORDS = lazily(r"""["'],\s{0,20}\[?\s{0,20}["']""")
_LOOKED_AT = {
    "rb": lazily(r"\|\||&&|\bor\b|\band\b|exception:|\bif\b|\bunless\b|\?[ \t]*\w"),
    "js": lazily(r"\.(?:status|error|code|stdout|signal)\b"),
    "py": lazily(r"check\s*=\s*True|\.(?:returncode|stdout|check_returncode)\b|\*\*"),
    "php": lazily(r"\$\w*(?:code|status|ret|result|exit)\w*\s*\)|\bor\b|\|\|"),
}
_AFTERWARDS = lazily(r"\$\?|\$CHILD_STATUS|\.success\?|last_status")
_SCRIPTS = lazily(
    r"^[^/]+\.(?:py|rb|[cm]?js|ts|php)$|(?:^|/)(?:Rakefile|[^/]+\.rake)$|(?:^|/)(?:bin|scripts?|tools?|tooling|build|hack|ci|\.ci|\.github|tasks|dev|release)/"
)
_RUNNER = lazily(r"^(?:(?:scripts?|tools?|ci|bin)/)?run[-_]?(?:all[-_]?)?tests?\.(?:py|[cm]?js)$")
"""What runs the tests is named like one of them."""
_CALL_LINES = 12
_FATAL = lazily(r"^\s*(?:shell\.)?(?:set\(['\"]-e|config\.fatal\s*=\s*true)", re.MULTILINE)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag calls in the repository's scripts whose status nobody reads."""
    for program in program_texts(whole):
        pattern = _CALLS.get(program.language)
        tested = program.tested and not _RUNNER.search(program.path)
        if pattern is None or tested or not (_SCRIPTS.search(program.path) or program.text.startswith("#!")):
            continue
        if program.language == "js" and _FATAL.search(program.text):
            continue
        for match in pattern.finditer(program.text if program.language == "rb" else _joined(program.text)):
            span = Span(*match.span("set"))
            statement, rest = _statement(program.text, match.start(), program.language)
            if _LOOKED_AT[program.language].search(statement) or _returned(program, match.start(), rest):
                continue
            if _read_later(match.groupdict().get("name"), program.text[match.end() :]):
                continue
            place = Place(program.path, span)
            if not reason_at(place, repository):
                written = " ".join(match["set"].split())[:60]
                yield Hit(
                    place=place,
                    message=f"nobody looks at how `{written}` ended; use a form that fails with it",
                    unit="",
                )

    yield from _waited_for(whole, repository)
    yield from _suites(whole, repository)


_SUITES = {
    "py": lazily(
        r"^[ \t]*(?P<set>(?:(?:unittest\.)?TextTestRunner\([^\n]*\)|(?:test_?)?runner)\.run\([^\n]*\)|pytest\.main\([^\n]*\))[ \t]*$",
        re.MULTILINE,
    ),
    "js": lazily(
        r"^[ \t]*(?P<set>mocha\.run\([ \t]*(?:\)|function[ \t]*\w*\([ \t]*\)|\([ \t]*\)[ \t]*=>))", re.MULTILINE
    ),
}
_STARTERS = {"py": ("TextTestRunner(", "import pytest"), "js": ("new Mocha(",)}
_RUNS_SUITES = lazily(
    r"(?:^|/)(?:(?:run|all)[-_]?(?:all[-_]?)?(?:tests?|suite|specs?)?|tests?[-_]?runner|(?:tests?|specs?)/(?:\w+/)?(?:index|main|__main__|run\w*|all\w*)"
    r"|(?:scripts?|tools?|ci|bin)/(?!test_)[\w-]+)\.(?:py|[cm]?[jt]s)$"
)
_ENDS_WITH_IT = lazily(r"wasSuccessful|\bexit\(|SystemExit|exitCode|\.on\([\"']fail|\.failures\b|\breject\(")


def _suites(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Suites that a script runs by their library, and whose verdict it drops: the script ends with success."""
    for program in program_texts(whole):
        pattern = _SUITES.get(program.language)
        if pattern is None or not any(mark in program.text for mark in _STARTERS[program.language]):
            continue
        if not _RUNS_SUITES.search(program.path) or _ENDS_WITH_IT.search(program.text):
            continue
        for found in pattern.finditer(program.text):
            place = Place(program.path, Span(*found.span("set")))
            if not reason_at(place, repository):
                written = " ".join(found["set"].split())[:60]
                message = f"`{written}` drops what its tests said, and the script ends with success; leave with a status that follows from it"
                yield Hit(place=place, message=message, unit="")


_WAITS = lazily(r"\.waitFor\(\)[ \t\r]*;?[ \t\r]*$", re.MULTILINE)
_WAITER = lazily(
    r"(?:new )?ProcessBuilder\(|Runtime\.getRuntime\(\)\.exec\(|[\"'][^\"'\n]+[\"']\.execute\(|(?:p|proc|process|\w+Process)\b(?:\.start\(\))?\.waitFor"
)
_GOES_ON = lazily(r"(?:[=(,>+?:]|\breturn|\belse)\s*$")
_JVM_LINKS = 12
_ENDED = lazily(r"exitValue|exitCode")


def _waited_for(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Processes that a script of Kotlin or Groovy waits for, and whose status is nobody's."""
    for path in whole.judged:
        if not path.endswith((".kts", ".gradle", ".groovy")) or aside(path) or is_test_code(path, ""):
            continue
        text = repository.text(path)
        if ".waitFor()" not in text or _ENDED.search(text) or (path.endswith(".groovy") and not _SCRIPTS.search(path)):
            continue
        for match in _WAITS.finditer(text):
            span = _chain(text, match.end())
            if span is not None and not reason_at(Place(path, span), repository):
                written = " ".join(text[span.start : span.end].split())[:60]
                message = f"nobody looks at how `{written}` ended; read what waitFor() gives back and fail with it"
                yield Hit(place=Place(path, span), message=message, unit="")


def _chain(text: str, end: int) -> Span | None:
    """The statement that ends in a wait, link by link from its first line; None where its value goes somewhere."""
    start = line_start(text, end)
    for _ in range(_JVM_LINKS):
        if not text[start:end].lstrip().startswith((".", ")")) or start == 0:
            break
        start = line_start(text, start - 1)
    statement = text[start:end]
    first = start + len(statement) - len(statement.lstrip())
    if not _WAITER.match(text, first) or _GOES_ON.search(text[:start].rstrip()[-20:]):
        return None
    head = next(iter(heads_above(text, first)), "")
    if text[end : end + 200].lstrip().startswith("}") and head and not head.startswith("doLast") and "fun " not in head:
        return None  # the value of a closure or of a method of Groovy
    return Span(first, first + len(text[first:end].rstrip()))


def _joined(text: str) -> str:
    """The text with the words of a list put together (`'npm', 'ci'`), as long as it was."""
    return _SPLIT_WORDS.sub(lambda match: " " * len(match[0]), text)


def _statement(text: str, at: int, language: str) -> tuple[str, str]:
    """The call from its line on to where its brackets close, and the line behind it."""
    lines = text[at : at + 4000].splitlines()
    depth, taken = 0, 0
    for line in lines[:_CALL_LINES]:
        taken += 1
        depth += sum(line.count(one) for one in "([{") - sum(line.count(one) for one in ")]}")
        if depth <= 0 or language == "rb":
            break
    rest = next((line.strip() for line in lines[taken:] if line.strip()), "")
    return "\n".join(lines[:taken]), rest


def _read_later(name: str | None, rest: str) -> bool:
    """True where something is done with the variable that holds how it ended, but to print what was called."""
    return name is not None and re.search(rf"\b{name}\b(?!\.args\b)", rest) is not None


def _returned(program: ProgramText, at: int, rest: str) -> bool:
    """True where the value is what a Ruby method returns, or the next line reads the status."""
    if program.language != "rb":
        return False
    if _AFTERWARDS.search(rest):
        return True
    head = next(iter(heads_above(program.text, program.text.find("\n", at) - 1)), "")
    return rest in {"end", "}"} and (head.startswith("def ") or _WEIGHS_BLOCK.search(head) is not None)


_WEIGHS_BLOCK = lazily(
    r"\.(?:reject|select|filter|filter_map|map|flat_map|collect|all\?|any\?|none\?|find|detect|partition|count|find_all|group_by|sum|take_while|drop_while)"
    r"[ \t]*(?:do\b|\{)[ \t]*(?:\|[^|]*\|)?[ \t]*$|=[ \t]*begin\b"
)
"""Methods of Ruby's collections that take what their block ends with as their answer."""
