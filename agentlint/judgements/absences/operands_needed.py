"""What the scripts of a repository cannot be called without: operands, subcommands and options that they end for.

Only what a script's own text tells beyond doubt: one parser that is built line by line, or a plain count of the arguments.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agentlint.files.lazily import lazily

LARGEST = 400_000
_BUILDS = frozenset({"add_argument", "add_parser", "add_subparsers"})
_GROUPS = frozenset({"add_argument_group", "add_mutually_exclusive_group"})
_NO_VALUE = frozenset({"store_true", "store_false", "count", "store_const", "append_const", "version", "help"})
_ELSEWHERE = lazily(
    r"\bparents *=|fromfile_prefix_chars|sys\.argv *(?:=(?!=)|\+=|\.(?:append|extend|insert))|sys\.argv\[1:\] *=|prefix_chars|argcomplete|\.set_default_subparser"
)
"""What gives a parser more than its text shows, or a call more words than were written."""


@dataclass(slots=True)
class Parser:
    """One parser of argparse, with those of its subcommands."""

    operands: list[tuple[str, int]] = field(default_factory=list)
    """Each operand, with the fewest words that it takes."""
    options: dict[str, int | None] = field(default_factory=dict)
    """How many words an option takes; None where that is not fixed."""
    needed: list[tuple[str, ...]] = field(default_factory=list)
    """Options that must be given, by all their names."""
    parts: dict[str, Parser] = field(default_factory=dict)
    must_choose: bool = False


def parser_of(text: str) -> Parser | None:
    """The parser that a Python script builds; None where it builds several, or any of it in a loop, a condition or a helper."""
    if text.count("ArgumentParser(") != 1 or len(text) > LARGEST or _ELSEWHERE.search(text):
        return None
    try:
        tree = ast.parse(text)
        return _Reader().read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Reader:
    """Follows the one scope that builds the parser, statement by statement."""

    def __init__(self) -> None:
        self.top: Parser | None = None
        self.parsers: dict[str, Parser] = {}
        self.choices: dict[str, Parser] = {}
        self.done = 0

    def read(self, tree: ast.Module) -> Parser | None:
        nodes = list(ast.walk(tree))
        made = next(
            (node.lineno for node in nodes if isinstance(node, ast.Call) and _called(node) == "ArgumentParser"), 0
        )
        homes = [
            node
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.lineno <= made <= (node.end_lineno or 0)
        ]
        home = max(homes, key=lambda node: node.lineno, default=None)
        for statement in _statements(tree.body if home is None else home.body):
            if not self._take(statement):
                return None
        wanted = sum(_called(node) in _BUILDS for node in nodes)
        return self.top if self.done == wanted else None

    def _take(self, statement: ast.stmt) -> bool:
        """False where the statement builds something that cannot be followed."""
        name, value = "", None
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            name, value = ast.unparse(statement.targets[0]), statement.value
        elif isinstance(statement, ast.AnnAssign):
            name, value = ast.unparse(statement.target), statement.value
        elif isinstance(statement, ast.Expr):
            value = statement.value
        if name.endswith(".required") and name.removesuffix(".required") in self.choices:
            self.choices[name.removesuffix(".required")].must_choose = _constant(value) is True
        if not isinstance(value, ast.Call):
            return True
        if _called(value) == "ArgumentParser":
            self.top = self.parsers[name] = Parser()
            return True
        return self._build(name, value)

    def _build(self, name: str, call: ast.Call) -> bool:
        made = _called(call)
        owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) and made else ""
        if made in _GROUPS and owner in self.parsers:
            self.parsers[name] = self.parsers[owner]
        elif made == "add_argument" and owner in self.parsers:
            self.done += 1
            return _add(call, self.parsers[owner])
        elif made == "add_subparsers" and owner in self.parsers:
            self.done += 1
            self.choices[name] = self.parsers[owner]
            self.parsers[owner].must_choose = _constant(_keyword(call, "required")) is True
        elif made == "add_parser" and owner in self.choices:
            self.done += 1
            word = _constant(call.args[0]) if call.args else None
            if not isinstance(word, str) or _keyword(call, "aliases") is not None:
                return False
            self.parsers[name] = self.choices[owner].parts[word] = Parser()
        return True


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Those that always run, in order."""
    for statement in body:
        if isinstance(statement, ast.With) or (
            isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
        ):
            yield from _statements(statement.body)
        else:
            yield statement


def _called(node: ast.AST | None) -> str:
    """The last name of what is called; "" for anything but a call."""
    function = node.func if isinstance(node, ast.Call) else None
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _add(call: ast.Call, parser: Parser) -> bool:
    """Take one argument in; False where its form is not told."""
    names = [name for argument in call.args if isinstance(name := _constant(argument), str)]
    if len(names) != len(call.args) or any(keyword.arg is None for keyword in call.keywords):
        return False
    written = _keyword(call, "nargs")
    count = _constant(written)
    if not names or not names[0].startswith("-"):
        operand = names[0] if names else _constant(_keyword(call, "dest"))
        fewest = count if isinstance(count, int) else 1 if written is None or count == "+" else 0
        parser.operands.append((str(operand), fewest))
        return True
    action = _keyword(call, "action")
    bare = _constant(action) in _NO_VALUE or (action is not None and "BooleanOptional" in ast.unparse(action))
    custom = action is not None and not bare and _constant(action) not in {"store", "append"}
    values = 0 if bare else count if isinstance(count, int) else 1 if written is None else None
    parser.options.update(dict.fromkeys(names, None if custom else values))
    if _constant(_keyword(call, "required")) is True:
        parser.needed.append(tuple(names))
    return True


def lacking(words: Sequence[str], parser: Parser, called: str) -> str | None:
    """What a call by these words lacks ("needs ..."); None where nothing, or where that cannot be told."""
    if parser.parts:
        if parser.operands or not (parser.must_choose or set(words) & parser.parts.keys()):
            return None
        at = next((at for at, word in enumerate(words) if word in parser.parts), None)
        if at is None:
            choices = ", ".join(f"`{name}`" for name in sorted(parser.parts)[:6])
            return f"`{called}` needs a subcommand ({choices})"
        return lacking(words[at + 1 :], parser.parts[words[at]], f"{called} {words[at]}")
    given = _operands(words, parser)
    if given is None:
        return None
    fewest = sum(count for _, count in parser.operands)
    if given < fewest:
        names = ", ".join(f"`{name}`" for name, count in parser.operands if count)
        return f"`{called}` needs {names}" + (f", and is given {given} of {fewest}" if given else "")
    options = {word.split("=")[0] for word in words}
    absent = next((names for names in parser.needed if options.isdisjoint(names)), None)
    return f"`{called}` needs `{absent[-1]}`" if absent else None


def _operands(words: Sequence[str], parser: Parser) -> int | None:
    """How many words are operands; None behind an option that is not known, or that takes as many as it likes."""
    given = skip = 0
    for at, word in enumerate(words):
        if skip:
            skip -= 1
        elif word == "--":
            return given + len(words) - at - 1
        elif not word.startswith("-") or word == "-" or re.fullmatch(r"-\d+", word):
            given += 1
        else:
            values = parser.options.get(word.split("=")[0])
            if values is None:
                return None
            skip = 0 if "=" in word else values
    return given


_COUNTED = lazily(
    r"^(?P<indent>[ \t]*)if (?:not )?len\(sys\.argv\) *(?P<sign><=?|!=|==) *(?P<count>\d+)[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?P<block>(?:(?P=indent)[ \t][^\n]*\n|[ \t\r]*\n)+)",
    re.MULTILINE,
)
_FAILS = lazily(r"\bexit\((?!0?\))|\braise\b")
_COUNTED_IN_SHELL = lazily(
    r"^(?:if )?(?:\[\[?|\(\(|test) *(?P<asked>\"?\$(?:#|\{#\})\"? *(?P<sign>-lt|-le|-ne|-eq|==?|!=|<=?) *[\"']?(?P<count>\d+)[\"']?|-z [\"']?\$\{?1(?::-)?\}?[\"']?) *(?:\]\]?|\)\))?(?P<rest>[^\n]*(?:\n(?!fi\b)[^\n]*){0,15})",
    re.MULTILINE,
)
_CLICK = lazily(r"@click\.argument\(\s*[\"'](\w+)[\"']([^()]*(?:\([^()]*\)[^()]*)*)\)")


def fewest_words(path: str, text: str) -> int:
    """How many words a script must be given at the least, by the count that it makes of them itself; 0 where it makes none."""
    if path.endswith(".py"):
        if "@click.command" in text:
            return _of_click(text)
        counts = [
            _bound(match["sign"], int(match["count"])) - 1
            for match in _COUNTED.finditer(text)
            if _FAILS.search(match["block"])
        ]
        return max(counts) if counts and text.count("len(sys.argv)") == len(counts) else 0
    if ("$1" not in text and "$#" not in text) or re.search(r"^\s*set -- ", text, re.MULTILINE):
        return 0
    for match in _COUNTED_IN_SHELL.finditer(text):
        rest = match["rest"].split("\n\n")[0] if not match[0].startswith("if ") else match["rest"]
        only = match[0].startswith("if ") or re.match(r" *(?:&&|\|\|)[^\n]*\bexit\b", rest)
        if (
            only
            and re.search(r"\bexit [1-9]", rest)
            and not re.search(r"\bel(?:se|if)\b|\bread\b|\|\|", rest.split("exit")[0])
        ):
            return _bound(match["sign"], int(match["count"])) if match["count"] else 1
    return 0


def _bound(sign: str, count: int) -> int:
    """The fewest that pass a test which ends the script."""
    if sign in {"<=", "-le"}:
        return count + 1
    return count + 1 if sign in {"==", "=", "-eq"} and count in {0, 1} else 0 if sign in {"==", "=", "-eq"} else count


def _of_click(text: str) -> int:
    if text.count("@click.command") != 1 or "@click.group" in text:
        return 0
    found = [match[2] for match in _CLICK.finditer(text)]
    return sum(not re.search(r"required *= *False|default *=|nargs *= *-1|envvar", rest) for rest in found)
