"""From facts to hits: every rule over every fact it subscribed to, each pair of rule and file guarded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from agentlint.engine.limit import PIECE, TooSlow
from agentlint.engine.parallel import processes, shared
from agentlint.engine.reading import crash_message
from agentlint.facts.command import Command, Guard
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.repository import Repository, facts_of_type
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Category, Hit, Tier

WORTH_PATHS = 300
"""In a tree of fewer files the rules are done before another process has begun."""
MOST_SLOW_FILES = 2
"""A rule that was too slow on so many files is asked no more."""
MOST_SLOW_RULES = 3
"""Where so many rules were too slow, what they share hangs, and would hang for each of the others."""
_TOGETHER = (Category.AGENT_CONTEXT, Category.HUMAN_OUTPUT)
"""Each with its rules in one process: they ask for the same answers. The other rules are a third part, the lightest."""


class Found(NamedTuple):
    """A hit with the rule that made it, and what of its fact bears on reach."""

    loaded: LoadedRule
    hit: Hit
    unit: str
    guards: tuple[Guard, ...]


@dataclass
class Run:
    """The rules at work over one repository."""

    repository: Repository
    rules: Sequence[LoadedRule]
    strict: bool = False
    found: list[Found] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    _crashed: set[tuple[str, str]] = field(default_factory=set)
    _slow: Counter[str] = field(default_factory=Counter)

    def all(self, jobs: int = 1) -> None:
        """Run everything; `jobs` 0 is as many processes as pay. One by one where a crash is wanted as it is."""
        worth = self.repository.focus is None and len(self.repository.project.paths) >= WORTH_PATHS
        count = 1 if self.strict else processes(jobs, len(_TOGETHER) + 1, worth)
        if count == 1:
            self._one_by_one()
            return
        for _, (found, errors) in shared(len(_TOGETHER) + 1, self._part, count):
            self.found.extend(Found(self.rules[at], hit, unit, guards) for at, hit, unit, guards in found)
            self.errors.extend(errors)

    def _part(self, number: int) -> tuple[list[tuple[int, Hit, str, tuple[Guard, ...]]], list[FileError]]:
        """What the rules of one part find, in a form that travels between processes: a rule goes by its number."""
        numbers = {item.rule.id: at for at, item in enumerate(self.rules) if _part_of(item) == number}
        run = Run(self.repository, [self.rules[at] for at in numbers.values()])
        run._one_by_one()
        return [(numbers[loaded.rule.id], hit, unit, guards) for loaded, hit, unit, guards in run.found], run.errors

    def _one_by_one(self) -> None:
        by_program, general, others, whole = _sorted_out(self.rules)
        for path, facts in self.repository.facts.items():
            if self.repository.focus is not None and path not in self.repository.focus:
                continue
            if by_program or general:
                self._commands(path, facts, by_program, general)
            for loaded in others:
                for fact in facts_of_type(facts, loaded.subject):
                    self._ask(loaded, fact, path)
        for loaded in whole:
            self._ask(loaded, self.repository, ".")

    def _commands(
        self, path: str, facts: FileFacts, by_program: dict[str, list[LoadedRule]], general: list[LoadedRule]
    ) -> None:
        for command in facts_of_type(facts, Command):
            assert isinstance(command, Command)
            for loaded in (*general, *by_program.get(command.program, ())):
                self._ask(loaded, command, path)

    def _ask(self, loaded: LoadedRule, fact: object, path: str) -> None:
        """One rule on one fact. The iteration is guarded as well as the call: a generator raises later."""
        if (loaded.rule.id, path) in self._crashed or self._is_given_up(loaded.rule.id):
            return
        try:
            with PIECE:
                for hit in loaded.check(fact, self.repository):
                    unit = hit.unit or str(getattr(fact, "unit", ""))
                    self.found.append(Found(loaded, hit, unit, getattr(fact, "guards", ())))
        except (Exception, RecursionError) as error:
            if self.strict:
                raise
            self._crashed.add((loaded.rule.id, path))
            self.errors.append(FileError(path, 1, _crash(loaded, error)))
            if isinstance(error, TooSlow):
                self._note_slow(loaded.rule.id)

    def _is_given_up(self, rule: str) -> bool:
        return bool(self._slow) and (len(self._slow) >= MOST_SLOW_RULES or self._slow[rule] >= MOST_SLOW_FILES)

    def _note_slow(self, rule: str) -> None:
        """What is not judged for the sake of an end is said once."""
        self._slow[rule] += 1
        if len(self._slow) == MOST_SLOW_RULES:
            self.errors.append(
                FileError(".", 1, f"{', '.join(self._slow)} took too long; the other rules were not asked")
            )
        elif self._slow[rule] == MOST_SLOW_FILES:
            self.errors.append(
                FileError(".", 1, f"{rule} took too long on {MOST_SLOW_FILES} files; it was not asked for the others")
            )


def _part_of(loaded: LoadedRule) -> int:
    category = loaded.rule.category
    return _TOGETHER.index(category) if category in _TOGETHER else len(_TOGETHER)


def _crash(loaded: LoadedRule, error: BaseException) -> str:
    rule = loaded.rule
    origin = "" if loaded.origin == "builtin" else f" of {loaded.origin}"
    return crash_message(f"rule {rule.id} ({rule.name}){origin}", error, f"`--ignore {rule.id}` silences it")


def _sorted_out(
    rules: Iterable[LoadedRule],
) -> tuple[dict[str, list[LoadedRule]], list[LoadedRule], list[LoadedRule], list[LoadedRule]]:
    """Rules on commands by program, those on every command, those on other facts, and those on the whole."""
    by_program: dict[str, list[LoadedRule]] = {}
    general: list[LoadedRule] = []
    others: list[LoadedRule] = []
    whole: list[LoadedRule] = []
    for loaded in rules:
        if loaded.subject is Repository:
            whole.append(loaded)
        elif loaded.subject is not Command:
            others.append(loaded)
        elif not loaded.rule.programs:
            general.append(loaded)
        for program in loaded.rule.programs if loaded.subject is Command else ():
            by_program.setdefault(program, []).append(loaded)
    return by_program, general, others, whole


def unique(found: Iterable[Found]) -> Iterator[Found]:
    """Each rule once for each place: what is read twice (an anchor, an include, a shared step) is reported once.

    Of several readings the one that counts most is kept: a step that a rare job and a check of every change share
    is no matter of opinion because the rare job was read first.
    """
    kept: dict[tuple[str, object], Found] = {}
    for item in found:
        key = (item.loaded.rule.id, item.hit.place)
        if key not in kept or (_debatable(kept[key]) and not _debatable(item)):
            kept[key] = item
    yield from kept.values()


def _debatable(item: Found) -> bool:
    return (item.hit.tier or item.loaded.rule.tier) is Tier.PEDANTIC
