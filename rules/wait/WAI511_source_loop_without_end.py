"""A script in a programming language waits for something in a loop that never gives up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.running.scope import aside
from agentlint.judgements.waiting.source_loops import LANGUAGES, SourceLoop, sleeping_loops
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

_PHP = (
    '<?php\n\n$n = 0;\nwhile (true) {{\n    $json = json_decode(file_get_contents("https://packages.example/p.json?v=$n"), true);\n'
    "    foreach ($json as $v) {{\n        if ($v['version'] === $tag) {{\n            break 2;\n        }}\n    }}\n    sleep(1);\n    $n++;\n{more}}}\n"
)
_PY = "import time\n\n\ndef wait_for(url):\n    while True:\n        try:\n            urlopen(url)\n            break\n        except OSError:\n            {more}time.sleep(2)\n"
_JS = (
    "async function published(version) {{\n  for (;;) {{\n    const response = await fetch(url);\n    if (response.ok) {{\n      return;\n    }}\n"
    "{more}    await new Promise((resolve) => setTimeout(resolve, 5000));\n  }}\n}}\n"
)

RULE = Rule(
    id="WAI511",
    name="source-loop-without-end",
    category=Category.WAIT,
    summary="A script of the repository waits in a loop for something to be there, and never gives up.",
    why="Where it never comes, the run hangs until the limit of the whole job, or for ever at an agent's own machine, and nothing tells why.",
    remediation="Count the tries or set a deadline, and fail with a message that says what was waited for.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=15, source="E8"),
    evidence=("E8", "E36"),
    bad=(
        Bad({"bin/ci/build.php": _PHP.format(more="")}, at=("bin/ci/build.php:4",)),
        Bad({"scripts/wait.py": _PY.format(more="")}, at=("scripts/wait.py:5",), title="a connection that is tried again"),
        Bad({"scripts/release.mjs": _JS.format(more="")}, at=("scripts/release.mjs:2",)),
        Bad(
            {"ci/prepare.rb": "system 'docker compose up -d'\nuntil system('pg_isready -h db')\n  puts 'waiting'\n  sleep 2\nend\n"},
            at=("ci/prepare.rb:2",),
        ),
        Bad(
            {
                "hack/ready/main.go": (
                    "package main\n\nfunc wait() {\n\tfor !isReady(host) {\n\t\tfmt.Println(\"not yet\")\n\t\ttime.Sleep(5 * time.Second)\n\t}\n}\n"
                )
            },
            at=("hack/ready/main.go:4",),
        ),
    ),
    good=(
        Good({"bin/ci/build.php": _PHP.format(more="    if ($n > 60) {\n        exit(1);\n    }\n")}, because="the tries are counted"),
        Good(
            {
                "scripts/wait.py": _PY.format(more="if time.monotonic() > deadline:\n                raise\n            "),
                "scripts/more.py": _PY.format(more="tries -= 1\n            if not tries:\n                raise\n            "),
                "app/wait.py": _PY.format(more=""),
                "tests/scripts/wait.py": _PY.format(more=""),
            },
            because="a deadline, a count, a program's own source, a test under its runner's limit",
        ),
        Good(
            {"scripts/release.mjs": _JS.format(more="    if (response.status !== 404) throw new Error('gone');\n")},
            because="it leaves where the other side fails",
        ),
        Good(
            {
                "scripts/export.py": (
                    "import time\n\nwhile True:\n    rows = fetch(page)\n    if not rows:\n        break\n    out.extend(rows)\n    page += 1\n    time.sleep(1)\n"
                ),
                "scripts/watch.py": "import time\n\nwhile True:\n    report()\n    time.sleep(5)\n",
                "tools/serve.py": "import time\n\nwhile not stopped.is_set():\n    beat()\n    time.sleep(1)\n",
                "tools/run.py": "import time\n\nwhile not process.poll():\n    time.sleep(1)\n",
            },
            because="pages that come to an end, what is there to go on, and the end of a process",
        ),
        Good(
            {"scripts/wait.py": "import asyncio\n\nasync def go():\n    await asyncio.wait_for(ready(), 60)\n\n\n" + _PY.format(more="")},
            because="a limit stands around it",
        ),
    ),
)  # fmt: skip

_TOOLING = lazily(
    r"(?:^|/)(?:bin|\.?ci|\.github|\.buildkite|\.circleci|scripts?|tools?|hack|build[-_]?(?:tools|scripts?)?|release|dev|tasks|magefiles|deploy(?:ment)?)/"
    r"|^(?:setup|tasks|noxfile|build|release|deploy|fabfile|gulpfile|magefile|Rakefile)\.\w+$"
)
_SERVICE = lazily(
    r"daemon|worker|server|service|watch|monitor|bot\b|consumer|scheduler|queue|poller|agent|entrypoint|crawl|scrap",
    re.IGNORECASE,
)
"""Files of programs that run as long as there is work."""
_LIMIT_AROUND = lazily(
    r"\.wait_for\(|signal\.alarm|Promise\.race|With(?:Timeout|Deadline)|Timeout\.timeout|async_timeout|asyncio\.timeout|fail_after"
    r"|move_on_after|set_time_limit|pTimeout|AbortSignal|setitimer|faulthandler"
)
_COUNTED = lazily(
    r"(?:\+\+|--)\$?(\w+)|\$?\b(\w+)(?:\+\+|--|[ ]?[-+]=[ ]?|[ ]=[ ]\$?\w+[ ][-+][ ]\d)|^\s*\$?(\w+) = next\b"
)
_ENDS = lazily(
    r"attempt|retr(?:y|ies)|\btries\b|max_?|limit|deadline|time_?out|elapsed|expire|time\.time\(|monotonic|Date\.now|new Date|datetime|perf_counter"
    r"|performance\.|microtime|\btime\(\)|Time\.now|\btime\.(?:Now|Since|After)|ctx\b|signal|\braise\b|\bthrow\b|\bpanic\(|\bexit\b|\bdie\b|\babort"
    r"|os\.Exit|log\.Fatal|reject\(|return (?:false|False|None|null|nil|undefined|-?1)\b|return [^\n;]*\berr\b|fail|error|cancel|stop|quit|dead|crash|kill"
    r"|poll\(|returncode|is_alive|exitcode|\balive|\binput\(|readline|\bgets\b|stdin|prompt",
    re.IGNORECASE,
)
"""What ends a loop when that which it waits for never comes: a count, a clock, a failure that is looked at, a person."""
_GOES_THROUGH = lazily(
    r"page|cursor|\bnext|offset|token|batch|queue|chunk|append|extend|yield|\.push|\.add\(|insert|\.write|save|process|rate.?limit|quota|throttl|\.pop|\.shift|shift\(|continue"
)
"""Work that comes to an end of itself, with a pause between its parts, and waits for a limit of calls."""
_ENDS_ITSELF = lazily(
    r"running|done|finish|complet|empty|exists?\b.*\.(?:pid|lock)|lock|pending|queued|progress|busy|active_jobs|is_set|closed|\blen\(|count|size|length|[<>]",
    re.IGNORECASE,
)
"""Conditions of work under way, which comes to an end well or not."""
_CAUGHT = lazily(r"^\s*(?:\}\s*)?(?:except|catch|rescue)\b[^\n]*", re.MULTILINE)
_TOLD = lazily(
    r"\bnew Promise\([^\n]*setTimeout[^\n]*|\bsetTimeout\b|^\s*(?:print|console\.\w+|log\w*\.\w+|logging\.\w+|echo|puts|warn|fmt\.F?[pP]rint\w*|log\.Print\w*|core\.\w+|click\.echo|sys\.std\w+\.write|\$?\w*log\w*->\w+)\b[^\n]*"
    r"|(?<!['\"])(?:#|(?<!:)//)[^\n]*",
    re.MULTILINE,
)
_LEAVES = lazily(r"^\s*(?:if\b[^\n]*\s)?(?:break|return)\b", re.MULTILINE)
_EMPTY = lazily(
    r"if (?:not |\(?!)\$?[\w.]+\)*\s*[:{]?\s*(?:break|return)\b|if [^\n]*(?:len\(|\.length|count\(|empty\()"
)
_SHORT = 4
"""Statements, messages left out, that a loop on a condition may have and be there to wait."""


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the loops of scripts that only what they wait for can end."""
    for path in whole.judged:
        name = path.rsplit("/", 1)[-1]
        language = LANGUAGES.get(name[name.rfind(".") :], "") if "." in name else ""
        if not language or not _TOOLING.search(path) or _SERVICE.search(path) or aside(path):
            continue
        text = repository.text(path)
        if not ("leep" in text or "setTimeout" in text or "await" in text) or is_test_code(path, ""):
            continue
        for loop in sleeping_loops(text, language):
            if _never_gives_up(loop) and not _LIMIT_AROUND.search(text):
                message = (
                    "this loop never gives up; count its tries or set a deadline, and fail with what was waited for"
                )
                yield Hit(place=Place(path, loop.span), message=message, unit="")


def _never_gives_up(loop: SourceLoop) -> bool:
    """True where nothing but the arrival of what is waited for ends a loop."""
    body = _TOLD.sub("", _CAUGHT.sub("", "\n".join(loop.lines)))
    known = f"{loop.condition}\n{body}"
    if _ENDS.search(known) or _GOES_THROUGH.search(known) or _is_counted(known):
        return False
    if loop.condition:
        waits = loop.negated or re.match(r"\(*(?:not\b|!)", loop.condition)
        short = sum(bool(re.search(r"\w", line)) for line in body.split("\n")) <= _SHORT
        return bool(waits) and short and "(" in loop.condition and not _ENDS_ITSELF.search(loop.condition)
    return len(_LEAVES.findall(body)) > 0 and not _EMPTY.search(body)


def _is_counted(text: str) -> bool:
    """True where a number that grows in the loop is looked at in it."""
    names = {name for found in _COUNTED.finditer(text) for name in found.groups() if name}
    return any(
        re.search(
            rf"\b(?:if|unless|while|until)\b[^\n]*\b{re.escape(name)}\b|(?:[<>]=?|===?)\s*\$?{re.escape(name)}\b|\b{re.escape(name)}\s*[<>%]",
            text,
        )
        for name in names
    )
