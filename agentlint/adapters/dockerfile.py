"""Dockerfiles: stages with their instructions in layer order, and the commands that each RUN starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.dockerfile import DockerLine, read_dockerfile, unjoined
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.json import read_json
from agentlint.facts.command import Command, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.image import Image, Instruction, Stage
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_PAIR = re.compile(r"([A-Za-z_][\w.-]*)(?:=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*))?", re.DOTALL)
_REFERENCE = re.compile(r"\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))")
_FROM = re.compile(r"(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_SHEBANG = re.compile(r"#!\s*\S*?(\w+)(?:\s+(\w+))?\s*\n")


@dataclass
class _Context:
    """What holds at one point of a stage."""

    environment: dict[str, str] = field(default_factory=dict)
    dialect: str = "sh"
    errexit: bool = False
    pipefail: bool = False


@dataclass
class _Stage:
    stage: Stage
    context: _Context
    instructions: list[Instruction] = field(default_factory=list)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Dockerfile."""
    found = Gathering(file)
    if file.path.endswith((".dockerignore", ".md")):
        return found.facts()
    document = read_dockerfile(file.text)
    found.faults(document.errors)
    arguments: dict[str, str] = {}
    stages: list[_Stage] = []
    for line in document.instructions:
        if line.keyword == "FROM":
            stages.append(_from(found, line, stages, arguments))
        elif not stages and line.keyword == "ARG":
            arguments.update(pairs(unjoined(line.body).text, arguments))
        elif stages:
            _instruction(found, stages[-1], line, arguments)
    if stages:
        made = tuple(_finished(stage) for stage in stages)
        found.images.append(Image(file.path, found.place(file.whole), made))
    own = found.facts()
    # The commands are the instructions' own; a FileFacts does not give them twice.
    return replace(own, commands=())


def _finished(stage: _Stage) -> Stage:
    last = stage.instructions[-1].place if stage.instructions else stage.stage.place
    span = stage.stage.place.span.cover(last.span)
    return replace(stage.stage, place=stage.stage.place._replace(span=span), instructions=tuple(stage.instructions))


def _from(found: Gathering, line: DockerLine, stages: list[_Stage], arguments: Mapping[str, str]) -> _Stage:
    """A new stage."""
    match = _FROM.match(unjoined(line.body).text.strip())
    written, name = (match.group(1), match.group(2) or "") if match else ("", "")
    base = filled(written, arguments)
    known = next((s for s in stages if s.stage.name and s.stage.name.lower() == base.lower()), None)
    unit = found.unit(
        UnitKind.IMAGE_STAGE, name or str(len(stages)), line.span, calls=(known.stage.unit,) if known else ()
    )
    context = replace(known.context, environment=dict(known.context.environment)) if known else _Context()
    if not known and re.search(r"windows|nanoserver|servercore", base):
        context.dialect = "cmd"
    stage = Stage(len(stages), name, base, known is not None, unit, found.place(line.span))
    flags = tuple(text for text, _ in line.flags)
    arguments_ = tuple(unjoined(line.body).text.split())
    instruction = Instruction("FROM", arguments_, found.place(line.span), flags, value=unjoined(line.body).text)
    return _Stage(stage, context, [instruction])


def _instruction(found: Gathering, stage: _Stage, line: DockerLine, arguments: Mapping[str, str]) -> None:
    """One instruction after FROM."""
    value = unjoined(line.body)
    context = stage.context
    commands: tuple[Command, ...] = ()
    if line.keyword == "ENV":
        context.environment.update(pairs(value.text, context.environment))
    elif line.keyword == "ARG":
        given = pairs(value.text, context.environment)
        bare = {name: arguments[name] for name in value.text.split() if name in arguments}
        context.environment.update({k: v for k, v in {**bare, **given}.items() if k not in context.environment})
    elif line.keyword == "SHELL":
        _shell(context, [word.text for word in exec_form(value) or ()])
    elif line.keyword in {"RUN", "CMD", "ENTRYPOINT"}:
        commands = _commands(found, stage.stage.unit, line.whole or line.body, line, context)
    elif line.keyword in {"HEALTHCHECK", "ONBUILD"}:
        commands = _nested(found, stage.stage.unit, line, context)
    words = exec_form(value)
    stage.instructions.append(
        Instruction(
            line.keyword,
            tuple(word.text for word in words) if words is not None else tuple(value.text.split()),
            found.place(line.span),
            tuple(text for text, _ in line.flags),
            commands,
            value.text.strip(),
        )
    )


def _shell(context: _Context, words: list[str]) -> None:
    """SHELL [...]: what reads the RUNs from here on."""
    program = re.split(r"[\\/]", words[0].lower())[-1].removesuffix(".exe") if words else "sh"
    context.dialect = {"powershell": "pwsh", "pwsh": "pwsh", "cmd": "cmd", "bash": "bash"}.get(program, "sh")
    context.pipefail = "pipefail" in words or any(re.match(r"-\w*o\s+pipefail", word) for word in words)
    context.errexit = any(re.fullmatch(r"-[a-z]*e[a-z]*", word) for word in words[1:])


def _commands(
    found: Gathering, unit: str, text: EmbeddedText, line: DockerLine, context: _Context
) -> tuple[Command, ...]:
    """What RUN, CMD or ENTRYPOINT starts."""
    words = exec_form(unjoined(line.body))
    if words is not None:
        return found.execute(words, unit, environment=dict(context.environment), directory=None)
    options = {"errexit": context.errexit, "pipefail": context.pipefail, "dialect": context.dialect}
    body = line.body.text.strip()
    if line.heredocs and body.startswith("<<") and len(body.split()) == 1:
        # `RUN <<EOF`: the here-document is the script itself.
        text = line.heredocs[0].content
        shebang = _SHEBANG.match(text.text)
        if shebang:
            program = shebang.group(2) if shebang.group(1) == "env" else shebang.group(1)
            options["dialect"] = program if program in {"bash", "sh", "python"} else "bash"
            options["dialect"] = (
                "python" if (program or "").startswith(("python", "perl", "ruby", "node")) else options["dialect"]
            )
    return found.shell(
        text,
        unit,
        environment=dict(context.environment),
        directory=None,
        dialect=str(options["dialect"]),
        errexit=bool(options["errexit"]),
        pipefail=bool(options["pipefail"]),
    )


def _nested(found: Gathering, unit: str, line: DockerLine, context: _Context) -> tuple[Command, ...]:
    """HEALTHCHECK CMD ... and ONBUILD RUN ...."""
    match = re.match(r"\s*(RUN|CMD|ENTRYPOINT)\s+", line.body.text, re.IGNORECASE)
    if match is None:
        return ()
    body = line.body.slice(match.end(), len(line.body.text))
    return _commands(found, unit, body, replace(line, body=body, heredocs=(), whole=None), context)


def exec_form(body: EmbeddedText) -> list[Word] | None:
    """The words of `["a", "b"]`; None for the shell form."""
    text = body.text.strip()
    if not text.startswith("["):
        return None
    tree = read_json(body.text)
    if tree.errors or not tree.root.is_list or not all(child.is_string for child in tree.root.children):
        return None
    words: list[Word] = []
    for child in tree.root.children:
        inner = Span(child.span.start + 1, child.span.end - 1)
        words.append(Word(child.text, body.outer_span(inner), "$" not in child.text, True))
    return words


def pairs(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """`A=b C="d e"`, or the old `A b c`."""
    first = text.strip().split(None, 1)
    if first and "=" not in first[0]:
        return {first[0]: filled(first[1].strip(), known)} if len(first) == 2 and "=" not in first[1] else {}
    found: dict[str, str] = {}
    for name, value in _PAIR.findall(text):
        if value or f"{name}=" in text:
            bare = value[1:-1] if value[:1] in {'"', "'"} and len(value) > 1 else value
            found[name] = filled(bare, known)
    return found


def filled(text: str, known: Mapping[str, str]) -> str:
    """`$NAME`, `${NAME}` and `${NAME:-default}` filled in where known."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(4)
        if match.group(2) == "-":
            return known.get(name) or match.group(3)
        if match.group(2) == "+":
            return match.group(3) if known.get(name) else ""
        return known.get(name, match.group())

    return _REFERENCE.sub(fill, text)[:10_000]
