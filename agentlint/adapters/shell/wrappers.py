"""Take wrappers off a command line: what is really run by `sudo env A=b timeout 5 poetry run python -m pytest`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from agentlint.adapters.shell.containers import container
from agentlint.adapters.shell.program_words import program_of_word
from agentlint.adapters.shell.run import Run, skip_options
from agentlint.adapters.shell.wrapper_table import (
    PACKAGE_RUNNERS,
    SHELLS,
    SIMPLE,
    Wrapper,
)
from agentlint.adapters.shell.wrappers_by_name import cmake_helper, go_tool, own_wrapper, program_of_nixpkgs
from agentlint.facts.command import Word

MAX_WRAPPERS = 12

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)


def unwrap(words: Sequence[Word]) -> list[Run]:
    """What a command line runs, outermost first. Containers give both themselves and what runs inside."""
    found: list[Run] = []
    current: Run | None = Run(tuple(words))
    for _ in range(MAX_WRAPPERS):
        if current is None or not current.words:
            break
        step = _step(current)
        if step is None:
            found.append(current)
            current = None
            break
        keep, current = step
        if keep is not None:
            found.append(keep)
    if current is not None and current.words:
        found.append(current)
    return found


_Step = tuple["Run | None", "Run | None"]


def _step(run: Run) -> _Step | None:
    """One wrapper taken off: what to keep of the wrapper itself, and what it runs. None: not a wrapper."""
    name = program_of_word(run.words[0])
    simple = SIMPLE.get(name)
    if simple is not None:
        return _simple(run, name, simple)
    if name in SHELLS:
        return _shell(run, name)
    special = _SPECIAL.get(name) or (_python if not name and _runs_a_module(run.words) else None)
    if special is not None:
        return special(run, name)
    runners = PACKAGE_RUNNERS.get(name)
    if runners is not None:
        return _package_runner(run, name, runners)
    return own_wrapper(run, name)


def _assignments(words: Sequence[Word], at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while at < len(words):
        match = _ASSIGNMENT.match(words[at].text)
        if match is None:
            break
        found[match[1]] = match[2]
        at += 1
    return found, at


def _inside(run: Run, wrapper: str, at: int, **changes: object) -> Run:
    return replace(run, words=run.words[at:], wrappers=(*run.wrappers, wrapper), **changes)  # type: ignore[arg-type]


def _with(run: Run, environment: Mapping[str, str]) -> Mapping[str, str]:
    return {**run.environment, **environment} if environment else run.environment


def _simple(run: Run, name: str, wrapper: Wrapper) -> _Step | None:
    words = run.words
    if any(word.text in wrapper.stops for word in words[1:4]):
        return None
    at = skip_options(words, 1, wrapper.values)
    if wrapper.script and (script := _after(words, wrapper.script)) is not None:
        return None, replace(run, words=(script,), wrappers=(*run.wrappers, name), script=script)
    environment: dict[str, str] = {}
    at = _own_end(words, 1, at, wrapper)
    if wrapper.assignments:
        environment, at = _assignments(words, at)
    if at >= len(words):
        return None
    label = name if not wrapper.label else wrapper.label
    return None, _inside(
        run,
        label,
        at,
        environment=_with(run, environment),
        arguments_from_input=run.arguments_from_input or wrapper.eats,
        elsewhere=run.elsewhere or wrapper.elsewhere,
    )


def _own_end(words: Sequence[Word], start: int, at: int, wrapper: Wrapper) -> int:
    """Where the wrapper's own words end: behind its operands, its `--`, or the option that takes the command."""
    if wrapper.after:
        found = next((i + 1 for i in range(start, len(words)) if words[i].text in wrapper.after), None)
        if found is not None:
            return found
    if wrapper.dashes:
        found = next((i + 1 for i in range(start, len(words)) if words[i].text == "--"), None)
        if found is not None:
            return found
    return at + wrapper.operands


def _after(words: Sequence[Word], options: frozenset[str]) -> Word | None:
    for index, word in enumerate(words[1:-1], 1):
        if word.text in options:
            return words[index + 1]
    return None


def _shell(run: Run, name: str) -> _Step | None:
    """`bash -c '...'`, `sh -s`, `bash < script`; `bash script.sh` is left alone."""
    words = run.words
    flags = ""
    at = 1
    while at < len(words) and words[at].text[:1] in {"-", "+"} and len(words[at].text) > 1:
        text = words[at].text
        if text.startswith("--"):
            at += 2 if text in {"--rcfile", "--init-file"} else 1
            continue
        letters = text[1:]
        if "c" in letters and text[0] == "-":
            operand = skip_options(words, at + 1, frozenset({"-o", "-O"}))
            if operand >= len(words):
                return None
            script = words[operand]
            flags += letters
            return None, replace(
                run, words=(script,), wrappers=(*run.wrappers, f"{name} -c"), script=script, flags=flags
            )
        at += 1
        if letters.endswith(("o", "O")) and at < len(words):
            flags += "".join({"errexit": "e", "pipefail": "P"}.get(words[at].text, ""))
            at += 1
        if text[0] == "-":
            flags += letters
    if at >= len(words) or "s" in flags:
        return replace(run, from_input=True, flags=flags), None
    return None


def _python(run: Run, name: str) -> _Step | None:
    """`python -m module`."""
    words = run.words
    at = 1
    while at < len(words) and words[at].text.startswith("-") and len(words[at].text) > 1:
        text = words[at].text
        module = _MODULE.match(text)
        if module is not None and module[1]:
            first = replace(words[at], text=module[1])
            return None, replace(run, words=(first, *words[at + 1 :]), wrappers=(*run.wrappers, "python -m"))
        if module is not None and at + 1 < len(words):
            return None, _inside(run, "python -m", at + 1)
        if text in {"-c", "-"}:
            return None
        at += 2 if text in {"-W", "-X", "--check-hash-based-pycs"} else 1
    return None


_MODULE = re.compile(r"-[bBdEiIOPqRsSuvx]*m([A-Za-z_][\w.]*)?\Z")
"""`-m pip`, `-mpip`, `-Im pip`: the option takes the rest of its word, or the next one (docs.python.org/3/using/cmdline.html)."""
_MODULES_OF_PYTHON = frozenset(
    "pip pytest unittest build venv virtualenv ensurepip tox nox coverage mypy ruff black flake8 twine auditwheel pipx uv".split()
)


def _runs_a_module(words: Sequence[Word]) -> bool:
    """`"$PY" -m pip`, `/usr/bin/python${{ matrix.ver }} -m pytest`: whatever is not known of the name, it is a Python."""
    return len(words) > 2 and words[1].text == "-m" and words[2].text in _MODULES_OF_PYTHON


_NODE_TOOLS = frozenset(
    "mocha _mocha eslint karma jest vitest ava xo tap tape jasmine nyc c8 cross-env tsc prettier stylelint webpack rollup".split()
)


def _node(run: Run, name: str) -> _Step | None:
    """`node helper.js mocha test`: a helper that starts a tool; `node node_modules/mocha/bin/_mocha`: the tool itself."""
    words = run.words
    at = skip_options(words, 1, frozenset({"-r", "--require", "--import", "--loader"}))
    if at >= len(words):
        return None
    script = words[at].text
    if "node_modules/" in script and script.rsplit("/", 1)[-1].removesuffix(".js") in _NODE_TOOLS:
        first = replace(words[at], text=script.rsplit("/", 1)[-1].removesuffix(".js"))
        return None, replace(run, words=(first, *words[at + 1 :]), wrappers=(*run.wrappers, name))
    if script.endswith((".js", ".mjs", ".cjs")) and at + 1 < len(words) and words[at + 1].text in _NODE_TOOLS:
        return run, _inside(run, f"{name} {script}", at + 1)
    return None


_PHP_TOOLS = frozenset(
    "phpunit simple-phpunit phpstan psalm pest paratest phpcs phpcbf php-cs-fixer composer rector infection behat codecept phpspec phpmd"
    " parallel-lint phan ecs deptrac phplint phpbench kahlan pint peck".split()
)

_PHP_WHEREVER = frozenset({"composer", "phpunit", "simple-phpunit", "pest", "paratest", "behat", "phpspec"})
"""Runners of tests are that in a project's own folder too (`config.bin-dir`), the runner's own repository included."""


def _php(run: Run, name: str) -> _Step | None:
    """`php -d memory_limit=-1 vendor/bin/phpunit`, `php composer.phar install`: the tool, which is a script of PHP's."""
    words = run.words
    at = skip_options(words, 1, frozenset({"-d", "-c", "-z", "--define", "--php-ini"}))
    if at >= len(words) or any(
        word.text[:2] not in {"-d", "-c", "-n", "-q"} for word in words[1:at] if word.text[0] == "-"
    ):
        return None
    path = words[at].text
    tool = path.rsplit("/", 1)[-1].removesuffix(".phar").removesuffix(".php")
    installed = "vendor/" in path or "tools/" in path or path.startswith(("/", "~", "$"))
    if tool not in _PHP_TOOLS or not (installed or tool in _PHP_WHEREVER):
        return None  # `php bin/phpcs` is a project's own
    first = replace(words[at], text=tool)
    return None, replace(run, words=(first, *words[at + 1 :]), wrappers=(*run.wrappers, name))


def _find(run: Run, name: str) -> _Step | None:
    words = run.words
    for index, word in enumerate(words):
        if word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
            end = next((i for i in range(index, len(words)) if words[i].text in {";", "+"}), len(words))
            inner = replace(run, words=words[index + 1 : end], wrappers=(*run.wrappers, "find -exec"))
            return run, inner if inner.words else None
    return None


def _parallel(run: Run, name: str) -> _Step | None:
    values = frozenset({"-j", "--jobs", "-n", "-N", "-I", "-a", "--delay", "--timeout", "--colsep", "-C", "--results"})
    at = skip_options(run.words, 1, values)
    end = next((i for i in range(at, len(run.words)) if run.words[i].text.startswith(":::")), len(run.words))
    inner = replace(run, words=run.words[at:end], wrappers=(*run.wrappers, name), arguments_from_input=True)
    return (None, inner) if inner.words and inner.words[0].text != ":::" else None


def _package_runner(run: Run, name: str, runners: Mapping[str, Wrapper]) -> _Step | None:
    """`uv run`, `npm exec --`, `bundle exec`: a subcommand that runs another program."""
    words = run.words
    if name == "nix" and (packaged := program_of_nixpkgs(run)) is not None:
        return None, packaged
    direct = runners.get("")
    any_values = direct.values if direct else frozenset(v for w in runners.values() for v in w.values)
    at = skip_options(words, 1, any_values, stop=False)
    if at < len(words) and words[at].text in runners and direct is None:
        wrapper = runners[words[at].text]
        label = f"{name} {words[at].text}"
        two = f"{words[at].text} {words[at + 1].text}" if at + 1 < len(words) else ""
        if two in runners:
            wrapper, label, at = runners[two], f"{name} {two}", at + 1
        return _run_inside(run, label, at + 1, wrapper)
    two = " ".join(word.text for word in words[at : at + 2])
    if direct is None and two in runners:
        return _run_inside(run, f"{name} {two}", at + 2, runners[two])
    if name == "yarn" and [word.text for word in words[1:2]] == ["run"]:
        binary = skip_options(words, 2, frozenset())
        top = {word.text for word in words[2:binary]} & _OF_THE_TOP
        return (None, _inside(run, "yarn run", binary)) if top and binary < len(words) else None
    if direct is None and name in _RUN_TOOLS and at + 1 < len(words) and words[at].text in _NODE_BINARIES:
        return run, _inside(run, name, at)
    return _run_inside(run, name, 1, direct) if direct is not None else None


_RUN_TOOLS = frozenset({"yarn", "pnpm", "bun"})
_OF_THE_TOP = frozenset({"-T", "--top-level", "-B", "--binaries-only"})
"""`yarn run -T lerna`: the program that the workspace at the top has installed."""
_NODE_BINARIES = _NODE_TOOLS | frozenset(
    "nx turbo lerna playwright cypress vue-tsc oxlint biome tslint svelte-check wdio tsx vite changeset".split()
)
"""`yarn jest --ci`: a word that is no script of the package is looked for among the installed programs."""


def _run_inside(run: Run, label: str, at: int, wrapper: Wrapper) -> _Step | None:
    words = run.words
    if wrapper.script and (script := _after(words, wrapper.script)) is not None:
        return None, replace(run, words=(script,), wrappers=(*run.wrappers, label), script=script)
    end = skip_options(words, at, wrapper.values)
    while wrapper.module and end < len(words) and words[end].text.startswith("$") and not words[end].literal:
        end = skip_options(words, end + 1, wrapper.values)  # options that a variable holds
    module = next((i for i in range(at, min(end, len(words))) if words[i].text in {"-m", "--module"}), None)
    if wrapper.module and module is not None and module + 1 < len(words):
        inner = replace(run, words=words[module + 1 :], wrappers=(*run.wrappers, label, "python -m"))
        return None, inner
    end = _own_end(words, at, end, wrapper)
    if end >= len(words):
        return None
    if any(mark in words[end].text for mark in wrapper.stops):
        return None
    first = words[end]
    if wrapper.package and (first.text[:1].isalpha() or first.text.startswith("@")):
        first = replace(first, text=first.text[0] + re.split(r"@|[=~!<>]=|[<>]", first.text[1:], maxsplit=1)[0])
    inner = replace(
        run,
        words=(first, *words[end + 1 :]),
        wrappers=(*run.wrappers, label),
        elsewhere=run.elsewhere or wrapper.elsewhere,
    )
    return None, inner


def _corepack(run: Run, name: str) -> _Step | None:
    known = {"npm", "pnpm", "yarn", "npx", "pnpx"}
    if len(run.words) > 1 and run.words[1].text.split("@")[0] in known:
        first = replace(run.words[1], text=run.words[1].text.split("@")[0])
        return None, replace(run, words=(first, *run.words[2:]), wrappers=(*run.wrappers, name))
    return None


def _powershell(run: Run, name: str) -> _Step | None:
    for index, word in enumerate(run.words[1:-1], 1):
        if word.text.lower() in {"-c", "-command", "/c"}:
            rest = run.words[index + 1 :]
            text = " ".join(item.text for item in rest)
            script = replace(rest[0], text=text)
            dialect = "cmd" if name == "cmd" else "pwsh"
            label = f"{name} {word.text}"
            return None, replace(run, words=(script,), wrappers=(*run.wrappers, label), script=script, dialect=dialect)
    return None


def _ruby(run: Run, name: str) -> _Step | None:
    """`ruby -S rake`: a program looked for on the path, run by this interpreter."""
    if len(run.words) > 2 and run.words[1].text == "-S":
        return None, _inside(run, f"{name} -S", 2)
    return None


def _ccache(run: Run, name: str) -> _Step | None:
    if len(run.words) > 2 and not run.words[1].text.startswith("-"):
        return None, _inside(run, name, 1)
    return None


def _retry(run: Run, name: str) -> _Step | None:
    """Retry helpers differ: options, then numbers, then the command."""
    at = skip_options(
        run.words, 1, frozenset({"-t", "-d", "-n", "--times", "--delay", "-m", "-s", "-r", "--tries", "--sleep"})
    )
    while at < len(run.words) and re.fullmatch(r"[\d.]+[smh]?", run.words[at].text):
        at += 1
    return (None, _inside(run, name, at)) if at < len(run.words) else None


_SPECIAL: dict[str, Callable[[Run, str], _Step | None]] = {
    "python": _python,
    "pypy3": _python,
    "pypy": _python,
    "node": _node,
    "php": _php,
    "py": _python,
    "find": _find,
    "parallel": _parallel,
    "docker": container,
    "podman": container,
    "nerdctl": container,
    "docker-compose": container,
    "podman-compose": container,
    "corepack": _corepack,
    "powershell": _powershell,
    "pwsh": _powershell,
    "cmd": _powershell,
    "ruby": _ruby,
    "ccache": _ccache,
    "sccache": _ccache,
    "go": go_tool,
    "cmake": cmake_helper,
    "retry": _retry,
    "travis_retry": _retry,
}
