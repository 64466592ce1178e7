"""Completion scripts, made from the parser itself so that they cannot fall behind it."""

from __future__ import annotations

import argparse

from agentlint.cli.arguments import parser


def script(shell: str) -> str:
    """The script for "bash", "zsh" or "fish"."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


def _commands() -> dict[str, argparse.ArgumentParser]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _options(command: argparse.ArgumentParser) -> list[tuple[str, str, list[str]]]:
    """Option, help and choices, each spelling by itself."""
    return [
        (name, (action.help or "").replace("'", ""), [str(choice) for choice in action.choices or ()])
        for action in command._actions
        for name in action.option_strings
    ]


def _positional(command: argparse.ArgumentParser) -> list[str]:
    return [str(choice) for action in command._actions if not action.option_strings for choice in action.choices or ()]


def _bash() -> str:
    commands = _commands()
    arms = []
    for name, command in commands.items():
        words = " ".join([option for option, _, _ in _options(command)] + _positional(command))
        arms.append(f'    {name}) words="{words}" ;;')
    choices = sorted(
        {(option, " ".join(values)) for c in commands.values() for option, _, values in _options(c) if values}
    )
    by_option = "\n".join(
        f'    {option}) COMPREPLY=($(compgen -W "{values}" -- "$cur")); return ;;' for option, values in choices
    )
    return f"""# bash completion of agentlint: eval "$(agentlint completion bash)"
_agentlint() {{
  local cur prev words command
  cur="${{COMP_WORDS[COMP_CWORD]}}"
  prev="${{COMP_WORDS[COMP_CWORD-1]}}"
  command="${{COMP_WORDS[1]}}"
  case "$prev" in
{by_option}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{" ".join(commands)}" -- "$cur") $(compgen -f -- "$cur"))
    return
  fi
  case "$command" in
{chr(10).join(arms)}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}}
complete -o filenames -F _agentlint agentlint
"""


def _zsh() -> str:
    arms = []
    for name, command in _commands().items():
        arguments = [
            f"'{option}[{text.replace('[', '(').replace(']', ')')}]"
            + (f":value:({' '.join(values)})'" if values else "'")
            for option, text, values in _options(command)
        ]
        rest = f"'*:value:({' '.join(_positional(command))})'" if _positional(command) else "'*:file:_files'"
        arms.append(f"    {name}) _arguments {' '.join([*arguments, rest])} ;;")
    return f"""#compdef agentlint
# zsh completion of agentlint: eval "$(agentlint completion zsh)"
_agentlint() {{
  if (( CURRENT == 2 )); then
    _alternative 'commands:command:({" ".join(_commands())})' 'files:file:_files'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case "$command" in
{chr(10).join(arms)}
    *) _files ;;
  esac
}}
compdef _agentlint agentlint
"""


def _fish() -> str:
    lines = ["# fish completion of agentlint: agentlint completion fish | source"]
    names = " ".join(_commands())
    lines.append(f"complete -c agentlint -n 'not __fish_seen_subcommand_from {names}' -a '{names}'")
    for name, command in _commands().items():
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for option, text, values in _options(command):
            spelling = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            choices = f" -x -a '{' '.join(values)}'" if values else ""
            lines.append(f"complete -c agentlint {seen} {spelling} -d '{text}'{choices}")
        if _positional(command):
            lines.append(f"complete -c agentlint {seen} -f -a '{' '.join(_positional(command))}'")
    return "\n".join(lines) + "\n"
