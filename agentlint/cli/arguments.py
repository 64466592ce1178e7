"""The arguments of the command line, declared in one place; completion and the documentation are made from them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
COMMANDS = ("check", "rule", "rules", "config", "schema", "graph", "ceiling", "completion")
SEVERITIES = ("blocker", "major", "minor", "info")


def parser() -> argparse.ArgumentParser:
    """The whole parser."""
    from agentlint import __version__

    main = argparse.ArgumentParser(
        prog="agentlint",
        description="Audit a repository the way an unattended coding agent meets it. The default command is `check`.",
        epilog="Exit status: 0 clean, 1 findings at or above the threshold or a score under the bar, 2 a usage or internal error.",
        allow_abbrev=False,
    )
    main.add_argument("-V", "--version", action="version", version=f"agentlint {__version__}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _check(commands.add_parser("check", help="audit files or a whole tree (the default)", allow_abbrev=False))
    _rule(commands.add_parser("rule", help="print a rule's page", allow_abbrev=False))
    _rules(commands.add_parser("rules", help="list the rules", allow_abbrev=False))
    _config(commands.add_parser("config", help="print the configuration in effect", allow_abbrev=False))
    commands.add_parser("schema", help="print the JSON Schema of the JSON report", allow_abbrev=False)
    _graph(commands.add_parser("graph", help="print which unit calls which", allow_abbrev=False))
    _ceiling(commands.add_parser("ceiling", help="print how much faster the loop could get", allow_abbrev=False))
    completion = commands.add_parser("completion", help="print a shell's completion script", allow_abbrev=False)
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    return main


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder to audit, or files of it (default: .)")
    parser.add_argument("--config", metavar="FILE", help="use this configuration file and no other")
    parser.add_argument("--isolated", action="store_true", help="use no configuration file")
    parser.add_argument("--output-file", metavar="FILE", help="write the report to a file")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes that share the work (default: as many as pay)")


def _check(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--output-format", "--format", choices=FORMATS, default="text")
    rules = parser.add_argument_group("rules", "ids, prefixes, names or categories, separated by commas")
    rules.add_argument("--select", action="extend", type=_words, metavar="RULES", help="run only these")
    rules.add_argument("--extend-select", action="extend", type=_words, metavar="RULES", help="run these besides")
    rules.add_argument("--ignore", action="extend", type=_words, metavar="RULES", help="do not run these")
    rules.add_argument(
        "--pedantic", action="store_true", default=None, help="report what reasonable people argue about too"
    )
    files = parser.add_argument_group("files")
    files.add_argument(
        "--include", action="extend", type=_words, metavar="GLOBS", help="look at these paths by all means"
    )
    files.add_argument("--exclude", action="extend", type=_words, metavar="GLOBS", help="do not look at these paths")
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes")
    fixes.add_argument("--unsafe-fixes", action="store_true", help="make the others too (implies --fix)")
    fixes.add_argument("--diff", action="store_true", help="show what the fixes would change, and change nothing")
    status = parser.add_argument_group("exit status")
    status.add_argument(
        "--fail-on", choices=SEVERITIES, metavar="SEVERITY", help="the mildest severity that counts (default: info)"
    )
    status.add_argument("--fail-under", type=float, metavar="N", help="the lowest score that passes")
    status.add_argument("--exit-zero", action="store_true", help="exit with 0 even with findings")
    status.add_argument("--baseline", metavar="FILE", help="leave out the findings of this earlier JSON report")
    _output(parser)


def _output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule instead of listing them"
    )
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("-q", "--quiet", action="store_true", help="one line for each finding, and nothing else")
    output.add_argument(
        "-v", "--verbose", action="store_true", help="say what was left out, and how the score came about"
    )
    output.add_argument("--no-cache", action="store_true", help="neither use nor keep what earlier runs read")


def _rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="its id or its name")
    parser.add_argument("--output-format", "--format", choices=("text", "json", "markdown"), default="text")
    parser.add_argument("--config", metavar="FILE")


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-format", "--format", choices=("text", "json"), default="text")
    parser.add_argument("--category", metavar="CATEGORY")
    parser.add_argument("--config", metavar="FILE")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--output-format", "--format", choices=("text", "json"), default="text")
    parser.add_argument("--config", metavar="FILE")


def _graph(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--output-format", "--format", choices=("text", "json", "dot", "mermaid"), default="text")


def _ceiling(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--output-format", "--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--timings", metavar="FILE", help="measured times of jobs, as the CI system exports them (JSON)"
    )


def with_default_command(arguments: Sequence[str]) -> list[str]:
    """`check` put in front where no command is named; help and version stay the whole program's."""
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help", "-V", "--version"}):
        return list(arguments)
    return ["check", *arguments]
