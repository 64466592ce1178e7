"""A check's exit status is lost in a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.reporting.piped_functions import ends_in_tee
from agentlint.judgements.reporting.verdicts import (
    checks_something,
    debatable,
    status_read_later,
    swallowed_by_step,
    text_weighed_later,
)
from agentlint.judgements.running.roles import DELIVERING, command_roles
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs.rehearsal import is_rehearsed
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier

_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT405",
    name="status-lost-in-pipe",
    category=Category.HUMAN_OUTPUT,
    summary="A test, lint, build or deployment is piped into tee or grep without pipefail, so that its failure counts for nothing.",
    why=(
        "A pipeline ends with the status of its last command, and tee never fails: a broken change looks green. GitHub's default "
        "shell and make have no pipefail."
    ),
    remediation="Set pipefail (`shell: bash`, `set -o pipefail`), or write the log to a file.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest --junitxml=r.xml | tee log\n"},
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {
                ".github/workflows/nightly.yml": _HEAD
                + "      - run: |\n          pip install nuitka==2.7\n          python -m nuitka --onefile app 2>&1 | tee build.log\n      - run: ./upload\n"
            },
            at=(".github/workflows/nightly.yml:8",),
            title="a build that ends its step",
        ),
        Bad(
            {
                ".github/workflows/launch.yml": _HEAD
                + "      - run: |\n          make install\n          app-build/bin/app --home t | perl -C ~/render.pl\n          cat log.*\n"
            },
            at=(".github/workflows/launch.yml:8",),
            title="the first start of what the job has built, made readable",
        ),
        Bad(
            {
                ".github/workflows/docs.yml": _HEAD + "      - uses: actions/checkout@v6\n        with: {path: main}\n"
                '      - run: make cover | tee "$GITHUB_STEP_SUMMARY"\n'
                "      - run: |\n          python main/bin/update.py \\\n            tmp/diff.json | tee /tmp/update_log.txt\n          git diff --quiet\n",
                "Makefile": "cover:\n\t./bin/cover.sh\n",
                "bin/update.py": "import sys\nprint(sys.argv)\n",
            },
            at=(".github/workflows/docs.yml:8", ".github/workflows/docs.yml:10"),
            title="what the repository itself does, whose log alone is kept",
        ),
        Bad({"Makefile": "test:\n\tgo test -json ./... | tee log\n"}, at=("Makefile:2",)),
        Bad({"up.sh": "#!/bin/sh\nset -e\nansible-playbook site.yml | tee log\necho ready\n"}, at=("up.sh:3",)),
        Bad(
            {"bump.sh": "#!/bin/bash\nset -ex\ncomposer update |& tee update.log\ngit commit -am bump\n"},
            at=("bump.sh:3",),
        ),
        Bad({"ci.sh": "#!/bin/sh\nset -e\nnpx eslint . | grep -v warning\n"}, at=("ci.sh:3",)),
        Bad(
            {
                ".github/workflows/review.yml": "on: pull_request\njobs:\n  review:\n    runs-on: ubuntu-latest\n    steps:\n"
                '      - run: claude --output-format json -p "Review the change" | tee review.json\n'
            },
            at=(".github/workflows/review.yml:6",),
            title="an agent's review that may have broken off",
        ),
        Bad(
            {
                "install.sh": (
                    '#!/bin/bash\nset -e\nexecute() {\n  run_ui "$1" |& tee -a $LOG\n  if [ -n "$2" ]; then\n'
                    '    echo "Installation of $1 completed. Next: $2"\n  fi\n}\nexecute panel wings\n'
                )
            },
            at=("install.sh:4",),
            title="a part of the script itself, called done whatever it said",
        ),
        Bad(
            {
                "setup-proxy.sh": "#!/bin/bash\nfetch() {\n  wget $URL || exit 1\n}\nall_parts() {\n  fetch\n}\nall_parts 2>&1 | tee ${dir}/proxy.log\n"
            },
            at=("setup-proxy.sh:8",),
            title="a script whose exits leave no more than their part of the pipe",
        ),
    ),
    good=(
        Good(
            {"ci.sh": "#!/bin/bash\ngo test ./... | tee log\nif grep -q FAIL log; then\n  exit 1\nfi\n"},
            because="what it says is kept, and decides",
        ),
        Good(
            {
                ".github/workflows/docs.yml": _HEAD
                + "      - run: ./bin/list.sh | tee names.log\n      - run: ./bin/version.sh | tee -a $GITHUB_OUTPUT\n"
                "      - run: ./bin/matrix.py | tee matrix.json\n      - run: set -o pipefail; make cover | tee cover.log\n",
                "Makefile": "cover:\n\t./bin/cover.sh\n",
                "bin/list.sh": "ls\n",
                "bin/version.sh": "cat VERSION\n",
                "bin/matrix.py": "print('[]')\n",
            },
            because="lists and values, which what comes next is made of, and pipefail",
        ),
        Good(
            {"done.sh": "#!/bin/bash\nrake --silent --tasks --all | cut -d ' ' -f 2 > .tasks\n"},
            because="a list of tasks",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pytest --junitxml=r.xml | tee log\n        shell: bash\n"
            },
            because="`shell: bash` brings pipefail",
        ),
        Good({"ci.sh": "#!/bin/bash\nset -eo pipefail\npytest | tee log\n"}, because="pipefail holds"),
        Good(
            {
                "ci.sh": (
                    "#!/bin/bash\ncodespell | \\\n  grep -v known | tee $DIR/spell.txt\n\n[ -s $DIR/spell.txt ] && exit 1\nexit 0\n"
                )
            },
            because="what is left of the output decides",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\nls | tee log\n",
                "list.sh": "#!/bin/sh\nparts() {\n  ls\n}\nfetch() {\n  exit 1\n}\nfetch\nparts | tee log\n",
                "more.sh": "#!/bin/sh\nfetch() {\n  exit 1\n}\nfetch | tee log\n[ -s log ]\n",
            },
            because="no check, no exit in what is piped, and a log that is weighed",
        ),
        Good(
            {
                ".github/workflows/launch.yml": _HEAD
                + "      - run: |\n          build/bin/app --version | head -n 1\n          build/bin/app dump | tee dump.txt\n          ./build/list.sh | cat\n"
                "          build/bin/app run | perl check.pl\n",
                "build/list.sh": "ls\n",
            },
            because="a glance at a version, text that is kept, a script of the repository, and a reader that judges",
        ),
        Good({"get.sh": "#!/bin/sh\nnpm ci | tee log\nnpm test\n"}, because="what needs it fails in its place"),
        Good(
            {
                "up.sh": "#!/bin/bash\nrun_all | tee log\necho 'Look at the log'\nbuild_list | tee names\n[ -s names ] && echo done\n"
            },
            because="nothing claims that it went well, and text that is kept",
        ),
        Good({"ci.sh": "#!/bin/bash\npytest | tee log\nexit ${PIPESTATUS[0]}\n"}, because="the status is given back"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks on the left of a pipe without pipefail."""
    if command.status is not Status.LOST_IN_PIPE or in_prose(command, repository):
        return
    what = (
        checks_something(command, repository)
        or _delivered(command, repository)
        or _said_done(command, repository)
        or _launched(command, repository)
        or _own_work(command, repository)
        or _own_tests(command, repository)
        or ("work" if ends_in_tee(command, repository) else "")
    )
    if not what or swallowed_by_step(command, repository) or status_read_later(command, repository):
        return
    if not (command.output_to in _READERS or _only_renders(command, repository)) or _text_is_verdict(
        command, repository
    ):
        return
    if text_weighed_later(command, repository):
        return
    yield Hit(
        place=command.place,
        message=(
            f"`{as_written(command, repository)}` is piped into `{command.output_to or '…'}` without pipefail, which throws the "
            f"result of the {what} away; set -o pipefail"
        ),
        unit=command.unit,
        tier=Tier.PEDANTIC
        if debatable(command, what) or (what == "build" and not _ends_step(command, repository))
        else None,
    )


def _ends_step(command: Command, repository: Repository) -> bool:
    """True for a build that is the last command of a CI step, with its log kept: the step is green whatever became of it."""
    return (
        command.output_to == "tee"
        and command.step is not None
        and repository.job_of(command) is not None
        and command.program not in _WHOSE_RESULT_IS_NEEDED
        and max(
            (
                one
                for one in repository.commands_by_unit.get(command.unit, ())
                if one.step == command.step and one.program != "tee"
            ),
            key=lambda one: one.place.span.start,
        )
        is command
    )


_WHOSE_RESULT_IS_NEEDED = frozenset({"configure", "cmake"})
"""What comes next cannot even begin without it."""


def _said_done(command: Command, repository: Repository) -> str:
    """ "work" for a part of the script itself whose log tee keeps, and which the next lines call done whatever it said."""
    if command.output_to != "tee" or not _OWN_PART.search(command.program_path) or command.place.path.endswith(".md"):
        return ""
    text = repository.text(command.place.path)
    lines = text[command.place.span.end :].splitlines()
    piped = lines[0] if lines else ""
    if "/dev/" in piped or "/proc/" in piped or "PIPESTATUS" in text or "pipestatus" in text:
        return ""  # shown, not kept; or looked at
    said = [line for line in lines[1:_SOON] if _PRINTS.match(line)]
    return "work" if any(_CLAIMS.search(line) and not _NOT_YET.search(line) for line in said) else ""


_SOON = 8
"""Lines behind the pipe in which success is claimed."""
_OWN_PART = lazily(
    r"(?:^|[/_-])(?:run|do|main|execute|install\w*|setup|build|deploy|migrate|update|upgrade|backup|restore|provision|configure)(?:$|[_.A-Z-])"
)
_PRINTS = lazily(r"\s*(?:echo|printf|print|log|info|success|ok|msg|output|say)\w*\b")
_CLAIMS = lazily(r"\b(?:complete[d]?|success\w*|installed|finished|done|deployed|restored)\b", re.IGNORECASE)
_NOT_YET = lazily(r"\b(?:fail|error|not|when|once|if|until)\b", re.IGNORECASE)
"""Words by which the line claims nothing yet."""
_DELIVERERS = frozenset({"ansible-playbook"})
"""Programs that put something in place, which the table of roles does not say of them: they may be trials as well."""


def _delivered(command: Command, repository: Repository) -> str:
    """ "deployment" for a delivery whose log is kept by tee, which throws its status away."""
    if command.output_to != "tee":
        return ""
    if command.program in _AGENTS and repository.job_of(command) is not None:
        return "agent's run"
    roles = command_roles(command, repository)
    delivers = command.program in _DELIVERERS or roles & DELIVERING
    if delivers:
        return "deployment" if not is_rehearsed(command) else ""
    return "installation" if "install" in roles and _SAYS_ERREXIT.search(repository.text(command.place.path)) else ""


_AGENTS = frozenset({"claude", "codex", "gemini", "opencode", "aider", "cursor-agent", "copilot", "qwen"})
"""Agents on the command line, which end with failure where their run broke off; each by its own documentation of headless use."""


_SAYS_ERREXIT = lazily(r"^[ \t]*set -(?:\w*e|o errexit)|^#!.*sh -\w*e", re.MULTILINE)
"""A script that says it ends with the first failure, and does not."""


def _launched(command: Command, repository: Repository) -> str:
    """ "launch" for what a CI job has built and now starts to see whether it runs, its text made readable by a filter."""
    if repository.job_of(command) is None or not _BUILT.search(command.program_path) or command.in_loop:
        return ""
    path = command.program_path.removeprefix("./")
    if repository.read(path) is not None or command.option("--version", "-V", "--help", "-h", "-v") is not None:
        return ""
    return "launch" if _only_renders(command, repository) else ""


def _own_work(command: Command, repository: Repository) -> str:
    """ "script" for what a CI step has the repository itself do, its log kept by tee: the step is green whatever became of it."""
    if command.output_to != "tee" or repository.job_of(command) is None or command.in_loop:
        return ""
    text = repository.text(command.place.path)
    kept = _LOG.match(text, command.place.span.end)
    told = (command.program_path, *command.texts()[:1], *(word for word in command.texts()[1:] if "/" not in word))
    if kept is None or _ASKS.search(" ".join(told)):
        return ""
    return "script" if called_units(command, repository.unit_index) or _below_checkout(command, repository) else ""


def _own_tests(command: Command, repository: Repository) -> str:
    """ "test" for a script of the repository's own that is its tests by its name, wherever it is called from."""
    if command.output_to != "tee":
        return ""
    words = (command.program_path, *(word for word in command.texts()[:1] if not word.startswith("-")))
    names = (word.rsplit("/", 1)[-1] for word in words)
    return "test" if any(_TESTS.match(name) and name in repository.paths_by_name for name in names) else ""


_TESTS = lazily(r"(?:run|do|all|ci|unit|integration|e2e|smoke)?[-_]?(?:all[-_])?tests?(?:[-_](?:suites?|all))?\.\w+\Z")


def _below_checkout(command: Command, repository: Repository) -> bool:
    """True for a script of this repository at its place below the folder that the job checks it out into."""
    job = repository.job_of(command)
    folders = [
        step.action.inputs["path"].value.strip("./")
        for step in (job.steps if job is not None else ())
        if step.action is not None
        and step.action.name.lower() == "actions/checkout"
        and "path" in step.action.inputs
        and "repository" not in step.action.inputs
    ]
    words = [word.removeprefix("./") for word in (command.program_path, *command.texts()[:1])]
    return any(
        word.startswith(folder + "/") and word[len(folder) + 1 :] in repository.project.paths
        for folder in folders
        if folder
        for word in words
    )


_LOG = lazily(
    r"(?:[^\n|;]|\\\n)*\|&?[ \t]*(?:\\\n[ \t]*)?tee[ \t]+(?:(?:-a|--append)[ \t]+)?[\"']?"
    r"(?:[^\s\"'|;]*(?:\.log|\.out|log\.txt|log|output\.txt)\b|\$\{?GITHUB_STEP_SUMMARY\b)"
)
"""A file that is kept to be read by people, not one that what comes next is made of."""
_ASKS = lazily(
    r"--help|--version|--dry-run|\b(?:list|ls|show|print|version|help|info|status|diff|env|log|logs|stats|changelog|summary|extract|collect)\b"
)
"""Words by which a script only tells something."""


_BUILT = lazily(r"(?:^|/)[\w.-]*(?:build|dist|out|target|install|bin)[\w.-]*/(?:[\w.-]+/)*[\w.-]+$")
"""Where builds put what they make."""
_RENDERS = lazily(
    r"[^\n|]*\|&?[ \t]*(?:(?:perl|python3?|ruby|node|bash|sh)[ \t][^\n|]*?)?[\w./~$-]*(?:render|pretty|colou?r|beautif|prettif|humani[sz]e|strip-?ansi|ansi2)"
    r"[\w.-]*[^\n|>;&]*$",
    re.MULTILINE,
)


def _only_renders(command: Command, repository: Repository) -> bool:
    """True for a reader whose name says that it makes the text readable, and no more."""
    return _RENDERS.match(repository.text(command.place.path), command.place.span.end) is not None


_READERS = frozenset(
    {
        "tee",
        "grep",
        "egrep",
        "cat",
        "tail",
        "head",
        "sed",
        "awk",
        "ts",
        "sort",
        "cut",
        "tr",
        "column",
        "nl",
        "uniq",
        "wc",
    }
)
"""Readers that know nothing of the result; others may judge it themselves."""


def _text_is_verdict(command: Command, repository: Repository) -> bool:
    """True where the pipe's text is taken up by a substitution or a condition, or its file is tested for being empty."""
    source = repository.read(command.place.path)
    if source is None:
        return False
    line = source.text[line_start(source.text, command.place.span.start) : command.place.span.start]
    if _file_is_tested(source.text[command.place.span.end :]):
        return True
    return "$(" in line or "`" in line or line.lstrip().startswith(("if ", "while ", "elif ", "! "))


_KEPT_IN = lazily(r"(?:\btee\s+|>\s*)([\w$./{}\"-]+)\s*$")


def _file_is_tested(rest: str) -> bool:
    """True where the pipe ends in a file and the script asks afterwards whether it holds anything (`[ -s FILE ]`)."""
    lines = rest.splitlines()[:60]
    last = next((index for index, line in enumerate(lines) if not line.endswith("\\")), None)
    kept = _KEPT_IN.search(lines[last]) if last is not None else None
    return kept is not None and last is not None and any(f"-s {kept[1]}" in line for line in lines[last + 1 :])
