"""A shell script that waits for a line to be typed."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.reading import Reading, reading_hit, reading_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT102",
    name="read-waits",
    category=Category.INTERACTIVE,
    summary="A script reads a line from the terminal, with no other way to give the value.",
    why=(
        "`read` waits for a person. On empty input it returns at once with nothing, so that the script goes on with an empty "
        "value or asks again for ever; on an open pipe or an idle terminal it hangs until the time limit. A value that comes "
        "from an argument or a variable can be given by a program too."
    ),
    remediation="Take the value from `$1` or a variable (`NAME=${NAME:?set NAME}`), and ask only if it is not set.",
    severity=Severity.BLOCKER,
    programs=frozenset({"read", "vared"}),
    references=("https://www.gnu.org/software/bash/manual/bash.html#index-read",),
    bad=(
        Bad(
            {
                "install.sh": (
                    "#!/bin/bash\nuninstall_app(){\n  read -p 'Sure? ' answer\n  [ \"$answer\" = y ] && rm -rf /opt/app\n}\ninstall_app(){\n"
                    '  make install\n}\naction=$1\n[ -z $1 ] && action=install\ncase "$action" in\n  install|uninstall) ${action}_app ;;\n'
                    "  *) echo usage; exit 1 ;;\nesac\n"
                )
            },
            at=("install.sh:3",),
            title="a function whose name is put together when it runs",
        ),
        Bad(
            {
                "push.sh": '#!/bin/bash\nread -p "All good? Push? [Yy]" -n 1 -r\nif [[ $REPLY =~ ^[Yy]$ ]]; then\n  git push\nfi\n'
            },
            at=("push.sh:2",),
            title="one key that decides",
        ),
        Bad(
            {"setup.sh": '#!/bin/bash\nread -p "Domain: " domain\necho "$domain" > domain.txt\n'},
            at=("setup.sh:2",),
        ),
        Bad(
            {"release.sh": "#!/bin/sh\nprintf 'Version? '\nread version\ngit tag \"$version\"\n"},
            at=("release.sh:3",),
            title="the question is printed first",
        ),
        Bad(
            {"Makefile": 'deploy:\n\t@read -p "Really? " ok; [ "$$ok" = y ]\n\t./deploy.sh\n'},
            at=("Makefile:2",),
        ),
        Bad(
            {"package.json": '{"scripts": {"tag": "read -p \'Version: \' v && git tag $v"}}\n'},
            at=("package.json:1",),
        ),
        Bad(
            {
                "install.sh": '#!/bin/bash\nwhile true; do\n  read -p "Continue (y/n)? " yn < /dev/tty\n  case $yn in y) break;; esac\ndone\n'
            },
            at=("install.sh:3",),
            title="from the terminal itself, whatever input is",
        ),
        Bad(
            {"go.sh": '#!/bin/bash\nread -n 1 -p "Delete the old key? [y/N] " answer\n'},
            at=("go.sh:2",),
            title="a question answered with one key is no mere pause",
        ),
        Bad(
            {
                "app.sh": '#!/bin/bash\ncase "$1" in\n  --uninstall)\n    read -rp "Really remove it? " sure\n    [ "$sure" = y ] && rm -rf app\n    ;;\nesac\n'
            },
            at=("app.sh:4",),
            title="an option that asks for the work answers no question",
        ),
        Bad(
            {"ask.sh": '#!/bin/bash\nask() {\n  print_question "$1"\n  read\n}\nask "Name?"\n'},
            at=("ask.sh:4",),
            title="a function of its own prints the question",
        ),
        Bad(
            {
                "lib.sh": (
                    '#!/bin/bash\nrequired_input() {\n  local result=\'\'\n  while [ -z "$result" ]; do\n    echo -n "* ${2}"\n    read -r result\n'
                    '    [ -z "$result" ] && result="${3}"\n  done\n  eval "$1=\'$result\'"\n}\n'
                )
            },
            at=("lib.sh:6",),
            title="a variable of the function's own is empty whoever calls it",
        ),
        Bad(
            {
                "ui.sh": (
                    "#!/bin/bash\nDOMAIN=''\nmain() {\n  while [ -z \"$DOMAIN\" ]; do\n    echo -n 'Domain: '\n    read -r DOMAIN\n    RETRY=false\n"
                    '    ./verify.sh "$DOMAIN" || RETRY=true\n    [ "$RETRY" == true ] && DOMAIN=\'\'\n  done\n}\nmain\n'
                )
            },
            at=("ui.sh:6",),
            title="emptied again where it is no good, and given by nobody",
        ),
        Bad(
            {
                "check.sh": (
                    "#!/bin/bash\nask() {\n  echo -n 'Send the request? (y/N): '\n  read -r sure\n  [[ $sure =~ [Yy] ]]\n}\n"
                    "verify() {\n  echo -n 'It does not match. Go on? (y/N): '\n  read -r override\n  [[ $override =~ [Yy] ]] || exit 1\n}\n"
                    "ask && verify\n"
                )
            },
            at=("check.sh:4", "check.sh:9"),
            title="who gets past the first question has been asked already",
        ),
        Bad(
            {
                "app": (
                    '#!/bin/bash\n_delete() {\n  local _force=0\n  for __arg in "${@:-}"; do\n    case "${__arg}" in\n    -f|--force) _force=1 ;;\n    esac\n'
                    "  done\n  ! ((_force)) && read -r -p 'Delete it? [y/N] ' __yn\n}\n"
                    "_remote() {\n  local _force=\n  [[ -z \"${_force}\" ]] && read -r -p 'Delete the remote branch? [y/N] ' __yn\n}\n"
                    '_delete "${2:-}"\n_remote\n'
                )
            },
            at=("app:13",),
            title="the option of one function answers no question of another, whatever their variables are called",
        ),
        Bad(
            {
                "address.sh": (
                    "#!/bin/bash\ncheck_ip() { printf '%s' \"$1\" | grep -Eq '^[0-9.]+$'; }\nread -rp 'Address: ' address\n"
                    '[ -z "$address" ] && address="$public"\nuntil check_ip "$address"; do\n  read -rp \'Address: \' address\ndone\n'
                )
            },
            at=("address.sh:3", "address.sh:6"),
            title="asked again, for what was just typed is no good",
        ),
        Bad(
            {
                "setup.sh": (
                    "#!/bin/bash\nverbose=0\nwhile [ $# -gt 0 ]; do\n  case $1 in\n  --verbose) verbose=1; show_more; shift ;;\n  esac\ndone\n"
                    "show_more() { set -x; }\nadd() { ./add; }\nremove() { ./remove; }\nread -rp 'Option: ' option\n"
                    "case $option in\n1) add ;;\n2) remove ;;\n3) exit ;;\nesac\n"
                )
            },
            at=("setup.sh:11",),
            title="the options do other work than the menu",
        ),
        Bad(
            {
                "app.sh": (
                    "#!/bin/bash\nstart() { ./ctl start; }\nstop() { ./ctl stop; }\nset_port() {\n  read -rp 'Port: ' port\n  ./ctl port \"$port\"\n}\n"
                    "ban() {\n  read -rp 'Which address? ' address\n  ./ctl ban \"$address\"\n}\n"
                    "menu() {\n  read -rp 'Selection: ' num\n  case $num in\n  1) installed && start ;;\n  2) installed && stop ;;\n  3) installed && set_port ;;\n"
                    "  4) read -rp 'Address: ' one; ban \"$one\" ;;\n  5) restart ;;\n  6) status ;;\n  esac\n}\n"
                    "restart() { stop; start; }\nstatus() { ./ctl status; }\n"
                    "installed() {\n  if [ ! -e app ]; then\n    [ $# -gt 0 ] || menu\n    return 1\n  else\n    return 0\n  fi\n}\n"
                    "if [ $# -gt 0 ]; then\n  case $1 in\n  start) installed 0 && start ;;\n  stop) installed 0 && stop ;;\n  restart) restart ;;\n"
                    "  status) status ;;\n  ban) ban ;;\n  esac\nelse\n  menu\nfi\n"
                )
            },
            at=("app.sh:5", "app.sh:9"),
            title="an item that only the menu has, and a subcommand that asks",
        ),
        Bad(
            {
                "menu.sh": (
                    "#!/bin/sh\nshow() {\n  echo '1. Install'\n  printf '%b' 'Enter your choice: '\n}\nmain() {\n  show\n  read -r choice\n"
                    '  ./do "$choice"\n}\nmain\n'
                )
            },
            at=("menu.sh:8",),
            title="a function ends with the question",
        ),
        Bad(
            {
                "setup.sh": '#!/bin/sh\n. ./common.sh\ncase "$PACKAGER" in\npacman)\n  printf "Which one? "\n  read -r choice\n  ;;\nesac\n'
            },
            at=("setup.sh:6",),
            title="the machine has the package manager that it has",
        ),
        Bad(
            {"clip.app-plugin": "#!/bin/bash\nread -r -p 'This is experimental. Proceed? [y/N] ' __yn\n"},
            at=("clip.app-plugin:2",),
            title="a plugin says on its first line what it is",
        ),
    ),
    good=(
        Good(
            {"keys.sh": "#!/bin/sh\nstty -echo -icanon min 1\nread -r key\nstty echo\n"},
            because="a terminal that is read key by key, and no question",
        ),
        Good(
            {"setup.sh": '#!/bin/sh\ncase "$MODE" in\nask)\n  printf "Which one? "\n  read -r choice\n  ;;\nesac\n'},
            because="whoever starts it chooses to be asked",
        ),
        Good(
            {
                "app": (
                    '#!/bin/bash\nadd() {\n  local wanted=() branches=()\n  while ((${#})); do\n    case "$1" in\n    --all) all=1 ;;\n    *) wanted+=("$1") ;;\n'
                    '    esac\n    shift\n  done\n  branches=("${wanted[@]}")\n'
                    "  if ! ((${#branches[@]})); then\n    read -r -p 'Which branch? ' branch\n  fi\n}\nadd one\n"
                )
            },
            because="an argument answers, by way of two arrays",
        ),
        Good(
            {
                "app": '#!/bin/bash\n_prompt="$(colour app)> "\nwhile read -r -e -p "${_prompt}" line; do\n  run "$line"\ndone\n'
            },
            because="a shell, whose prompt stands in a variable",
        ),
        Good(
            {
                "lib.sh": (
                    '#!/bin/bash\nask() {\n  local answer="$1"\n  while [ -z "$answer" ]; do\n    echo -n \'Name: \'\n    read -r answer\n  done\n}\n'
                    'ask "$@"\n'
                )
            },
            because="an argument answers, under another name",
        ),
        Good(
            {"plugin.zsh": "#!/bin/zsh\necho 'Which process?'\nread child_pid <&$async_fd\n"},
            because="reads what the script opened itself",
        ),
        Good(
            {
                "listener.sh": '#!/bin/sh\nprintf "READY\\n"\nwhile read line; do\n  kill -3 "$PPID"\ndone < /dev/stdin\n'
            },
            because="a filter, whatever starts it",
        ),
        Good(
            {"access.sh": "#!/bin/bash\nUSER=${1:-}\nif [[ -z ${USER} ]]; then\n  read -r -p 'Name: ' USER\nfi\n"},
            because="an argument answers, by the name of a variable of the system",
        ),
        Good(
            {
                "install.sh": (
                    '#!/bin/bash\nparse_options "$@"\nfor option in "${OPTIONS[@]}"; do\n  case "$option" in\n  f | force) FORCE=true ;;\n  esac\ndone\n'
                    'if [ -z "$FORCE" ]; then\n  read -p "Go on? (y/N) "\nfi\n'
                )
            },
            because="an option answers, which another file parses",
        ),
        Good(
            {"shell.sh": '#!/bin/bash\nwhile true; do\n  read -rep "app> " line || exit\n  run "$line"\ndone\n'},
            because="a shell, which whoever starts it wants to talk to",
        ),
        Good(
            {
                "show.sh": (
                    '#!/bin/bash\nwhile [ $# -gt 0 ]; do\n  names+=("$1")\n  shift\ndone\n'
                    "if [[ ${#names[@]} -eq 0 ]]; then\n  read -r -p 'Which? ' names\nfi\nprintf '%s\\n' \"${names[@]}\"\n"
                )
            },
            because="asks only where no argument gave a name",
        ),
        Good(
            {"app.sh": '#!/bin/bash\ncase "$1" in\n  --interactive) read -rp "Name: " name ;;\nesac\n'},
            because="somebody asks to be asked",
        ),
        Good(
            {
                "setup.sh": (
                    "#!/bin/bash\nadd_client=0\nremove_client=0\nwhile [ $# -gt 0 ]; do\n  case $1 in\n  --add) add_client=1; client=$2; shift 2 ;;\n"
                    '  --remove) remove_client=1; client=$2; shift 2 ;;\n  esac\ndone\nadd() { ./add "$client"; }\nremove() { ./remove "$client"; }\n'
                    "ask_name() { read -rp 'Name: ' client; }\nif [ \"$add_client\" = 1 ]; then\n  add\n  exit 0\nfi\n"
                    "if [ \"$remove_client\" = 1 ]; then\n  remove\n  exit 0\nfi\nread -rp 'Option: ' option\n"
                    "case $option in\n1) ask_name; add ;;\n2) ask_name; remove ;;\n*) exit ;;\nesac\n"
                )
            },
            because="options do all that the menu offers",
        ),
        Good(
            {
                "app.sh": (
                    '#!/bin/bash\nadd() { ./add "$1"; }\nremove() { ./remove "$1"; }\nadd_by_name() {\n  read -rp \'Name: \' name\n  add "$name"\n}\n'
                    'update_one() { ./update "$1"; }\nupdate_all() {\n  update_one a\n  update_one b\n}\n'
                    "update_menu() {\n  read -rp 'Which? ' which\n  case $which in\n  1) update_one a ;;\n  2) update_one b ;;\n  3) update_all ;;\n  esac\n}\n"
                    "menu() {\n  read -rp 'Selection: ' num\n  case $num in\n  1) add_by_name ;;\n  2) read -rp 'Name: ' old; remove \"$old\" ;;\n  3) update_menu ;;\n"
                    '  *) menu ;;\n  esac\n}\ncase "$1" in\nadd) add "$2" ;;\nremove) remove "$2" ;;\nupdate) update_all ;;\n\'\') menu ;;\nesac\n'
                )
            },
            because="subcommands do the items, and take what these ask for",
        ),
        Good({"list.sh": '#!/bin/sh\nwhile read -r line; do echo "$line"; done\n'}, because="a filter reads its input"),
        Good({"one.sh": "#!/bin/bash\nread -r first rest < version.txt\n"}, because="reads a file"),
        Good({"one.sh": '#!/bin/bash\nread -r a b <<< "$(uname -sr)"\n'}, because="reads a here-string"),
        Good({"one.sh": '#!/bin/bash\nuname -sr | { read -r a b; echo "$b"; }\n'}, because="reads a pipe"),
        Good({"ask.sh": '#!/bin/bash\nread -t 5 -p "Name: " name\n'}, because="gives up after five seconds"),
        Good(
            {"ask.sh": '#!/bin/bash\nif [ -t 0 ]; then read -p "Name: " name; fi\n'}, because="asks only at a terminal"
        ),
        Good({"ask.sh": '#!/bin/bash\n[ -z "$NAME" ] && read -p "Name: " NAME\n'}, because="the variable answers"),
        Good(
            {"ask.sh": '#!/bin/bash\nif [ "$1" != --yes ]; then\n  read -p "Sure? " ok\nfi\n'},
            because="an option answers",
        ),
        Good(
            {".husky/pre-push": "#!/bin/sh\nread local_ref local_sha remote_ref remote_sha\n"},
            because="git feeds the hook",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag reads of a line; secrets and single keys are other rules'."""
    if reading_of(command, repository) is Reading.LINE:
        yield reading_hit(command, repository, "take the value from an argument or a variable")
