"""A command that opens an editor."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT105",
    name="editor-opens",
    category=Category.INTERACTIVE,
    summary="A command opens an editor and waits for it to be closed.",
    why=(
        "`git commit` without a message, `git rebase -i`, `crontab -e` start an editor. Nobody types in it: vim hangs on a pipe "
        "and on a terminal, nano fails, and a killed editor leaves lock files on which the next command fails."
    ),
    remediation="Give the text as an argument or a file (`git commit -m`, `crontab FILE`), or set the editor to `true`.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("editor"),
    references=("https://git-scm.com/docs/git-commit", "https://git-scm.com/docs/git-var"),
    bad=(
        Bad({"release.sh": "#!/bin/sh\ngit add -A\ngit commit\ngit push\n"}, at=("release.sh:3",)),
        Bad(
            {"Makefile": "fixup:\n\tgit commit --amend\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "fixup:\n\tgit commit --no-edit --amend\n"},
        ),
        Bad({"squash.sh": "#!/bin/sh\ngit rebase -i HEAD~3\n"}, at=("squash.sh:2",)),
        Bad(
            {
                ".github/workflows/tag.yml": (
                    "on: push\njobs:\n  tag:\n    runs-on: ubuntu-latest\n    steps:\n      - run: git tag -a v1\n"
                )
            },
            at=(".github/workflows/tag.yml:6",),
            title="fails in a CI step",
        ),
        Bad({"cron.sh": "#!/bin/sh\ncrontab -e\n"}, at=("cron.sh:2",)),
        Bad(
            {"setup.sh": '#!/bin/sh\nsudo "$EDITOR" /etc/samba/smb.conf\n'}, at=("setup.sh:2",), title="whichever it is"
        ),
    ),
    good=(
        Good(
            {
                "bin/dot": (
                    '#!/bin/sh\nwhile test $# -gt 0; do\n  case "$1" in\n    "-e"|"--edit")\n      exec "$EDITOR" "$HOME/.dotfiles"\n      ;;\n'
                    "  esac\n  shift\ndone\n./install\n"
                )
            },
            because="its option says to open one",
        ),
        Good({"release.sh": "#!/bin/sh\ngit commit -qam 'Release'\n"}, because="the message is given within -qam"),
        Good({"release.sh": "#!/bin/sh\ngit commit --file=notes.txt\n"}, because="the message is a file"),
        Good({"release.sh": "#!/bin/sh\nGIT_EDITOR=true git commit --amend\n"}, because="the editor is turned off"),
        Good(
            {"release.sh": "#!/bin/sh\ngit -c core.editor=true rebase --continue\n"}, because="the editor is turned off"
        ),
        Good({"release.sh": '#!/bin/sh\ngit commit "$@"\n'}, because="the caller gives the message"),
        Good(
            {"squash.sh": "#!/bin/sh\nGIT_SEQUENCE_EDITOR=: git rebase -i --autosquash main\n"},
            because="no list is shown",
        ),
        Good({"cron.sh": "#!/bin/sh\necho '0 3 * * * /opt/x' | crontab -\n"}, because="a table is fed"),
        Good({"plug.sh": "#!/bin/sh\nvim +PlugInstall +qall\n"}, because="vim is told to quit"),
        Good({"Makefile": "edit:\n\t$(EDITOR) notes.md\n\tvim notes.md\n"}, because="the target is there to edit"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag commands that open an editor and were not asked to."""
    if not any(_ASKED_TO.search(guard.text) for guard in command.guards):
        yield from hits(command, repository, "editor")


_ASKED_TO = lazily(r"^case .* in .*(?:--edit|\bedit)\b[^)]*\)$")
"""An arm for an option or subcommand that is there to open one."""
