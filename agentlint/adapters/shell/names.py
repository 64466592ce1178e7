"""Names that mean something to people who write scripts: CI variables, words of assent, programs that ask."""

from __future__ import annotations

import re

from agentlint.files.lazily import lazily

CI = frozenset(
    "CI GITHUB_ACTIONS GITLAB_CI CIRCLECI TRAVIS BUILDKITE TF_BUILD JENKINS_URL JENKINS_HOME BUILD_NUMBER BUILD_ID"
    " CONTINUOUS_INTEGRATION DRONE APPVEYOR BITBUCKET_BUILD_NUMBER CIRRUS_CI TEAMCITY_VERSION CODEBUILD_BUILD_ID"
    " GITHUB_RUN_ID RUNNER_OS IS_CI CODESPACES GITPOD_WORKSPACE_ID".split()
)

SYSTEM = frozenset(
    "HOME USER USERNAME LOGNAME PATH SHELL PWD OLDPWD HOSTNAME HOST OSTYPE MACHTYPE HOSTTYPE EUID UID GROUPS PPID TERM"
    " COLUMNS LINES LANG LC_ALL DISPLAY WAYLAND_DISPLAY SSH_TTY SSH_CLIENT SSH_CONNECTION SUDO_USER SUDO_UID SUDO_COMMAND"
    " BASH_VERSION ZSH_VERSION KSH_VERSION BASH_SOURCE BASH_VERSINFO BASHPID BASH_SUBSHELL FUNCNAME RANDOM LINENO SECONDS"
    " PIPESTATUS OPTIND OPTARG OPTERR IFS EDITOR VISUAL PAGER BROWSER XDG_SESSION_TYPE XDG_CURRENT_DESKTOP TMUX STY"
    " WSL_DISTRO_NAME MSYSTEM OS PROCESSOR_ARCHITECTURE BASH REPLY SHLVL COLORTERM TERM_PROGRAM VIRTUAL_ENV CONDA_PREFIX"
    " CONDA_DEFAULT_ENV TMPDIR XDG_CONFIG_HOME XDG_DATA_HOME".split()
)

ASSENT = lazily(
    r"(?:^|[-_.]|\b)(?:y|yes|assume.?yes|force|forced|f|auto\w*|non.?interactive|no.?interactive|interactive|unattended"
    r"|silent|quiet|q|batch|confirm\w*|no.?confirm|prompt\w*|no.?prompt|no.?input|default|defaults|use.?defaults|skip\w*"
    r"|accept\w*|agree\w*|ci|headless|assume\w*|always|dont.?ask|no.?ask|ask|answer\w*|approve\w*|auto.?approve|dry.?run)"
    r"(?:$|[-_.]|\b)"
    r"|(?-i:(?<=[a-z\d])(?:Yes|AssumeYes|Force[d]?|NonInteractive|NoInteractive|Interactive|Unattended|Silent|Quiet|Batch|Headless"
    r"|NoConfirm|NoPrompt|AutoApprove|SkipConfirm\w*|SkipPrompts?)(?![a-z]))",
    re.IGNORECASE,
)
"""An option or variable by this name decides whether questions are asked; in the humps of a longer name too (`runUnattended`)."""

ASKED_FOR = lazily(r"interact|wizard|menu\b|manual|guided|dialog|\btui\b|\bgui\b|prompt|confirm|\bask", re.IGNORECASE)
"""Who gives an option or a value by this name wants to be asked."""

DIALOGS = frozenset(
    "whiptail dialog zenity kdialog yad xmessage gum fzf gdialog Xdialog select_option osascript systemd-ask-password"
    " ssh-askpass pinentry".split()
)

FAILING = frozenset(
    "die fail abort bail fatal error_exit err_exit exit_error exit_with_error panic usage show_usage print_usage".split()
)
"""Functions of other files by these names end the script."""

PRINTING = frozenset(
    "echo printf print log info warn warning debug msg notice log_warn log_info cat logger tee".split()
)

ELEVATION = lazily(
    r"(?:maybe_?|use_?|_)*(?:sudo|SUDO|as_?root|AS_?ROOT|root_?cmd|priv\w*|doas|DOAS|(?:escalat|elevat|ESCALAT|ELEVAT|PRIVILEGE)\w*)"
    r"(?:_?cmd|_?CMD|_?command|_?COMMAND|_)*\Z"
)
WHOLE_VARIABLE = lazily(r"\$(?:\{(\w+)\}|(\w+))\Z")
OF_THE_MACHINE = lazily(
    r"(?:\w*_)?(?:PACKAGER|PKG_?(?:MGR|MANAGER|TOOL)|PACKAGE_?MANAGER|DISTRO(?:_?(?:ID|NAME|FAMILY))?|DISTRIB(?:UTION|_ID)?|OS"
    r"|OS_?(?:NAME|TYPE|ID|FAMILY|DISTRO)|PLATFORM|ARCH(?:ITECTURE)?|UNAME(?:_?\w)?|KERNEL(?:_?NAME)?|ID|ID_LIKE|INIT_?SYSTEM)\Z",
    re.IGNORECASE,
)
"""Variables that tell what the script runs on: nobody chooses them to get past a question."""
RUNNING = lazily(
    r"(?:\w*_)?(?:(?:DOCKER|ENGINE|CONTAINER|PODMAN|COMPOSE|POETRY|UV|VENV|PIPENV|HATCH|PDM|NIX|CONDA)_?(?:RUN|EXEC)|RUN_?IN_\w+|EXEC_IN_\w+|IN_(?:DOCKER|CONTAINER|VENV)"
    r"|(?:RUN|EXEC)_?(?:PREFIX|CMD_PREFIX)|(?:CMD|TESTS?|CHECK)_?(?:PREFIX|WRAPPER|LAUNCHER)|(?:\w+_)?VALGRIND|(?:DOCKER|ENGINE|CONTAINER)_?(?:RUN|EXEC)_(?:CMD|COMMAND)|RUN)\Z",
    re.IGNORECASE,
)
"""Variables that hold what a command is run in, or nothing: `$(ENGINERUN) bash test.sh`, `$(POETRY_RUN) pytest`."""
SETTINGS_BEFORE = lazily(
    r"\$\{\{\s*(?:matrix|env|inputs|vars)\.(?:[\w.-]*[._-])?(?:c?flags|env|envs|environment|env[_-]?vars?|prefix|sudo|maybe[_-]sudo|wrapper|xvfb)\s*\}\}\Z",
    re.IGNORECASE,
)
"""`${{ matrix.flags }} make`: by its name, settings or a wrapper before the program, or nothing."""
SHELL_COMMAND = frozenset({"sh_c", "SH_C", "sudo_sh_c"})


def is_system(name: str) -> bool:
    """A variable that the system sets, not a person who wants to answer a question."""
    return name in SYSTEM or name.startswith(("BASH_", "ZSH_", "LC_"))
