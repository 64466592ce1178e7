"""Makefiles: targets as units, prerequisites as calls, each line of a recipe as a command of its own shell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Mapping

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, beside
from agentlint.adapters.shell.names import ASSENT
from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.make_expansion import constants, expand, expand_text, questions_of_make
from agentlint.documents.makefile import Include, Makefile, MakeRule, RecipeLine, Variable, read_makefile
from agentlint.facts.command import Guard, GuardKind
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind, unit_id
from agentlint.files.source import SourceFile, UndecodableFile

MAX_INCLUDES = 30
MAX_WORDS = 400
"""Targets or prerequisites of one rule; a longer list is a list of files."""
_OTHER_LANGUAGES = (".js", ".ts", ".py", ".PL", ".pl", ".rb", ".md", ".txt")
"""`Makefile.js` is no makefile."""
_SPECIAL = frozenset(
    ".PHONY .SUFFIXES .DEFAULT .PRECIOUS .INTERMEDIATE .SECONDARY .SECONDEXPANSION .DELETE_ON_ERROR .IGNORE .SILENT"
    " .EXPORT_ALL_VARIABLES .NOTPARALLEL .ONESHELL .POSIX .NOTINTERMEDIATE .LOW_RESOLUTION_TIME .WAIT".split()
)
_SUBSTITUTED = re.compile(r"@([A-Za-z_]\w*)@")
"""What configure puts in place of: `@PERL@`."""
_BY_NAME = re.compile(r"(?:^|[\s;&\"'])((?:\./)?(?:[\w.-]+/)+)\$(?:@|\(@\)|\{@\})(\.\w+)?")
"""A script that has the name of its target."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a makefile."""
    found = Gathering(file)
    if file.path.endswith(_OTHER_LANGUAGES):
        return found.facts()
    text = _SUBSTITUTED.sub(_configured, file.text) if file.path.endswith((".am", ".in")) else file.text
    document = read_makefile(text)
    found.faults(document.errors)
    _Adapter(found, document, _included(file.path, document, tree), tree.paths).run()
    return found.facts()


def _configured(match: re.Match[str]) -> str:
    """A word of the same length that is neither a recipe prefix nor a variable: the program's likely name."""
    return f" {match.group(1).lower()} "


def _included(path: str, document: Makefile, tree: TreeContext) -> dict[str, tuple[Makefile, Include]]:
    """The makefiles of the tree that this one includes, directly or not, each with the line that leads to it."""
    values = constants(document.variables)
    found: dict[str, tuple[Makefile, Include]] = {}
    waiting = [(path, include, include) for include in document.includes]
    while waiting and len(found) < MAX_INCLUDES:
        base, include, top = waiting.pop(0)
        for name in expand_text(include.names, values).split():
            wanted = next((p for p in (beside(base, name), beside(path, name)) if p in tree.paths), "")
            source = tree.read(wanted) if wanted and wanted != path and wanted not in found else None
            if source is None:
                continue
            try:
                inner = read_makefile(source.text)
            except UndecodableFile:
                continue
            found[wanted] = (inner, top)
            waiting.extend((wanted, further, top) for further in inner.includes)
    return found


class _Adapter:
    """One makefile on its way to facts."""

    def __init__(
        self,
        found: Gathering,
        document: Makefile,
        included: Mapping[str, tuple[Makefile, Include]],
        paths: Container[str] = (),
    ) -> None:
        self.found = found
        self.paths = paths
        self.document = document
        self.included = included
        inherited = [variable for inner, _ in included.values() for variable in inner.variables]
        self.values = constants([*inherited, *document.variables])
        self.special = {self.words(rule.targets.text)[0] for rule in document.rules if self.words(rule.targets.text)}
        self.ignored = {
            target
            for rule in document.rules
            if self.words(rule.targets.text)[:1] == [".IGNORE"]
            for target in self.prerequisites(rule) or [""]
        }
        """Targets whose failures are let pass (`.IGNORE: clean`); "" stands for all."""
        shell = posixpath.basename(self.values.get("SHELL", "sh").split(" ")[0])
        self.dialect = "bash" if shell in {"bash", "zsh", "ksh"} else "sh"
        flags = self.values.get(".SHELLFLAGS", "-c").split()
        self.errexit = any(f.startswith("-") and not f.startswith("--") and "e" in f and f != "-o" for f in flags)
        self.pipefail = "pipefail" in flags
        name = posixpath.basename(found.path)
        self.directory = None if name.endswith((".mk", ".mak", ".make")) else found.directory
        self.environment = self.exported([*inherited, *document.variables])

    def words(self, text: str) -> list[str]:
        """The names in a list of targets or prerequisites, variables filled in; what stays unknown is left out."""
        return [word for word in self.all_words(text) if "${" not in word]

    def all_words(self, text: str) -> list[str]:
        """The same with the names that hold a variable nobody knows, which are good for telling rules apart."""
        words = expand_text(text, self.values).split()
        return [word for word in words if word not in {"|", "&"} and ")" not in word][:MAX_WORDS]

    def prerequisites(self, rule: MakeRule) -> list[str]:
        """The prerequisites of a rule; of a static pattern rule those behind the pattern."""
        return [word for word in self.all_prerequisites(rule) if "${" not in word]

    def all_prerequisites(self, rule: MakeRule) -> list[str]:
        """The same with the names that hold an unknown variable."""
        head, colon, tail = rule.prerequisites.partition(":")
        return self.all_words(tail if colon and "%" in head else rule.prerequisites)

    def exported(self, variables: Iterable[Variable]) -> dict[str, str]:
        """The variables that the recipes find in their environment."""
        names = {v.name for v in variables if (v.exported or self.document.export_all) and not v.target}
        names |= self.document.exported
        return {name: expand_text(self.values[name], self.values) for name in sorted(names) if name in self.values}

    def run(self) -> None:
        """All rules, the default goal's first."""
        goal = expand_text(self.values.get(".DEFAULT_GOAL", ""), self.values).strip()
        for rule in self.document.rules:
            if goal and goal in self.words(rule.targets.text):
                self.found.unit(UnitKind.TARGET, goal, rule.span)
        for rule in self.document.rules:
            self.rule(rule)
        for path, (inner, include) in self.included.items():
            self.forward(path, inner, include)
        self.patterns()
        self.questions()
        for variable in self.document.variables:
            if variable.name in {"MAKEFLAGS", ".SHELLFLAGS", "SHELL", ".DEFAULT_GOAL"} and not variable.target:
                self.found.setting("make", variable.name, variable.value.text.strip(), variable.span)
        for name in sorted(self.special & {".NOTPARALLEL", ".ONESHELL"}):
            rule = next(r for r in self.document.rules if self.words(r.targets.text)[:1] == [name])
            self.found.setting("make", name, rule.prerequisites, rule.span)

    def questions(self) -> None:
        """What make asks while it reads the file (`NAME := $(shell read name; ...)`), whatever the goal is."""
        rule = next((rule for rule in self.document.rules if self.words(rule.targets.text)), None)
        for variable in self.document.variables if rule is not None else ():
            if rule is not None and variable.operator in {":=", "::="} and not (variable.conditions or variable.target):
                for asking in questions_of_make(variable.value):
                    unit = self.found.unit(UnitKind.TARGET, self.words(rule.targets.text)[0], rule.span)
                    self.found.shell(expand(asking, self.values), unit, dialect="bash")

    def rule(self, rule: MakeRule) -> None:
        """One rule: its targets, and its recipe under the first of them."""
        targets = [t for t in self.words(rule.targets.text) if t not in _SPECIAL] or self.all_words(rule.targets.text)
        targets = [t for t in targets if t not in _SPECIAL]
        if not targets:
            return
        prerequisites = self.prerequisites(rule)
        calls = [unit_id(self.found.path, UnitKind.TARGET, name) for name in self.all_prerequisites(rule)]
        first = ""
        for name in targets:
            own = [*calls, *([first] if first else []), *(self.named_scripts(rule, name) if len(targets) > 1 else [])]
            unit = self.found.unit(UnitKind.TARGET, name, rule.span, calls=own, documented=bool(rule.help))
            first = first or unit
        self.recipe(rule, first, targets, prerequisites)

    def named_scripts(self, rule: MakeRule, target: str) -> list[str]:
        """The scripts of the tree that have the name of a target among many (`$(TASKS):` with `./scripts/$@`)."""
        found = (
            beside(self.found.path, f"{match[1]}{target}{match[2] or ''}")
            for line in rule.recipe
            for match in _BY_NAME.finditer(line.text.text)
        )
        return [unit_id(path, UnitKind.SCRIPT, path) for path in found if path in self.paths]

    def recipe(self, rule: MakeRule, unit: str, targets: list[str], prerequisites: list[str]) -> None:
        """The commands of a recipe."""
        automatic = {"@": targets[0]} if len(targets) == 1 and "%" not in targets[0] and "${" not in targets[0] else {}
        if prerequisites and "%" not in "".join(prerequisites):
            automatic |= {"<": prerequisites[0], "^": " ".join(prerequisites)}
        values = dict(self.values)
        environment = dict(self.environment)
        for variable in self.document.variables:
            if variable.target and variable.target in targets and variable.operator != "+=":
                values[variable.name] = variable.value.text.strip()
                environment |= {variable.name: values[variable.name]} if variable.exported else {}
        ignored = "" in self.ignored or not self.ignored.isdisjoint(targets)
        if ".ONESHELL" in self.special and len(rule.recipe) > 1:
            whole = RecipeLine(_together(rule.recipe), conditions=rule.recipe[0].conditions)
            self.line(whole, unit, values, automatic, environment, ignored)
            return
        for line in rule.recipe:
            self.line(line, unit, values, automatic, environment, ignored)

    def line(
        self,
        line: RecipeLine,
        unit: str,
        values: Mapping[str, str],
        automatic: Mapping[str, str],
        environment: Mapping[str, str],
        ignored: bool,
    ) -> None:
        """One line of a recipe: a shell of its own, before which make itself starts those of `$(shell ...)`."""
        for asking in questions_of_make(line.text):
            self.found.shell(expand(asking, values, automatic), unit, dialect="bash", guards=_guards(line))
        self.found.shell(
            expand(line.text, values, automatic),
            unit,
            dialect=self.dialect,
            environment=environment,
            directory=self.directory,
            errexit=self.errexit,
            pipefail=self.pipefail,
            guards=_guards(line),
            swallowed=line.ignored or ignored,
        )

    def forward(self, path: str, inner: Makefile, include: Include) -> None:
        """The targets of an included makefile can be called through this one."""
        for rule in inner.rules:
            calls = [unit_id(self.found.path, UnitKind.TARGET, name) for name in self.prerequisites(rule)]
            for name in self.words(rule.targets.text):
                if name not in _SPECIAL and "%" not in name:
                    there = unit_id(path, UnitKind.TARGET, name)
                    self.found.unit(
                        UnitKind.TARGET, name, include.span, calls=(there, *calls), documented=bool(rule.help)
                    )

    def patterns(self) -> None:
        """The targets that a pattern without a recipe makes of others' names (`%: common-%` and `common-lint:` give `lint`)."""
        if posixpath.basename(self.found.path) not in {"Makefile", "makefile", "GNUmakefile"}:
            return  # of a file that others include, which may have targets of these names themselves
        inner = [(rule, one.span) for document, one in self.included.values() for rule in document.rules]
        rules = [*((rule, rule.span) for rule in self.document.rules), *inner]
        names = {name: None for rule, _ in rules for name in self.words(rule.targets.text) if "%" not in name}
        for rule, span in rules:
            match = _RENAMES.match(f"{rule.targets.text}:{rule.prerequisites}")
            if match is None or rule.recipe:
                continue
            for name in names:
                stem = name.removeprefix(match[1]).removesuffix(match[2])
                if stem and stem not in names and name == match[1] + stem + match[2]:
                    there = unit_id(self.found.path, UnitKind.TARGET, name)
                    self.found.unit(UnitKind.TARGET, stem, span, calls=(there,))


_RENAMES = re.compile(r"%\s*:\s*([\w.-]*)%([\w.-]*)\s*\Z")


def _together(lines: Iterable[RecipeLine]) -> EmbeddedText:
    built = Assembly()
    for line in lines:
        built.copy(line.text)
        end = line.text.outer(max(0, len(line.text.text) - 1)) + 1
        built.verbatim("\n", end)
    return built.finish()


def _guards(line: RecipeLine) -> tuple[Guard, ...]:
    """The conditionals of make around a line, as guards."""
    kinds = {"ifdef CI": GuardKind.AUTOMATED, "ifndef CI": GuardKind.NOT_AUTOMATED}
    kinds |= {"else of ifdef CI": GuardKind.NOT_AUTOMATED, "else of ifndef CI": GuardKind.AUTOMATED}
    return tuple(Guard(kinds.get(text) or _of_caller(text), text, span) for text, span in line.conditions)


_EMPTY = re.compile(
    r"(?:ifndef\s+(\w+)|else of ifdef\s+(\w+)|(?:ifeq|else of ifneq)\s*\(\s*(?:\$\(strip\s+)?\$[({](\w+)[)}]\)?\s*,\s*\))\s*\Z"
)
_NOT_SAID = re.compile(r"(?:ifneq|else of ifeq)\s*\(\s*\$[({](\w+)[)}]\s*,\s*[\w\"]+\s*\)\s*\Z")


def _of_caller(text: str) -> GuardKind:
    """A conditional on a variable that whoever calls make can give (`make clean YES=1`)."""
    empty = _EMPTY.match(text)
    if empty is not None:
        name = next(filter(None, empty.groups()), "")
        return GuardKind.OTHER if name in {"OS", "MSYSTEM", "COMSPEC", "ComSpec"} else GuardKind.VARIABLE
    said = _NOT_SAID.match(text)
    return GuardKind.OPTION if said is not None and ASSENT.search(said[1]) else GuardKind.OTHER
