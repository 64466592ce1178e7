"""A script that waits for a key to be pressed."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.judgements.asking.reading import Reading, reading_hit, reading_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT116",
    name="press-a-key",
    category=Category.INTERACTIVE,
    summary="A script waits for a key or for Enter before it goes on.",
    why=(
        "“Press Enter to continue” gives a reader time. An unattended run has no reader, and stops there until the time limit when "
        "its input is an open pipe or an idle terminal."
    ),
    remediation="Leave the pause out, or make it only at a terminal: `[ -t 0 ] && read -n 1 -s`.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("pause") | {"read"},
    references=("https://www.gnu.org/software/bash/manual/bash.html#index-read",),
    bad=(
        Bad(
            {
                "install.sh": "#!/bin/sh\nget_char() {\n  stty -echo cbreak\n  dd if=/dev/tty bs=1 count=1 2>/dev/null\n  stty echo\n}\nchar=`get_char`\nmake install\n"
            },
            at=("install.sh:4",),
            title="a key, read from the terminal itself",
        ),
        Bad({"setup.sh": '#!/bin/bash\nread -n 1 -s -r -p "Press any key to continue"\nmake\n'}, at=("setup.sh:2",)),
        Bad({"setup.sh": '#!/bin/sh\necho "Press Enter to go on"\nread _\nmake\n'}, at=("setup.sh:3",)),
        Bad({"Makefile": 'release:\n\t@read -p "Press enter to publish"\n\t./publish\n'}, at=("Makefile:2",)),
        Bad(
            {"examples/tour.sh": "#!/bin/sh\nset -x\nread\n./one\nread -r\n./two\n"},
            at=("examples/tour.sh:3", "examples/tour.sh:5"),
            title="a pause between steps, which keeps nothing",
        ),
        Bad(
            {
                "lib.sh": '#!/bin/bash\npause_here() { read -rp "Press Enter to continue"; }\nsay() { echo "$1"; }\n',
                "run.sh": '#!/bin/bash\nstep_one() { read -rp "Press Enter to continue"; }\n"step_$1"\ngit fetch\n',
            },
            at=("lib.sh:2", "run.sh:2"),
            title="a library's function, and one whose name is put together",
        ),
    ),
    good=(
        Good({"image.sh": "#!/bin/sh\ndd if=/dev/zero of=disk bs=1M count=8\n"}, because="no terminal is read"),
        Good(
            {
                "pull.sh": (
                    '#!/bin/bash\nconfirm() { read -rp "Press Enter to continue or Ctrl-C to quit"; }\nfetch() { git fetch; }\nfetch\n'
                )
            },
            because="nothing calls the function",
        ),
        Good(
            {
                "tests/checks/read.fish": "# RUN: fish=%fish %fish %s\nread\n\nread -a\n#CHECKERR: read: expected 1 arguments\n"
            },
            because="a test driver runs it, with empty input",
        ),
        Good(
            {"hooks/pre-push": "#!/bin/sh\nread\n./check\n"},
            because="git feeds the hook",
        ),
        Good(
            {"one.sh": '#!/bin/bash\nname_of() {\n  read -r\n  echo "${REPLY%%:*}"\n}\n'},
            because="reads what its caller pipes in",
        ),
        Good(
            {
                "install.sh": (
                    '#!/bin/bash\nMANUAL=false\nif ! echo "$PORT" | grep -q "^[0-9]*$"; then\n  MANUAL=true\n  PORT=6379\nfi\n'
                    'if $MANUAL == true; then\n  read -p "Is this ok? Then press ENTER" _\nfi\n'
                )
            },
            because="a pause for those who have given nothing",
        ),
        Good({"setup.sh": "#!/bin/bash\nif [ -t 0 ]; then read -n 1 -s; fi\n"}, because="only at a terminal"),
        Good(
            {
                "setup.sh": '#!/bin/bash\nif [ $# -ne 1 ] || [ "$1" != "-y" ]; then\n  echo "Press Enter"\n  read key\nfi\n'
            },
            because="an option passes over it",
        ),
        Good({"setup.sh": '#!/bin/bash\n[ -n "$CI" ] || read -n 1 -p "Press any key"\n'}, because="not in CI"),
        Good({"setup.sh": '#!/bin/bash\nread -t 10 -n 1 -p "Press any key"\n'}, because="gives up after ten seconds"),
        Good(
            {"go.sh": '#!/bin/bash\nif [ -t 0 ]; then read -n 1 -p "Delete it? [y/N] " answer; fi\n'},
            because="a question with an answer, asked at a terminal",
        ),
        Good(
            {"byte.sh": '#!/bin/bash\nwhile read -r -n 1 char; do echo "$char"; done < file\n'}, because="reads a file"
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag waits for a key."""
    if command.program != "read":
        yield from hits(command, repository, "pause")
    elif reading_of(command, repository) is Reading.KEY:
        yield reading_hit(command, repository, "leave the pause out, or make it only at a terminal")
