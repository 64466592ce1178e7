"""Ruby sources: what they ask, open, start, sleep and need."""

from __future__ import annotations

import re
from itertools import islice

from agentlint.adapters.code.calls import MAX_CANDIDATES, Call, calls, in_loop, literal
from agentlint.adapters.code.durations import seconds_of
from agentlint.adapters.code.logins import is_login, token_path
from agentlint.adapters.code.questions import kind_of_question, question_before
from agentlint.adapters.code.source import Source, is_tooling
from agentlint.adapters.context import TreeContext
from agentlint.facts.command import Input, Output
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import AskKind
from agentlint.files.source import SourceFile

_GETS = re.compile(r"(?<![\w.:@$])gets\b|(?:\bSTDIN|\$stdin|\bKernel)\.gets\b")
_KEYS = re.compile(r"(?:\bSTDIN|\$stdin|\bIO\.console|\bconsole)\.getch?\b")
_READLINE = re.compile(
    r"\b(?:Readline|Reline)\.readline\b|\bIO\.console\.getpass\b|(?:\bSTDIN|\$stdin)\.(?:getpass|noecho)\b"
)
_LINE_EDITOR = re.compile(r"(?:^|/)(?:line_?editors?|readline|reline)(?:/|\.rb$)")
_ASKING = re.compile(
    r"(?<![\w@$:])(?:[\w@$:.]{1,60}\.)?(?:ask|agree|choose|yes\?|no\?|select|multi_select|mask|keypress|enum_select)(?=[\s(])"
)
_ASKER = re.compile(r"^\s*def (?:self\.)?(?:ask|yes\?|no\?|agree)(?=[\s(])", re.MULTILINE)
"""A file that defines what others ask with."""
_HIGHLINE = {"ask": AskKind.LINE, "agree": AskKind.CONFIRM, "choose": AskKind.MENU}
_TTY = {
    "ask": AskKind.LINE, "yes?": AskKind.CONFIRM, "no?": AskKind.CONFIRM, "select": AskKind.MENU, "multi_select": AskKind.MENU,
    "enum_select": AskKind.MENU, "mask": AskKind.SECRET, "keypress": AskKind.KEY,
}  # fmt: skip
_THOR = {"ask": AskKind.LINE, "yes?": AskKind.CONFIRM, "no?": AskKind.CONFIRM}
_DEBUGGER = re.compile(r"\bbinding\.(?:pry|irb|break|b)\b|^[ \t]*(?:byebug|debugger)$", re.MULTILINE)
_CONSOLE = re.compile(r"(?:^|/)(?:bin|exe|script)/(?:console|shell|repl|irb|pry)$")
_NAMED = frozenset({"method", "singleton_method", "class", "module", "call"})
_CONSOLE_NAMED = re.compile(
    r"(?:def\s+(?:self\.)?|class\s+(?:\w+::)*|task[ (]\s?[:\"']?|command[ (]\s?[:\"']?)"
    r"(?:\w*_)?(?:console|shell|repl|irb|pry|debug(?:ger)?)(?![a-z])",
    re.IGNORECASE,
)
_SLEEP = re.compile(r"(?<![\w.:@$])sleep(?=[\s(])|\bKernel\.sleep(?=[\s(])")
_TEST_BLOCKS = frozenset(
    """it specify example scenario before after around setup teardown test context describe step should Given When Then And
    let let! subject feature within background""".split()
)
_COMMAND = re.compile(r"(?<![\w.:@$])(?:system!?|sh|exec)(?=[\s(])|\bKernel\.(?:system|exec)(?=[\s(])")
_FETCH = re.compile(r"\bENV\.fetch(?=[\s(])")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a source file."""
    source = Source.of(file, tree, "ruby", "ruby")
    if source is None:
        return FileFacts()
    _gets(source)
    _asking(source, tree)
    for call in calls(source.tree, re.compile(r"\bLaunchy\.open(?=[\s(])")):
        if is_login(source, call):
            source.login(call, alternative=token_path(source.text))
    for call in calls(source.tree, re.compile(r"(?<![\w.:@$])system(?=[\s(])")):
        opener = literal(source.tree, call.arguments[0]) if call.arguments else None
        if opener and re.match(r"(?:xdg-)?open\b", opener) and is_login(source, call):
            source.login(call, "system of a browser", alternative=token_path(source.text))
    _sleeps(source)
    if not source.test_code:
        if is_tooling(file.path) or file.path.startswith("bin/"):
            _commands(source)
        _needed_variables(source)
    return source.facts()


def _names(source: Source, pattern: re.Pattern[str]) -> list[Call]:
    """Names that are called without an argument list of their own: `gets.chomp`, `$stdin.getch`."""
    found = []
    for match in islice(pattern.finditer(source.text), MAX_CANDIDATES):
        leaf = source.tree.leaf(match.end() - 1)
        if leaf.type != "identifier":
            continue
        above = source.tree.above(leaf)
        node = leaf
        if above and above[0].type == "call" and above[0].child_by_field_name("method") == leaf:
            node, above = above[0], above[1:]
        elif above and above[0].type in {"method", "method_parameters", "block_parameters"}:
            continue
        callee = "".join(source.text[node.start_byte : leaf.end_byte].split())
        found.append(Call(node, callee, (), above))
    return found


def _gets(source: Source) -> None:
    for call in _names(source, _GETS):
        question = question_before(source, call)
        if question and not any(
            node.type in {"while", "until", "while_modifier", "until_modifier"} for node in call.above[:3]
        ):
            hidden = any("noecho" in source.tree.of(node)[:60] for node in call.above[:5])
            source.ask(call, AskKind.SECRET if hidden else kind_of_question(question), question=question)
    for call in _names(source, _KEYS):
        if question_before(source, call):
            source.ask(call, AskKind.KEY)
    for call in () if _LINE_EDITOR.search(source.path) else _names(source, _READLINE):
        if not in_loop(call.above):
            source.ask(call, AskKind.SECRET if call.callee.endswith(("getpass", "noecho")) else AskKind.LINE)
    for call in () if _CONSOLE.search(source.path) else _names(source, _DEBUGGER):
        if not _opens_a_console(source, call):
            source.ask(call, AskKind.DEBUGGER)


def _opens_a_console(source: Source, call: Call) -> bool:
    """True in a method, class or task that is there to open a shell (`def console`, `task :console`): no breakpoint left."""
    heads = (source.tree.of(node)[:120].partition("\n")[0] for node in call.above if node.type in _NAMED)
    return any(_CONSOLE_NAMED.match(head) for head in heads)


def _asking(source: Source, tree: TreeContext) -> None:
    """HighLine, TTY::Prompt and Thor, each where the file speaks of it; of a program on HighLine, its questions in every file."""
    text = source.text
    terminals = {match[1] for match in re.finditer(r"([@\w]{1,40})\s*(?:\|\|)?=\s*TTY::Prompt\.new", text)}
    lines = {match[1] for match in re.finditer(r"([@\w]{1,40})\s*(?:\|\|)?=\s*HighLine\.new", text)}
    for match in re.finditer(
        r"\bdef (?:self\.)?(\w{1,40})\s{1,20}@\w{1,40} (?:\|\|)?= (TTY::Prompt|HighLine)\.new", text
    ):
        (terminals if match[2] == "TTY::Prompt" else lines).add(match[1])
    if "UI." in text and _FASTLANE.search(text):
        for call in calls(source.tree, _FASTLANE_ASKS):
            if call.arguments:
                source.ask(call, _FASTLANE_KINDS[call.callee.rpartition(".")[2]])
    if "CLI::UI" in text or "TTY::Prompt.new." in text:
        _by_class(source)
    imported = re.search(r"highline/import|include HighLine|include Commander", text) is not None
    thor = re.search(r"<\s*Thor\b|Thor::(?:Shell|Actions|Group)|Rails::Generators", text) is not None
    thor = thor or (_TEMPLATE.search(source.path) is not None and _OF_RAILS.search(text) is not None)
    if not (terminals or lines or imported or thor):
        imported = _BORROWED.search(text) is not None and _is_on_highline(tree)
    if not (terminals or lines or imported or thor) or _ASKER.search(text):
        return
    for call in calls(source.tree, _ASKING):
        receiver, _, method = call.callee.rpartition(".")
        table = _TTY if receiver in terminals else _HIGHLINE if receiver in lines or (imported and not receiver) else {}
        if not table and thor and receiver in {"", "shell"}:
            table = _THOR
        if method in table and call.arguments:
            source.ask(call, table[method])


_BORROWED = re.compile(r"(?<![\w.@$:])(?:ask|agree)[ (]\s?[\"'][^\"'\n]{1,120}[?:] ?[\"']")
"""A question put through a method that comes from a class of another file: `agree('Store it? ')`."""


def _is_on_highline(tree: TreeContext) -> bool:
    """True where the Gemfile or the gem's own specification names HighLine."""
    named = sorted(path for path in tree.paths if "/" not in path and path.endswith((".gemspec", "Gemfile")))
    texts = [source.text for path in named if (source := tree.read(path)) is not None]
    return any(re.search(r"[\"']highline[\"']", text) for text in texts)


_FASTLANE = re.compile(r"^\s*(?:private_)?lane\b|Fastlane(?:Core)?\b|^\s*fastlane_version", re.MULTILINE)
_FASTLANE_ASKS = re.compile(r"(?<!::)\bUI\.(?:confirm|input|password|select)(?=[\s(])")
_FASTLANE_KINDS = {
    "confirm": AskKind.CONFIRM, "input": AskKind.LINE, "password": AskKind.SECRET, "select": AskKind.MENU,
}  # fmt: skip
"""Source: docs.fastlane.tools/advanced/actions: UI.input, UI.confirm, UI.password, UI.select."""
_TEMPLATE = re.compile(r"(?:^|/|_)template[^/]*\.rb$")
_OF_RAILS = re.compile(r"^\s*(?:gem|gem_group|after_bundle|rails_command|generate|environment|rake)[ (]", re.MULTILINE)
"""Templates of `rails new -m`, which run within a generator. Source: guides.rubyonrails.org/rails_application_templates.html."""
_CLASSES = re.compile(
    r"\bCLI::UI(?:::Prompt)?\.(?:ask|confirm|ask_password|any_key)(?=[\s(])|\bTTY::Prompt\.new(?:\([^()\n]{0,60}\))?\.[a-z_]+\??(?=[\s(])"
)
_CLI_UI = {"ask": AskKind.LINE, "confirm": AskKind.CONFIRM, "ask_password": AskKind.SECRET, "any_key": AskKind.KEY}


def _by_class(source: Source) -> None:
    """Questions put through a class itself: `CLI::UI.confirm("Sure?")`, `TTY::Prompt.new.yes?("Sure?")`."""
    for call in calls(source.tree, _CLASSES):
        method = call.callee.rpartition(".")[2]
        kind = (_CLI_UI if call.callee.startswith("CLI") else _TTY).get(method)
        if kind is not None:
            source.ask(call, kind)


def _sleeps(source: Source) -> None:
    for call in calls(source.tree, _SLEEP):
        value = seconds_of(source.tree, call.arguments[0], 1.0) if len(call.arguments) == 1 else None
        if value is not None and value >= 1 and _holds_test_up(source, call):
            source.sleep(call, value, in_loop(call.above) or _block_of(source, call) == "loop")


def _block_of(source: Source, call: Call) -> str:
    """The method whose block the call stands in; "def" in a method, "" for none."""
    for index, node in enumerate(call.above):
        if node.type in {"method", "singleton_method"}:
            return "def"
        if node.type in {"do_block", "block", "lambda"}:
            holder = call.above[index + 1] if index + 1 < len(call.above) else None
            method = holder.child_by_field_name("method") if holder is not None else None
            return source.tree.of(method) if method is not None else "?"
    return ""


def _holds_test_up(source: Source, call: Call) -> bool:
    return _block_of(source, call) in _TEST_BLOCKS | {"def", "loop", "", "times", "each"}


def _commands(source: Source) -> None:
    for call in calls(source.tree, _COMMAND):
        arguments = [
            node
            for node in call.arguments
            if node.type not in {"pair", "hash", "block_argument", "hash_splat_argument"}
        ]
        if len(arguments) == 1:
            source.shell(arguments[0], call)
        elif arguments:
            source.execute(arguments, call)
    for match in re.finditer(r"`(?=[^`\n]{1,300}`)|%x[({\[]", source.text):
        node = source.tree.leaf(match.start())
        shell = node if node.type == "subshell" else node.parent
        if shell is not None and shell.type == "subshell" and shell.start_byte == match.start():
            _subshell(source, Call(shell, "`", (), source.tree.above(shell)[1:]))


def _subshell(source: Source, call: Call) -> None:
    parts = call.node.named_children
    if len(parts) == 1 and parts[0].type == "string_content" and "\\" not in source.tree.of(parts[0]):
        source.shell_span(parts[0].start_byte, parts[0].end_byte, call, Input.INHERITED, Output.CAPTURED)


def _needed_variables(source: Source) -> None:
    seen: set[str] = set()
    for call in calls(source.tree, _FETCH):
        name = literal(source.tree, call.arguments[0]) if len(call.arguments) == 1 else None
        known = name and any(name in guard.text for guard in source.guards(call))
        if name and not known and name not in seen and call.node.child_by_field_name("block") is None:
            seen.add(name)
            source.environment_read(name, call.span)
