"""Every generated file of docs/, as path and text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentlint.cli.arguments import COMMANDS, parser
from agentlint.config_file import OPTIONS
from agentlint.docs.page import rule_page
from agentlint.engine.reading import MARK
from agentlint.files.kinds import KINDS, Kind
from agentlint.files.left_out import FOLDERS, FORMS, PATHS
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Category, Tier
from agentlint.rule.registry import BUILTIN, load_rules

NOTICE = "<!-- Written by `python -m agentlint.docs`; edit the source it comes from. -->\n"


def generated() -> Iterator[tuple[str, str]]:
    """Paths relative to the repository's root, with their text."""
    rules = [loaded for loaded in load_rules().rules if loaded.origin == BUILTIN]
    yield "docs/rules/README.md", _index(rules)
    for loaded in rules:
        yield f"docs/rules/{loaded.path.stem}.md", NOTICE + "\n" + rule_page(loaded)
    yield "docs/configuration.md", _configuration()
    yield "docs/command-line.md", _command_line()
    yield "docs/files.md", _files()


def _index(rules: Sequence[LoadedRule]) -> str:
    lines = [
        NOTICE,
        "# Rules",
        "",
        f"{len(rules)} rules in {len({item.rule.category for item in rules})} categories.",
        "",
    ]
    for category in Category:
        own = [loaded for loaded in rules if loaded.rule.category is category]
        if not own:
            continue
        lines += [f"## {category.value}", "", "| rule | what | severity | fix |", "| --- | --- | --- | --- |"]
        for loaded in own:
            rule = loaded.rule
            tier = " (pedantic)" if rule.tier is Tier.PEDANTIC else ""
            fix = "yes" if loaded.fixable else ""
            lines.append(
                f"| [{rule.id} {rule.name}]({loaded.path.stem}.md) | {rule.summary} | {rule.severity.value}{tier} | {fix} |"
            )
        lines.append("")
    return "\n".join(lines)


def _files() -> str:
    lines = [NOTICE, "# Files", "", "What is read, and how it is known. The first entry that fits a path wins.", ""]
    lines += ["| kind | known by |", "| --- | --- |"]
    lines += [f"| {kind.name} | {_known_by(kind)} |" for kind in KINDS]
    lines += ["", "Left out by default, which `include` in the configuration takes back:", ""]
    for reason in dict.fromkeys((*FOLDERS.values(), *(why for _, why in PATHS), *(why for _, why, _ in FORMS))):
        folders = [f"`{name}/`" for name, why in FOLDERS.items() if why == reason]
        paths = [f"`{glob}`" for glob, why in PATHS if why == reason]
        forms = [said for _, why, said in FORMS if why == reason]
        lines.append(f"- {reason}: {', '.join([*folders, *paths, *forms])}")
    return "\n".join([*lines, ""])


def _known_by(kind: Kind) -> str:
    shown = [f"`{name}`" for name in (*kind.names, *kind.globs)] + [f"`*{suffix}`" for suffix in kind.suffixes]
    if kind.shebangs:
        shown.append("a first line `#!` with " + ", ".join(f"`{name}`" for name in kind.shebangs))
    return ", ".join(shown) + ("; only where its text can bear on a rule" if kind.prefilter is not None else "")


def _configuration() -> str:
    lines = [
        NOTICE,
        "# Configuration",
        "",
        "`agentlint.toml`, or `[tool.agentlint]` of `pyproject.toml`. The nearest file upwards from the audited folder wins,",
        "alone; in one folder `agentlint.toml` goes before `pyproject.toml`. Unknown keys are refused. The command line is laid",
        "over it: `--select` replaces, the other lists add.",
        "",
        "| key | type | meaning |",
        "| --- | --- | --- |",
        *(f"| `{option.key}` | {option.type} | {option.meaning} |" for option in OPTIONS),
        "",
        "Globs: `*` and `?` stay within a folder, `**/` is any number of folders, a bare name matches anywhere, and a folder",
        "stands for all below it.",
        "",
        "## Suppressions",
        "",
        "A comment on the line of the finding, or alone on the line above:",
        "",
        "```sh",
        f'read -p "Name? " name  # {MARK.decode()}[INT101] only ever run by hand, see README',
        "```",
        "",
        "The reason is required; without one the comment suppresses nothing. A suppression that holds nothing back is reported.",
        "",
    ]
    return "\n".join(lines)


def _command_line() -> str:
    import argparse
    import os

    os.environ["COLUMNS"] = "100"
    main = parser()
    lines = [NOTICE, "# Command line", "", "```text", main.format_help().rstrip(), "```", ""]
    choices = next(action.choices for action in main._actions if isinstance(action, argparse._SubParsersAction))
    for name in COMMANDS:
        lines += [f"## agentlint {name}", "", "```text", choices[name].format_help().rstrip(), "```", ""]
    return "\n".join(lines)
