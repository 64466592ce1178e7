"""Go sources: what they ask, open, start, sleep, need and print."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.adapters.code.calls import FUNCTIONS, Call, calls, function_around, in_loop
from agentlint.adapters.code.device_codes import device_code_requests
from agentlint.adapters.code.durations import seconds_of
from agentlint.adapters.code.logins import is_login, token_beside, token_path
from agentlint.adapters.code.questions import kind_of_question, question_before
from agentlint.adapters.code.source import Source, is_tooling
from agentlint.adapters.context import TreeContext
from agentlint.adapters.go_local_prompts import local_prompts, prompts_of_others
from agentlint.adapters.go_prompters import asks_for_its_caller, own_prompts
from agentlint.facts.command import Input, Output
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import AskKind, Interface
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_READS = re.compile(r"\.(?:F?[sS]can(?:ln|f)?|ReadString|ReadLine|ReadRune|ReadBytes)\s?\(")
_FROM_STDIN = re.compile(r"bufio\.New(?:Reader|Scanner)(?:Size)?\(\s?(?:os\.Stdin|[\w.]*(?:In|Stdin|InOrStdin\(\)))\b")
_ASSIGNED = re.compile(r"(\w{1,60})\s{0,4}:?=\s{0,4}$")
_PROMPT_MODULES = re.compile(
    r"ReadPassword|AlecAivazis/survey|manifoldco/promptui|charmbracelet/huh|charm\.land/huh|Songmu/prompter|pterm/pterm|gopass|speakeasy|go-password"
    r"|erikgeiser/promptkit|tcnksm/go-input|peterh/liner|chzyer/readline|ergochat/readline|c-bata/go-prompt|cqroot/prompt|ktr0731/go-fuzzyfinder"
)
_PROMPTS = re.compile(
    r"\.(?:Ask(?:One)?|ReadPassword|GetPass\w*|FAsk|YN|YesNo|Prompt|Choose|Password|Read|Run(?:WithContext)?|Show|RunPrompt|Select|PasswordPrompt|ReadLine|Readline|Input|Find(?:Multi)?)\s?\("
)
_BY_MODULE = {
    ("erikgeiser/promptkit", "RunPrompt"): AskKind.LINE,
    ("tcnksm/go-input", "Ask"): AskKind.LINE,
    ("tcnksm/go-input", "Select"): AskKind.MENU,
    ("ktr0731/go-fuzzyfinder", "Find"): AskKind.MENU,
    ("ktr0731/go-fuzzyfinder", "FindMulti"): AskKind.MENU,
}
"""Methods that ask, by a part of the module that must be imported."""
_LINE_EDITORS = re.compile(r"peterh/liner|(?:chzyer|ergochat)/readline|c-bata/go-prompt")
"""They read one line of a shell as well as an answer: a loop is a shell's."""
_PROMPTUI = re.compile(r"(\w+)\s*:?=\s*&?promptui\.(Prompt|Select\w*)\s?\{")
_HUH = re.compile(r"(\w+)\s*:?=\s*huh\.New(\w+)\(")
_HUH_MODULE = re.compile(r"charmbracelet/huh|charm\.land/huh")
_PROMPTER = {
    "YN": AskKind.CONFIRM,
    "YesNo": AskKind.CONFIRM,
    "Prompt": AskKind.LINE,
    "Choose": AskKind.MENU,
    "Password": AskKind.SECRET,
}
_OPENERS = re.compile(
    r"\b(?:browser\.Open(?:URL|Reader)?|open\.(?:Run|Start)|webbrowser\.Open|openBrowser|openbrowser\.\w+)\s?\("
)
_FLOWS = re.compile(
    r"\bazidentity\.New(?:InteractiveBrowser|DeviceCode)Credential\s?\(|\.AcquireToken(?:Interactive|ByDeviceCode)\s?\(|\.DeviceAuth\s?\(|\.StartDeviceAuthorization\s?\("
    r"|\.(?:DetectFlow|DeviceFlow|WebAppFlow)\s?\("
)
_FLOW_LIBRARIES = re.compile(
    r"azidentity|microsoft-authentication-library|golang\.org/x/oauth2|github\.com/cli/oauth|aws-sdk-go-v2/service/ssooidc"
)
_ADDRESS = re.compile(r"(\w{3,60})\s*:?=\s*[\w.]{1,80}\.Auth(?:Code)?URL\(")
_PRINTS = re.compile(r"\b(?:fmt\.F?[pP]rint(?:f|ln)?|log\.Print(?:f|ln)?|cmd\.Print(?:f|ln)?)\s?\(")
_SLEEP = re.compile(r"\btime\.(?:Sleep|After)\s?\(")
_NANOSECOND = 1e-9
_TEST_CALLS = re.compile(
    r"\.Run$|^(?:ginkgo\.)?(?:It|Specify|By|Describe|Context|When|(?:Just)?(?:Before|After)(?:Each|All|Suite)|Convey|DescribeTable|Entry)$|Cleanup$"
)
_COMMAND = re.compile(r"\bexec\.Command(?:Context)?\s?\(|\bsh\.(?:Run|RunV|Output|RunWith|RunWithV)\s?\(")
_SCRIPT = re.compile(r"^//go:build (?:ignore|mage|tools|never)\b|^// \+build (?:ignore|mage|tools)\b", re.MULTILINE)
_NEEDED = re.compile(
    r"(?:(\w{1,60})\s*:?=\s*os\.Getenv\(\"([A-Z_][A-Z0-9_]{1,80})\"\)\s*\n\s*if\s+\1\s*==\s*\"\"|if\s+os\.Getenv\(\"([A-Z_][A-Z0-9_]{1,80})\"\)\s*==\s*\"\")"
    r"\s*\{\s*(?:log\.Fatal|panic\(|fmt\.F?[pP]rint\w*\([^\n]{0,200}\n\s*os\.Exit)"
)
_TABLES = re.compile(
    r"\b(?:tablewriter\.New\w+|tabwriter\.NewWriter|table\.NewWriter|simpletable\.New|table\.New|uitable\.New)\s?\("
)
_FRAMEWORKS = re.compile(
    r"\"github\.com/(spf13/cobra|urfave/cli|alecthomas/kong|alecthomas/kingpin|mitchellh/cli)[\w./]*\"|\"gopkg\.in/alecthomas/(kingpin)"
)
_MACHINE = re.compile(
    r"(?:Flags?\(\)|Name:|Flag\(|Var\w*\()[^\"\n]{0,80}\"(json|output|format|template|porcelain)\"|(?:name|help|enum):\"(?:[^\"\n]{0,60}\b)?(json)\b|--(json|format|output)\b"
)
MAX_NEIGHBOURS = 60
"""Files of the same program that are looked into for an option."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a source file."""
    source = Source.of(file, tree, "go", "go", UnitKind.MODULE)
    if source is None or re.search(r"(?m)^// Code generated .* DO NOT EDIT\.$", source.text[:3000]):
        return FileFacts()
    _reads(source)
    _prompts(source)
    own_prompts(source)
    local_prompts(source)
    prompts_of_others(source)
    _logins(source)
    _sleeps(source)
    if not source.test_code:
        if _SCRIPT.search(source.text[:2000]) or (
            "/" in file.path and is_tooling(file.path) and re.search(r"(?m)^package main\b", source.text)
        ):
            _commands(source)
        _needed_variables(source)
        _interface(source)
    return source.facts()


def _reads(source: Source) -> None:
    """Lines read from standard input right after a question was printed."""
    readers = set(_readers(source.text))
    if (
        not readers
        and "fmt.Scan" not in source.text
        and "fmt.Fscan" not in source.text
        and "(os.Stdin)." not in source.text
    ):
        return
    for call in calls(source.tree, _READS):
        head = call.callee.partition(".")[0]
        pause = call.callee == "fmt.Scanln" and not call.arguments
        if (
            not call.callee.startswith("fmt.Scan")
            and not (
                call.callee.startswith("fmt.Fscan")
                and [source.tree.of(one) for one in call.arguments[:1]] == ["os.Stdin"]
            )
            and head not in readers
            and "bufio.NewReader(os.Stdin)" not in call.callee
        ):
            continue
        question = question_before(source, call) or _worded_elsewhere(source, call)
        if pause or question:
            source.ask(call, AskKind.KEY if pause else kind_of_question(question), question=question)


_SAID = re.compile(
    r"\bfmt\.(?:Print|Printf|Fprint|Fprintf)\((?:os\.Std(?:out|err), ?)?([\w.]{1,80}(?:\([\w.\", ]{0,80}\))?)(?:, ?[\w., ]{1,80})?\)"
    r"\s{1,40}(?:(?:var )?[\w, ]{1,60}:?= ?)?$"
)


def _worded_elsewhere(source: Source, call: Call) -> str:
    """The words printed right before a read, on the same line still, where they stand in a table of texts (`fmt.Print(tr.AskName)`)."""
    if in_loop(call.above):
        return ""
    said = _SAID.search(source.text, max(0, call.span.start - 300), call.span.start)
    return said[1] if said is not None and "." in said[1] else ""


def _readers(text: str) -> Iterator[str]:
    """The names of readers of standard input."""
    for match in _FROM_STDIN.finditer(text):
        assigned = _ASSIGNED.search(text, max(0, match.start() - 80), match.start())
        if assigned is not None:
            yield assigned[1]


def _prompts(source: Source) -> None:
    if not _PROMPT_MODULES.search(source.text):
        return
    promptui = {match[1]: match[2] for match in _PROMPTUI.finditer(source.text)}
    huh = {match[1]: match[2] for match in _HUH.finditer(source.text)}
    for call in calls(source.tree, _PROMPTS):
        kind = _prompt_kind(source, call, promptui, huh)
        if kind is not None and not asks_for_its_caller(source, call):
            source.ask(call, kind)


def _prompt_kind(source: Source, call: Call, promptui: dict[str, str], huh: dict[str, str]) -> AskKind | None:
    callee = call.callee
    head, _, method = callee.partition(".")
    if callee in {"survey.Ask", "survey.AskOne"} and "AlecAivazis/survey" in source.text:
        kinds = (("survey.Confirm", AskKind.CONFIRM), ("survey.Password", AskKind.SECRET), ("Select{", AskKind.MENU))
        text = source.tree.of(call.node)[:1000]
        return next((kind for word, kind in kinds if word in text), AskKind.LINE)
    if callee in {"term.ReadPassword", "terminal.ReadPassword"} or head in {"gopass", "speakeasy"}:
        return AskKind.SECRET
    if head == "password":
        return AskKind.SECRET if callee == "password.Read" and "go-password" in source.text else None
    if head == "prompter" and "Songmu/prompter" in source.text:
        return _PROMPTER.get(method)
    if method.startswith("Run") and head in promptui and "manifoldco/promptui" in source.text:
        return AskKind.MENU if promptui[head].startswith("Select") else AskKind.LINE
    if (head == "huh" or head in huh) and _HUH_MODULE.search(source.text) and ".Run" in callee:
        made = huh.get(head) or callee[len("huh.New") :]
        return AskKind.CONFIRM if made.startswith("Confirm") else AskKind.MENU if "Select" in made else AskKind.LINE
    found = next(
        (k for (m, name), k in _BY_MODULE.items() if name == callee.rpartition(".")[2] and m in source.text), None
    )
    if found is not None and head not in {"errors", "strings", "fmt"}:
        return found
    if _LINE_EDITORS.search(source.text) and not in_loop(call.above):
        last = callee.rpartition(".")[2]
        secret = last == "PasswordPrompt" or (last == "ReadPassword" and "readline" in source.text)
        asked = last == "Prompt" or last == "Readline" or callee == "prompt.Input"
        return AskKind.SECRET if secret else AskKind.LINE if asked else None
    if head == "pterm" and "Interactive" in callee and callee.endswith(".Show"):
        return AskKind.CONFIRM if "Confirm" in callee else AskKind.MENU if "select" in callee.lower() else AskKind.LINE
    return None


def _logins(source: Source) -> None:
    """Browsers opened to log in, flows of libraries, and addresses printed for somebody to open."""
    for call in calls(source.tree, _OPENERS):
        if call.arguments and is_login(source, call):
            source.login(call, alternative=_token_path(source))
    opened = [login.place.span for login in source.logins]
    known = calls(source.tree, _FLOWS) if _FLOW_LIBRARIES.search(source.text) else iter(())
    for call, what in (
        *((one, "") for one in known),
        *((one, " for a device code") for one in device_code_requests(source)),
    ):
        function, _ = function_around(call.above)
        if function is None or not any(function.start_byte <= span.start < function.end_byte for span in opened):
            source.login(call, f"{call.callee[:60]}{what}", _token_path(source))
    if "AuthURL(" not in source.text and "AuthCodeURL(" not in source.text:
        return
    flows = [login.place.span for login in source.logins]
    names = "|".join(match[1] for match in _ADDRESS.finditer(source.text)) or r"\0"
    for call in calls(source.tree, _PRINTS):
        function, _ = function_around(call.above)
        text = " ".join(source.tree.of(argument) for argument in call.arguments)
        if function is None or not re.search(rf"\.Auth(?:Code)?URL\(|\b(?:{names})\b", text):
            continue
        if not any(function.start_byte <= span.start < function.end_byte for span in flows):
            source.login(call, "AuthCodeURL", alternative=_token_path(source))
            flows.append(call.span)


def _token_path(source: Source) -> str:
    own = token_path(source.text) or next((found for text in _neighbours(source) if (found := token_path(text))), "")
    return own or token_beside(source, (".go",))


def _neighbours(source: Source) -> list[str]:
    """The texts of the other files of the package and of those of the folders above it."""
    folder = posixpath.dirname(source.path)
    folders = {folder, posixpath.dirname(folder), posixpath.dirname(posixpath.dirname(folder))}
    paths = sorted(
        (
            path
            for path in source.context.paths
            if path.endswith(".go") and posixpath.dirname(path) in folders and path != source.path
        ),
        key=lambda path: (-len(posixpath.dirname(path)), path),
    )
    files = (source.context.read(path) for path in paths[:MAX_NEIGHBOURS] if not path.endswith("_test.go"))
    return [file.data.decode("utf-8", "replace") for file in files if file is not None]


def _sleeps(source: Source) -> None:
    for call in calls(source.tree, _SLEEP):
        if len(call.arguments) != 1 or (call.callee == "time.After" and not _is_statement(source, call)):
            continue
        seconds = seconds_of(source.tree, call.arguments[0], _NANOSECOND)
        if seconds is not None and seconds >= 1 and _holds_up(source, call):
            source.sleep(call, seconds, in_loop(call.above))


def _is_statement(source: Source, call: Call) -> bool:
    """True for `<-time.After(d)` as a statement, which sleeps; in a `select` it is a time limit."""
    kinds = [node.type for node in call.above[:2]]
    return kinds == ["unary_expression", "expression_statement"] and source.tree.of(call.above[0]).startswith("<-")


def _holds_up(source: Source, call: Call) -> bool:
    """False in goroutines, handlers and mocks: nobody waits for them, or their slowness is what is tested."""
    if source.test_code:
        return _holds_test_up(source, call)
    function, _ = function_around(call.above)
    return function is not None and function.type in {"function_declaration", "method_declaration"}


def _holds_test_up(source: Source, call: Call) -> bool:
    """True in the functions and blocks that a test runs itself."""
    for index, node in enumerate(call.above):
        if node.type not in FUNCTIONS:
            continue
        if node.type == "function_declaration":
            return True
        if node.type == "method_declaration":
            name = node.child_by_field_name("name")
            return name is not None and source.tree.of(name).startswith("Test")
        around = call.above[index + 1 : index + 3]
        holder = next((outer for outer in around if outer.type == "call_expression"), None)
        callee = holder.child_by_field_name("function") if holder is not None else None
        if callee is None or callee == node:
            return False
        return _TEST_CALLS.search(source.tree.compact(callee)) is not None
    return False


def _commands(source: Source) -> None:
    for call in calls(source.tree, _COMMAND):
        arguments = list(call.arguments)
        if call.callee.endswith("Context") or call.callee.startswith("sh.RunWith"):
            arguments = arguments[1:]
        function, _ = function_around(call.above)
        around = source.tree.of(function) if function is not None else ""
        attached = call.callee.startswith("sh.") or "os.Stdin" in around
        shown = call.callee.startswith("sh.Run") or ".Stdout = os.Stdout" in around
        source.execute(
            arguments, call, Input.INHERITED if attached else Input.NULL, Output.INHERITED if shown else Output.CAPTURED
        )


def _needed_variables(source: Source) -> None:
    seen: set[str] = set()
    if "os.Getenv" not in source.text:
        return
    for match in _NEEDED.finditer(source.text):
        group = 2 if match[2] else 3
        name = match[group]
        if name not in seen and "comment" not in source.tree.leaf(match.start(group)).type:
            seen.add(name)
            source.environment_read(name, Span(match.start(group) - 1, match.end(group) + 1))


def _interface(source: Source) -> None:
    """A command that lays its results out in a table."""
    framework = _FRAMEWORKS.search(source.text)
    if framework is None:
        return
    places = tuple(source.place(call.span) for call in calls(source.tree, _TABLES))
    if not places:
        return
    match = next((found for text in (source.text, *_neighbours(source)) if (found := _MACHINE.search(text))), None)
    machine = "--" + next(group for group in match.groups() if group) if match else ""
    library = (framework[1] or framework[2]).rpartition("/")[2]
    uses = set(re.findall(r"\bUse:\s*\"([\w-]+)", source.text))
    name = uses.pop() if len(uses) == 1 else ""
    source.interfaces.append(Interface(library, "go", places[0], source.unit, name, (), machine, places, True))
