"""A dialog box drawn on the terminal or the desktop."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT104",
    name="dialog-box",
    category=Category.INTERACTIVE,
    summary="A script draws a dialog box (whiptail, dialog, zenity) and waits for it to be answered.",
    why=(
        "Full-screen dialogs do not look at standard input before they draw: they fail where it is empty and hang where it is an "
        "open pipe or an idle terminal, and what they ask is not in any log."
    ),
    remediation="Take the answers from options or variables, and draw the dialog only at a terminal (`[ -t 0 ]`).",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("dialog"),
    references=("https://manpages.debian.org/whiptail",),
    bad=(
        Bad({"setup.sh": '#!/bin/bash\nNAME=$(whiptail --inputbox "Name" 8 40 3>&1 1>&2 2>&3)\n'}, at=("setup.sh:2",)),
        Bad({"Makefile": 'configure:\n\tdialog --yesno "Go on?" 6 20 && ./configure\n'}, at=("Makefile:2",)),
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN dpkg-reconfigure tzdata\n"},
            at=("Dockerfile:2",),
            fixed={"Dockerfile": "FROM debian:12\nRUN dpkg-reconfigure -f noninteractive tzdata\n"},
        ),
        Bad(
            {"xcode.sh": '#!/bin/bash\nopen "macappstores://itunes.apple.com/en/app/xcode/id497799835"\n'},
            at=("xcode.sh:2",),
            title="somebody must click there",
        ),
        Bad(
            {"deps.sh": "#!/bin/sh\nsudo make -C /usr/ports/www/node install clean\n"},
            at=("deps.sh:2",),
            title="a port of FreeBSD asks for its options",
        ),
    ),
    good=(
        Good(
            {
                "deps.sh": "#!/bin/sh\nmake -C /usr/ports/www/node BATCH=yes install clean\n",
                "more.sh": "#!/bin/sh\nmake -C /usr/ports/www/node deinstall\nmake -C src install\n",
            },
            because="told to take the defaults, nothing to choose, and no port",
        ),
        Good({"show.sh": "#!/bin/bash\nopen build/report.html\nopen -a Terminal\n"}, because="a file, and a program"),
        Good(
            {
                "install.sh": (
                    '#!/bin/bash\nunattended=false\nflags() {\n  for ((i = 1; i <= $#; i++)); do\n    case "${!i}" in\n'
                    "      --unattended) unattended=true ;;\n    esac\n  done\n}\n"
                    'welcome() {\n  if [[ "$unattended" == true ]]; then\n    return\n  fi\n  whiptail --msgbox Welcome 8 40\n}\n'
                    'flags "$@"\nwelcome\n'
                )
            },
            because="an option, looked for by counting through the arguments",
        ),
        Good(
            {
                "install.sh": (
                    '#!/bin/bash\nfor arg in "$@"; do\n  case "$arg" in\n    --unattended) runUnattended=true ;;\n  esac\ndone\n'
                    'if [[ "$runUnattended" == true ]]; then\n  echo "no such system" >&2\n  exit 1\nfi\n'
                    'whiptail --msgbox "no such system" 8 40\n'
                )
            },
            because="with the option it fails before the box is drawn, and says why",
        ),
        Good(
            {"setup.sh": "#!/bin/bash\nif [ -t 0 ]; then whiptail --msgbox hi 8 40; fi\n"}, because="only at a terminal"
        ),
        Good(
            {"setup.sh": '#!/bin/bash\nif [ "$UNATTENDED" != true ]; then\n  whiptail --yesno "Go on?" 8 40\nfi\n'},
            because="a variable turns it off",
        ),
        Good({"setup.sh": "#!/bin/bash\nwhiptail --gauge working 6 40 0 < progress\n"}, because="a gauge asks nothing"),
        Good(
            {"setup.sh": "#!/bin/sh\nDEBIAN_FRONTEND=noninteractive dpkg-reconfigure tzdata\n"},
            because="debconf asks nothing",
        ),
        Good({"setup.sh": "#!/bin/sh\napt-get install -y dialog\n"}, because="installs it only"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag dialogs that wait."""
    yield from hits(command, repository, "dialog")
