"""Programs whose ways to run another one fit no table: Go's tools, CMake's helpers, programs out of nixpkgs."""

from __future__ import annotations

import re
from dataclasses import replace

from agentlint.adapters.shell.run import Run, skip_options
from agentlint.files.lazily import lazily

_GO_VALUES = frozenset({"-C", "-mod", "-modfile", "-tags", "-exec", "-ldflags", "-gcflags", "-p", "-overlay"})
_PACKAGE_OF_GO = lazily(r"(?:[\w-]+\.)+[a-z]+/[^\s@$]*?([\w.-]+)(?:/v\d+|/\.\.\.)?(?:@[^/]*)?\Z")
_TOOLS_OF_GO = frozenset(
    "addr2line asm buildid cgo compile covdata cover dist distpack doc fix link nm objdump pack pprof preprofile test2json trace vet".split()
)


def go_tool(run: Run, name: str) -> tuple[Run | None, Run | None] | None:
    """`go run example.com/cmd/linter@v1 ./...` and `go tool linter ./...`: the program of another module, by its name."""
    words = run.words
    at = skip_options(words, 1, _GO_VALUES)
    verb = words[at].text if at < len(words) else ""
    at = skip_options(words, at + 1, _GO_VALUES)
    if verb not in {"run", "tool"} or at >= len(words):
        return None
    package = _PACKAGE_OF_GO.match(words[at].text)
    program = package[1] if package else words[at].text if verb == "tool" else ""
    if not program or program in _TOOLS_OF_GO or (not words[at].literal and not package):
        return None
    first = replace(words[at], text=program)
    return run, replace(run, words=(first, *words[at + 1 :]), wrappers=(*run.wrappers, f"go {verb}"))


def cmake_helper(run: Run, name: str) -> tuple[Run | None, Run | None] | None:
    """`cmake -E env A=b make`, `cmake -E time make`, `cmake -E chdir build make` (cmake(1), "Run a Command-Line Tool")."""
    words = run.words
    if len(words) < 4 or words[1].text != "-E":
        return None
    at = {"env": 2, "time": 2, "chdir": 4}.get(words[2].text)
    if at is None or at >= len(words):
        return None
    return None, replace(run, words=words[at:], wrappers=(*run.wrappers, f"{name} -E"))


_OF_NIXPKGS = lazily(r"(?:nixpkgs|github:NixOS/nixpkgs)(?:/[\w.-]+)?#(?:[\w-]+\.)*([\w-]+)\Z", re.IGNORECASE)


def program_of_nixpkgs(run: Run) -> Run | None:
    """`nix run nixpkgs#statix -- check`: a program that mostly bears its package's name (nix.dev/manual, nix3-run)."""
    texts = [word.text for word in run.words]
    if "run" not in texts[1:6]:
        return None
    for at in range(texts.index("run") + 1, min(len(texts), 8)):
        package = _OF_NIXPKGS.match(texts[at])
        if package is not None:
            rest = run.words[at + 1 :]
            rest = rest[1:] if rest and rest[0].text == "--" else rest
            return replace(
                run, words=(replace(run.words[at], text=package[1]), *rest), wrappers=(*run.wrappers, "nix run")
            )
    return None


_WRAPS_BY_NAME = lazily(
    r"(?:\w+[-_])*(?:wrap|wrapper|retry|retries|backoff|noninteractive|quiet|quietly|run|runs|execute)(?:[-_]\w+)*\Z|(?:run|exec|do)(?:[-_]?(?:cmd|command))\Z|runcmd\Z"
)
_ROOT = lazily(r"(?:sudo|doas|\$\{?_?sudo(?:_cmd)?\}?)\Z", re.IGNORECASE)
_WRAPPED = frozenset(
    "apt apt-get apk dnf microdnf yum zypper pacman brew pip pip3 npm yarn pnpm port unzip xbps-install emerge".split()
)
_FRAMED = frozenset(
    "pytest tox nox go cargo npx jest vitest mocha phpunit rspec bundle make gmake cmake ctest ninja mvn ./mvnw gradle ./gradlew dotnet"
    " sbt mix swift bazel bats prove python python3".split()
)
"""Builders and runners of tests that a script's own function frames (`run go test ./...`): told of as if they stood alone."""
_FRAMES_BY_NAME = lazily(
    r"(?:log_?)?(?:run|exec|execute|retry|time|timed|quietly|x|trace|step)(?:_(?:cmd|command|and_log|step))?\Z"
)
_RAISES_BY_NAME = lazily(
    r"_*(?:[a-z\d]+[-_]+)*?(?:(?:try|maybe|may|run|exec|execute|do|use|with|call|auto|smart|my|safe|cond|conditional|optional)[-_]*"
    r"(?:with[-_]|as[-_])?(?:sudo|root)|sudo[-_](?:run|exec|cmd|command|do|if|maybe|wrapper|try|when|exe)|as[-_]?root|elevate)"
    r"(?:[-_](?:if|when|exec|cmd|command|run|maybe)\w*)*\Z"
)
"""A function that runs what follows it as root (`maybe_sudo`, `run_as_root`, `__rvm_try_sudo`)."""
_PROGRAM = lazily(r"[a-z][\w.+-]*\Z|(?:\./|/)[\w./+-]+\Z")


def own_wrapper(run: Run, name: str) -> tuple[Run | None, Run | None] | None:
    """`apt-wrapper apt-get install -y jq`: a script of the image or the project that by its name runs what follows it."""
    words = run.words
    raises = "sudo" in name or "root" in name or name.endswith("elevate")
    if raises and len(words) > 2 and _RAISES_BY_NAME.match(name) and words[1].literal and _PROGRAM.match(words[1].text):
        return run, replace(run, words=words[1:], wrappers=(*run.wrappers, name))
    if len(words) > 2 and words[1].text in _FRAMED and words[1].literal and _FRAMES_BY_NAME.match(name):
        return run, replace(run, words=words[1:], wrappers=(*run.wrappers, name))
    at = 2 if len(words) > 3 and _ROOT.match(words[1].text) else 1
    if len(words) < (2 if words[-1].text == "yarn" else 3):  # `with_backoff yarn` is an install by itself
        return None
    if words[at].text not in _WRAPPED or not _WRAPS_BY_NAME.match(name):
        return None
    at = at if words[1].text.startswith("$") else 1
    return None, replace(run, words=words[at:], wrappers=(*run.wrappers, name))
