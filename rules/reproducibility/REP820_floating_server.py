"""A configuration starts a helper program of an agent (an MCP server) at whatever version is newest."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.versions import image_floats
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP820",
    name="floating-server",
    category=Category.REPRODUCIBILITY,
    summary="An MCP server is started by `npx`, `uvx` or `docker` with no version.",
    why="The tools that an agent is offered, and what they answer, change with each release of somebody else's package.",
    remediation="Name the version behind the package (`server@1.2.3`, `server==1.2.3`), or a tag of the image.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://modelcontextprotocol.io/docs/develop/connect-local-servers",),
    bad=(
        Bad(
            {
                ".mcp.json": '{\n  "mcpServers": {\n    "files": {\n      "command": "npx",\n      "args": ["-y", "@example/server", "."]\n    }\n  }\n}\n'
            },
            at=(".mcp.json:4",),
        ),
        Bad(
            {
                "examples/mcp/main.py": 'server = Stdio(\n    params={"command": "uvx", "args": ["example-server"]},\n)\n'
            },
            at=("examples/mcp/main.py:2",),
        ),
        Bad(
            {
                ".vscode/mcp.json": '{"servers": {"x": {"command": "docker", "args": ["run", "-i", "--rm", "-e", "TOKEN", "ghcr.io/x/server"]}}}\n'
            },
            at=(".vscode/mcp.json:1",),
        ),
    ),
    good=(
        Good(
            {
                ".mcp.json": (
                    '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "@example/server@1.2.0"]},'
                    ' "b": {"command": "uvx", "args": ["example-server==0.3"]},'
                    ' "c": {"command": "docker", "args": ["run", "ghcr.io/x/server:1.2"]},'
                    ' "d": {"command": "uvx", "args": ["--from", ".", "own"]}}}\n'
                )
            },
            because="versions, and the repository's own program",
        ),
        Good(
            {
                "package.json": '{"name": "own-server", "version": "1.0.0"}\n',
                ".mcp.json": '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "own-server"]}}}\n',
            },
            because="the package of this repository itself",
        ),
        Good(
            {"src/run.py": 'job = {"command": "npx", "args": ["tool"]}\n'},
            because="nothing says that a server is started",
        ),
    ),
)

_CONFIGURATION = lazily(
    r"(^|/)(\.?mcp\.json|claude_desktop_config\.json|[\w.-]*mcp[\w.-]*\.json|\.gemini/settings\.json|opencode\.jsonc?)$",
    re.I,
)
_SOURCE = lazily(r"mcp[^/]*/.*\.(?:py|ts|js|mjs|tsx)$|mcp[^/]*\.(?:py|ts|js|mjs)$", re.IGNORECASE)
_STARTS = lazily(
    r"[\"']?\bcommand[\"']?\s{0,8}[:=]\s{0,8}[\"'](?P<program>npx|bunx|uvx|docker|podman)[\"']\s{0,8},\s{0,80}[\"']?args[\"']?\s{0,8}[:=]\s{0,8}"
    r"\[(?P<arguments>[^\]]{0,2000})\]"
)
_ARGUMENT = lazily(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_PACKAGE = lazily(r"@?[A-Za-z0-9][\w./-]*(?:@(?P<version>[\w.^~-]+))?\Z")
_VALUE_OPTIONS = frozenset(
    {"-p", "--package", "--from", "--python", "--registry", "--with", "--index", "--index-url", "-c"}
)
_SWITCHES = lazily(r"-[ditPq]+$|--(?:rm|init|interactive|tty|detach|privileged|read-only|quiet)$")
_LARGE = 400_000


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each start of a server whose package or image floats."""
    own = {manifest.name for manifest in repository.project.manifests if manifest.name}
    own |= {program for manifest in repository.project.manifests for program in manifest.entry_points}
    for path in repository.judged:
        if not (_CONFIGURATION.search(path) or _SOURCE.search(path)) or posixpath.basename(path).startswith("package"):
            continue
        source = repository.read(path)
        if source is None or len(source.data) > _LARGE:
            continue
        for match in _STARTS.finditer(source.text):
            arguments = [first or second for first, second in _ARGUMENT.findall(match["arguments"])]
            named = _image(arguments) if match["program"] in {"docker", "podman"} else _package(arguments)
            if named and named not in own:
                yield Hit(
                    place=Place(path, Span(match.start(), match.end())),
                    message=f"`{match['program']}` takes `{named}` at its newest version; name one",
                )


def _package(arguments: list[str]) -> str:
    """The package that npx or uvx fetches at its newest version; "" for one with a version, and for a path."""
    skip = ""
    for argument in arguments:
        if skip in {"--from", "-p", "--package"}:
            return argument if _floats(argument) else ""
        if skip:
            skip = ""
        elif argument.startswith("-"):
            skip = argument if argument in _VALUE_OPTIONS else ""
        else:
            return argument if _floats(argument) else ""
    return ""


def _floats(package: str) -> bool:
    found = _PACKAGE.match(package)
    return found is not None and found["version"] in {None, "latest", "next"} and not package.startswith((".", "/"))


def _image(arguments: list[str]) -> str:
    if arguments[:1] != ["run"]:
        return ""
    skip = False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument.startswith("-"):
            skip = "=" not in argument and _SWITCHES.match(argument) is None
        else:
            return argument if "/" in argument and image_floats(argument) is True else ""
    return ""
