"""Native builds and their tests that run one job at a time though nothing holds them to it."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.judgements.compiling.native_builds import compiles_enough, told_before
from agentlint.judgements.parallelism.in_functions import starts_in_functions
from agentlint.judgements.parallelism.shared_servers import beside_a_server
from agentlint.judgements.parallelism.workers import for_debugging, forced_serial, hides_options, runs_parallel
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import table
from agentlint.programs.entries import Parallelism


@remembered
def ctests_in_functions(path: str, repository: Repository) -> tuple[int, ...]:
    """Where the functions of a file first run ctest on one core; empty where they are too few to be one fault."""

    def flagged(one: Command) -> bool:
        entry = table().parallelism(one) if one.program == "ctest" else None
        return entry is not None and is_serial_build(one, entry, repository)

    return starts_in_functions(path, flagged, repository)


def is_serial_build(command: Command, entry: Parallelism, repository: Repository) -> bool:
    """True for a native build or its tests that use one core and could use more."""
    if entry.default != "serial" or entry.test_suite or entry.language != "c":
        return False
    if forced_serial(command, entry) or runs_parallel(command, entry, repository):
        return False
    if option_matching(command, entry.narrow_options) or hides_options(command) or in_prose(command, repository):
        return False
    if not compiles_enough(command, repository) or for_debugging(command, repository):
        return False
    if told_before(command, repository):
        return False
    # what they all talk to may not bear them at once
    return not (command.program == "ctest" and beside_a_server(command, repository))
