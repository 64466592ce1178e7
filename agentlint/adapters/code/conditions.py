"""The conditions a call stands under, and which of them let a run with nobody there get past it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import FUNCTIONS, LOOPS
from agentlint.adapters.code.helpers import (
    asked_by_caller,
    by_helper,
    chosen_in_loop,
    destructured_from,
    handed_a_terminal,
    is_bound_and_missing,
    loop_within,
    parts_of,
    refused_by_helper,
)
from agentlint.adapters.code.missing_values import asked_where_missing, is_bound
from agentlint.documents.code import CodeTree, named, span_of
from agentlint.facts.command import ANSWERING, Guard, GuardKind
from agentlint.files.lazily import lazily

if TYPE_CHECKING:
    from tree_sitter import Node

BRANCHES = frozenset(
    """if_statement if_expression if unless if_modifier unless_modifier conditional ternary_expression
    conditional_expression else_if_clause elsif""".split()
)
_BLOCKS = frozenset(
    {"statement_block", "block", "statement_list", "compound_statement", "then", "expression_statement"}
)
_ARGUMENTS = frozenset({"argument_list", "arguments"})
_SHORT_CIRCUIT = frozenset({"&&", "||", "??", "and", "or", "?:"})
_ARMS = frozenset({"expression_case", "switch_case", "when", "switch_block_statement_group", "case_statement"})
_ASKED_FOR = lazily(r"(?:case|when)\s+[^:\n]{0,60}(?:\b|(?<=[a-z.])(?=[A-Z]))(?i:prompt|ask|interactive)(?![a-z])")
"""`case "prompt":`: a setting by which somebody asks to be asked."""
MAX_SIBLINGS = 300
MAX_CONDITION = 1000
"""Characters of a condition that are looked at."""
MAX_RESOLVED = 200
"""Conditions of one file whose variables are looked up."""

_TERMINAL = lazily(
    r"isTTY|is_?atty|is_?terminal|\btty\?|is_?tty\b|Is(?:Input|Output)Redirected|UserInteractive|console\(\)\s*[!=]=|CanPrompt|can_?prompt"
    r"|(?<!\w)-t \*?STD(?:IN|OUT)\b|has_?(?:a_?)?(?:tty|terminal)|(?:started|launched|run)_?(?:by|from)_?(?:explorer|double_?click)|\bdouble_?clicked\b|GetConsoleProcessList",
    re.IGNORECASE,
)
_AUTOMATED = lazily(
    r"\bCI\b|\bis_?CI\b|GITHUB_ACTIONS|CONTINUOUS_INTEGRATION|\bisCi\b|\bin_?ci\b|NoPrompts?\b|BUILDKITE\b"
)
_BYPASS = lazily(
    r"(?:\b|_|[a-z](?=[A-Z]))(?:assume_?)?yes(?:\b|_|(?=[A-Z]))|\b\w*force\w*|\w*interactiv\w*|\w*unattended\w*|\w*headless\w*"
    r"|no_?(?:input|confirm\w*|prompt\w*|ask)\b|\w*(?:skip|should|need|want|disable|allow|enable|bypass|suppress|without)_?"
    r"(?:prompt|confirm|ask|question|password|auth)\w*|auto_?(?:yes|approve|confirm|accept|agree)\w*|\bbatch\w*|\b(?:assume|silent|quiet)\w*"
    r"|\bconfirmed\b|\b(?:un)?supervised\b|\bnon_?stop\b|\bpassword_?stdin\b|\bfrom_?stdin\b|\bprompt(?:able|ing)?_?(?:enabled|allowed)\b"
    r"|\b(?:has_?)?(?:predefined|preset|provided|supplied)_?(?:token|key|pass\w*|user\w*|value|name|answer|secret|cred\w*|api\w*)"
    r"|\bget_?(?:config|option|setting)\(\s?[\"'](?:prompt|ask|interactive)"
    r"|\.(?:pause|wait)(?:OrDefault|OnExit|AtEnd|BeforeExit|ForKey|ForInput)?\b(?![\w(])"
    r"|\bask_?(?:first|before)?\b|-y\b|\boverwrite\?|\bDebugger\.IsAttached\b",
    re.IGNORECASE,
)
_MEMBER = lazily(
    r"\b(?:argv|opts?|options?|flags?|args|params|cli|program|parsed|inputs?|answers|(?<!\.)cmd|ctx|c|cfg|viper|cliFlags|globalOpts"
    r"|(?:options|opts|args|flags)From\w{1,30}|(?:cli|parsed|command|user)(?:Options|Opts|Args|Flags))"
    r"(?:\(\))?(?:\.|\?\.|\[|->)(?!(?:ask|prompt|confirm)\w*\()|getOption\(|hasOption\(|\.Changed\(|\.IsSet\(|Flags?\(\)",
    re.IGNORECASE,
)
_VARIABLE = lazily(
    r"process\.env|\bos\.(?:Getenv|LookupEnv)|\bENV\s*[\[.]|\bgetenv\(|env::var|System\.getenv|GetEnvironmentVariable|process\.argv"
    r"|\bos\.Args|\bARGV\b|\$argv|\b(?:Err)?[nN]o_?[aA]gent\b|\bargs\.(?:length|size|Length|len|Count)|\blen\((?:os\.A|a)rgs\)|\bflag\.N?Args?\("
)
_OF_THE_MACHINE = lazily(
    r"(?:os\.Getenv\(|process\.env\W|ENV\W{1,2}|getenv\()[\"']?(?:TERM\w*|SHELL|HOME|USER|PATH|DISPLAY|PWD|LANG|COLORTERM)\b"
)
"""Variables that say where the program runs, and answer nothing."""
_QUESTION = lazily(r"=\s*&?(?:survey|prompt\w*|huh|asker)\.\w+\(|\.Ask(?:One)?\(")
_OUTCOMES = frozenset({"ok", "err", "error", "found", "exists", "nil", "null", "true", "false"})
_EMPTY = lazily(
    r"^\(*(?:!\s*([A-Za-z_$@][\w$.@]*)|(?:len\()?([A-Za-z_$@][\w$.@]*)\)?\s*={2,3}\s*(?:\"\"|''|nil|null|undefined|0)"
    r"|(?:string\.IsNullOr\w+|empty|is_null)\(([A-Za-z_$@][\w$.@]*)\)|([A-Za-z_@][\w.@]*?)\.(?:nil\?|empty\?|blank\?|is_none\(\)|isEmpty\(\)|is_empty\(\)))\)*$"
)
_GIVEN_MEMBER = lazily(
    r"^\(?(?:[\w.]{1,40}\()?[a-z]\w*\.(?:\w*(?:[oO]ption|[mM]ode|[mM]ethod|[cC]hoice|[tT]oken|mfa|[nN]ame|[tT]ype|MFA|[pP]assword|[cC]ode))\)?"
    r"\s*(?:!={1,2}\s*(?:\"\"|''|nil|null|undefined|[\"'](?:[aA]uto|AUTO|[dD]efault|[nN]one|[aA]ny)[\"'])|={2,3}\s*[\"'][^\"']+[\"'])\)?$"
)
"""`details.Option != ""`: in its `else` the field was given by nobody, so that giving it spares the question."""
_EMPTY_FIELD = lazily(
    r"\b[\w.]{1,60}\.\w*(?:[pP]assw(?:or)?d|[pP]assphrase|[uU]ser_?[nN]ame|[tT]oken|[sS]ecret|[pP]in|[oO]tp|OTP|[mM]fa|MFA)\s{0,3}={2,3}\s{0,3}(?:\"\"|''|nil\b|null\b|undefined\b)"
)
"""`in.Password == ""`: a field for the very thing that is asked for, which whoever fills it gives."""
_FAILED = lazily(r"\b(?:errors?|fmt)\.\w*(?:Errorf|New|Wrap)\w*\(|\bnew \w*Error\(|\braise\b|\bErr\(|\bbail!")
"""An exit that fails: what it names is told in the message, and given to nobody."""
_IS_MISSING = lazily(
    r"\(*\s{0,3}(?:!\s{0,3}[A-Za-z_$@][\w$.@]*|[A-Za-z_$@][\w$.@]*\s{0,3}={2,3}\s{0,3}(?:null|undefined|nil|\"\"|''|0))\s{0,3}\)*$"
)
"""An exit where a value has not been given."""
_TAKEN = lazily(r"\(?(argv|opts|options|flags|args|params)\.\w+\)?")
"""`if (options.version) return {...options}`: what is asked further down has been given."""
_EXIT = lazily(
    r"(?:return|throw|raise|continue|break|next|exit|abort|die|panic!?|process\.exit|os\.Exit|log\.Fatal|System\.exit|Environment\.Exit"
    r"|std::process::exit|process::exit|bail!|fail)\b|error[ (]\s?[\"']"
)
_PICKS = lazily(r"choose|choice|select|pick|menu|list\b", re.IGNORECASE)
_PLAIN = lazily(r"[\s!()&|\w.$]+|not .*")
_SAYS_NO_TERMINAL = lazily(
    r"interactive terminal|not an? (?:interactive )?(?:tty|terminal)|Not(?:A)?Terminal|ErrNoTerminal", re.IGNORECASE
)
_FLAG = lazily(r"\.(?:get_flag|is_present)\(\s?\"")
"""A flag of clap: by itself it asks for work, unless it is one by which somebody asks to be asked."""
_WORK = lazily(r"(?:argv|opts|options|flags)\.[A-Za-z]\w*")
"""An option that is given, as a condition by itself."""
_WISH = lazily(
    r"prompt|ask|choose|select|pick|edit|wizard|manual|guid|confirm|wait|pause|stdin|pass|mfa|otp|open|shell|repl|debug|login|browser|tui|ui\b"
    r"|secret|token|key|question|verify|check|review",
    re.IGNORECASE,
)
"""Options by which somebody asks to be asked."""
_ON_DISK = lazily(r"\b[\w.]{0,40}(?:[eE]xists|isFile|isDirectory|isdir|isfile|access|[sS]tat)\w{0,10}\([^()]{0,120}\)")
"""Whether something lies at a path says nothing of who gave the path."""
_IDENTIFIER = lazily(r"(?<![\w.$])([A-Za-z_]\w{1,60})\b(?!\s*\()")


def guards_of(tree: CodeTree, node: Node, above: tuple[Node, ...]) -> tuple[Guard, ...]:
    """The conditions around a node and the early exits before it, outermost first."""
    found: list[Guard] = []
    child = node
    picks = _PICKS.search(tree.of(node)[:200]) is not None
    for parent in above:
        found.extend(_exits_before(tree, parent, child, picks))
        if parent.type in BRANCHES:
            condition = parent.child_by_field_name("condition")
            if condition is not None and condition != child and parent.child_by_field_name("initializer") != child:
                otherwise = parent.child_by_field_name("alternative") == child
                found.append(_guard(tree, parent, condition, otherwise=otherwise))
        elif parent.type in LOOPS:
            condition = parent.child_by_field_name("condition")
            if condition is not None and condition != child and strong(tree, tree.of(condition)) is not None:
                found.append(_guard(tree, parent, condition))
        elif parent.type in _ARMS and (chosen := _ASKED_FOR.match(tree.of(parent)[:120])):
            found.append(Guard(GuardKind.OPTION, " ".join(chosen[0].split()), span_of(parent)))
        elif (open_one := asked_where_missing(tree, parent, child)) is not None:
            found.append(open_one)
        elif parent.type in _ARGUMENTS and (lent := handed_a_terminal(tree, parent, child)) is not None:
            found.append(lent)
        elif _right_of_short_circuit(tree, parent, child):
            left = parent.child_by_field_name("left")
            if left is not None:
                found.append(_guard(tree, parent, left, fallback=True))
        child = parent
    return tuple(reversed(found))


def answered(guards: tuple[Guard, ...]) -> bool:
    """True when a run with nobody there gets past what stands under these guards."""
    return any(guard.kind in ANSWERING for guard in guards)


def _right_of_short_circuit(tree: CodeTree, parent: Node, child: Node) -> bool:
    if parent.type not in {"binary_expression", "binary"}:
        return False
    operator = parent.child_by_field_name("operator")
    return operator is not None and tree.of(operator) in _SHORT_CIRCUIT and parent.child_by_field_name("right") == child


def _guard(tree: CodeTree, branch: Node, condition: Node, fallback: bool = False, otherwise: bool = False) -> Guard:
    """`fallback`: the right of `||`, which is tried where the left gives nothing. `otherwise`: the `else` of a branch."""
    text = _words_of(tree, branch, condition)
    kind = _kind(tree, branch, text, fallback, otherwise)
    if kind is GuardKind.OTHER and otherwise and (_GIVEN_MEMBER.match(text) or is_bound(text)):
        kind = GuardKind.VARIABLE
    return Guard(kind, text[:200], span_of(condition))


def _words_of(tree: CodeTree, branch: Node, condition: Node) -> str:
    """The condition with what stands before it in Go (`if err := f(); err != nil`), unless that is a question itself."""
    start = branch.child_by_field_name("initializer") or condition
    if start is not condition and _QUESTION.search(tree.of(start)[:200]):
        start = condition
    return " ".join(tree.text[start.start_byte : condition.end_byte][:MAX_CONDITION].split())


def _kind(tree: CodeTree, branch: Node, text: str, fallback: bool, otherwise: bool) -> GuardKind:
    sure = strong(tree, text)
    if sure is not None:
        return sure
    if _MEMBER.search(text) and (otherwise or not _asks_for_the_work(text)):
        return GuardKind.OPTION
    if asked_by_caller(tree, branch, text, otherwise) or (not otherwise and _FLAG.search(text) and _WISH.search(text)):
        return GuardKind.OPTION
    if not otherwise and (_EMPTY_FIELD.search(text) or is_bound_and_missing(tree, text)):
        return GuardKind.OPTION
    if _VARIABLE.search(_OF_THE_MACHINE.sub("", text)) or _counts_arguments(tree, text):
        return GuardKind.VARIABLE
    if _asks_for_what_is_missing(tree, branch, text) or (fallback and re.fullmatch(r"[\w.$@]+", text)):
        return GuardKind.VARIABLE
    return GuardKind.OTHER


_COUNTED = lazily(r"\(*(\w{2,40})\s{0,3}(?:[=!]={1,2}|[<>]=?)\s{0,3}\d\)*")


def _counts_arguments(tree: CodeTree, text: str) -> bool:
    """`if argCount == 1`, where the variable holds the number of arguments: with more of them nothing is asked."""
    match = _COUNTED.fullmatch(text)
    if match is None:
        return False
    return (
        re.search(rf"{match[1]}(?<![\w.]{match[1]})\s{{0,3}}:?=\s?(?:len\((?:os\.A|a)rgs\)|args\.\w+)", tree.text)
        is not None
    )


def _asks_for_the_work(text: str) -> bool:
    """`if (hasCommits && options.draft)`: who gives the option asks for the work, and is asked in turn whatever else is given."""
    parts = [part.strip() for part in text.strip("() ").split("&&")]
    own = [part for part in parts if _MEMBER.search(part)]
    return all(_WORK.fullmatch(part) and not _WISH.search(part) for part in own)


def strong(tree: CodeTree, text: str, resolve: bool = True) -> GuardKind | None:
    """The kind of a condition that speaks of a person's absence by its very words, or through a variable set from such."""
    text = text[:MAX_CONDITION]
    kind = by_words(text)
    return kind if kind is not None or not resolve or not _PLAIN.fullmatch(text) else _resolved(tree, text)


def speaks_of_absence(text: str) -> GuardKind | None:
    """The same for a line of any language, where no variable can be looked up: a terminal, CI, an option, a variable."""
    kind = by_words(text)
    if kind is None and (_MEMBER.search(text) or (_VARIABLE.search(text) and not _OF_THE_MACHINE.search(text))):
        return GuardKind.VARIABLE
    return kind


def by_words(text: str) -> GuardKind | None:
    """The kind of a condition by its words alone."""
    if _TERMINAL.search(text):
        return GuardKind.TERMINAL
    if _AUTOMATED.search(text):
        return GuardKind.NOT_AUTOMATED
    return GuardKind.OPTION if _BYPASS.search(text) else None


def _resolved(tree: CodeTree, text: str) -> GuardKind | None:
    """The kind of a condition by what its variables were set from."""
    known: dict[str, GuardKind | None] = tree.memory.setdefault("conditions", {})
    if text not in known and len(known) < MAX_RESOLVED:
        known[text] = _by_definitions(tree, text)
    return known.get(text)


def _by_definitions(tree: CodeTree, text: str) -> GuardKind | None:
    for name in dict.fromkeys(_IDENTIFIER.findall(_ON_DISK.sub("", text))[:4]):
        if name in _OUTCOMES:
            continue
        # The name first and what must stand before it after, for a search that starts with a letter is a quick one.
        defined = re.search(
            rf"{name}(?<![\w.]{name})\s{{0,3}}(?::\s?\w+\s?)?:?=(?![=>~])\s?([^;\n]{{1,200}})", tree.text
        )
        if defined is None:
            known = by_helper(tree, destructured_from(tree, name))
            if known is not None:
                return known
            if re.search(rf"Var\w{{0,8}}\(\s{{0,20}}&(?:\w+\.)?{name}\b", tree.text):
                return GuardKind.OPTION
            continue
        known = strong(tree, defined[1], resolve=False)
        helper = re.match(r"(?:await\s+)?([A-Za-z_$][\w$]{1,60})\(", defined[1])
        known = known or (by_helper(tree, helper[1]) if helper is not None else None)
        if known is not None or _MEMBER.search(defined[1]) or _VARIABLE.search(defined[1]):
            return known or GuardKind.VARIABLE
    return None


_KEPT = lazily(
    r"stor(?:e|age)|cache|tokenFromFile|(?:get|load|read|fetch|find)_?\w{0,20}(?:cred|token|session)|from_?file",
    re.IGNORECASE,
)
"""What gives the token that an earlier login left."""


def is_of_kept_token(tree: CodeTree, guard: Guard) -> bool:
    """True for a condition on a token that only an earlier login can have left (`creds = store.get(); if creds.nil?`)."""
    match = _EMPTY.match(guard.text) if guard.kind is GuardKind.VARIABLE else None
    name = next((group for group in match.groups() if group), "") if match else ""
    if not name or "." in name:
        return False
    defined = re.search(
        rf"{re.escape(name)}(?<![\w.]{re.escape(name)})\s{{0,3}}:?=(?![=>~])\s?([^;\n]{{1,200}})", tree.text
    )
    if defined is None or _MEMBER.search(defined[1]) or _VARIABLE.search(defined[1]):
        return False
    return _KEPT.search(defined[1]) is not None


def _asks_for_what_is_missing(tree: CodeTree, branch: Node, text: str) -> bool:
    """`if (!name) { name = await ask() }`: given from outside, it is not asked for."""
    match = _EMPTY.match(text)
    name = next((group for group in match.groups() if group), "") if match else ""
    if not name or re.search(r"err|ok$|res|answer|found|exist", name, re.IGNORECASE):
        return False
    return (
        re.search(rf"(?<![\w.$]){re.escape(name)}(?![\w$])[^;=\n]{{0,40}}=(?![=>])", tree.of(branch)[len(text) :])
        is not None
    )


def _exits_before(tree: CodeTree, parent: Node, child: Node, picks: bool) -> list[Guard]:
    """Early exits that speak of a person's absence: `if (opts.yes) return true`, `return unless $stdin.tty?`."""
    if parent.type in BRANCHES or parent.child_count > MAX_SIBLINGS * 4:
        return []
    found: list[Guard] = []
    for sibling in list(named(parent))[:MAX_SIBLINGS]:
        if sibling.start_byte >= child.start_byte:
            break
        guard = _exit_of(tree, sibling) or (_chosen_before(tree, sibling) if picks else None)
        if guard is not None:
            found.append(guard)
    return list(reversed(found))


def _exit_of(tree: CodeTree, statement: Node) -> Guard | None:
    """The guard that a statement before the call is; also within the branches that tell only the type of an argument."""
    inner = statement
    if inner.type == "expression_statement" and inner.named_child_count == 1:
        inner = inner.named_children[0]
    if inner.type not in BRANCHES:
        return refused_by_helper(tree, inner)
    condition = inner.child_by_field_name("condition")
    if condition is None or inner.type in {"ternary_expression", "conditional", "conditional_expression"}:
        return None
    if _leaves(tree, inner):
        return _exit_guard(tree, inner, condition)
    text = tree.of(condition)[:MAX_CONDITION]
    if "typeof" in text:
        nested = (node for part in parts_of(inner) for node in part)
        return next((guard for node in nested if (guard := _exit_of(tree, node)) is not None), None)
    return None


def _chosen_before(tree: CodeTree, statement: Node) -> Guard | None:
    """A loop before that finds, among what would be offered, the one that a field names."""
    if statement.type in LOOPS:
        return chosen_in_loop(tree, statement)
    condition = statement.child_by_field_name("condition") if statement.type in BRANCHES else None
    if condition is None or not _GIVEN_MEMBER.match(tree.of(condition)[:MAX_CONDITION]):
        return None
    loop = loop_within(statement)
    if loop is None or re.search(r"\b(?:return|break)\b", tree.of(loop)) is None:
        return None
    return Guard(GuardKind.VARIABLE, tree.of(condition)[:200], span_of(condition))


def _exit_guard(tree: CodeTree, branch: Node, condition: Node) -> Guard | None:
    text = _words_of(tree, branch, condition)
    kind = strong(tree, text)
    if kind is GuardKind.VARIABLE and _IS_MISSING.match(text) and not _WISH.search(text):
        kind = None  # `if (!name) usage()`: what it looks for is needed, and answers nothing
    if kind is None and _SAYS_NO_TERMINAL.search(tree.of(branch)[:2000]):
        kind = GuardKind.TERMINAL
    if kind is None:
        last = _last(branch)
        returned = tree.of(last) if last is not None else ""
        read_from_outside = _VARIABLE.search(text) is not None
        names = [
            name
            for name in re.findall(r"[A-Za-z_$][\w$.]*", text.replace("?.", "."))
            if (len(name) > 1 or read_from_outside) and name not in {"nil", "null", "len"}
        ]
        given = any(
            re.search(rf"return\b[\s\S]{{0,80}}(?<![\w.]){re.escape(name)}(?![\w])", returned) for name in names
        )
        taken = _TAKEN.fullmatch(text)
        given = given or (
            taken is not None and re.search(rf"return\b[\s\S]{{0,200}}\b{taken[1]}\b", returned) is not None
        )
        if given and not re.search(r"\berr(or)?\b", text) and not _FAILED.search(returned):
            kind = GuardKind.VARIABLE
    return None if kind is None else Guard(kind, text[:200], span_of(condition))


def _last(branch: Node) -> Node | None:
    """The last statement of the branch taken."""
    last = branch.child_by_field_name("consequence") or branch.child_by_field_name("body")
    while last is not None and last.type in _BLOCKS and last.named_child_count:
        last = last.named_children[-1]
    return last


def _leaves(tree: CodeTree, branch: Node) -> bool:
    last = _last(branch)
    return last is not None and _EXIT.match(tree.of(last)) is not None


__all__ = ["FUNCTIONS", "answered", "guards_of", "strong"]
