"""Command-line programs in Python: their options, the one that makes them machine-readable, and what they print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.chosen_form import chosen_form
from agentlint.adapters.python.names import Module, keyword, texts_in
from agentlint.facts.interface import Interface
from agentlint.files.source import Place

_FRAMEWORKS = {
    "argparse.ArgumentParser": "argparse",
    "optparse.OptionParser": "optparse",
    "click.command": "click",
    "click.group": "click",
    "typer.Typer": "typer",
    "typer.run": "typer",
    "docopt.docopt": "docopt",
    "fire.Fire": "fire",
    "cyclopts.App": "cyclopts",
    "jsonargparse.ArgumentParser": "argparse",
    "jsonargparse.CLI": "argparse",
    "rich_click.command": "click",
    "rich_click.group": "click",
    "asyncclick.command": "click",
    "cleo.application.Application": "cleo",
    "configargparse.ArgumentParser": "argparse",
}
_OPTION_CALLS = frozenset({"add_argument", "add_option", "option", "Option", "argument", "Parameter"})
_TABLES = frozenset(
    {
        "rich.table.Table", "rich.tree.Tree", "tabulate.tabulate", "prettytable.PrettyTable", "texttable.Texttable", "rich.columns.Columns",
        "terminaltables.AsciiTable", "terminaltables.SingleTable", "beautifultable.BeautifulTable", "astropy.table.Table.pprint", "tableprint.table",
        "columnar.columnar", "veryprettytable.VeryPrettyTable",
    }
)  # fmt: skip
_SHOWING = re.compile(
    r"(^|_)(list|ls|show|status|info|report|summary|describe|print|display|search|stats|get|view|overview|inspect|history)(_|$)"
)
_ECHOES = frozenset({"print", "click.echo", "click.secho", "typer.echo", "typer.secho", "rich.print"})
_MACHINE = re.compile(
    r"^--?(json|jsonl|ndjson|as-json|json-output|output-json|machine|machine-readable|porcelain|parsable|parseable|csv|tsv|xml|yaml|nl|raw)$"
)
_FORMAT = re.compile(
    r"^--?(format|output-format|output-type|out-format|fmt|output|o|outfmt|template|report-format|style)$"
)
_MACHINE_VALUE = re.compile(r"\b(json|jsonl|ndjson|csv|tsv|xml|yaml|sarif|junit|machine)\b", re.IGNORECASE)
_LONG_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
MAX_PRINTS = 50


def interfaces(module: Module) -> Iterator[Interface]:
    """The command-line program of a module, for a program is a file here; and its subcommands that list things."""
    start = _start(module)
    if start is None:
        return
    call, framework = start
    if framework in {"click", "typer"}:
        yield from subcommands(module, framework)
    options = tuple(dict.fromkeys(_options(module, framework)))
    prints = tuple(Place(module.path, module.document.span(node)) for node, _ in _prints(module))[:MAX_PRINTS]
    yield Interface(
        framework=framework,
        language="python",
        place=Place(module.path, module.document.span(call)),
        unit=unit_of(module),
        name=_program_name(module, call),
        options=options,
        machine_option=_machine_option(module, options) or (chosen_form(module) if prints else ""),
        prints=prints,
        tables=any(table for _, table in _prints(module)),
        test_code=module.test_code,
    )


def subcommands(module: Module, framework: str) -> Iterator[Interface]:
    """The commands of a program of many that print a listing or a state line by line; each has options of its own."""
    commands = [function for function in module.document.functions if _command_name(module, function)]
    if len(commands) < 2:
        return
    for function in commands:
        name = _command_name(module, function)
        inside = [call for call in module.document.calls if module.document.function_of(call) is function]
        laid_out = [call for call in inside if _lays_out(module, call)]
        if not laid_out and not _LISTING.search(name):
            continue
        printed = laid_out or [call for call in inside if _prints_data(module, call)]
        own = [text for decorator in function.decorator_list for text in texts_in(decorator) if text.startswith("-")]
        # a decorator of the project's own may bring options, which arrive as parameters all the same
        own += ["--" + argument.arg.replace("_", "-") for argument in (*function.args.args, *function.args.kwonlyargs)]
        options = tuple(part for text in own for part in text.split("/"))
        machine = next((option for option in options if _MACHINE.match(option) or _FORMAT.match(option)), "")
        if (
            (not laid_out and all(_one_value(call.args[0]) for call in printed))
            or machine
            or any(_is_json(module, call) for call in ast.walk(function) if isinstance(call, ast.Call))
        ):
            continue
        yield Interface(
            framework=framework,
            language="python",
            place=Place(module.path, module.document.span(function)),
            unit=unit_of(module),
            name=name,
            options=options,
            prints=tuple(Place(module.path, module.document.span(call)) for call in printed[:MAX_PRINTS]),
            tables=True,
            test_code=module.test_code,
        )


_LISTING = re.compile(r"(^|[_-])(list|ls|status|stats|info|summary|report|history)($|[_-])")


_TABLE_CALL = re.compile(r"^(?:display|print|show|render|echo|output|write|emit)_(?:\w+_)?(?:table|grid|tree)$")
"""Methods of a project's own console that lay out what they are given."""


def _lays_out(module: Module, call: ast.Call) -> bool:
    named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return module.name(call.func) in _TABLES or bool(_TABLE_CALL.match(named))


def _command_name(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The name under which a decorator makes a function a command of its program; "" for others."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(target, ast.Attribute) or target.attr != "command":
            continue
        given = (
            (keyword(decorator, "name") or next(iter(decorator.args), None))
            if isinstance(decorator, ast.Call)
            else None
        )
        written = module.literal(given) if given is not None else None
        return written if isinstance(written, str) else function.name
    return ""


def _one_value(node: ast.expr) -> bool:
    """True for a bare value: printed one a line, a program reads it as well as a person does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        return True
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _prints_data(module: Module, call: ast.Call) -> bool:
    if module.name(call.func) not in _ECHOES or not call.args or isinstance(call.args[0], ast.Constant):
        return False
    return not _to_error(module, call)


def _start(module: Module) -> tuple[ast.AST, str] | None:
    for call in module.document.calls:
        framework = _FRAMEWORKS.get(module.name(call.func))
        if framework:
            return call, framework
    for function in module.document.functions:
        for decorator in function.decorator_list:
            framework = _FRAMEWORKS.get(module.name(decorator))
            if framework:
                return decorator, framework
    return None


def _program_name(module: Module, call: ast.AST) -> str:
    name = module.literal(keyword(call, "prog") or keyword(call, "name")) if isinstance(call, ast.Call) else None
    return name if isinstance(name, str) else module.path.rsplit("/", 1)[-1].removesuffix(".py")


def _options(module: Module, framework: str) -> Iterator[str]:
    for call in module.document.calls:
        last = (
            call.func.attr
            if isinstance(call.func, ast.Attribute)
            else call.func.id
            if isinstance(call.func, ast.Name)
            else ""
        )
        if last in _OPTION_CALLS:
            for item in call.args:
                value = module.literal(item)
                if isinstance(value, str) and value.startswith("-"):
                    yield from value.split("/") if framework in {"click", "typer"} else (value,)
    if framework == "docopt":
        yield from _LONG_OPTION.findall(ast.get_docstring(module.document.tree) or "")
    if framework == "typer":
        yield from _typer_options(module)


def _typer_options(module: Module) -> Iterator[str]:
    """Parameters of commands whose option's name is made from the parameter's."""
    for function in module.document.functions:
        for argument in (*function.args.args, *function.args.kwonlyargs):
            yield "--" + argument.arg.replace("_", "-")


def _machine_option(module: Module, options: tuple[str, ...]) -> str:
    plain = next((option for option in options if _MACHINE.match(option)), "")
    if plain:
        return plain
    for option in options:
        if _FORMAT.match(option) and _offers_machine_form(module, option):
            return option
    return ""


def _offers_machine_form(module: Module, option: str) -> bool:
    for call in module.document.calls:
        if any(module.literal(item) == option for item in call.args):
            if any(_MACHINE_VALUE.search(text) for text in texts_in(call)):
                return True
            choices = keyword(call, "choices") or keyword(call, "type")
            if (
                choices is not None
                and not isinstance(choices, ast.List | ast.Tuple | ast.Constant)
                and "format" in option
            ):
                return True
    return bool(_MACHINE_VALUE.search(ast.get_docstring(module.document.tree) or ""))


def _prints(module: Module) -> Iterator[tuple[ast.Call, bool]]:
    """Calls that print results for people, and whether they lay out a table."""
    for call in module.document.calls:
        name = module.name(call.func)
        if _lays_out(module, call) and (name in _TABLES or _of_command(module, call)):
            yield call, True
        elif name in _ECHOES and call.args and not isinstance(call.args[0], ast.Constant):
            function = module.document.function_of(call)
            if (
                function is not None
                and _SHOWING.search(function.name)
                and not _is_json(module, call)
                and not _to_error(module, call)
            ):
                yield call, False


def _of_command(module: Module, call: ast.Call) -> bool:
    """True for a call in a function that a decorator makes a command (`@click.command`, `@app.command()`)."""
    function = module.document.function_of(call)
    decorators = function.decorator_list if function is not None else ()
    targets = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return any(isinstance(target, ast.Attribute) and target.attr == "command" for target in targets)


def _is_json(module: Module, call: ast.Call) -> bool:
    return any("json" in module.name(inner.func).lower() for inner in ast.walk(call) if isinstance(inner, ast.Call))


def _to_error(module: Module, call: ast.Call) -> bool:
    target = keyword(call, "file")
    return (target is not None and module.document.source(target) == "sys.stderr") or module.literal(
        keyword(call, "err")
    ) is True
