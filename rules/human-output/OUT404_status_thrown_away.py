"""The exit status of a check is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.reporting.dropped_by_script import dropped_by_script
from agentlint.judgements.reporting.let_pass import let_pass
from agentlint.judgements.reporting.verdict_set_aside import checks_by_name, set_aside
from agentlint.judgements.reporting.verdicts import (
    checks_something,
    debatable,
    end_of_chain,
    first_of_many,
    followed,
    handed_to_function,
    kept_in_file,
    read_again,
    status_read_later,
    swallowed_by_step,
    text_taken,
    text_weighed_later,
)
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Edit, Fix, Good, Hit, Rule, Severity, Tier
from agentlint.rule.comments import reason_at

RULE = Rule(
    id="OUT404",
    name="status-thrown-away",
    category=Category.HUMAN_OUTPUT,
    summary="A test, lint, type check or build whose failure nobody learns: `|| true`, `; true`, make's `-`.",
    why=(
        "A program learns from the exit status whether a check passed. Thrown away, a broken change looks green, and the agent "
        "goes on building on it; only a person who reads the log could notice."
    ),
    remediation="Let the status count; where the check is advisory, make it a job of its own that may fail.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {
                "Makefile": ".IGNORE:\nlint:\n\truff check .\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n      - run: make lint\n",
            },
            at=("Makefile:3",),
            title="a Makefile that lets every failure pass",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: mypy --junit-xml=m.xml src || true\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: mypy --junit-xml=m.xml src\n"
            },
        ),
        Bad(
            {
                "Dockerfile": "FROM debian:12\nRUN ./configure \\\n  && make -j4 \\\n  # smaller\n  && strip tool || true\n"
            },
            at=("Dockerfile:5",),
            title="what ends a chain stands for all of it",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm ci || true\n"
                    "      - run: pip install -r requirements.txt || true\n"
                )
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:7"),
            title="what the project needs may be missing",
        ),
        Bad({"Makefile": "check:\n\t-pytest\n\truff check .\n"}, at=("Makefile:2",)),
        Bad({".gitlab-ci.yml": "t:\n  script:\n    - npm run lint || echo ignored\n"}, at=(".gitlab-ci.yml:3",)),
        Bad(
            {"get.sh": "#!/bin/sh\ncd tool\nmake >/dev/null 2>&1\ncd ..\necho installed\n"},
            at=("get.sh:3",),
            title="output and status both thrown away",
        ),
        Bad(
            {"ci.sh": "#!/bin/bash\nset -e\nfind . -name '*.sh' -exec shellcheck -f gcc {} \\;\n"},
            at=("ci.sh:3",),
            title="find gives success for what it runs one by one",
        ),
        Bad(
            {
                "tests/run_linters.py": "from subprocess import run\n\nrun(args=('flake8', 'src'), check=False)\nprint('done')\n"
            },
            at=("tests/run_linters.py:3",),
            title="a script that drops what it was told",
        ),
        Bad(
            {"ci.sh": "#!/bin/bash\npytest --junitxml=r.xml\necho done\n"}, at=("ci.sh:2",), title="nobody looks at it"
        ),
        Bad(
            {"Makefile": "fuzz:\n\tfor one in a b; do \\\n\t  go test -json ./$$one; \\\n\tdone\n"},
            at=("Makefile:3",),
            title="a loop ends with the status of its last round",
        ),
        Bad(
            {
                "Makefile": "release:\n\t@$(foreach one, $(ALL), $(MAKE) PART=$(one) image;)\n\nimage:\n\tdocker build $(PART)\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make release\n",
            },
            at=("Makefile:2",),
            title="make's own loop, written out as one line of the shell",
        ),
        Bad(
            {
                "a.sh": "#!/bin/sh\nif ! ruff check; then\n  echo no\nfi\nmake\n",
                "b.sh": "#!/bin/sh\npytest || rc=1\nmake\n",
            },
            at=("a.sh:2", "b.sh:2"),
            title="only said, or kept and never read",
        ),
        Bad(
            {"Makefile": "all install:\n\tfor d in $(DIRS); do $(MAKE) -C $$d $@; done\n"},
            at=("Makefile:2",),
            title="make for each folder",
        ),
        Bad(
            {
                "Makefile": "build:\n\t./build.sh\n",
                "build.sh": "#!/bin/bash\nmkdir -p bin\nGOOS=linux go build -o bin/a ./a\nGOOS=darwin go build -o bin/b ./b\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make build\n",
            },
            at=("build.sh:3",),
            title="one build after another, of which the last alone counts",
        ),
        Bad(
            {
                "publish.sh": "#!/bin/bash\nset -e\ngit add -A\ngit commit -m docs || true\ngit push origin main || true\nrm -rf site\n"
            },
            at=("publish.sh:5",),
            title="a push with nothing to push succeeds: what is let pass is a refusal",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          for i in 1 2 3; do\n"
                    "            npm ci && break || sleep 5\n          done\n"
                )
            },
            at=(".github/workflows/ci.yml:8",),
            title="after the last try",
        ),
    ),
    good=(
        Good(
            {
                "Makefile": "test:\n\tfor d in $(DIRS); do \\\n\t\tgo test -v $$d > tmp.out; \\\n\t\tcat tmp.out; \\\n"
                '\t\tif grep -q "^--- FAIL" tmp.out; then \\\n\t\t\texit 1; \\\n\t\tfi; \\\n\tdone\n',
                "lint.sh": '#!/bin/bash\nmarkdownlint-cli2 "$file" 2>/dev/null || true\nwhile read -r line; do\n  bad=1\n'
                'done < <(markdownlint-cli2 "$file" 2>&1 >/dev/null || true)\nexit "${bad:-0}"\n',
            },
            because="what it says decides: by a search in its file, or line by line in a second pass",
        ),
        Good(
            {
                "scripts/release.py": 'from subprocess import call\n\n\ndef fix_formatting():\n    call(["pre-commit", "run", "--all-files"])\n'
            },
            because="hooks that have mended something end with failure",
        ),
        Good(
            {"Makefile": ".IGNORE: fetch\nfetch:\n\t./fetch\nlint:\n\truff check .\n"},
            because="make lets the failures of `fetch` alone pass",
        ),
        Good(
            {
                ".github/actions/try/action.yml": (
                    "runs:\n  using: composite\n  steps:\n    - id: first\n      run: pytest --junitxml=r.xml\n      shell: bash\n"
                    "      continue-on-error: true\n    - if: steps.first.outcome == 'failure'\n      run: pytest --junitxml=r.xml\n"
                    "      shell: bash\n"
                )
            },
            because="its outcome starts the second try, which counts",
        ),
        Good(
            {"Makefile": "all install:\n\tset -e; for d in $(DIRS); do $(MAKE) -C $$d $@; done\n"},
            because="the first failure ends the loop",
        ),
        Good(
            {"Makefile": "clean:\n\t$(foreach one,$(ALL),rm -rf $(one);)\n\nall: $(foreach one,$(ALL),build-$(one))\n"},
            because="cleaning up, and a list of names",
        ),
        Good(
            {
                "publish.sh": "#!/bin/bash\nset -e\ngit push origin :old || true\n(git commit -m new && git push) || echo 'nothing new'\n"
            },
            because="what is to be deleted may be gone, and a commit may have nothing to commit",
        ),
        Good({"ci.sh": "#!/bin/bash\nset -e\npytest --junitxml=r.xml\necho done\n"}, because="errexit lets it count"),
        Good(
            {"build.ps1": "exec { & dotnet test -c Release -l trx }\n\nexec { & dotnet pack }\n"},
            because="the function that runs the block looks at its status",
        ),
        Good(
            {"Makefile": "test:\n\tfor one in a b; do \\\n\t  go test -json ./$$one || exit 1; \\\n\tdone\n"},
            because="each round counts",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm install -g serve || true\n"
                    "      - run: pip install extra || true\n      - run: npm ci || npm ci\n      - run: uv sync && { echo wrong; exit 1; } || { echo refused; exit 0; }\n"
                ),
                "ci.ps1": "dotnet test --logger trx\nif (-Not $LastExitCode -eq 0)\n\t{ exit $LastExitCode }\n\ndotnet pack\n",
                "ci.sh": "#!/bin/bash\nset -e\nfailing=$(\n  { bazel test //... || true; } | \\\n    grep '^//'\n)\necho $failing\n",
            },
            because="an extra, a second try, a refusal that is wanted, a status that is looked at whatever the case of its name, and text that is taken up",
        ),
        Good({"Makefile": "clean:\n\t-rm -rf build\n\tdocker rm -f app || true\n"}, because="cleaning up may fail"),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\nif ! pytest; then\n  echo failed\n  exit 1\nfi\n"},
            because="the status is looked at",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\npytest\nstatus=$?\n./teardown\nexit $status\n"}, because="it is kept and given back"
        ),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\nfind . -name '*.sh' -exec shellcheck -f gcc {} +\n"},
            because="with + a failure counts",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\n# the exit code is ignored: see issue 7\nmypy --junit-xml=m.xml src || true\n"
            },
            because="a comment says why",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\npytest || echo $? > status\n./teardown\nexit $(cat status)\n"},
            because="it is written down and given back",
        ),
        Good({"ci.sh": "#!/bin/sh\nset -e\ngrep -q x file || true\n"}, because="no check of the project"),
        Good(
            {
                "tools/lint.py": "import subprocess\nimport sys\n\nsys.exit(subprocess.run(['mypy', 'src'], check=False).returncode)\n"
            },
            because="the script ends with it",
        ),
        Good(
            {
                "release.py": (
                    "from subprocess import call, check_call\n\nif True:\n    call(['pre-commit', 'run', '--all-files'])\n    print('mended')\n"
                    "    check_call(['pre-commit', 'run', '--all-files'])\n"
                )
            },
            because="the first pass mends, and the second one counts",
        ),
        Good(
            {"gen.py": "import subprocess\n\nsubprocess.run(['ruff', 'check', '--fix', 'out'])\n"}, because="it mends"
        ),
    ),
)


_MET = 0.5


def _seldom_met(command: Command, repository: Repository) -> bool:
    """True for an unchecked command of a script that nothing calls: its user stands by and reads, but not round after round."""
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.TARGET and command.in_loop and not followed(command, repository):
        return False
    return command.status is Status.UNCHECKED and repository.graph.reach(command.unit) < _MET and not _unseen(command)


def _left_build(command: Command, what: str, repository: Repository) -> bool:
    """True for an unchecked build: what follows mostly needs its result and fails in its place, and its log tells."""
    if command.status is not Status.UNCHECKED or what != "build" or _unseen(command):
        return False
    if command.in_loop and not followed(command, repository):
        return False  # the next round is another build
    return not first_of_many(command, repository)


def _unseen(command: Command) -> bool:
    """True for a command whose output is thrown away as well: nothing at all is left of a failure."""
    return command.output is Output.NULL


def _lost_in_find(command: Command, repository: Repository) -> Iterator[Hit]:
    """`find -exec CHECK {} \\;` ends with success whatever the check says; with `+` its failure counts."""
    source = repository.read(command.place.path) if "find -exec" in command.wrappers else None
    if source is None or command.status is Status.TESTED:
        return
    written = source.text[command.place.span.start : command.place.span.end]
    what = checks_something(command, repository) if _ONE_BY_ONE.search(written) else ""
    if what and not swallowed_by_step(command, repository) and not reason_at(command.place, repository):
        yield Hit(
            place=command.place,
            message=f"`find -exec {command.program} … \\;` succeeds whatever the {what} says; end it with `{{}} +`",
            unit=command.unit,
        )


_TRIED = lazily(
    r"[^\n]{0,200}?\s*&&\s*break\s*\|\|\s*(?:sleep|echo)[^\n]*?(?:\n\s*|;\s*)(?:sleep[^\n;]*(?:\n\s*|;\s*))?done\b(?P<rest>[^\n]*)"
)


def _dropped(command: Command, repository: Repository) -> Iterator[Hit]:
    if dropped_by_script(command, repository):
        yield Hit(
            place=command.place,
            message=f"nobody looks at how `{command.program}` ended, so that the script is green whatever it found; add check=True",
            unit=command.unit,
        )


def _lost_after_tries(command: Command, repository: Repository) -> Iterator[Hit]:
    """`for …; do CHECK && break || sleep 5; done`: when all tries failed, the loop ends with the status of sleep."""
    source = repository.read(command.place.path)
    if source is None or not command.in_loop or not table().roles(command) & _TRIED_ROLES:
        return
    found = _TRIED.match(source.text, command.place.span.end)
    if found is None or found["rest"].strip() or in_prose(command, repository):
        return
    behind = [
        one
        for one in repository.commands_by_unit.get(command.unit, ())
        if one.place.path == command.place.path and one.step == command.step and one.place.span.start > found.end()
    ]
    if not behind:
        yield Hit(
            place=command.place,
            message=f"when every try of `{as_written(command, repository)}` failed, the loop ends with success; leave with 1 behind it",
            unit=command.unit,
        )


_TRIED_ROLES = frozenset({"install", "test", "build", "lint", "typecheck", "deploy", "publish"})
_ONE_BY_ONE = lazily(r"""\{\}['"]?(?:\s[^;]*)?\s(?:\\;|';'|";")""")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks whose status is swallowed or that nobody looks at."""
    if in_prose(command, repository):
        return
    if command.status not in {Status.SWALLOWED, Status.UNCHECKED}:
        yield from _lost_in_find(command, repository)
        yield from _lost_after_tries(command, repository)
        if told := set_aside(command, repository):
            yield Hit(place=command.place, message=told, unit=command.unit)
        return
    refused = let_pass(command, repository)
    if refused:
        yield Hit(place=command.place, message=refused, unit=command.unit)
        return
    if (
        text_taken(command, repository)
        or kept_in_file(command, repository)
        or text_weighed_later(command, repository)
        or read_again(command, repository)
    ):
        return  # its text is the verdict, or its status is written down
    yield from _dropped(command, repository)
    what = checks_something(command, repository) or checks_by_name(command, repository)
    if not what or swallowed_by_step(command, repository) or reason_at(command.place, repository):
        return
    if command.status is Status.UNCHECKED and (
        command.background
        or status_read_later(command, repository)
        or not (command.in_loop or followed(command, repository))
        or handed_to_function(command, repository)
    ):
        return
    end = end_of_chain(command, repository) if command.status is Status.SWALLOWED else None
    yield Hit(
        place=end or command.place,
        message=_message(command, what, end is not None, repository),
        unit=command.unit,
        fix=_without_true(command, repository) if command.status is Status.SWALLOWED and end is None else None,
        tier=Tier.PEDANTIC
        if debatable(command, what) or _seldom_met(command, repository) or _left_build(command, what, repository)
        else None,
    )


_OR_TRUE = lazily(r"[ \t]*\|\|[ \t]*(?:true|:)(?=[ \t]*(?:[\"'\r\n#]|\Z))")


def _without_true(command: Command, repository: Repository) -> Fix | None:
    """Take `|| true` away where it stands right behind the command."""
    found = _OR_TRUE.match(repository.text(command.place.path), command.place.span.end)
    if found is None:
        return None
    return Fix("let the exit status count", (Edit(command.place.path, Span(*found.span()), ""),))


def _message(command: Command, what: str, by_chain: bool, repository: Repository) -> str:
    written = as_written(command, repository)
    if by_chain:
        return (
            f"this end of the `&&` chain throws the result of `{written}` away as well; put it around the one command"
        )
    if command.status is Status.SWALLOWED:
        return f"`{written}` throws the result of the {what} away; let the exit status count"
    if command.in_loop and not followed(command, repository):
        return f"the loop ends with the status of its last `{written}`, and earlier failures count for nothing; add `|| exit 1`"
    batch = command.place.path.lower().endswith((".bat", ".cmd"))  # whose shell has no `set -e`
    mend = "put `if errorlevel 1 exit /b 1` behind it" if batch else "add `set -e` or test its exit status"
    return f"`{written}` leaves nobody to look at the result of the {what}; {mend}"
