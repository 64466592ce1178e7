"""The walk over a script: every statement met once, in order, with what surrounds it."""

from __future__ import annotations

from collections.abc import Callable

from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.judge import Judge
from agentlint.adapters.shell.leaving import Leaving
from agentlint.adapters.shell.machine import ANSWER, UNKNOWN, Machine
from agentlint.adapters.shell.redirected import redirected
from agentlint.adapters.shell.simple import SimpleCommands
from agentlint.adapters.shell.sink import Sink
from agentlint.adapters.shell.status import alternative, first_program, last_program, of_sequence
from agentlint.adapters.shell.summary import Summary
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import (
    AndOr,
    Case,
    Condition,
    Function,
    Group,
    If,
    Loop,
    Not,
    Pipeline,
    Simple,
    Statement,
)
from agentlint.facts.command import Guard, GuardKind, Input, Output, Status
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place

Guards = tuple[Guard, ...]

MAX_GUARDS = 24


class Walker:
    """Walks the statements of one text into a sink. `walk_text` reads a nested text (`bash -c`)."""

    def __init__(self, sink: Sink, source: EmbeddedText, summary: Summary, nested: Callable[..., None]) -> None:
        self.sink = sink
        self.source = source
        self.summary = summary
        self.leaving = Leaving(summary)
        self.constants = summary.constants()
        self.judge = Judge(summary, source, self.leaving)
        self.simple = SimpleCommands(self, nested)

    # Each method gives the guards that hold for what follows in the same list.

    def block(
        self, statements: tuple[Statement, ...], frame: Frame, machine: Machine, round_of_loop: bool = False
    ) -> Guards:
        """Walk a list of statements; errexit that a round of a loop itself sets counts for its last one as well."""
        after: Guards = ()
        statuses = of_sequence(statements, self.source.text, frame.status)
        for index, statement in enumerate(statements):
            status = statuses[index]
            if (index < len(statements) - 1 or round_of_loop) and machine.errexit and not frame.errexit_off:
                status = Status.COUNTED
            inner = frame._replace(status=status, guards=(*frame.guards, *after)[-MAX_GUARDS:])
            after = (*after, *self.statement(statement, inner, machine))[-MAX_GUARDS:]
        return after

    def statement(self, statement: Statement, frame: Frame, machine: Machine) -> Guards:
        """Walk one statement."""
        if statement.background:
            frame = frame._replace(background=True, status=Status.UNCHECKED)
            if frame.input is Input.INHERITED and not frame.input_from:
                frame = frame._replace(input=Input.NULL)
        if isinstance(statement, Simple):
            return self.simple.walk(statement, frame, machine)
        if statement.redirects:
            frame = redirected(statement.redirects, frame, machine)
            self.simple.targets(statement.redirects, frame, machine)
        return _WALK[type(statement)](self, statement, frame, machine)

    def _condition(self, statement: Condition, frame: Frame, machine: Machine) -> Guards:
        for word in statement.words:
            self.simple.substitutions(word, frame, machine)
        return ()

    def _pipeline(self, statement: Pipeline, frame: Frame, machine: Machine) -> Guards:
        stages = statement.stages
        for index, stage in enumerate(stages):
            changes: dict[str, object] = {}
            if index:
                before = stages[index - 1]
                feeder = before if isinstance(before, Simple) else None
                changes.update(input=Input.PIPE, input_from=last_program(before), feeder=feeder)
            if index < len(stages) - 1:
                changes.update(output=Output.PIPE, output_to=first_program(stages[index + 1]))
                if not machine.pipefail:
                    changes.update(status=Status.LOST_IN_PIPE)
            self.statement(stage, frame._replace(**changes), machine.copy())  # type: ignore[arg-type]
        return ()

    def _chain(self, statement: AndOr, frame: Frame, machine: Machine) -> Guards:
        """`a && b || c`. Each member sees the guards of what led to it; `x || exit` guards all that follows."""
        members = (statement.first, *(following for _, following in statement.rest))
        operators = [operator for operator, _ in statement.rest]
        before: Guards = ()
        after: Guards = ()
        for index, member in enumerate(members):
            status = self._member_status(members, operators, index, frame)
            off = frame.errexit_off or index < len(members) - 1
            guards = (*frame.guards, *before, *after)[-MAX_GUARDS:]
            state = machine if index == 0 else machine.copy()
            inner = frame._replace(status=status, guards=guards, errexit_off=off)
            kept = self.statement(member, inner, state)
            if index:
                machine.join([machine.copy(), state]) if operators[index - 1] == "||" else self._adopt(machine, state)
            else:
                after = (*after, *kept)
            if index < len(operators):
                before, after = self._link(members, operators, index, before, after, machine)
        return after

    def _adopt(self, machine: Machine, state: Machine) -> None:
        """After `a && b` the directory and variables of b hold: the chain would have failed otherwise."""
        machine.join([state])
        machine.exported |= state.exported

    def _link(
        self,
        members: tuple[Statement, ...],
        operators: list[str],
        index: int,
        before: Guards,
        after: Guards,
        machine: Machine,
    ) -> tuple[Guards, Guards]:
        """Guards of the next member, and of what follows the chain, after member `index`."""
        member, operator = members[index], operators[index]
        holds = operator == "&&"
        led = index > 0 and operators[index - 1] == "&&"
        if led and not holds and isinstance(member, Simple) and not member.words:
            member = members[index - 1]  # setting a variable never fails: `[ -n "$1" ] && name=$1 || read name`
        mine = self.judge.guards(member, holds, machine)
        following = members[index + 1]
        leave = self.leaving.of((following,))
        if leave and len(operators) == index + 1:
            persisting = self.judge.after_leaving(member, not holds, machine, leave)
            if index and operators[index - 1] == "&&" and holds:
                persisting = ()
            after = (*after, *persisting)
            return (*before, *mine) if holds or not index else mine, after
        if holds:
            return (*before, *mine), after
        return mine, after

    def _member_status(self, members: tuple[Statement, ...], operators: list[str], index: int, frame: Frame) -> Status:
        """The status of member `index`: decided by the next `||`, else by the chain's own place."""
        own = frame.status
        for position in range(index, len(operators)):
            if operators[position] == "||":
                return alternative(members[position + 1], self._own(own), self.leaving.failing)
        if index < len(operators):
            return Status.TESTED if own is Status.UNCHECKED and self._is_test(members[index]) else own
        return own

    def _own(self, own: Status) -> Status:
        return Status.COUNTED if own is Status.UNCHECKED else own

    def _is_test(self, statement: Statement) -> bool:
        return isinstance(statement, (Condition, Not))

    def _not(self, statement: Not, frame: Frame, machine: Machine) -> Guards:
        self.statement(statement.statement, frame._replace(status=Status.TESTED, errexit_off=True), machine)
        return ()

    def _group(self, statement: Group, frame: Frame, machine: Machine) -> Guards:
        if statement.subshell:
            self.block(statement.body, frame, machine.copy())
            return ()
        return self.block(statement.body, frame, machine)

    def _if(self, statement: If, frame: Frame, machine: Machine) -> Guards:
        failed: Guards = ()
        states: list[Machine] = []
        after: Guards = ()
        for condition, body in statement.branches:
            guards = (*frame.guards, *failed)[-MAX_GUARDS:]
            test = frame._replace(status=Status.TESTED, guards=guards, errexit_off=True)
            self.block(condition, test, machine)
            if not condition:
                continue
            state = machine.copy()
            mine = self.judge.guards(condition[-1], True, machine)
            self.block(body, frame._replace(guards=(*guards, *mine)[-MAX_GUARDS:]), state)
            leave = self.leaving.of(body)
            if leave:
                after = (*after, *self.judge.after_leaving(condition[-1], False, machine, leave))
            else:
                states.append(state)
            failed = (*failed, *self.judge.guards(condition[-1], False, machine))[-MAX_GUARDS:]
        state = machine.copy()
        if statement.otherwise is not None:
            self.block(statement.otherwise, frame._replace(guards=(*frame.guards, *failed)[-MAX_GUARDS:]), state)
            leave = self.leaving.of(statement.otherwise)
            if leave:
                after = () if len(statement.branches) > 1 else self._after_else(statement, machine, leave)
        if statement.otherwise is None or not self.leaving.of(statement.otherwise):
            states.append(state)
        machine.join(states or [state])
        return after

    def _after_else(self, statement: If, machine: Machine, leave: object) -> Guards:
        condition = statement.branches[0][0]
        return self.judge.after_leaving(condition[-1], True, machine, leave) if condition else ()  # type: ignore[arg-type]

    def _case(self, statement: Case, frame: Frame, machine: Machine) -> Guards:
        self.simple.substitutions(statement.word, frame, machine)
        states: list[Machine] = []
        others: tuple[str, ...] = ()
        complete = False
        staying: list[Guards] = []
        for arm in statement.arms:
            mine = self.judge.arm(statement.word, arm, others, machine)
            state = machine.copy()
            with state.holding(statement.word.text, arm.patterns):
                self.block(arm.body, frame._replace(guards=(*frame.guards, *mine)[-MAX_GUARDS:]), state)
            if not self.leaving.of(arm.body):
                states.append(state)
                staying.append(mine)
            others = (*others, *arm.patterns)
            complete = complete or "*" in arm.patterns
        if not complete or not states:
            states.append(machine.copy())
            staying.append(())
        machine.join(states)
        return _common(staying)

    def _loop(self, statement: Loop, frame: Frame, machine: Machine) -> Guards:
        for word in statement.words or ():
            self.simple.substitutions(word, frame, machine)
        status = Status.COUNTED if machine.errexit and not frame.errexit_off else Status.UNCHECKED
        inner = frame._replace(in_loop=True, status=status)
        if statement.variable:
            machine.assign(statement.variable, ANSWER if statement.kind == "select" else UNKNOWN)
        if statement.kind == "select":
            self.simple.select(statement, frame, machine)
        before = self.judge.assigned_in((*statement.condition, *statement.body))
        state = machine.copy()
        guards: Guards = ()
        if statement.condition:
            holds = statement.kind == "while"
            test = inner._replace(status=Status.TESTED, errexit_off=True)
            self.block(statement.condition, test, state)
            guards = self.judge.guards(statement.condition[-1], holds, state)
        state.forget(before)
        within = inner._replace(guards=(*frame.guards, *guards)[-MAX_GUARDS:])
        self.block(statement.body, within, state, round_of_loop=True)
        machine.join([machine.copy(), state])
        return ()

    def _function(self, statement: Function, frame: Frame, machine: Machine) -> Guards:
        """A function's body, walked where it is defined, knowing only what holds in the whole file."""
        sink = self.sink
        unit = frame.unit
        if sink.functions_as_units:
            unit = unit_id(sink.path, UnitKind.FUNCTION, statement.name)
            place = Place(sink.path, self.source.outer_span(statement.span))
            if all(known.id != unit for known in sink.units):
                sink.units.append(Unit(unit, UnitKind.FUNCTION, statement.name, place))
        state = machine.copy()
        state.values = dict(self.constants)
        state.errexit = state.errexit or self.summary.errexit
        state.pipefail = state.pipefail or self.summary.pipefail
        inner = Frame(unit, function=statement.name, guards=(), wrappers=frame.wrappers, depth=frame.depth)
        inner = redirected(statement.redirects, inner, state)
        outer, self.judge.function = self.judge.function, statement.name
        self.statement(statement.body, inner, state)
        self.judge.function = outer
        return ()


def _common(arms: list[Guards]) -> Guards:
    """What follows a `case` whose other arms leave stands under the guards of the arm that stays."""
    if len(arms) != 1:
        return ()
    return tuple(guard for guard in arms[0] if guard.kind in {GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED})


_WALK: dict[type, Callable[..., Guards]] = {
    Condition: Walker._condition,
    Pipeline: Walker._pipeline,
    AndOr: Walker._chain,
    Not: Walker._not,
    Group: Walker._group,
    If: Walker._if,
    Case: Walker._case,
    Loop: Walker._loop,
    Function: Walker._function,
}
