"""An installer from the net that asks before it installs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS, input_modes
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Confidence, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT120",
    name="installer-asks",
    category=Category.INTERACTIVE,
    summary="A downloaded installer is run without the option that answers its questions.",
    why=(
        "rustup, ghcup, Miniconda, CMake and the Determinate Nix installer ask before they install, and take the answer from the terminal itself "
        "where their text comes through a pipe. With no terminal they stop with an error; on an idle one they wait."
    ),
    remediation="Give the option or variable that the message names (`sh -s -- -y`, `bash Miniconda3.sh -b`).",
    severity=Severity.BLOCKER,
    confidence=Confidence.MEDIUM,
    programs=frozenset({"curl", "wget", "sh", "bash", "zsh", "dash"}),
    references=("https://rust-lang.github.io/rustup/installation/other.html", "https://www.haskell.org/ghcup/install/"),
    bad=(
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh\n"},
            at=("Dockerfile:2",),
        ),
        Bad({"setup.sh": "#!/bin/sh\nwget -qO- https://get-ghcup.haskell.org | sh\n"}, at=("setup.sh:2",)),
        Bad(
            {
                "setup.sh": "#!/bin/sh\ncurl -O https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh\nbash Miniconda3-latest-Linux-x86_64.sh\n"
            },
            at=("setup.sh:3",),
        ),
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN sh cmake-3.30.0-linux-x86_64.sh --prefix=/usr/local\n"},
            at=("Dockerfile:2",),
            title="CMake's own installer",
        ),
        Bad(
            {"Makefile": "nix:\n\tcurl -sSf -L https://install.determinate.systems/nix | sh -s -- install\n"},
            at=("Makefile:2",),
        ),
    ),
    good=(
        Good(
            {"Dockerfile": "FROM debian:12\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y\n"}, because="-y answers"
        ),
        Good(
            {"setup.sh": "#!/bin/sh\ncurl -sSf https://sh.rustup.rs | sh -s -- --profile minimal -qy\n"},
            because="-qy holds -y",
        ),
        Good(
            {"setup.sh": "#!/bin/sh\ncurl -sSf https://sh.rustup.rs -o rustup.sh\nsh rustup.sh -y\n"},
            because="it is saved, and run with -y",
        ),
        Good(
            {
                "setup.sh": "#!/bin/sh\nexport BOOTSTRAP_HASKELL_NONINTERACTIVE=1\ncurl https://get-ghcup.haskell.org | sh\n"
            },
            because="a variable answers",
        ),
        Good(
            {"setup.sh": "#!/bin/sh\nbash Miniconda3-latest-Linux-x86_64.sh -b -p /opt/conda\n"}, because="-b answers"
        ),
        Good(
            {"setup.sh": "#!/bin/sh\nif [ -t 0 ]; then curl https://sh.rustup.rs | sh; fi\n"},
            because="only at a terminal",
        ),
        Good({"README.md": "# Use\n\n```sh\ncurl https://sh.rustup.rs | sh\n```\n"}, because="a reader types it"),
        Good(
            {"setup.sh": "#!/bin/sh\nsh ./cmake-3.30.0-linux-x86_64.sh --skip-license --prefix=/opt\n"},
            because="the licence is accepted",
        ),
        Good({"setup.sh": "#!/bin/sh\ncurl -LsSf https://astral.sh/uv/install.sh | sh\n"}, because="asks nothing"),
    ),
)


class Installer(NamedTuple):
    """An installer that asks: the address it is had from, and what answers it (anywhere in the file where it is a variable)."""

    name: str
    address: re.Pattern[str]
    answered: re.Pattern[str]
    variable: str
    advice: str


_PIPED = (
    Installer(
        "rustup", lazily(r"sh\.rustup\.rs|static\.rust-lang\.org/rustup/rustup-init\.sh"),
        lazily(r"(?<!\S)-(?:[a-z]*y[a-z]*)\b|--yes\b|\$[@{*]|\$\w"), "RUSTUP_INIT_SKIP_", "run it as `sh -s -- -y`",
    ),
    Installer(
        "ghcup", lazily(r"get-ghcup\.haskell\.org|downloads\.haskell\.org/.{0,40}bootstrap-haskell"),
        lazily(r"NONINTERACTIVE"), "BOOTSTRAP_HASKELL_NONINTERACTIVE", "set BOOTSTRAP_HASKELL_NONINTERACTIVE=1",
    ),
    Installer(
        "The Determinate Nix installer", lazily(r"install\.determinate\.systems/nix"),
        lazily(r"--no-confirm\b|\$[@{*]"), "NIX_INSTALLER_NO_CONFIRM", "add --no-confirm",
    ),
)  # fmt: skip
_INTO_SHELL = lazily(r"\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+(?:\w+=\S*\s+)*|\w+=\S*\s+)*(?:/\S*/)?(?:ba|z|da)?sh\b")
_CONDA = lazily(r"^(?:Mini(?:conda|forge)|Mambaforge|Anaconda)\w*[^/]*\.sh$", re.IGNORECASE)
_CMAKE = lazily(r"^cmake-[^/]*(?:linux|darwin)[^/]*\.sh$", re.IGNORECASE)
"""CPack's installer that unpacks itself."""
_CMAKE_IS_TOLD = ("--skip-license", "--include-subdir", "--exclude-subdir", "--help", "--version", "$")
"""Each of these turns its questions off. Source: CMake, Modules/Internal/CPack/CPack.STGZ_Header.sh.in."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag installers that would ask where they stand."""
    if in_prose(command, repository) or command.background or command.answering_guard is not None:
        return
    advice = _saved(command) if command.program in {"sh", "bash", "zsh", "dash"} else _piped(command, repository)
    if advice and input_modes(command, repository):
        yield Hit(place=command.place, message=advice, unit=command.unit, cost=HANGS)


def _saved(command: Command) -> str:
    """What is wrong with a downloaded file that unpacks itself."""
    words = command.texts()
    script = next((word.rsplit("/", 1)[-1] for word in words if not word.startswith("-")), "")
    if command.fed:
        return ""
    if _CMAKE.match(script):
        spared = any(word.startswith(_CMAKE_IS_TOLD) for word in words[1:])
        return "" if spared else f"`{script}` shows its licence and asks to accept it; add --skip-license"
    if not _CONDA.match(script) or any(re.match(r"-[a-z]*b|\$", word) for word in words):
        return ""
    return f"`{script}` shows its licence and asks to accept it; add -b (and -p PREFIX)"


def _piped(command: Command, repository: Repository) -> str:
    source = repository.read(command.place.path)
    installer = next((item for item in _PIPED if any(item.address.search(text) for text in command.texts())), None)
    if source is None or installer is None or installer.variable in source.text:
        return ""
    statement = _statement(source.text, command.place.span.start)
    if not _INTO_SHELL.search(statement) or installer.answered.search(statement.partition("|")[2]):
        return ""
    if re.search(r"\b(?:yes|echo)\b[^|]{0,30}\|", statement):
        return ""
    return f"{installer.name} asks before it installs, at the terminal itself; {installer.advice}"


def _statement(text: str, start: int) -> str:
    """The line of a command, with the lines that it goes on over."""
    end = start
    while True:
        end = text.find("\n", end)
        if end < 0:
            return text[start:]
        if text[:end].rstrip("\r")[-1:] != "\\" and text[:end].rstrip()[-1:] != "|":
            return text[start:end]
        end += 1
