"""Which files of a source language can bear on a rule at all: bytes without a match give no facts, and no reader is asked."""

from __future__ import annotations

import re

from agentlint.files.lazily import lazily


def _one_of(*alternatives: bytes) -> re.Pattern[bytes]:
    """An expression that finds any of these, each of which begins with a plain sign. They are joined by their first signs:
    most places of a text are then left after a look at one sign, where a bare list would be gone through at each."""
    by_sign: dict[bytes, list[bytes]] = {}
    for one in alternatives:
        sign = one[: 2 if one.startswith(b"\\") else 1]
        by_sign.setdefault(sign, []).append(one[len(sign) :])
    return lazily(b"|".join(sign + b"(?:" + b"|".join(rest) + b")" for sign, rest in by_sign.items()))


# `a(?<![A-Za-z].)sk` is "ask" at the beginning of a word: the look behind stands after the first sign.
PYTHON = _one_of(
    rb"input\(", rb"input_\w{0,20}\(", rb"a(?<![A-Za-z].)sk\w{0,20}\(", rb"c(?<![A-Za-z].)onfirm\w{0,20}\(",
    rb"y(?<![A-Za-z].)es_?no\w{0,20}\(", rb"getpass", rb"click", rb"typer", rb"argparse", rb"docopt", rb"optparse",
    rb"sys\.argv", rb"subprocess", rb"os\.system", rb"os\.popen", rb"os\.environ", rb"os\.getenv", rb"webbrowser",
    rb"InstalledAppFlow", rb"step1_get_authorize_url", rb"pygsheets", rb"run_local_server", rb"run_console",
    rb"device_code", rb"initiate_device_flow", rb"questionary", rb"inquirer", rb"PyInquirer", rb"InteractiveBrowser",
    rb"DeviceCode", rb"run_flow", rb"acquire_token", rb"Authenticate\(", rb"_login\(", rb"huggingface_hub",
    rb"wandb\.login", rb"create_subprocess", rb"beaupy", rb"cutie", rb"LocalWebserverAuth", rb"CommandLineAuth",
    rb"SpotifyOAuth", rb"SpotifyPKCE", rb"gspread\.oauth", rb"browser_?cookie", rb"client_from_\w+_flow",
    rb"interactive", rb"prompt", rb"stdin\.read", rb"bullet", rb"easygui", rb"pdb", rb"breakpoint\(",
    rb"s(?<!\w.)leep\(", rb"doDelay\(", rb"wait_for_timeout\(", rb"qWait\(", rb"isatty", rb"withdraw\(\)",
    rb"to_thread", rb"run_in_executor", rb"tty\.set", rb"termios", rb"device/code", rb"device_auth", rb"devicecode", rb"storage_state", rb"pyautogui", rb"getkey", rb"getch", rb"externalbrowser", rb"O365",
    rb"TerminalMenu", rb"ainput", rb"keyboard", rb"PySimpleGUI", rb"fabric", rb"iterfzf", rb"code\.interact",
    rb"ipython", rb"WebView", rb"WebEngineView", rb"create_window\(", rb"nox", rb"invoke", rb"curses", rb"rich\.",
    rb"prettytable", rb"tabulate", rb"cac_", rb"fire\.Fire", rb"setup\(",
)  # fmt: skip
# Those of the other source languages start with a small set of characters, which keeps the search for them quick too: these
# files are by far the most. The `w` is that of "await".
JAVASCRIPT = lazily(
    rb"[\"'`.!(w](?:"
    rb"(?<![.!(w])(?:node:)?(?:readline(?:/promises)?|inquirer|prompts|enquirer|@clack/prompts|@inquirer/\w+|readline-sync|promptly|prompt"
    rb"|prompt-sync|prompt-confirm|password-prompt|cli-select|yesno|read|input|listr-input|terminal-kit|(?:jsr:)?@std/cli[^\"'`]{0,60}|consola|zx|gluegun|@oclif/core|cli-ux|@posva/prompts|@topcli/prompts|yeoman-generator|(?:node-)?plop|@cliffy/prompt(?:/[\w.-]+)?|https://deno\.land/x/cliffy[^\"'`]{0,60}|child_process|execa|cross-spawn"
    rb"|open|opn|better-opn|openurl|opener|react-dev-utils/openBrowser|@google-cloud/local-auth|@azure/identity|@octokit/auth-oauth-device|@azure/msal-node|@aws-sdk/client-sso-oidc"
    rb"|cli-table3?|table|easy-table|tty-table|columnify|console-table-printer|as-table|text-table)[\"'`]"
    rb"|(?<=\.)(?:(?<=stdin\.)(?:once|setRaw)|(?<=console\.)table|(?<== process\.)env(?:\.\w+)?!?;?\s|(?<=\bDeno\.)\w|(?<=[Pp]age\.)pause\()"
    rb"|(?<=!)(?: ?process\.env[.\[]|(?<=#!).{0,60}\b(?:zx|deno|bun))"
    rb"|(?<=\()(?:(?<=[dkst]\()process\.env[.\[]|(?<=f \()process\.env\.\w+ ===? (?:undefined|null|['\"])|(?:(?<=[Ee]nv\()|(?<=Var\()|(?<=riable\()|(?<=Throw\()) ?[\"'][A-Z]|prompt\(|confirm\("
    rb"|(?:(?<=sleep\()|(?<=delay\()|(?<=wait\()|(?<=pause\()|(?<=Timeout\()) ?(?:[\w$]{1,40},\s?|\(\) => \w{1,40}\(\),\s?)?(?:\d[\d_]{3}|\d{1,3} ?\* ?\d|[A-Z][A-Z_\d]{2,40}\)))"
    rb"|https://[^\s\"'`]{1,80}/device[/_-]?(?:code|auth)"
    rb"|(?<=aw)ait (?:[\w$]{1,30}\.)?(?:ask|prompt|confirm|question|choose|select|pick|input)(?:[A-Z]\w{0,30})?\()"
)
GO = lazily(
    rb"[.\"](?:"
    rb"(?<=fmt\.)(?:Scan|Fscan(?:ln|f)?\(os\.Stdin)|gopkg\.in/AlecAivazis|charm\.land/huh|New(?:Reader|Scanner)\((?:os\.Stdin|[\w.]*In\b)|github\.com/(?:AlecAivazis/survey|manifoldco/promptui|charmbracelet/huh"
    rb"|Songmu/prompter|pterm/pterm|erikgeiser/promptkit|tcnksm/go-input|peterh/liner|chzyer/readline|ergochat/readline|c-bata/go-prompt|ktr0731/go-fuzzyfinder|howeyc/gopass|bgentry/speakeasy|magefile/mage|olekukonko/tablewriter|jedib0t/go-pretty|gosuri/uitable"
    rb"|alexeyco/simpletable|(?:pkg|cli)/browser|skratchdot/open-golang|cli/oauth)|(?<=rompter\.)[A-Z]|(?<=rompt\.)[A-Z]|(?<=rompts\.)[A-Z]|(?<=\.)(?:[pP]rompt|[cC]onfirm|[aA]sk|Yes(?:Or)?No|Read(?:Secret|Line|Input|Answer)|Get(?:Input|Answer|Confirm|UserInput))\w{0,30}\((?:fmt\.Sprintf\()?\"|(?<=rompt\(\")|(?<=onfirm\(\")|Auth(?:Code)?URL\("
    rb"|https://[^\s\"]{1,80}/device[/_-]?(?:code|auth)|DeviceAuth\(|StartDeviceAuthorization\(|(?:New|AcquireToken(?:By)?)?(?:Interactive|DeviceCode)\w*\(|ReadPassword\(|os/exec\"|text/tabwriter\"|OpenURL\("
    rb"|Sleep\(\s?(?:(?:\d+\s?\*\s?)?time\.(?:Second|Minute|Hour|Duration)|\d{4,}|[A-Za-z]\w{2,40}\s?[*)])|(?<=-time\.)After\(|Getenv\(\"\w+\"\)(?:\s*\n\s*if \w+)? == \"\")"
)
RUBY = lazily(
    rb"\bgets\b|\.getch?\b|\.noecho\b|CLI::UI|\bUI\.(?:confirm|input|password|select)\b|yes\?[ (]|Readline\.|Reline\.|\.getpass|[Hh]igh[Ll]ine|TTY::Prompt|<\s?Thor\b|Thor::|Rails::Generators|Launchy"
    rb"|(?<![\w.@$:])(?:ask|agree)[ (]\s?[\"'][^\"'\n]{1,120}[?:] ?[\"']|binding\.(?:pry|irb|break|b)\b|^[ \t]*(?:byebug|debugger)$|\bsleep[ (]\s?(?:\d|[A-Z]\w)|\b(?:system!?|sh|exec)[ (]\s?[\"'%]|ENV\.fetch",
    re.MULTILINE,
)
_JAVA_WAIT = rb"leep(?:Uninterruptibly)?\(\s?(?:[\d_]+L?\s?[*),]|[A-Z]\w{2,40}[*). ]|Duration\.)"
JAVA = _one_of(
    rb"System\.(?:in\b|console\(\))", rb"\.readLine\(\s?\"", rb"components\.interactivity", rb"org\.jline",
    rb"beryx\.textio", rb"\.browse\(", rb"AuthorizationCodeInstalledApp", rb"InteractiveBrowser", rb"DeviceCode",
    rb"s" + _JAVA_WAIT, rb"S" + _JAVA_WAIT,
)  # fmt: skip
PHP = _one_of(
    rb"readline\(", rb"php://stdin", rb"cli\\(?:prompt|menu|confirm)", rb"CLImate", rb"\(\s?\\?(?:STDIN|\$stdin)\b",
    rb"->(?:ask|confirm|choice|anticipate)\w*\(", rb"->secret\(", rb"a(?<!\w.)skConfirmation\(",
    rb"sleep\((?:\d|self::|static::|[A-Z])",
)  # fmt: skip
_CSHARP_WAIT = rb"\(\s?(?:\d[\d_]{3}|\d{1,3}\s?\*|(?:System\.)?TimeSpan\.From|new TimeSpan|[A-Z]\w{2,40}\s?[,)*])"
CSHARP = _one_of(
    rb"Console\.(?:In\.)?Read", rb"AnsiConsole", rb"Sharprompt", rb"CommandLineUtils",
    rb"InteractiveBrowserCredential", rb"DeviceCodeCredential", rb"AcquireTokenInteractive",
    rb"AcquireTokenWithDeviceCode", rb"Process\.Start\(", rb"GoogleWebAuthorizationBroker",
    rb"Sleep" + _CSHARP_WAIT, rb"Delay" + _CSHARP_WAIT,
)  # fmt: skip
RUST = _one_of(
    rb"dialoguer", rb"cliclack", rb"requestty", rb"promptly", rb"casual::", rb"rustyline", rb"rpassword", rb"inquire",
    rb"lines\(\)", rb"\.read_line\(", rb"webbrowser::", rb"open::that", rb"opener::open", rb"FlowAuthenticator",
    rb"exchange_device_", rb"sleep\((?:\w+::)*(?:Duration::(?:from_|new)|[A-Z][A-Z_]{2,40}\))",
)  # fmt: skip
PLAIN = _one_of(
    rb"readLine\(", rb"getpass\(", rb"readln", rb"StdIn\.read", rb"readLineSync", rb"\.interact\(\)", rb"logger\.(?:choose|confirm|prompt)", rb"<STDIN>", rb"prompt\(", rb"io\.read\(",
    rb"stdin:read", rb"\([\"']stdin", rb"readline\(", rb"IO\.gets", rb"Mix\.shell", rb"readf", rb"getLine",
    rb"gets\s+stdin", rb"ReadLine", rb"read_password\(", rb"g(?<!\w.)ets\b", rb"stdin\.readLine", rb"Console\.Read", rb"console\(\)", rb"\.newReader",
    rb"leep[ (](?:const |\w{1,15}: ?)?\(?[\d.:DT]", rb"d(?<!\w.)elay\((?:timeMillis = )?[\dD]", rb"\.delayed\(",
)  # fmt: skip
NATIVE = _one_of(
    rb"s(?<!\w.)canf\s?\(", rb"g(?<!\w.)et(?:char|pass)\s?\(", rb"readpassphrase\(", rb",\s?stdin\)", rb"c(?<!\w.)in(?:\s?>>|\.get|\b[,)])",
    rb"system\s?\(\s?\"pause",
)  # fmt: skip
_AZURE = rb"(?m)^[ \t]*(?:- )?(?:task: \w+@\d|vmImage: )|^extends:\s+template: \S+@"
AZURE = lazily(_AZURE)
YAML = lazily(_AZURE + rb"|^[\"']?services[\"']?:[ \t]*(?:#[^\n]*)?\r?$")
