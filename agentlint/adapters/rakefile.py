"""Rakefiles: tasks as units, prerequisites as calls, `sh "..."` as commands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agentlint.adapters import ruby
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, with_source
from agentlint.documents.ruby_lines import lines, names, strings
from agentlint.facts.command import Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_TASK = re.compile(r"\s*(?:multitask|task|file)[ (]\s*(?:[\"']([\w:./-]+)[\"']|:\"?([\w:?!-]+)\"?|(\w+):)(.*)")
_NAMESPACE = re.compile(r"\s*namespace[ (]\s*[:\"']?\"?(\w+)")
_LIBRARY = re.compile(r"\s*(?:\w+\s*=\s*)?([A-Z]\w*(?:::\w+)*)(?:\.new|\.create)\b(.*)")
_LIBRARIES = {
    "RSpec::Core::RakeTask": ("rspec", "spec"),
    "RuboCop::RakeTask": ("rubocop", "rubocop"),
    "Cucumber::Rake::Task": ("cucumber", "cucumber"),
    "Rake::TestTask": ("minitest", "test"),
    "Minitest::TestTask": ("minitest", "test"),
    "YARD::Rake::YardocTask": ("yard", "yard"),
    "RDoc::Task": ("rdoc", "rdoc"),
    "Reek::Rake::Task": ("reek", "reek"),
    "Standard::RakeTask": ("standardrb", "standard"),
    "SlimLint::RakeTask": ("slim-lint", "slim_lint"),
    "HamlLint::RakeTask": ("haml-lint", "haml_lint"),
}
_LOADED = re.compile(r"\s*require[ (]\s*[\"'](standard/rake)[\"']")
_TASKS_LOADED = {"standard/rake": ("standardrb", "standard")}
"""Files that define a task where they are loaded: what runs, and the task's name. Source: github.com/standardrb/standard."""
_BODY = re.compile(r"\bdo\b|(?<!%[wi])\{")
"""Where a task's block begins; the brace of a list of names (`%i{unit features}`) begins none."""
_SHELL = re.compile(r"(?<![\w.:@\"'])(sh|system|exec)[ (]\s*(?=[\"'%])|(?<![\w\"'({/!])(`)|(?<![\w\"'])(%x)[\[({]")


@dataclass
class _State:
    spaces: list[tuple[int, str]] = field(default_factory=list)
    unit: str = ""
    indent: int = -1
    described: bool = False
    directory: str | None = ""
    """Of what the tasks run: the Rakefile's own folder; not known for a *.rake, which a Rakefile elsewhere loads."""

    def named(self, name: str) -> str:
        """The full name of a task defined here."""
        return ":".join([*(space for _, space in self.spaces), name])


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Rakefile or *.rake."""
    found = Gathering(file)
    state = _State(directory=None if file.path.endswith(".rake") else found.directory)
    for offset, line in lines(file.text):
        _line(found, state, offset, line)
    return with_source(found.facts(), ruby.facts(file, tree), commands=False)


def _line(found: Gathering, state: _State, offset: int, line: str) -> None:
    indent = len(line) - len(line.lstrip())
    stripped = line.strip()
    if re.match(r"end\b|\}", stripped):
        while state.spaces and state.spaces[-1][0] >= indent:
            state.spaces.pop()
        if indent <= state.indent:
            state.unit, state.indent = "", -1
        return
    loaded = _LOADED.match(line)
    namespace, task, library = _NAMESPACE.match(line), _TASK.match(line), _LIBRARY.match(line)
    if namespace:
        state.spaces.append((indent, namespace.group(1)))
    elif stripped.startswith("desc "):
        state.described = True
        return
    elif task:
        _task(found, state, offset, line, task, indent)
    elif loaded:
        program, name = _TASKS_LOADED[loaded.group(1)]
        span = Span(offset + indent, offset + len(line.rstrip()))
        found.execute([Word(program, span)], found.unit(UnitKind.TARGET, name, span), directory=state.directory)
    elif library and library.group(1) in _LIBRARIES:
        program, default = _LIBRARIES[library.group(1)]
        given = names(library.group(2).split("|")[0].split("#")[0])
        span = Span(offset + indent, offset + len(line.rstrip()))
        unit = found.unit(UnitKind.TARGET, state.named(given[0] if given else default), span, documented=True)
        if program:
            words = [Word(program, span), *(_pattern(found.file.text, span) if program == "rspec" else ())]
            found.execute(words, unit, directory=state.directory)
        state.described = False
    _commands(found, state, offset, line)


_PATTERN = re.compile(r"[ \t]*\n(?:[ \t]*(?!end\b)[^\n]*\n){0,5}?[ \t]*\w+\.pattern[ \t]*=[ \t]*([\"'])([^\"'#\n]+)\1")


def _pattern(text: str, span: Span) -> list[Word]:
    """The files that the block behind a library's task picks (`t.pattern = "spec/unit/**/*_spec.rb"`), as an operand.

    It stands where the task does, so that what is told of the task points at its own line.
    """
    found = _PATTERN.match(text, span.end)
    return [Word(found[2], span, quoted=True)] if found is not None else []


def _task(found: Gathering, state: _State, offset: int, line: str, task: re.Match[str], indent: int) -> None:
    name = task.group(1) or task.group(2) or task.group(3)
    rest = _BODY.split(task.group(4))[0]
    arrow = rest.rpartition("=>")[2] if "=>" in rest else rest if task.group(3) else ""
    calls = []
    for other in names(arrow):
        calls += [found.sibling(UnitKind.TARGET, other), found.sibling(UnitKind.TARGET, state.named(other))]
    span = Span(offset + indent, offset + len(line.rstrip()))
    unit = found.unit(UnitKind.TARGET, state.named(name), span, calls=dict.fromkeys(calls), documented=state.described)
    state.described = False
    if _BODY.search(task.group(4)):
        state.unit, state.indent = unit, indent


def _commands(found: Gathering, state: _State, offset: int, line: str) -> None:
    """`sh "..."` and its like on a line; outside of tasks they belong to the file."""
    for match in _SHELL.finditer(line):
        start = match.end() if match.group(1) else match.start()
        texts = list(strings(line, offset, start))
        if not texts:
            continue
        unit = state.unit or found.unit(UnitKind.SCRIPT, found.path, found.file.whole)
        separated = match.group(1) and re.match(r"\s*,\s*[\"']", line[start + len(texts[0].text) + 2 :])
        if separated:
            words = [
                Word(t.text, Span(t.outer(0), t.outer(max(0, len(t.text) - 1)) + 1), "${" not in t.text, True)
                for t in texts
            ]
            found.execute(words, unit, directory=state.directory)
        else:
            found.shell(texts[0], unit, dialect="sh", directory=state.directory)
        return
