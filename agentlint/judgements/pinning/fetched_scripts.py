"""What becomes of a file that a command fetches: read by a shell, run from where it was kept, or looked at only."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command, Output
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.moving_addresses import BRANCH, VERSIONED

EVALUATES = frozenset({"iex", "Invoke-Expression"})
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ash", "ksh", "iex"})
_INTERPRETERS = frozenset({"python", "python3", "perl", "php", "ruby", "node"})
"""Programs that run what they read, unless they are given a script (`-c`, `-m`, `-ne`, a file) that reads it as data."""
_SOURCES = frozenset({"source", "."})
_MAKES_READY = frozenset({"chmod", "dpkg", "rpm"})
_MOVES = frozenset({"mv", "cp"})
_RUNS = _SHELLS | _INTERPRETERS | _SOURCES | _MAKES_READY | _MOVES | {"java", "install"}
_TELLS_VERSION = lazily(r"\d+\.\d+|version|tag\b|--default-toolchain[= ]?(?:none|nightly-\d|\$)", re.IGNORECASE)
_NO_PROGRAM = (".key", ".gpg", ".asc", ".repo", ".list")
_VARIABLE = lazily(r"\$\{?(\w+)\}?")

_RELEASE_NAME = lazily(r"(?:^|_)(?:RELEASE|VERSION|SOURCE|TAG|REF)$", re.IGNORECASE)
_RELEASE = lazily(r"v?\d+\.\d+[\w.-]*$")


def is_run_at_once(text: str, command: Command, repository: Repository) -> bool:
    """True where what comes from this address is run as it is, and nothing says which version it shall bring."""
    if command.output is Output.CAPTURED and _is_the_script(command, repository):
        return True
    if command.output is Output.PIPE or _stands_in_a_block(command, repository):
        if "//sh.rustup.rs" in text and _names_a_tool_chain(repository):
            return False
        return _is_read_as_a_program(command, repository) and not _told_a_version(command, repository)
    return is_run_as_a_file(text, command, repository)


_BARE = lazily(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/[\w./-]*)?")
"""`get.example.com/install`: curl and its like take an address without `https://`."""
_COMES = lazily(
    r"(?:\b(?:irm|iwr|curl|wget|Invoke-RestMethod|Invoke-WebRequest)\b(?:[ \t]+-\w+)*[ \t]+['\"]?)(?P<bare>[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s'\")]*)"
    r"|(?P<full>https?://[^\s'\")]+)",
    re.IGNORECASE,
)


def is_bare_address(text: str, command: Command) -> bool:
    """True for the address without `https://` of a command whose output goes on to another program."""
    if command.output not in {Output.PIPE, Output.CAPTURED} or _BARE.fullmatch(text) is None:
        return False
    if any("://" in word for word in command.texts()):
        return False  # then this is the value of an option
    return text not in {command.value_of(name) for name in ("-o", "--output", "-H", "-u", "-O", "-A", "-e", "-x")}


def evaluates_what_comes(text: str) -> bool:
    """True for `iex "& {$(irm get.example.com)}"`: what is evaluated is fetched, and no version stands in its address."""
    found = _COMES.search(text)
    return found is not None and not VERSIONED.search(found["full"] or found["bare"])


_TO_EVALUATE = lazily(r"\s*\}\s*\|")


def _stands_in_a_block(command: Command, repository: Repository) -> bool:
    """True in `. { iwr -useb ADDRESS } | iex`, unless what comes is then told which version it shall install."""
    if command.program not in {"iwr", "irm", "Invoke-WebRequest", "Invoke-RestMethod"}:
        return False
    source = repository.read(command.place.path)
    end = command.place.span.end
    if source is None or _TO_EVALUATE.match(source.text, end, end + 20) is None:
        return False
    return not any(
        later.program == "install"
        and later.place.span.start > end
        and re.search(r"-version \S*(?:\d\.\d|\$)", " ".join(later.texts()))
        for later in repository.commands_by_unit.get(command.unit, ())
    )


def belies_its_release(command: Command, repository: Repository) -> bool:
    """True where a released script takes a part of itself from its branch, though a variable names the release."""
    if not any(BRANCH.search(_filled_in(word.text, command)) for word in command.arguments):
        return False
    released = any(_RELEASE_NAME.search(name) and _RELEASE.match(value) for name, value in command.environment.items())
    return released and _is_sourced(command, repository)


def _filled_in(text: str, command: Command) -> str:
    """The word with the variables in it that are known."""
    return _VARIABLE.sub(lambda match: command.environment.get(match[1], match[0]), text) if "$" in text else text


def _is_sourced(command: Command, repository: Repository) -> bool:
    """True where the file that is fetched becomes a part of the script itself (`source lib.sh`, `. <(curl ...)`)."""
    kept = _kept_as("", command)
    return any(
        later.program in _SOURCES
        and later.place.span.end > command.place.span.start
        and any((kept and posixpath.basename(word) == kept) or word.startswith("<(") for word in later.texts()[:1])
        for later in repository.commands_by_unit.get(command.unit, ())
    )


def _names_a_tool_chain(repository: Repository) -> bool:
    """True where a file says which Rust is used, whatever the installer brings."""
    return any(name in repository.project.paths for name in ("rust-toolchain", "rust-toolchain.toml"))


_HANDED_OVER = lazily(r"(?:-c|\b(?:ruby|perl|node)[ \t]+-e|\bphp[ \t]+-r)\s+\\?[\"']?(?:\$\(|`)\s*$")


def _is_the_script(command: Command, repository: Repository) -> bool:
    """`sh -c "$(curl ...)"`, `ruby -e "$(curl ...)"`: what is fetched is the script itself."""
    source = repository.read(command.place.path)
    start = command.place.span.start
    return source is not None and _HANDED_OVER.search(source.text[max(0, start - 24) : start]) is not None


_KEEPS_AS = ("-OutFile", "-outfile", "-o", "--output", "-O", "--output-document")


def _kept_as(url: str, command: Command) -> str:
    """The name under which the file is kept, or ""."""
    kept = command.output_to if command.output is Output.FILE else command.value_of(*_KEEPS_AS) or ""
    if not kept or kept.startswith("-"):  # `curl -O -L ADDRESS`, and wget, which needs no option for it
        by_itself = command.program == "wget" and command.output is Output.INHERITED
        kept = url if by_itself or command.option("-O", "--remote-name") is not None else ""
    return posixpath.basename(kept)


def is_run_as_a_file(url: str, command: Command, repository: Repository) -> bool:
    """`bash <(curl ...)`, a script that is kept under a name and run by it, and a program that is made ready to run."""
    names = {_kept_as(url, command)} - {""}
    for later in repository.commands_by_unit.get(command.unit, ()):
        if later.place.span.end < command.place.span.start:
            continue
        if later.program in names and later.program.endswith(".ps1"):
            return not _TELLS_VERSION.search(" ".join(later.texts()))
        if later.program not in _RUNS:
            continue
        words = later.texts()
        if any(word.startswith("<(") and url in word for word in words):
            return True
        named = [word for word in words if posixpath.basename(word) in names]
        if not named:
            continue
        if later.program in _MOVES:
            names.add(posixpath.basename(words[-1]))
        elif later.program in _MAKES_READY:
            return not url.endswith(_NO_PROGRAM)
        elif later.program == "install":
            if "/bin" in words[-1]:
                return True
        elif set(named) & set(words[:3]) and _may_be_a_program(url, later, names):
            rust = "//sh.rustup.rs" in url
            return not rust or not (_TELLS_VERSION.search(" ".join(words)) or _names_a_tool_chain(repository))
    return False


def _may_be_a_program(url: str, later: Command, names: set[str]) -> bool:
    scripts = url.endswith((".sh", ".py", ".phar", ".jar")) or any(name.endswith(".sh") for name in names)
    return later.program in _SOURCES or scripts


def _meant_for(variable: str, command: Command) -> bool:
    """True for `VERSION`, and for a variable one of whose words stands in the address (`INSTALL_K3S_VERSION`, get.k3s.io)."""
    address = " ".join(command.texts()).lower()
    words = [word for word in variable.lower().split("_") if word not in {"version", "install", "tag", "release"}]
    return not words or any(len(word) > 2 and word in address for word in words)


def _is_read_as_a_program(command: Command, repository: Repository) -> bool:
    """True where a shell or an interpreter runs what comes; PowerShell's pipes are known by what follows."""
    if command.output_to in _INTERPRETERS:
        reader = _reader(command, repository)
        if reader is None or reader.program != command.output_to:  # `python3 -m json.tool` reads data
            return False
        return reader.texts()[:1] in {(), ("-",), ("--",)}
    if command.output_to:
        return command.output_to in _SHELLS
    reader = _reader(command, repository)
    if reader is not None:  # `| $SUDO sh`: who runs the shell is known only then
        return (reader.program or "".join(reader.texts()[:1])) in _SHELLS
    return any(
        later.program in EVALUATES and 0 < later.place.span.start - command.place.span.end < 8
        for later in repository.commands_by_unit.get(command.unit, ())
    )


def is_built_with(text: str, command: Command, repository: Repository) -> bool:
    """True for a program that a target of a build fetches and makes ready to run: it decides what the build gives."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.TARGET and is_run_as_a_file(text, command, repository)


def asks_whether_it_is_there(command: Command) -> bool:
    """True where nothing is fetched; where `releases/latest` leads to is asked for its version, which is fetched after that."""
    if command.option("-I", "--head", "--spider") is None:
        return False
    return not any(word.text.endswith("/releases/latest") for word in command.arguments)


def is_searched(command: Command, repository: Repository) -> bool:
    """True where a condition asks for a word in what comes (`until curl ... | grep -q`), and nothing of it is kept."""
    reader = _reader(command, repository) if command.output_to in {"grep", "rg"} else None
    return reader is not None and reader.option("-q", "--quiet", "--silent") is not None


def _reader(command: Command, repository: Repository) -> Command | None:
    """The command at the other end of the pipe."""
    for reader in repository.commands_by_unit.get(command.unit, ()):
        if reader.input_from == command.program and reader.place.span.start > command.place.span.start:
            return reader
    return None


def _told_a_version(command: Command, repository: Repository) -> bool:
    """True when the shell that reads the installer hands it a version: `| sh -s -- v1.2`."""
    reader = _reader(command, repository)
    if reader is None:
        return False
    given = (
        f"{name}={value}"
        for name, value in reader.environment.items()
        if value not in {"", "latest", "stable"} and _meant_for(name, command)
    )
    return _TELLS_VERSION.search(" ".join((*reader.texts(), *given))) is not None
