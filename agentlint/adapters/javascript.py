"""JavaScript and TypeScript sources: what they ask, open, start, sleep, need and print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import FUNCTIONS, Call, calls, in_loop, number
from agentlint.adapters.code.device_codes import device_code_requests, pauses_for_login
from agentlint.adapters.code.durations import seconds_of
from agentlint.adapters.code.logins import is_login, token_beside, token_path
from agentlint.adapters.code.source import Source, is_tooling
from agentlint.adapters.context import TreeContext
from agentlint.adapters.js_commands import find_commands
from agentlint.adapters.js_environment import needed_variables
from agentlint.adapters.js_imports import imported
from agentlint.adapters.js_own_prompters import find_all_asks
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import Interface
from agentlint.files.source import SourceFile, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPED = (".ts", ".mts", ".cts")
_OPENERS = re.compile(r"open|opn|better-opn|openurl|opener|react-dev-utils/openBrowser")
_LOGIN_MODULES = re.compile(r"@google-cloud/local-auth|@azure/identity|@octokit/auth-oauth-device")
_FLOWS = re.compile(r"\.\s{0,3}acquireToken(?:ByDeviceCode|Interactive)\s{0,3}\(")
_LOGIN_MEMBERS = frozenset(
    {"authenticate", "InteractiveBrowserCredential", "DeviceCodeCredential", "createOAuthDeviceAuth"}
)
_PROCESSES = re.compile(r"child_process|execa")
_STARTS = frozenset({"exec", "execSync", "spawn", "spawnSync", "execFile", "execa"})
_SYSTEM_OPENER = re.compile(
    r"[`\"'](?:(?:open|xdg-open|start|explorer|cmd /c start)(?=[`\"' ])|\$\{\w{0,20}(?:[oO]pen|[sS]tart|[bB]rowser)\w{0,20}\}\s)"
)
_SLEEP = re.compile(r"(?<![\w$])(?:sleep|delay|wait|pause|waitForTimeout|setTimeout)\s{0,3}\(")
_FAKE_TIMERS = re.compile(r"useFakeTimers|fake-timers|mockdate", re.IGNORECASE)
_TEST_BODIES = re.compile(
    r"^(?:it|test|specify|before|after|beforeEach|afterEach|beforeAll|afterAll|describe|context|suite|t|tap)(?:\.\w+)*(?:\(|$)|\.then$"
)
_TABLE_MODULES = re.compile(
    r"cli-table3?|table|easy-table|tty-table|columnify|console-table-printer|as-table|cliui|text-table"
)
_FRAMEWORKS = re.compile(
    r"commander|yargs|@oclif/core|@oclif/command|cac|meow|citty|clipanion|sade|caporal|minimist|arg"
)
_OPTION = re.compile(r"[\"'`](?:-\w,?\s)?(--[a-z][\w-]{1,40})")
_MACHINE = re.compile(r"--(?:json|format|output|output-format|reporter|porcelain|ndjson|csv|raw)$")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a source file."""
    source = Source.of(file, tree, "typescript" if file.path.endswith(_TYPED) else "javascript", "javascript")
    if source is None:
        return FileFacts()
    find_all_asks(source)
    _logins(source)
    if source.test_code or is_tooling(file.path):
        _sleeps(source)
    if is_tooling(file.path) and not source.test_code:
        find_commands(source)
    needed_variables(source)
    if not source.test_code:
        _interface(source)
    return source.facts()


def _logins(source: Source) -> None:
    for name, (_, member) in imported(source.tree, _OPENERS).items():
        for call in calls(source.tree, _called(name)):
            if call.callee == name and member in {"default", "open"} and call.arguments and is_login(source, call):
                source.login(call, alternative=_token_path(source))
    for name, (_, member) in imported(source.tree, _LOGIN_MODULES).items():
        for call in calls(source.tree, _called(name)) if member in _LOGIN_MEMBERS else ():
            if call.callee == name:
                source.login(call, alternative=_token_path(source))
    for name, (_, member) in imported(source.tree, _PROCESSES).items():
        for call in calls(source.tree, _called(name)) if member in _STARTS else ():
            if call.arguments and _SYSTEM_OPENER.match(source.tree.of(call.arguments[0])) and is_login(source, call):
                source.login(call, f"{call.callee[:40]} of a browser", _token_path(source))
    for call in device_code_requests(source):
        source.login(call, f"{call.callee[:40]} for a device code", _token_path(source))
    for call in pauses_for_login(source):
        source.login(call, f"{call.callee[:40]} for a login page", _token_path(source))
    if "StartDeviceAuthorizationCommand" in source.text:
        for call in calls(source.tree, _called("StartDeviceAuthorizationCommand")):
            source.login(call, alternative=_token_path(source))
    if "@azure/msal-node" in source.text:
        for call in calls(source.tree, _FLOWS):
            source.login(call, alternative=_token_path(source))


def _token_path(source: Source) -> str:
    return token_path(source.text) or token_beside(source, (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"))


def _called(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.$]){re.escape(name)}\s{{0,3}}\(")


def _sleeps(source: Source) -> None:
    if _FAKE_TIMERS.search(source.text):
        return
    for call in calls(source.tree, _SLEEP):
        if any(node.type in {"array", "catch_clause"} for node in call.above[:6]):
            continue  # `Promise.race([work, sleep(5000)])` is a time limit
        if _delays_all(source, call):
            source.sleep(call, (number(source.tree, call.arguments[1]) or 0) / 1000, polling=False)
            continue
        span, milliseconds = _awaited(source, call)
        if milliseconds >= 1000 and _in_test_body(source, call):
            source.sleep(call, milliseconds / 1000, in_loop(_around_executor(call)), span)


_GIVES_UP = re.compile(r"exit|throw|kill|reject|abort|fail|clear|close|destroy|stop|error|timeout", re.IGNORECASE)


def _delays_all(source: Source, call: Call) -> bool:
    """True for a timer at a test program's top level that starts its work (`setTimeout(() => run(), 10000)`); no watchdog."""
    if call.callee != "setTimeout" or len(call.arguments) != 2 or not source.test_code:
        return False
    if any(node.type in {*FUNCTIONS, "call_expression", "new_expression"} for node in call.above):
        return False
    return (
        not _GIVES_UP.search(source.tree.of(call.arguments[0])) and number(source.tree, call.arguments[1]) is not None
    )


def _around_executor(call: Call) -> tuple[Node, ...]:
    """The nodes around a wait: those around the promise, for a timer that stands in the function that settles it."""
    if call.callee.endswith("setTimeout"):
        for index, node in enumerate(call.above[:6]):
            if node.type == "new_expression":
                return call.above[index + 1 :]
    return call.above


def _awaited(source: Source, call: Call) -> tuple[Span, float]:
    """The range and the milliseconds of a wait that holds the test up; 0 for a timer that does not."""
    last = call.arguments[-1] if call.arguments else None
    value = seconds_of(source.tree, last, 1.0) if last is not None else None
    nothing = call.span, 0.0
    if value is None or len(call.arguments) > 2:
        return nothing
    receiver = call.callee.rpartition(".")[0]
    if call.callee.endswith("setTimeout") and "timers/promises" in source.text and len(call.arguments) == 1:
        awaited = any(node.type == "await_expression" for node in call.above[:1])
        return call.span, value if awaited else 0.0
    if call.callee.endswith("setTimeout"):
        promise = next((node for node in call.above[:6] if node.type == "new_expression"), None)
        if promise is None or len(call.arguments) != 2 or call.arguments[0].type != "identifier":
            return nothing
        resolver = source.tree.of(call.arguments[0])
        if not re.match(
            rf"newPromise(?:<\w+>)?\(\(?(?:async)?\(?{re.escape(resolver)}(?![\w$])", source.tree.compact(promise)
        ):
            return nothing
        return Span(promise.start_byte, promise.end_byte), value
    if receiver and not (
        receiver in {"cy", "page", "browser", "driver", "client"} or receiver.endswith(("page", "Page"))
    ):
        return nothing
    if not receiver and not any(node.type in {"await_expression", "yield_expression"} for node in call.above[:1]):
        return nothing
    if len(call.arguments) != 1:
        return nothing
    return call.span, value


def _in_test_body(source: Source, call: Call) -> bool:
    """False inside a mocked handler, whose slowness is what is tested."""
    executor = False
    for index, node in enumerate(call.above):
        if node.type not in FUNCTIONS:
            continue
        if not executor and call.callee.endswith("setTimeout"):
            executor = True
            continue
        if node.type in {"function_declaration", "method_definition"}:
            return True
        holder = next((outer for outer in call.above[index + 1 : index + 3] if outer.type == "call_expression"), None)
        if holder is None:
            return False
        callee = holder.child_by_field_name("function")
        return callee is not None and _TEST_BODIES.search(source.tree.compact(callee)) is not None
    return True


def _interface(source: Source) -> None:
    """A command-line program that lays its results out in tables."""
    frameworks = imported(source.tree, _FRAMEWORKS)
    tables = imported(source.tree, _TABLE_MODULES)
    if not frameworks:
        return
    places = [
        source.place(call.span) for name in tables for call in calls(source.tree, _called(name)) if call.callee == name
    ]
    places.extend(source.place(call.span) for call in calls(source.tree, re.compile(r"\bconsole\.table\s{0,3}\(")))
    if not places:
        return
    options = tuple(dict.fromkeys(_OPTION.findall(source.text)))
    machine = next((option for option in options if _MACHINE.match(option)), "")
    if not machine and re.search(
        r"\b(?:json|format)\s{0,3}:\s{0,3}(?:Flags|\{|z\.|Options)|JSON\.stringify\(", source.text
    ):
        machine = "json"
    framework = sorted(module for module, _ in frameworks.values())[0]
    source.interfaces.append(
        Interface(
            framework,
            "javascript",
            places[0],
            source.unit,
            "",
            options,
            machine,
            tuple(sorted(places)),
            True,
            source.test_code,
        )
    )
