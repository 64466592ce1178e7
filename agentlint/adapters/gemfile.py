"""Gemfiles and gemspecs: dependencies."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.ruby_lines import lines
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile, Span

_GEM = re.compile(r"\s*gem[ (]\s*([\"'])([\w.-]+)\1((?:\s*,\s*[\"'][^\"'\n]*[\"'])*)")
_SPEC = re.compile(
    r"\s*\w+\.add_(runtime_|development_)?dependency[ (]\s*([\"'])([\w.-]+)\2((?:\s*,\s*[\"'][^\"'\n]*[\"'])*)"
)
_GROUP = re.compile(r"\s*group\s+(.*?)\s+do\b")
_NAME = re.compile(r"\s*\w+\.name\s*=\s*[\"']([\w.-]+)[\"']")
_RUBY = re.compile(r"\s*ruby[ (]\s*[\"']([^\"'\n]+)[\"']")
_EXECUTABLES = re.compile(r"\s*\w+\.executables\s*[+<]?[=<]+\s*(.*)")
_VERSION = re.compile(r"[\"']([^\"'\n]*)[\"']")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Gemfile or gemspec."""
    found = Gathering(file)
    dependencies: list[Dependency] = []
    group, name = "runtime", ""
    entry_points: list[str] = []
    for offset, line in lines(file.text):
        span = Span(offset + len(line) - len(line.lstrip()), offset + len(line.rstrip()))
        gem, spec, grouped, named = _GEM.match(line), _SPEC.match(line), _GROUP.match(line), _NAME.match(line)
        ruby, executables = _RUBY.match(line), _EXECUTABLES.match(line)
        if gem:
            dependencies.append(Dependency(gem.group(2), ", ".join(_VERSION.findall(gem.group(3))), group, span))
        elif spec:
            kind = "dev" if spec.group(1) == "development_" else "runtime"
            dependencies.append(Dependency(spec.group(3), ", ".join(_VERSION.findall(spec.group(4))), kind, span))
        elif grouped:
            group = ",".join(re.findall(r"\w+", grouped.group(1)))
        elif line.startswith("end"):
            group = "runtime"
        elif named:
            name = named.group(1)
        elif ruby:
            found.setting("ruby", "version", ruby.group(1), span)
        elif executables:
            entry_points.extend(_VERSION.findall(executables.group(1)))
    found.manifest(
        "ruby", name=name, dependencies=dependencies, package_manager="bundler", entry_points=entry_points,
        application=file.path.endswith("Gemfile") and not any(path.endswith(".gemspec") for path in tree.paths),
    )  # fmt: skip
    return found.facts()
