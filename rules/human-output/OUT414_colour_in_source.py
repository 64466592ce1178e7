"""A program, hook or script of the repository switches colour on for whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.program_texts import ProgramText, heads_above, program_texts
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="OUT414",
    name="colour-in-source",
    category=Category.HUMAN_OUTPUT,
    summary="A program, commit hook or package script forces colour, in pipes and logs too.",
    why=(
        "Libraries for colour look whether a terminal reads them. Told to colour always, they put escape codes between the words "
        "that an agent searches for, and no option of the program takes them away."
    ),
    remediation="Leave the choice to the library, which knows terminals and NO_COLOR.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=2, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad(
            {"tool/cli.py": "import rich\n\n\ndef main():\n    rich.reconfigure(\n        force_terminal=True,\n    )\n"},
            at=("tool/cli.py:6",),
        ),
        Bad({"Dockerfile": "FROM rust:1.90\nENV CARGO_TERM_COLOR=always\n"}, at=("Dockerfile:2",), title="for all that runs in it"),
        Bad({"Makefile": "export FORCE_COLOR = 1\nall:\n\tnpm run build\n"}, at=("Makefile:1",)),
        Bad({"ci/build.sh": "#!/bin/sh\nexport FORCE_COLOR=1\nnpm run build\n"}, at=("ci/build.sh:2",)),
        Bad({".husky/pre-commit": "#!/bin/sh\nFORCE_COLOR=2 pnpm lint-staged\n"}, at=(".husky/pre-commit:2",)),
        Bad(
            {".pre-commit-hooks.yaml": "- id: lint\n  entry: lint -v --force-color\n  language: python\n"},
            at=(".pre-commit-hooks.yaml:2",),
        ),
        Bad(
            {"package.json": '{"scripts": {\n"lint": "cross-env FORCE_COLOR=1 eslint -f json ."\n}}\n'},
            at=("package.json:2",),
        ),
        Bad(
            {"src/test/index.ts": "const mocha = new Mocha({\n  ui: 'tdd',\n  color: true,\n});\n"},
            at=("src/test/index.ts:3",),
        ),
        Bad(
            {"cli.js": "main().catch((e) => {\n  process.stderr.write(util.inspect(e, { colors: true }));\n});\n"},
            at=("cli.js:2",),
        ),
        Bad(
            {"build.js": "compiler.run((err, stats) => {\n  console.log(stats.toString({\n    chunks: false,\n    colors: true,\n  }));\n});\n"},
            at=("build.js:4",),
            title="what a bundler found, for whoever reads",
        ),
        Bad(
            {"tasks.py": 'import subprocess\n\nsubprocess.check_call(["git", "diff", "--color=always"])\n'},
            at=("tasks.py:3",),
        ),
        Bad(
            {"bin/state": '#!/bin/bash\ngreen="\\033[32m"\nreset="\\033[0m"\necho -e "${green}up${reset} $1"\n'},
            at=("bin/state:4",),
            title="escape codes of its own, whoever reads",
        ),
        Bad(
            {
                "scripts/checkstyle.py": (
                    "#!/usr/bin/env python3\nclass C:\n    RED = '\\033[91m'\n    RESET = '\\033[0m'\n\n\n"
                    "def report(name, line):\n    print(f'{C.RED}{name}{C.RESET}:{line}')\n"
                )
            },
            at=("scripts/checkstyle.py:8",),
            title="a checker's findings",
        ),
        Bad(
            {
                "misc/ci.py": "#!/usr/bin/env python3\ndef error(path, text):\n    print('\\x1b[1;31m{}\\x1b[0m{}'.format(path, text))\n",
                "tests/site_scons/site_init.py": "def run(target, source, env):\n    print('\\033[32m[ OK ]\\033[0m ' + str(target[0]))\n",
            },
            at=("misc/ci.py:3", "tests/site_scons/site_init.py:2"),
            title="what a job runs, and what a build loads",
        ),
        Bad(
            {"test/helper.rb": "Minitest::Reporters.use! [\n  Minitest::Reporters::DefaultReporter.new(\n    :color => true\n  )\n]\n"},
            at=("test/helper.rb:3",),
        ),
        Bad({"phpcs.xml.dist": '<ruleset>\n  <arg name="colors"/>\n</ruleset>\n'}, at=("phpcs.xml.dist:2",)),
        Bad(
            {"build.sh": "#!/bin/bash\nset -e\nif [ $# = 0 ]; then\n  _BOLD=$(tput bold)\n  echo \"${_BOLD}Usage\"\nfi\n"},
            at=("build.sh:4",),
            title="tput fails where no terminal is named, and ends the script",
        ),
        Bad(
            {"bin/many": "#!/bin/sh\nred=$(tput setaf 1)\necho \"${red}x\"\n", "templates/zshrc": ""},
            at=("bin/many:2",),
            title="a program for others",
        ),
        Bad({"bin/move.js": "const spinner = ora({ text: 'Moving', isEnabled: true }).start();\n"}, at=("bin/move.js:1",)),
    ),
    good=(
        Good(
            {"build.sh": "#!/bin/bash\nset -e\n_BOLD=$(tput bold 2>/dev/null || true)\necho \"${_BOLD}x\"\n"},
            because="it may fail, and then there is no colour",
        ),
        Good(
            {
                "build.sh": "#!/bin/sh\nif [ -t 1 ]; then\n  export FORCE_COLOR=1\nfi\n",
                "Makefile": "export FORCE_COLOR = 0\nexport CLICOLOR_FORCE ?= 1\n",
                "scripts/activate.sh": "export FORCE_COLOR=1\n",
            },
            because="at a terminal, off, left to whoever calls, and in a person's own shell",
        ),
        Good({"phpcs.xml": '<ruleset>\n  <!-- <arg name="colors"/> -->\n</ruleset>\n'}, because="commented out"),
        Good(
            {"cli.py": "import rich\n\nif args.color == 'always':\n    rich.reconfigure(force_terminal=True)\n"},
            because="asked for",
        ),
        Good(
            {
                "cmd/root.go": (
                    'package cmd\n\nimport "github.com/fatih/color"\n\nfunc setUp(s *Settings) {\n\tswitch s.ColorMode {\n\tcase "never":\n'
                    '\t\tcolor.NoColor = true\n\tcase "always":\n\t\tcolor.NoColor = false\n\t}\n}\n'
                )
            },
            because="asked for by a case of its own",
        ),
        Good({"tests/test_cli.py": "console = Console(force_terminal=True)\n"}, because="what a test looks at"),
        Good({".husky/pre-commit": "#!/bin/sh\nFORCE_COLOR=0 pnpm lint-staged\n"}, because="colour is forced off"),
        Good(
            {"build.js": "console.log(stats.toString({ colors: process.stdout.isTTY }));\nmake({ colors: true });\n"},
            because="a terminal is looked for, and no output of a bundler",
        ),
        Good({"cli.js": "log(util.inspect(e, { colors: process.stderr.isTTY }));\n"}, because="a terminal is looked for"),
        Good({"src/run.js": "spawn(process.execPath, args, { env: { FORCE_COLOR: 1 } });\n"}, because="the product passes on"),
        Good(
            {"draw.py": "def draw():\n    return Console(file=io.StringIO(), force_terminal=True)\n"},
            because="drawn into a buffer that the program shows",
        ),
        Good(
            {"bin/state": '#!/bin/bash\n[ -t 1 ] && green="\\033[32m"\necho -e "${green}up $1"\n'},
            because="it looks for a terminal",
        ),
        Good({"bin/256-colors": '#!/bin/sh\nfor i in 1 2; do echo "\\033[3${i}mcolour $i\\033[0m"; done\n'}, because="a chart of colours"),
        Good(
            {"bin/tidy": "#!/bin/sh\nred=$(tput setaf 1)\necho \"${red}x\"\n", "home/.zshrc": "", "home/.gitconfig": ""},
            because="one person's home: tput asks that person's terminal",
        ),
        Good({"pkg/view.go": 'cmd := run("git", "diff", "--color=always")\n'}, because="a screen of its own shows it"),
    ),
)  # fmt: skip

_ON = r"[\"']?(?:1|2|3|true|always|yes)\b"
_ANYWHERE = {
    "py": (
        lazily(r"\bforce_terminal\s{0,3}=\s{0,3}True\b|\bclick\.s?echo\([^\n#]{0,200}\bcolor=True"),
        lazily(rf"\bos\.environ\[[\"'](?:FORCE_COLOR|PY_COLORS|CLICOLOR_FORCE)[\"']\]\s*=\s*{_ON}"),
    ),
    "js": (
        lazily(
            r"(?:console\.\w+|process\.std(?:out|err)\.write)\([^\n]{0,160}\binspect\([^\n]{0,120}\bcolors:\s*true|\bchalk\.level\s*=\s*[123]\b"
            r"|\bnew (?:chalk\.Instance|Chalk|chalk\.constructor)\(\s*\{\s*level:\s*[123]\b|\bcolors\.enable\(\)"
            r"|\bora\(\s*\{[^{}]{0,160}\bisEnabled:\s*true\b|\bnoTTYOutput:\s*true\b"
        ),
        lazily(rf"^\s*process\.env\.FORCE_COLOR\s*=\s*{_ON}", re.MULTILINE),
        lazily(r"\b[sS]tats[!?]?\.toString\(\s*\{[^{}]{0,300}?(?P<set>\bcolors:\s*true\b)"),
    ),
    "go": (lazily(r"\bcolor\.NoColor\s*=\s*false\b"),),
    "rb": (lazily(r"\bRainbow\.enabled\s*=\s*true\b|\bPastel\.new\(enabled:\s*true\)"),),
    "rs": (lazily(r"\bcontrol::set_override\(true\)"),),
}  # fmt: skip
_IN_TESTS = {
    "js": (lazily(r"\bnew Mocha\(\{(?:[^}\n]*\n){0,8}?[^}\n]*?(?P<set>\bcolors?:\s*true\b)|\bmocha\.useColors\(true\)"),),
    "rb": (lazily(r"Reporters?::\w*Reporter\.new\((?:[^)\n]*\n){0,4}?[^)\n]*?(?P<set>(?::color\s*=>|color:)\s*true)"),),
}  # fmt: skip
"""How a suite's own runner is told to colour its result."""
_OF_TOOLS = lazily(r"[\"'](?:--colou?r=always|--force-colou?r)[\"']")
_TOOLS = lazily(
    r"^[^/]+\.(?:py|rb|js|mjs|ts)$|^Rakefile$|(?:^|/)(?:bin|scripts?|tools?|hack|ci|\.ci|\.github|tasks|dev)/"
)
_ASKED = lazily(
    r"\b(?:if|elif|else|unless|case|when|match|switch)\b.{0,200}(?:colou?r|tty|terminal|force|ansi|\bci\b|interactive|win)"
    r"|^(?:case|when|\|)? ?.{0,40}[\"'`](?:always|yes|on|true)[\"'`][\w\"'`|, ]*(?::|=>|->|then|$)",
    re.IGNORECASE,
)
_FOR_A_SCREEN = lazily(r"\bfzf\b|\bpager\b|\bless\b|\bcurses\b|\btextual\b", re.IGNORECASE)
_TO_A_BUFFER = lazily(r"\bfile=|\brecord=True|StringIO|force_interactive=False")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag what forces colour in programs, commit hooks and package scripts."""
    for program in program_texts(whole):
        for span in _forced(program):
            yield _hit(program.path, span, program.text[span.start : span.end])
    for path in whole.judged:
        pattern = _settings_pattern(path)
        text = repository.text(path) if pattern is not None and not aside(path) else ""
        for match in pattern.finditer(text) if pattern is not None else ():
            yield _hit(path, Span(*match.span("set")), match["set"])
    for path in whole.judged:
        text = repository.text(path) if _IN_BIN.search(path) and not aside(path) else ""
        printed = _first_coloured(text, bool(_IN_BUILD.search(path)))
        if _COLOUR_CHART.search(path):
            continue  # its colours are what it is for
        if printed is not None:
            yield _hit(path, printed, text[printed.start : printed.end])
        elif _SHELL_FILE.search(path) and not aside(path):
            asked = _first_tput(text or repository.text(path), bool(text))
            if asked is not None and not _is_home(whole):
                yield _hit(path, asked, repository.text(path)[asked.start : asked.end])


_IN_BIN = lazily(
    r"(?:^|/)bin/[\w-]+(?:\.(?:sh|bash|py|rb|pl))?$|(?:^|/)(?:scripts?|tools?|hack|dev)/[\w-]*(?:check|lint|style|verify|audit)[\w-]*\.(?:py|rb|pl)$"
    r"|(?:^|/)(?:\.?ci|\.github)/(?:[\w-]+/){0,3}[\w-]+\.(?:py|rb|pl)$|(?:^|/)ci\.(?:py|rb|pl)$|(?:^|/)site_scons/(?:[\w-]+/){0,3}\w+\.py$"
)
"""Programs for whoever comes, checkers of the repository, what its jobs run, and extensions of its build, whose findings are read
by whoever runs them."""
_COLOUR_CHART = lazily(
    r"(?:^|/)(?:(?:show|print|list|test)-?)?(?:term(?:inal)?-?)?(?:(?:16|256|24-?bit|true|ansi)-?)?(?:colou?rs?|palette)"
    r"(?:-?(?:tests?|charts?|tables?|maps?|palettes?|codes))?(?:\.\w+)?$|(?:^|/)(?:rainbow|nyan\w*)(?:\.\w+)?$"
)
_OF_A_HOME = lazily(
    r"(?:^|/)[._]?(?:(?P<shell>zshrc|bashrc|bash_profile|config\.fish)|(?P<editor>vimrc|init\.(?:vim|lua))|(?P<git>gitconfig)"
    r"|(?P<other>tmux\.conf|inputrc|hushlogin))(?:\.symlink)?$"
)


def _is_home(whole: Repository) -> bool:
    """True for the settings of one person's home: what its scripts ask of the terminal, that person's terminal answers."""
    kinds = {found.lastgroup for path in whole.judged if (found := _OF_A_HOME.search(path)) and not aside(path)}
    return len(kinds) > 1


_IN_BUILD = lazily(r"(?:^|/)site_scons/")
"""Sources that a build program loads: they have no first line that names an interpreter."""
_SCRIPT_HEAD = lazily(r"#!.*\b(?:ba|z|k|da)?sh\b|#!.*\b(?:python|ruby|perl)")
_ESCAPE = lazily(r"\\(?:e|E|033|x1[bB]|u001b)\[")
_NAMED = lazily(
    r"^[ \t]*(?:local |export |readonly |declare (?:-r )?)?(\w+) ?= ?\$?[\"'(]*[^\n]{0,20}\\(?:e|E|033|x1[bB]|u001b)\[",
    re.MULTILINE,
)
_PRINTS = lazily(r"(?:^|[\s{;(])(?:echo|printf|print|puts)[ (][^\n]*$", re.MULTILINE)
_LOOKS = lazily(
    r"-t (?:1|2|\"1|0\b)|isatty|NO_COLOR|tput colors|no-?colou?r|tty\?|\btty -s|fzf|TERM\b.{0,20}dumb|--colou?r",
    re.IGNORECASE,
)


def _first_coloured(text: str, loaded: bool) -> Span | None:
    """Where a program in a folder of programs first prints in colour, if it never looks who reads it."""
    text = text.replace("\r\n", " \n")
    if not (loaded or _SCRIPT_HEAD.match(text[:200])) or not _ESCAPE.search(text) or _LOOKS.search(text):
        return None
    names = "|".join(re.escape(found[1]) for found in _NAMED.finditer(text))
    used = re.compile(rf"\$\{{?(?:{names})\b|\b(?:{names})\b(?=[ ,+)}}])") if names else _ESCAPE
    for match in _PRINTS.finditer(text):
        if ">&2" not in match[0] and "sage" not in match[0] and (_ESCAPE.search(match[0]) or used.search(match[0])):
            start = match.start() + len(match[0]) - len(match[0].lstrip(" \t{;(\n"))
            return Span(start, match.end())
    return None


_SHELL_FILE = lazily(r"(?:^|/)(?:bin/[\w-]+|[\w-]+\.(?:sh|bash))$")
_TPUT = lazily(
    r"^[ \t]*(?P<set>(?:local |export |readonly |declare (?:-\w+ )?)?\w+=\"?(?:\$\(|`)tput (?:bold|setaf|sgr0|rev|smul|smso)[^\n|>;&]*)$",
    re.MULTILINE,
)
_ENDS_AT_FAILURE = lazily(r"^set -[a-z]*e|^set -o errexit|^#!.*\bsh -[a-z]*e", re.MULTILINE)


def _first_tput(text: str, in_bin: bool) -> Span | None:
    """Where a script asks tput for colours, whoever reads: without a terminal it ends there under `set -e`."""
    if "tput " not in text or not _SCRIPT_HEAD.match(text[:200]) or _LOOKS.search(text):
        return None
    found = _TPUT.search(text)
    ends = _ENDS_AT_FAILURE.search(text) if found is not None else None
    if found is None or not (in_bin or (ends is not None and ends.start() < found.start())):
        return None
    return Span(*found.span("set"))


def _hit(path: str, span: Span, written: str) -> Hit:
    text = " ".join(written.split())[-60:]
    return Hit(
        place=Place(path, span),
        message=f"`{text}` puts colour codes into pipes and logs too; leave the choice to the program",
        unit="",
    )


def _forced(program: ProgramText) -> Iterator[Span]:
    """Where a program switches colour on, and nobody asked for it."""
    if not any(mark in program.text for mark in _MARKS):
        return
    patterns = () if program.tested else _ANYWHERE.get(program.language, ())
    patterns += _IN_TESTS.get(program.language, ())
    if not program.tested and _TOOLS.search(program.path) and not _FOR_A_SCREEN.search(program.text):
        patterns += (_OF_TOOLS,)
    for pattern in patterns:
        for match in pattern.finditer(program.text):
            span = Span(*match.span("set" if match.groupdict().get("set") else 0))
            line = program.text[line_start(program.text, span.start) : span.start]
            around = program.text[max(0, span.start - 200) : span.end + 200]
            if "force_terminal" in match[0] and _TO_A_BUFFER.search(around):
                continue  # what is drawn there is shown by the program itself
            if line.lstrip().startswith(("#", "//", "*", "/*")) or _ASKED.search(line) or "? " in line:
                continue
            if line.replace('\\"', "").count('"') % 2:
                continue  # it stands in a string: source about source
            if not any(_ASKED.match(head) or "isatty" in head for head in heads_above(program.text, span.start)):
                yield span


_MARKS = (
    "olor",
    "OLOR",
    "olour",
    "chalk",
    "Chalk",
    "Rainbow",
    "Pastel",
    "set_override",
    "force_terminal",
    "isEnabled",
    "noTTYOutput",
)
"""Words without which a text switches no colour on."""
_VARIABLE = (
    rf"(?<![\w-])(?:FORCE_COLOR|CLICOLOR_FORCE|PY_COLORS|ANSIBLE_FORCE_COLOR|PRE_COMMIT_COLOR|MYPY_FORCE_COLOR)={_ON}"
)
_OPTION = r"--force-colou?r\b|--colou?r[= ](?:always|yes)\b"
_HOOK = lazily(rf"^[^\n#]*?(?P<set>(?:{_VARIABLE}|{_OPTION})[^\n]*)", re.MULTILINE)
_CONFIGURED = lazily(rf"^[ \t-]*(?:entry|args|run)[\"']?:(?P<set>[^\n#]*(?:{_VARIABLE}|{_OPTION})[^\n]*)", re.MULTILINE)
_SCRIPT = lazily(rf"\"[\w:.-]+\"\s*:\s*\"(?P<set>(?:[^\"\\\n]|\\.)*?{_VARIABLE})")
_HOOK_FILES = lazily(r"(?:^|/)\.?(?:husky|githooks|git-hooks|hooks)/(?:pre|post|commit|prepare)-[\w-]+$")
_HOOK_SETTINGS = lazily(r"(?:^|/)(?:\.pre-commit-(?:config|hooks)\.yaml|\.?lefthook\.ya?ml)$")


def _settings_pattern(path: str) -> re.Pattern[str] | None:
    if _HOOK_FILES.search(path):
        return _HOOK
    if _HOOK_SETTINGS.search(path):
        return _CONFIGURED
    name = path.rsplit("/", 1)[-1]
    if name in _OF_PHPCS:
        return _PHPCS
    if _OF_IMAGES.match(name) or _OF_RECIPES.match(name):
        return _IN_IMAGE if _OF_IMAGES.match(name) else _EXPORTED
    if name.endswith((".sh", ".bash")) and not _FOR_A_HAND.search(path):
        return _EXPORTED
    return _SCRIPT if name == "package.json" else None


_SWITCH = rf"(?:FORCE_COLOR|CLICOLOR_FORCE|PY_COLORS|ANSIBLE_FORCE_COLOR|MYPY_FORCE_COLOR){{0}}{_ON}|CARGO_TERM_COLOR{{0}}[\"']?always\b"
_OF_IMAGES = lazily(r"(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$")
_IN_IMAGE = lazily(rf"^[ \t]*(?P<set>ENV[ \t]+(?:{_SWITCH.format('[= ]')}))", re.MULTILINE)
"""What an image sets for all that ever runs in it."""
_OF_RECIPES = lazily(r"(?:GNUmakefile|[Mm]akefile|[\w.-]+\.mk|\.?[Jj]ustfile)$")
_EXPORTED = lazily(rf"^(?P<set>export[ \t]+(?:{_SWITCH.format('[ ]*:?=[ ]*')}))", re.MULTILINE)
"""A switch for all that follows, under no condition."""
_FOR_A_HAND = lazily(r"(?:^|/)(?:activate|env(?:rc|ironment)?|setup-?env|profile|aliases|shell)[\w-]*\.(?:ba)?sh$")
"""Scripts that a person sources into a shell of their own."""
_OF_PHPCS = frozenset({"phpcs.xml", "phpcs.xml.dist", ".phpcs.xml", ".phpcs.xml.dist", "phpcs.dist.xml"})
_PHPCS = lazily(r"^[ \t]*(?P<set><arg\s+name=\"colors\"\s*/?>)", re.MULTILINE)
