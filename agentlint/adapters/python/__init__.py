"""Python source: what a program asks, where it logs in, what it starts, how long it sleeps, what it offers at the command line."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.asking import asks, unit_of
from agentlint.adapters.python.environment import environment_reads
from agentlint.adapters.python.interfaces import interfaces
from agentlint.adapters.python.logins import logins
from agentlint.adapters.python.names import module_of
from agentlint.adapters.python.own_prompters import put_through_helpers
from agentlint.adapters.python.running import commands
from agentlint.adapters.python.waits import sleeps
from agentlint.documents.python import PythonError, read_python
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.unit import Unit, UnitKind
from agentlint.files.source import Place, SourceFile, UndecodableFile

__all__ = ["facts"]


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Python module; one that does not parse gives its error and nothing else."""
    try:
        document = read_python(file.text)
    except (PythonError, UndecodableFile) as error:
        return FileFacts(errors=(FileError(file.path, getattr(error, "line", 1), str(error)),))
    module = module_of(file.path, document)
    started = commands(module)
    put_through_helpers(tree, module)
    found = tuple(login for _, login in logins(module))
    unit = Unit(unit_of(module), UnitKind.MODULE, file.path, Place(file.path, file.whole))
    return FileFacts(
        commands=tuple(started.commands),
        units=(unit, *started.units.values()),
        asks=tuple(asks(module, tree)),
        logins=found,
        sleeps=tuple(sleeps(module)),
        interfaces=tuple(interfaces(module)),
        environment_reads=tuple(environment_reads(module)),
    )
