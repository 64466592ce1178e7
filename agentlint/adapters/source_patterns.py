"""Java, PHP, C# and Rust sources, by one table: what they ask, open and sleep."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.adapters.code.calls import FUNCTIONS, Call, calls, in_loop, literal
from agentlint.adapters.code.durations import seconds_of
from agentlint.adapters.code.logins import is_login, token_path
from agentlint.adapters.code.questions import kind_of_question, last_question, question_before
from agentlint.adapters.code.source import Source
from agentlint.adapters.context import TreeContext
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import AskKind
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile


@dataclass(frozen=True, slots=True)
class Waits:
    """A call that waits for a person. `kind` None: the question printed before tells, and without one there is no ask.

    `where` must be found in the file; `callee` is the wanted end of what is called; `bypass` answers in its stead.
    """

    pattern: re.Pattern[str]
    kind: AskKind | None
    where: re.Pattern[str] | None = None
    bypass: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """What is looked for in one language. `sleeps` finds waits; `unit_seconds` what their number counts."""

    name: str
    waits: tuple[Waits, ...]
    logins: re.Pattern[str] | None = None
    openers: re.Pattern[str] | None = None
    sleeps: re.Pattern[str] | None = None


def _r(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_SYMFONY = _r(
    r"Symfony\\Component\\Console|Illuminate\\Console|Composer\\IO|Composer\\Command|SymfonyStyle|QuestionHelper"
)
_DEPLOYER = _r(r"\bnamespace Deployer\b|\buse function Deployer\\|\brequire\w* ['\"]recipe/")
"""Recipes of Deployer, whose -n answers a confirmation with its default: no, and then nothing is done and no error told."""
_INTERACTIVITY = _r(r"\bcomponents\.interactivity\b")
_PROMPT_PACKAGES = _r(r"\bSharprompt\b|McMaster\.Extensions\.CommandLineUtils")

LANGUAGES = {
    "java": Language(
        "java",
        (
            Waits(_r(r"(?:\b\w+|\))\s?\.\s?(?:nextLine|next|nextInt|nextBoolean|nextDouble)\s?\("), None, _r(r"new Scanner\(\s?System\.in")),
            Waits(_r(r"\b\w+\s?\.\s?readLine\s?\("), None, _r(r"InputStreamReader\(\s?System\.in")),
            Waits(_r(r"\bSystem\s?\.\s?console\(\)\s?\.\s?readLine\s?\("), AskKind.LINE),
            Waits(_r(r"\b(?:System\s?\.\s?console\(\)|[cC]onsole)\s?\.\s?readPassword\s?\("), AskKind.SECRET, _r(r"System\.console\(\)")),
            Waits(_r(r"\b(?!System\b)\w+\s?\.\s?readLine\s?\((?=\s?\")"), None),
            Waits(_r(r"\b\w*[pP]rompter\s?\.\s?prompt\s?(?=\(\s?(?:\"|String\.format\())"), AskKind.LINE, _INTERACTIVITY),
            Waits(_r(r"\b\w*[pP]rompter\s?\.\s?promptForPassword\s?(?=\(\s?\")"), AskKind.SECRET, _INTERACTIVITY),
            Waits(_r(r"\.\s{0,40}read\s?\((?=\s?\")"), AskKind.LINE, _r(r"\borg\.beryx\.textio\b")),
            Waits(_r(r"\bSystem\s?\.\s?in\s?\.\s?read\s?\("), None),
        ),
        logins=_r(r"\bnew AuthorizationCodeInstalledApp\s?\(|\bnew (?:InteractiveBrowser|DeviceCode)CredentialBuilder\s?\("),
        openers=_r(r"\bgetDesktop\(\)\s?\.\s?browse\s?\(|\bdesktop\s?\.\s?browse\s?\("),
        sleeps=_r(r"\bThread\s?\.\s?sleep\s?\(|\b(?:SECONDS|MINUTES|MILLISECONDS)\s?\.\s?sleep\s?\(|\bsleepUninterruptibly\s?\("),
    ),
    "php": Language(
        "php",
        (
            Waits(_r(r"(?<![\w>:$\\])\\?readline\s?\("), AskKind.LINE),
            Waits(_r(r"(?<![\w>:$\\])\\?(?:fgets|fgetc|fscanf|stream_get_line)\s?(?=\(\s?\\?(?:STDIN|\$stdin)\b)"), None),
            Waits(_r(r"(?<![\w>:$\\])\\?(?:fgets|fgetc|fscanf|stream_get_line|fread)\s?(?=\(\s?(?:\\?fopen\(\s?[\"']php://stdin|\$(?:handle|fp|fh|f|h|in|input|line|cin|console)\b))"), None, _r(r"php://stdin")),
            Waits(_r(r"(?<![\w$])\\?cli\\(?:prompt|menu|confirm)\s?\("), AskKind.LINE),
            Waits(_r(r"->\s?(?:prompt|confirmed)\s?\("), AskKind.LINE, _r(r"League\\CLImate")),
            Waits(_r(r"->\s?(?:ask|askQuestion|anticipate)\s?\("), AskKind.LINE, _SYMFONY, "--no-interaction"),
            Waits(_r(r"->\s?(?:confirm|askConfirmation)\s?\("), AskKind.CONFIRM, _SYMFONY, "--no-interaction"),
            Waits(_r(r"(?<![\w>:$\\])askConfirmation\s?(?=\()(?!\([^;\n]{0,400},\s?true\s?\))"), AskKind.CONFIRM, _DEPLOYER),
            Waits(_r(r"->\s?choice\s?\("), AskKind.MENU, _SYMFONY, "--no-interaction"),
            Waits(_r(r"->\s?(?:askHidden|secret|askAndHideAnswer)\s?\("), AskKind.SECRET, _SYMFONY, "--no-interaction"),
        ),
        sleeps=_r(r"(?<![\w>:$])\\?u?sleep\s?\("),
    ),
    "csharp": Language(
        "dotnet",
        (
            Waits(_r(r"\bConsole\s?\.\s?ReadLine\s?\("), None),
            Waits(_r(r"\bConsole\s?\.\s?ReadKey\s?\("), None),
            Waits(_r(r"\bConsole\s?\.\s?In\s?\.\s?ReadLine(?:Async)?\s?\("), None),
            Waits(_r(r"\b(?:AnsiConsole|_?\w*[cC]onsole)\s?\.\s?(?:Ask|Prompt)\s?[(<]"), AskKind.LINE, _r(r"Spectre\.Console|\bAnsiConsole\b")),
            Waits(_r(r"\b(?:AnsiConsole|_?\w*[cC]onsole)\s?\.\s?Confirm\s?\("), AskKind.CONFIRM, _r(r"Spectre\.Console|\bAnsiConsole\b")),
            Waits(_r(r"\bPrompt\s?\.\s?(?:Confirm|GetYesNo)\s?\("), AskKind.CONFIRM, _PROMPT_PACKAGES),
            Waits(_r(r"\bPrompt\s?\.\s?(?:Password|GetPassword\w*)\s?\("), AskKind.SECRET, _PROMPT_PACKAGES),
            Waits(_r(r"\bPrompt\s?\.\s?(?:Select|MultiSelect)\s?[(<]"), AskKind.MENU, _PROMPT_PACKAGES),
            Waits(_r(r"\bPrompt\s?\.\s?(?:Input|List|Bind|GetString|GetInt)\s?[(<]"), AskKind.LINE, _PROMPT_PACKAGES),
        ),
        logins=_r(r"\bnew\s(?:InteractiveBrowserCredential|DeviceCodeCredential)\s?\(|\.\s?AcquireToken(?:Interactive|WithDeviceCode)\s?\(|\bGoogleWebAuthorizationBroker\s?\.\s?AuthorizeAsync\s?\("),
        openers=_r(r"\bProcess\s?\.\s?Start\s?\((?=[^;]{0,120}(?i:url|uri|https?:))"),
        sleeps=_r(r"\bThread\s?\.\s?Sleep\s?\(|\bTask\s?\.\s?Delay\s?\("),
    ),
    "rust": Language(
        "rust",
        (
            Waits(_r(r"\.\s{0,40}interact(?:_opt|_text)?\s?\("), None, _r(r"\bdialoguer\b|\bcliclack\b")),
            Waits(_r(r"\bEditor\s?::\s?new\(\)(?:\s{0,40}\.\s{0,40}\w{1,30}\([^()]{0,80}\)){0,4}\s{0,40}\.\s{0,40}edit\s?\("), AskKind.EDITOR, _r(r"\bdialoguer\b")),
            Waits(_r(r"\brpassword\s?::\s?(?:prompt_password\w*|read_password\w*)\s?\("), AskKind.SECRET),
            Waits(_r(r"\.\s{0,40}prompt(?:_skippable)?\s?(?=\(\))"), None, _r(r"\buse inquire\b|\binquire::")),
            Waits(_r(r"(?<![\w.])(?:promptly\s?::\s?)?prompt(?:_opt|_default)?\s?(?=[(:])"), AskKind.LINE, _r(r"\buse promptly\b|\bpromptly::")),
            Waits(_r(r"\brequestty\s?::\s?prompt(?:_one|_module)?\s?\("), AskKind.LINE),
            Waits(_r(r"(?<![\w.])casual\s?::\s?(?:prompt|confirm)\s?\("), AskKind.LINE),
            Waits(_r(r"\.\s{0,40}readline(?:_with_initial)?\s?\((?=\s?&?\")"), None, _r(r"\brustyline\b")),
            Waits(_r(r"\.\s{0,40}read_line\s?\("), None, _r(r"\bstdin\(\)")),
            Waits(_r(r"\.\s{0,40}lines\(\)\s{0,40}\.\s{0,40}next\s?\("), None, _r(r"\bstdin\(\)")),
        ),
        logins=_r(r"\b(?:Installed|Device)FlowAuthenticator\s?::\s?(?:builder|with_client)\s?\(|\.\s?exchange_device_access_token\s?\("),
        openers=_r(r"\b(?:webbrowser::open(?:_browser)?|open::that(?:_detached)?|opener::open(?:_browser)?)\s?\("),
        sleeps=_r(r"\bsleep\s?\("),
    ),
}  # fmt: skip
_PAUSED_CLOCK = re.compile(r"start_paused|time::pause\(|FakeTimeProvider")
_WIDGETS = {
    "Confirm": AskKind.CONFIRM,
    "Password": AskKind.SECRET,
    "Select": AskKind.MENU,
    "MultiSelect": AskKind.MENU,
    "Editor": AskKind.EDITOR,
}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a source file."""
    language = LANGUAGES.get(file.kind)
    if language is None:
        return FileFacts()
    source = Source.of(
        file, tree, file.kind, language.name, UnitKind.SCRIPT if language.name == "php" else UnitKind.MODULE
    )
    if source is None:
        return FileFacts()
    _asks(source, language)
    for call in calls(source.tree, language.logins) if language.logins else ():
        source.login(call, alternative=token_path(source.text))
    for call in calls(source.tree, language.openers) if language.openers else ():
        if is_login(source, call):
            source.login(call, alternative=token_path(source.text))
    if language.sleeps:
        _sleeps(source, language.sleeps)
    return source.facts()


def _asks(source: Source, language: Language) -> None:
    for waits in language.waits:
        if waits.where is not None and not waits.where.search(source.text):
            continue
        for call in calls(source.tree, waits.pattern):
            kind = waits.kind or _kind(source, call)
            if kind is not None:
                source.ask(call, kind, bypass=waits.bypass, question=question_before(source, call))


_CLICLACK = {
    "confirm": AskKind.CONFIRM,
    "password": AskKind.SECRET,
    "select": AskKind.MENU,
    "multiselect": AskKind.MENU,
    "input": AskKind.LINE,
}
_PAUSES = ("Console.ReadKey", "Console.ReadLine", "System.in.read", "Scanner(System.in).nextLine")
"""What is called for nothing but to wait where its value is thrown away."""


def _kind(source: Source, call: Call) -> AskKind | None:
    """What a call asks for that does not say so itself; None where it reads data."""
    if call.callee.endswith(("interact", "interact_opt", "interact_text", "prompt", "prompt_skippable")):
        widget = re.match(r"(?:\w+::)*?(\w+)(?:::<[^<>()]{1,60}>)?::(?:new|with_theme)", call.callee)
        if widget is None:
            function = re.match(r"(?:cliclack::)?(\w+)\(", call.callee)
            return _CLICLACK.get(function[1]) if function else None
        return _WIDGETS.get(widget[1], AskKind.LINE)
    question = question_before(source, call)
    if call.callee.endswith(_PAUSES) and call.above and call.above[0].type == "expression_statement":
        return kind_of_question(question) if question else AskKind.KEY
    if call.callee.endswith(".ReadKey"):
        return AskKind.KEY if question and not in_loop(call.above) else None
    question = _own_question(source, call) or question
    return kind_of_question(question) if question else None


def _own_question(source: Source, call: Call) -> str:
    """The question that a call is given itself (`reader.readLine("Name: ")`)."""
    text = literal(source.tree, call.arguments[0]) if call.arguments else None
    return text.strip() if text and last_question(f'print("{text.strip()}")') else ""


def _sleeps(source: Source, pattern: re.Pattern[str]) -> None:
    if _PAUSED_CLOCK.search(source.text):
        return
    for call in calls(source.tree, pattern):
        seconds = _seconds(source, call)
        if seconds is None or seconds < 1 or not _holds_up(call):
            continue
        lazy = call.callee == "Task.Delay" or (source.language == "rust" and not call.callee.endswith("thread::sleep"))
        if lazy and not _is_awaited(source, call):
            continue
        source.sleep(call, seconds, in_loop(call.above))


_BLOCKS = re.compile(r"\.(?:Wait\(\)|GetAwaiter\(\)\.GetResult\(\))$")


def _is_awaited(source: Source, call: Call) -> bool:
    """True for `await Task.Delay(5000)`, with ConfigureAwait too, for `sleep(d).await` and for `Task.Delay(5000).Wait()`."""
    for node in call.above[:4]:
        if node.type == "await_expression":
            return True
        if node.type in {"member_access_expression", "invocation_expression"}:
            if _BLOCKS.search(source.tree.compact(node)):
                return True
            continue
        return False
    return False


_COUNTS = (
    ("MILLISECONDS.sleep", 0.001), ("SECONDS.sleep", 1.0), ("MINUTES.sleep", 60.0), ("usleep", 1e-6), ("Thread.sleep", 0.001),
)  # fmt: skip
"""What a bare number counts, by how the callee ends."""
_UNIT_GIVEN = {"TimeUnit.SECONDS": 1.0, "SECONDS": 1.0, "TimeUnit.MINUTES": 60.0, "TimeUnit.MILLISECONDS": 0.001}


def _seconds(source: Source, call: Call) -> float | None:
    arguments = call.arguments
    if call.callee.endswith("sleepUninterruptibly") and len(arguments) == 2:
        unit = _UNIT_GIVEN.get(source.tree.compact(arguments[1]))
        return seconds_of(source.tree, arguments[0], unit) if unit else None
    if len(arguments) != 1 and not (call.callee == "Task.Delay" and len(arguments) == 2):
        return None
    if source.language == "rust":
        return seconds_of(source.tree, arguments[0], 0.0)  # a bare number is no duration there
    unit = next((unit for name, unit in _COUNTS if call.callee.endswith(name)), 0.001)
    return seconds_of(source.tree, arguments[0], 1.0 if call.callee.lstrip("\\") == "sleep" else unit)


def _holds_up(call: Call) -> bool:
    """True in a method; a lambda or closure is most often the slow thing under test."""
    around = next((node for node in call.above if node.type in FUNCTIONS), None)
    return around is not None and around.type in {"method_declaration", "function_item", "function_definition"}
