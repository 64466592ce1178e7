"""Which files of a source language can bear on a rule at all: bytes without a match give no facts, and no reader is asked."""

from __future__ import annotations

import re

PYTHON = re.compile(
    rb"input\(|input_\w{0,20}\(|(?<![A-Za-z])(?:ask|confirm|yes_?no)\w{0,20}\(|getpass|click|typer|argparse|docopt|optparse|sys\.argv|subprocess|os\.system|os\.popen|os\.environ|os\.getenv"
    rb"|webbrowser|InstalledAppFlow|step1_get_authorize_url|pygsheets|run_local_server|run_console|device_code|initiate_device_flow|questionary|inquirer|PyInquirer"
    rb"|InteractiveBrowser|DeviceCode|run_flow|acquire_token|Authenticate\(|_login\(|huggingface_hub|wandb\.login|create_subprocess|beaupy|cutie"
    rb"|LocalWebserverAuth|CommandLineAuth|SpotifyOAuth|SpotifyPKCE|gspread\.oauth|browser_?cookie|client_from_\w+_flow|interactive"
    rb"|prompt|stdin\.read|bullet|easygui|pdb|breakpoint\(|\bsleep\(|doDelay\(|wait_for_timeout\(|qWait\(|isatty|withdraw\(\)|TerminalMenu|ainput|keyboard|PySimpleGUI|fabric|iterfzf|code\.interact|ipython|WebView|WebEngineView|create_window\(|nox|invoke|curses|rich\.|prettytable|tabulate|cac_|fire\.Fire|setup\("
)
# The prefilters of source languages start with a small set of characters, which keeps the search for them quick: these
# files are by far the most.
JAVASCRIPT = re.compile(
    rb"[\"'`.!(](?:"
    rb"(?<![.!(])(?:node:)?(?:readline(?:/promises)?|inquirer|prompts|enquirer|@clack/prompts|@inquirer/\w+|readline-sync|promptly|prompt"
    rb"|prompt-sync|prompt-confirm|password-prompt|cli-select|yesno|read|consola|zx|@oclif/core|cli-ux|@posva/prompts|@topcli/prompts|yeoman-generator|@cliffy/prompt(?:/[\w.-]+)?|https://deno\.land/x/cliffy[^\"'`]{0,60}|child_process|execa|cross-spawn"
    rb"|open|opn|better-opn|openurl|opener|react-dev-utils/openBrowser|@google-cloud/local-auth|@azure/identity|@octokit/auth-oauth-device|@azure/msal-node"
    rb"|cli-table3?|table|easy-table|tty-table|columnify|console-table-printer|as-table|text-table)[\"'`]"
    rb"|(?<=stdin\.)(?:once|setRaw)|(?<=console\.)table|(?<=!) ?process\.env[.\[]|(?<=[dkst]\()process\.env[.\[]|(?<== process\.)env(?:\.\w+)?!?;?\s|(?<=f \()process\.env\.\w+ ===? (?:undefined|null|['\"])|(?:(?<=[Ee]nv\()|(?<=Var\()|(?<=riable\()|(?<=Throw\()) ?[\"'][A-Z]|(?<=#!).{0,60}\b(?:zx|deno|bun)|(?<=\()prompt\(|(?<=\()confirm\(|(?<=\bDeno\.)\w"
    rb"|(?:(?<=sleep\()|(?<=delay\()|(?<=wait\()|(?<=pause\()|(?<=Timeout\()) ?(?:[\w$]{1,40},\s?|\(\) => \w{1,40}\(\),\s?)?(?:\d[\d_]{3}|\d{1,3} ?\* ?\d|[A-Z][A-Z_\d]{2,40}\)))"
    rb"|await (?:[\w$]{1,30}\.)?(?:ask|prompt|confirm|question|choose|select|pick|input)(?:[A-Z]\w{0,30})?\("
)
GO = re.compile(
    rb"[.\"](?:"
    rb"(?<=fmt\.)Scan|New(?:Reader|Scanner)\((?:os\.Stdin|[\w.]*In\b)|github\.com/(?:AlecAivazis/survey|manifoldco/promptui|charmbracelet/huh"
    rb"|Songmu/prompter|pterm/pterm|erikgeiser/promptkit|tcnksm/go-input|peterh/liner|chzyer/readline|ergochat/readline|c-bata/go-prompt|ktr0731/go-fuzzyfinder|howeyc/gopass|bgentry/speakeasy|magefile/mage|olekukonko/tablewriter|jedib0t/go-pretty|gosuri/uitable"
    rb"|alexeyco/simpletable|(?:pkg|cli)/browser|skratchdot/open-golang|cli/oauth)|(?<=rompter\.)[A-Z]|(?<=rompt\.)[A-Z]|(?<=rompts\.)[A-Z]|Auth(?:Code)?URL\("
    rb"|DeviceAuth\(|(?:Interactive|DeviceCode)\w*\(|ReadPassword\(|os/exec\"|text/tabwriter\"|OpenURL\("
    rb"|Sleep\(\s?(?:(?:\d+\s?\*\s?)?time\.(?:Second|Minute|Hour|Duration)|\d{4,}|[A-Za-z]\w{2,40}\s?[*)])|(?<=-time\.)After\(|Getenv\(\"\w+\"\)(?:\s*\n\s*if \w+)? == \"\")"
)
RUBY = re.compile(
    rb"\bgets\b|\.getch\b|\.noecho\b|CLI::UI|Readline\.|Reline\.|\.getpass|[Hh]igh[Ll]ine|TTY::Prompt|<\s?Thor\b|Thor::|Rails::Generators|Launchy"
    rb"|(?<![\w.@$:])(?:ask|agree)[ (]\s?[\"'][^\"'\n]{1,120}[?:] ?[\"']|binding\.(?:pry|irb|break|b)\b|^[ \t]*(?:byebug|debugger)$|\bsleep[ (]\s?(?:\d|[A-Z]\w)|\b(?:system!?|sh|exec)[ (]\s?[\"'%]|ENV\.fetch",
    re.MULTILINE,
)
JAVA = re.compile(
    rb"System\.(?:in\b|console\(\))|\.readLine\(\s?\"|components\.interactivity|org\.jline|beryx\.textio|\.browse\(|AuthorizationCodeInstalledApp|InteractiveBrowser|DeviceCode|[sS]leep(?:Uninterruptibly)?\(\s?(?:[\d_]+L?\s?[*),]|[A-Z]\w{2,40}[*). ]|Duration\.)"
)
PHP = re.compile(
    rb"readline\(|php://stdin|cli\\(?:prompt|menu|confirm)|CLImate|\(\s?\\?(?:STDIN|\$stdin)\b|->(?:ask|confirm|choice|anticipate)\w*\(|->secret\(|\baskConfirmation\(|sleep\((?:\d|self::|static::|[A-Z])"
)
CSHARP = re.compile(
    rb"Console\.(?:In\.)?Read|AnsiConsole|Sharprompt|CommandLineUtils|InteractiveBrowserCredential|DeviceCodeCredential|AcquireTokenInteractive|AcquireTokenWithDeviceCode|GoogleWebAuthorizationBroker"
    rb"|(?:Sleep|Delay)\(\s?(?:\d[\d_]{3}|\d{1,3}\s?\*|(?:System\.)?TimeSpan\.From|new TimeSpan|[A-Z]\w{2,40}\s?[,)*])"
)
RUST = re.compile(
    rb"dialoguer|cliclack|requestty|promptly|casual::|rustyline|rpassword|inquire|lines\(\)|\.read_line\(|webbrowser::|open::that|opener::open|FlowAuthenticator|exchange_device_|sleep\((?:\w+::)*(?:Duration::(?:from_|new)|[A-Z][A-Z_]{2,40}\))"
)
PLAIN = re.compile(
    rb"readLine\(|readln|StdIn\.read|readLineSync|<STDIN>|prompt\(|io\.read\(|stdin:read|readline\(|menu\(|askYesNo|IO\.gets|Mix\.shell|readf|getLine|gets\s+stdin"
    rb"|\bgets\b|stdin\.readLine|Console\.Read|console\(\)|\.newReader"
)
AZURE = re.compile(rb"(?m)^[ \t]*(?:- )?(?:task: \w+@\d|vmImage: )|^extends:\s+template: \S+@")
YAML = re.compile(AZURE.pattern + rb"|^[\"']?services[\"']?:[ \t]*(?:#[^\n]*)?\r?$")
