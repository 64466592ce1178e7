"""tox: environments as units, from tox.ini, tox.toml, setup.cfg and pyproject.toml."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentlint.adapters import setup_cfg
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, beside
from agentlint.adapters.python_requirements import requirements
from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.ini import IniFile, Option, Section, read_ini
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.documents.tox_text import commands, names, substituted
from agentlint.facts.command import Status, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

BASE = "testenv"
_COMMAND_KEYS = ("commands_pre", "commands", "commands_post")
_WHOLE_REFERENCE = re.compile(r"\{\[([^\]\n]+)\]([\w.-]+)\}")
MAX_DEPTH = 5
"""References that lead to references."""
_KNOWN = {"envpython": "python", "toxinidir": ".", "tox_root": ".", "basepython": "python", "/": "/", "opts": ""}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a tox.ini or tox.toml; other tools' sections of a tox.ini count too."""
    found = Gathering(file)
    if file.path.endswith(".toml"):
        document = read_toml(file.text)
        found.faults(document.errors)
        _native(found, document.root)
        return found.facts()
    ini = read_ini(file.text)
    found.faults(ini.errors)
    from_ini(found, ini)
    for section in ini.sections:
        if section.name != "tox" and not section.name.startswith(BASE):
            setup_cfg.section_settings(found, section)
    return found.facts()


def from_pyproject(found: Gathering, node: Node | None) -> None:
    """The table [tool.tox] of a pyproject.toml."""
    if node is None:
        return
    legacy = node.get("legacy_tox_ini")
    if legacy is not None and legacy.is_string:
        content = legacy.embedded()
        from_ini(found, read_ini(content.text), content)
    else:
        _native(found, node)


def from_ini(found: Gathering, ini: IniFile, base: EmbeddedText | None = None) -> None:
    """All tox sections of an INI file; `base` leads to the file where the INI text stands inside it."""
    reader = _Ini(found, ini, base)
    if any(section.name in {"tox", "tox:tox"} or section.name.split(":")[0] == BASE for section in ini.sections):
        reader.run()


@dataclass
class _Ini:
    """The INI form."""

    found: Gathering
    ini: IniFile
    base: EmbeddedText | None

    def outer(self, text: EmbeddedText) -> EmbeddedText:
        """A text of the INI file as a text of the file it stands in."""
        if self.base is None:
            return text
        built = Assembly()
        edges = [*(inner for inner, _ in text.segments), len(text.text)]
        for start, end in itertools.pairwise(edges):
            at = text.outer(start)
            built.copy(self.base, at, min(at + end - start, len(self.base.text)))
        return built.finish()

    def span(self, span: Span) -> Span:
        """A span of the INI file as a span of the file it stands in."""
        return span if self.base is None else self.base.outer_span(span)

    def run(self) -> None:
        """Core settings, then environments, then those only listed."""
        dependencies: list[Dependency] = []
        core = self.ini.get("tox") or self.ini.get("tox:tox")
        sections = {name: s for s in self.ini.sections if (name := _environment(s.name)) is not None}
        base = sections.get(BASE)
        for name, section in sections.items():
            dependencies.extend(self.environment(name, section, base))
        if core is not None:
            for option in core.options:
                self.found.setting("tox", option.key, option.text, self.span(option.entry))
            self.listed(core, base)
        self.found.manifest("python", dependencies=dependencies, package_manager="tox")

    def listed(self, core: Section, base: Section | None) -> None:
        """Environments of the list that have no section of their own run the base's commands."""
        envlist = core.get("env_list") or core.get("envlist")
        if envlist is None or base is None:
            return
        for name in names(envlist.text):
            unit = self.found.sibling(UnitKind.ENVIRONMENT, name)
            if unit not in self.found.units:
                calls = (self.found.sibling(UnitKind.ENVIRONMENT, BASE),)
                self.found.unit(UnitKind.ENVIRONMENT, name, self.span(envlist.entry), calls=calls)

    def environment(self, written: str, section: Section, base: Section | None) -> Iterator[Dependency]:
        """One section: units for its names, the commands under the first."""
        spelled = names(written) or [written]
        span = self.span(section.span)
        unit = self.found.unit(UnitKind.ENVIRONMENT, spelled[0], span)
        for other in spelled[1:]:
            self.found.unit(UnitKind.ENVIRONMENT, other, span, calls=(unit,))
        inherited = base if base is not section else None
        environment = {**_variables(inherited), **_variables(section)}
        directory = (
            section.value("change_dir")
            or section.value("changedir")
            or (inherited.value("changedir") if inherited else "")
        )
        for key in _COMMAND_KEYS:
            option = section.get(key)
            if option is not None:
                self.commands(option, unit, environment, self.directory(directory))
            elif inherited is not None and inherited.get(key) is not None:
                self.found.call(unit, (self.found.sibling(UnitKind.ENVIRONMENT, BASE),))
        for option in section.options:
            if option.key not in {*_COMMAND_KEYS, "deps", "setenv", "set_env"}:
                self.found.setting("tox", f"{spelled[0]}.{option.key}", option.text, self.span(option.entry))
        deps = section.get("deps")
        lines = (self.outer(line) for line in commands(deps.lines())) if deps is not None else iter(())
        yield from requirements(lines, spelled[0])

    def directory(self, written: str) -> str | None:
        """The working directory of an environment."""
        plain = written.replace("{toxinidir}/", "").replace("{tox_root}/", "").replace("{toxinidir}", "")
        return None if "{" in plain else beside(self.found.path, plain) if plain else self.found.directory

    def commands(
        self, option: Option, unit: str, environment: Mapping[str, str], directory: str | None, depth: int = 0
    ) -> None:
        """The command lines of one key; those of another section that a line stands for are read there."""
        for line in commands(option.lines()):
            other = _reference(line.text)
            if other:
                self.found.call(unit, (self.found.sibling(UnitKind.ENVIRONMENT, other),))
                continue
            elsewhere = self.elsewhere(line.text) if depth < MAX_DEPTH else None
            if elsewhere is not None:
                self.commands(elsewhere, unit, environment, directory, depth + 1)
                continue
            if line.text.strip() == "{posargs}":
                continue  # whatever the caller names
            ignored = line.text.startswith("-")
            skip = len(line.text) - len(line.text.lstrip("-! "))
            text = substituted(self.outer(line.slice(skip, len(line.text))), self.known)
            options = {"environment": environment, "directory": directory, "swallowed": ignored}
            self.found.shell(text, unit, dialect="sh", **options)  # type: ignore[arg-type]

    def elsewhere(self, line: str) -> Option | None:
        """The option that a whole line `{[section]key}` stands for."""
        match = _WHOLE_REFERENCE.fullmatch(line.strip())
        section = self.ini.get(match.group(1)) if match else None
        return section.get(match.group(2)) if match and section is not None else None

    def known(self, inner: str, depth: int = 0) -> str | None:
        """What a substitution stands for."""
        match = _WHOLE_REFERENCE.fullmatch("{" + inner + "}")
        if match is None:
            return _KNOWN.get(inner)
        section = self.ini.get(match.group(1))
        option = section.get(match.group(2)) if section is not None else None
        if option is None or depth >= MAX_DEPTH:
            return None
        text = EmbeddedText.whole_file(" ".join(option.text.split()))
        return substituted(text, lambda further: self.known(further, depth + 1)).text


def _environment(section: str) -> str | None:
    if section == BASE:
        return BASE
    return section[len(BASE) + 1 :] if section.startswith(BASE + ":") else None


def _reference(line: str) -> str:
    """The environment whose commands a line `{[testenv:x]commands}` stands for."""
    bare = line.strip()
    if bare.startswith("{[testenv") and bare.endswith(("]commands}", "]commands_pre}", "]commands_post}")):
        name = bare[2:].split("]")[0]
        return name.partition(":")[2] or BASE
    return ""


def _variables(section: Section | None) -> dict[str, str]:
    """setenv's lines."""
    option = (section.get("set_env") or section.get("setenv")) if section is not None else None
    found: dict[str, str] = {}
    for line in option.lines() if option is not None else ():
        name, equals, value = line.text.partition("=")
        if equals:
            found[name.rpartition(":")[2].strip()] = value.strip()
    return found


def _native(found: Gathering, root: Node) -> None:
    """The TOML form."""
    for key, value in root.pairs():
        if value.is_scalar or value.is_list:
            found.setting("tox", key, value.text or " ".join(value.texts()), value.entry)
    base = root.get("env_run_base")
    environments = root.get("env")
    tables = [(BASE, base)] if base is not None else []
    tables += list(environments.pairs()) if environments is not None else []
    dependencies: list[Dependency] = []
    for name, table in tables:
        unit = found.unit(UnitKind.ENVIRONMENT, name, table.entry)
        own = False
        for key in _COMMAND_KEYS:
            node = table.get(key)
            own = own or (key == "commands" and node is not None)
            for command in node.children if node is not None else ():
                _argument_list(found, command, unit)
        if not own and name != BASE:
            found.call(unit, (found.sibling(UnitKind.ENVIRONMENT, BASE),))
        deps = table.get("deps")
        lines = (child.embedded() for child in deps.children if child.is_string) if deps is not None else iter(())
        dependencies.extend(requirements(lines, name))
    for child in (root.get("env_list") or Node("list", root.span)).children:
        if child.is_string and found.sibling(UnitKind.ENVIRONMENT, child.text) not in found.units:
            calls = (found.sibling(UnitKind.ENVIRONMENT, BASE),)
            found.unit(UnitKind.ENVIRONMENT, child.text, child.span, calls=calls)
    found.manifest("python", dependencies=dependencies, package_manager="tox")


def _argument_list(found: Gathering, command: Node, unit: str) -> None:
    """One command of the TOML form: a list of words, some of them replacements."""
    words: list[Word] = []
    for child in command.children:
        if child.is_string:
            inner = Span(child.span.start + 1, max(child.span.start + 1, child.span.end - 1))
            text = substituted(child.embedded(), _KNOWN.get).text
            words.append(Word(text, inner, "{" not in text, True))
        elif child.is_map:
            reference = child.value("of")
            default = child.get("default")
            words.extend(
                Word(d.text, d.span, True, True)
                for d in (default.children if default is not None else ())
                if d.is_string
            )
            if reference:
                words.append(Word("{" + reference + "}", child.span, False))
    if not words:
        return
    ignored = words[0].text in {"-", "!"}
    status = Status.SWALLOWED if words[0].text == "-" else Status.TESTED if ignored else Status.COUNTED
    found.execute(words[1:] if ignored else words, unit, directory=found.directory, status=status)
