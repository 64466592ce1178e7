"""Redirections: what they make of the input and output of what they stand behind."""

from __future__ import annotations

from agentlint.adapters.shell.expand import text_of
from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.machine import Machine
from agentlint.documents.shell import Redirect
from agentlint.facts.command import Input, Output

TERMINALS = frozenset({"/dev/tty", "/dev/stdin", "/dev/fd/0"})


def redirected(redirects: tuple[Redirect, ...], frame: Frame, machine: Machine) -> Frame:
    """The frame with these redirections applied."""
    errors_kept = False
    for redirect in redirects:
        given = input_of(redirect, machine)
        if given is not None:
            frame = frame._replace(input=given[0], input_from=given[1])
        output = output_of(redirect, machine)
        if _joins_errors(redirect, machine):
            errors_kept = frame.output in {Output.CAPTURED, Output.PIPE}
        if output is not None and not (errors_kept and output[0] is Output.NULL):
            # `2>&1 >/dev/null`: what reads it gets the errors
            frame = frame._replace(output=output[0], output_to=output[1])
    return frame


def _joins_errors(redirect: Redirect, machine: Machine) -> bool:
    if redirect.target is None or redirect.descriptor != 2 or redirect.operator != ">&":
        return False
    return text_of(redirect.target, machine)[0] == "1"


def input_of(redirect: Redirect, machine: Machine) -> tuple[Input, str] | None:
    """Where standard input comes from after this redirection; None where it does not concern it."""
    operator = redirect.operator
    if operator in {"<<", "<<<"}:
        return (Input.HERE_DOCUMENT, "") if redirect.descriptor <= 0 else None
    if operator not in {"<", "<&", "<>"} or redirect.descriptor > 0 or redirect.target is None:
        return None
    return source_of(redirect, machine)


def source_of(redirect: Redirect, machine: Machine) -> tuple[Input, str]:
    """What a `<` or `<&` reads, whatever its descriptor."""
    target = text_of(redirect.target, machine)[0] if redirect.target else ""
    if redirect.operator == "<&" or target.isdecimal():
        if target == "-":
            return Input.NULL, ""
        number = int(target) if target.isdecimal() and len(target) < 4 else -1
        return machine.descriptors.get(
            number, (Input.INHERITED, "/dev/stdin") if 0 <= number <= 2 else (Input.FILE, f"&{target}")
        )
    if target == "/dev/null":
        return Input.NULL, target
    if target in TERMINALS or target.startswith("/dev/pts"):
        return Input.INHERITED, target
    return Input.FILE, target


def output_of(redirect: Redirect, machine: Machine) -> tuple[Output, str] | None:
    """What becomes of standard output after this redirection; None where it does not concern it."""
    if redirect.target is None or redirect.operator not in {">", ">>", ">|", "&>", "&>>", ">&"}:
        return None
    if redirect.descriptor not in {-1, 1}:
        return None
    target = text_of(redirect.target, machine)[0]
    if redirect.operator == ">&" and (target.isdecimal() or target == "-"):
        return None
    if target == "/dev/null":
        return Output.NULL, target
    if target in {"/dev/tty", "/dev/stderr", "/dev/stdout"}:
        return Output.INHERITED, target
    return Output.FILE, target
