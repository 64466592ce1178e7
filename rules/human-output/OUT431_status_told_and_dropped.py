"""A program runs another one, prints that it failed, and goes on as if it had not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.failure_words import FINE, WRONG
from agentlint.judgements.printing.program_texts import ProgramText, program_texts
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

_JS = (
    "function emit(config) {{\n  const result = spawnSync(tsc, ['-p', config], {{\n    stdio: 'inherit',\n  }});\n\n"
    "  if (result.status !== 0) {{\n    console.error(\n      'Failed to emit declarations.',\n    );\n{more}  }}\n{rest}}}\n"
)
_PY = "import subprocess\n\n\ndef deploy(path):\n    done = subprocess.run(['rsync', path, host])\n    if done.returncode != 0:\n        print(f'deploy of {{path}} failed')\n{rest}"

RULE = Rule(
    id="OUT431",
    name="status-told-and-dropped",
    category=Category.HUMAN_OUTPUT,
    summary="The status of a program that was run is looked at, and its failure only printed.",
    why=(
        "The one place that knows of the failure turns it into a sentence. Whoever called the command sees success, and an agent "
        "goes on with what was never made."
    ),
    remediation="Throw, or hand the status on (`process.exitCode = 1`, `check=True`, `sys.exit(result.returncode)`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad({"lib/compiler.ts": _JS.format(more="", rest="")}, at=("lib/compiler.ts:6",)),
        Bad({"tool/deploy.py": _PY.format(rest="\n\ndef other():\n    pass\n")}, at=("tool/deploy.py:6",)),
        Bad(
            {"tasks.py": "import os\n\n\ndef make():\n    rc = os.system('make')\n    if rc:\n        print('Error: make failed')\n    report()\n"},
            at=("tasks.py:6",),
        ),
        Bad(
            {"bin/make.php": "<?php\nfunction make() {\n    exec('make all', $lines, $code);\n    if ($code !== 0) {\n        echo \"make failed\\n\";\n    }\n    report();\n}\n"},
            at=("bin/make.php:4",),
        ),
        Bad(
            {
                "ci.py": "import subprocess\n\ntry:\n    subprocess.run(['pytest'], check=True)\nexcept subprocess.CalledProcessError:\n    print('tests failed')\n"
            },
            at=("ci.py:5",),
        ),
        Bad(
            {"Rakefile": "task :docs do\n  unless system('yard doc')\n    puts 'yard failed'\n  end\n  puts 'see doc/'\nend\n"},
            at=("Rakefile:2",),
        ),
    ),
    good=(
        Good(
            {
                "run.py": "import subprocess\n\ndef run():\n    try:\n"
                + "".join(f"{' ' * 40}step({number})\n" for number in range(11))
                + "        subprocess.run(['pytest'], check=True)\n    except OSError:\n        raise\n\nERROR = subprocess.CalledProcessError\n"
            },
            because="another failure is caught, and handed on; deep lines are read in one go",
        ),
        Good({"lib/compiler.ts": _JS.format(more="    process.exitCode = 1;\n", rest="")}, because="the status is handed on"),
        Good({"lib/compiler.ts": _JS.format(more="", rest="  return result;\n")}, because="the caller has the status"),
        Good({"lib/compiler.ts": _JS.format(more="", rest="").replace("Failed to emit", "Warning: skipped")}, because="a warning"),
        Good({"test/compiler.test.ts": _JS.format(more="", rest="")}, because="a test"),
        Good({"tool/deploy.py": _PY.format(rest="    return done.returncode == 0\n")}, because="it is given back"),
        Good({"tool/deploy.py": _PY.format(rest="        sys.exit(done.returncode)\n")}, because="it leaves"),
        Good({"tool/deploy.py": _PY.format(rest="        return False\n    return True\n")}, because="the caller is told"),
        Good({"tool/deploy.py": _PY.format(rest="        print('see the log')\n    else:\n        publish(path)\n")}, because="what follows is not done"),
        Good({"tool/deploy.py": _PY.format(rest="        self.failed = True\n")}, because="it is kept"),
        Good(
            {
                "ci.py": "import subprocess\nimport sys\n\ntry:\n    subprocess.run(['pytest'], check=True)\nexcept subprocess.CalledProcessError:\n    print('tests failed')\n    sys.exit(1)\n"
                "try:\n    subprocess.run(['git', 'describe'], check=True)\nexcept subprocess.CalledProcessError:\n    print('failed to find a tag')\n"
            },
            because="it leaves, and no check",
        ),
        Good({"tool/deploy.py": _PY.format(rest="").replace("'rsync', path", "'docker', 'rm', path")}, because="clean-up"),
    ),
)  # fmt: skip

_RUNS = {
    "js": lazily(
        r"(?:const|let|var) (?:(?P<name>\w+)|\{[^}\n]*\b(?P<status>status|exitCode)\b[^}\n]*\}) = (?:await )?[^\n]*?\b(?:spawnSync|execaSync|spawn\.sync|Bun\.spawnSync)\("
    ),
    "py": lazily(r"^[ \t]*(?P<name>\w+) = (?:subprocess\.run|(?P<bare>subprocess\.call|os\.system))\(", re.MULTILINE),
    "php": lazily(r"\b(?:exec|passthru|system)\([^\n]*, (?P<name>\$\w+)\);"),
}
_MARKS = {"js": ("pawnSync(", "spawn.sync(", "execaSync("), "py": ("subprocess.", "os.system("), "php": ("exec(", "passthru(", "system(")}  # fmt: skip
_NEAR = 1_500
"""Characters behind a call in which its status is looked at first."""
_RUBY = lazily(
    r"^(?P<indent>[ \t]*)(?P<set>unless system\([^\n]*\)[ ]?\n(?P<body>(?:(?P=indent)[ \t][^\n]*\n)+)(?P=indent)end)\b",
    re.MULTILINE,
)
_SAYS = lazily(
    r"(?:console\.\w+|process\.std(?:out|err)\.write|(?:self\.)?_?(?:log|logger|logging)(?:\.\w+)?|print|sys\.std(?:out|err)\.write|click\.s?echo|echo|puts|warn|fwrite|error_log|spinner\.fail|console\.print)\b"
)
_KEEPS = lazily(
    r"\b(?:exit\w*|throw|raise|return|reject|break|continue|die|abort|fail\(|append|push|add|assert|kill|retry|unlink|remove|rmtree|await|yield)\b|[\w\])] [+|]?= [\w\[{\"'(-]|<<"
)
"""What a block does with a failure beyond telling it; the words inside of messages are taken out before."""
_STRINGS = lazily(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`")
_NEXT_FUNCTION = lazily(
    r"\n[ \t]*(?:async |def |class |private |public |protected |function |export |static |module\.exports)|\n\}"
)
_CLEANS_UP = lazily(
    r"[\"' ](?:rm|kill|pkill|stop|down|prune|clean|umount|--version|--help|notify-send|open|xdg-open)[\"' ]"
)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the branch for a failed program that holds nothing but messages, where nothing else reads its status."""
    for program in program_texts(whole):
        if not program.tested:
            for span in _dropped(program):
                yield Hit(
                    place=Place(program.path, span),
                    message="the failure is only printed here, and the program goes on to succeed; throw, or hand the status on",
                    unit="",
                )


def _dropped(program: ProgramText) -> Iterator[Span]:
    text = program.text
    if program.language == "rb":
        for found in _RUBY.finditer(text) if "unless system(" in text else ():
            if _only_tells(found["body"]) and not _CLEANS_UP.search(found["set"]):
                yield Span(*found.span("set"))
    if program.language == "py" and "CalledProcessError" in text:
        for caught in _CAUGHT.finditer(text):
            if _CHECKING.search(caught["tried"]) and _only_tells(caught["body"]):
                yield Span(*caught.span("set"))
    pattern = _RUNS.get(program.language)
    if pattern is None or not any(mark in text for mark in _MARKS[program.language]):
        return
    for run in pattern.finditer(text):
        branch = _branch(program, run)
        if branch is None or not _only_tells(branch["body"]):
            continue
        between = text[run.start() : branch.start("set")]
        rest = text[branch.end() :]
        end = _NEXT_FUNCTION.search(rest)
        name = run.groupdict().get("name") or run["status"]
        read = re.compile(rf"{re.escape(name)}\b")
        if (
            _CLEANS_UP.search(between)
            or len(read.findall(between)) > 1
            or "ignore" in between
            or "check=True" in between
        ):
            continue
        if not read.search(rest[: end.start() if end is not None else None]):
            yield Span(*branch.span("set"))


_CAUGHT = lazily(
    r"^(?P<indent>[ \t]*)try:[ \t]*\n(?P<tried>(?:(?P=indent)[ \t][^\n]*\n){1,12})"
    r"(?P=indent)(?P<set>except (?:subprocess\.)?CalledProcessError(?: as \w+)?:[ \t]*\n(?P<body>(?:(?P=indent)[ \t][^\n]*(?:\n|\Z))+))"
    r"(?!(?P=indent)(?:else|finally|except)\b)",
    re.MULTILINE,
)
_CHECKING = lazily(
    r"[\"'](?:pytest|ruff|mypy|pyright|pylint|flake8|bandit|tox|nox|eslint|jest|vitest|ctest|unittest|cargo|gradlew|mvn|make|npm|yarn|pnpm|go)\b"
)
"""Programs whose failure is the verdict on the change."""


def _branch(program: ProgramText, run: re.Match[str]) -> re.Match[str] | None:
    """The branch that is taken where a program failed, and that has no other beside it."""
    groups = run.groupdict()
    name = re.escape(groups.get("name") or "")
    if program.language == "py":
        status = name if groups.get("bare") else rf"{name}\.returncode"
        head, end = rf"if {status}(?: != 0| > 0)?:[ ]?\n", r"(?!(?P=indent)[ \t]|[ \t]*(?:else|elif)\b)"
        body = r"(?P<body>(?:(?P=indent)[ \t][^\n]*(?:\n|\Z))+)"
    else:
        status = name if program.language == "php" else rf"{name}\.(?:status|exitCode)" if name else groups["status"]
        head, end = rf"if \({status}(?: !==? 0| > 0)?\) \{{[ ]?\n", r"(?P=indent)\}(?=[ ]?\n)(?!\s*else\b)"
        body = r"(?P<body>(?:(?P=indent)[ \t][^\n]*\n)+)"
    pattern = rf"^(?P<indent>[ \t]*)(?P<set>{head}{body}{end})"
    return re.compile(pattern, re.MULTILINE).search(program.text, run.end(), run.end() + _NEAR)


def _only_tells(body: str) -> bool:
    """True for statements that say what went wrong and do nothing about it."""
    said = body.strip()
    told = WRONG.search(said) or "stderr" in said
    return bool(_SAYS.match(said) and told and not FINE.search(said)) and not _KEEPS.search(_STRINGS.sub("''", said))
