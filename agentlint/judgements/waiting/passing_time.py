"""Sleeps in source code for which there is no condition to wait: time itself is tested, a slow partner is played, an
absence is proved, a load is measured."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_LINES_AROUND = 3
_FAR_BACK = 200
HUNG_SECONDS = 600.0
"""Nobody waits so long by guess in a test: it plays something that hangs."""
HUNG_ASYNC_SECONDS = 30.0

_RUNS_OUT = lazily(r"max-?age|\bexpir(?:e|es|ed|y|ation)\b|\bttl\b|inactivity", re.IGNORECASE)
_PLAYED = lazily(
    r"simulat|pretend|\bhangs?\b|\bhung\b|forever|until killed|cancell?ed|cancellation|never (?:return|finish|end|respon)|takes? too long"
    r"|keep-?alive|rate.?limit|long[- ]running|erroneous|spurious|unwanted|_GRACE(?:_|\b)|time to expire|still running|would block|mimic|System\.gc\(|gc\.collect\(",
    re.IGNORECASE,
)
_TIME_TESTED = lazily(
    r"time_?-?outs?|time_?limit|expir|(?:^|[^a-z])ttl|ttl(?:$|[^a-z])|max_?age|inactiv|idle|keep_?alive|lifetime|deadline|cancel|debounce"
    r"|throttl|rate_?limit|duration|elapsed|heartbeat|retention|lease|stale|schedul|(?:^|[^a-z])timer|regulation|banned|_ban|_slow|slow_|^slow"
    r"|kill|hung|hang|sleep|delay|block(?:s|ed|ing)(?!chain)|uptime|latency|ban_?user|regulat|refresh_?interval|cooldown|backoff|warm_?up",
    re.IGNORECASE,
)
_MEASURED = lazily(
    r"(?:(?<!up)(?<!down)(?<!re)(?<!pay)(?<!auto)(?<!pre)(?<!over)load|perf|performance|stress|bench|benchmarks?|thrash|soak|throughput|memory|leak|demo|manual)(?:[-_.]?(?:unit)?tests?)?s?(?:[-_.]|$)",
    re.IGNORECASE,
)
_MEASURED_CAMEL = lazily(
    r"(?:Load|Perf|Performance|Stress|Bench|Benchmark|Thrash|Soak|Throughput|Demo|Manual)(?:Test|Tests|Case|IT)?\."
)
_CONFIGURED = lazily(
    r"\b(?:past|beyond|outlast\w*|longer than|wait out)\b.*\b(?:lock|lease|session|token|grant|window|interval|duration|period|quota"
    r"|quarantine|lifetime|(?:\d+(?:\.\d+)?|one|two|five|ten)[ -]?(?:s|ms|secs?|seconds?|minutes?)\b)",
    re.IGNORECASE,
)
"""A comment that names the time which runs out (`wait past this group's 5s lock duration`): it is set, and not guessed."""
_NEVER = lazily(
    r"\bnever\b|assert_not_called|not_called|NotCalled|not\.toHaveBeenCalled|toHaveBeenCalledTimes\(0\)|\brefute|should ?n[o']t|must ?n[o']t"
    r"|must not|unchanged|not expect|still (?:be |the |only |there|not )|Equal\(t, (?:int\w*\()?0\b|assertNever|verifyNo|times\(0\)"
    r"|does ?n[o']t|is_empty\(\)|no (?:new|more|further)\b|same as before",
    re.IGNORECASE,
)
_NOT_REACHED = lazily(
    r"^\s*(?:assert False|raise AssertionError|pytest\.fail|unreachable!?|panic|raise StopAsyncIteration|except asyncio\.CancelledError"
    r"|except (?:anyio|trio)\.\w*Cancel\w*|raise RuntimeError|self\.fail\(|fail\()"
)
_GIVEN_UP = lazily(r"\b(?:throw|raise)\b.*\bTimed?[oO]ut\w*")
"""Right behind the sleep it is looked again, and the wait ends with an error."""
_HANDED_ON = lazily(
    r"(?:create_task|ensure_future|wait_for|start_soon|gather|spawn|call_later|run_coroutine_threadsafe|timeout|patch|Thread|submit|Process)\w*\("
    r"[^)]*$"
)
_SCOPE = lazily(
    r"^(?P<indent>\s*)(?:(?:async\s+|static\s+|pub\s+|export\s+|public\s+|private\s+|protected\s+|internal\s+|final\s+|override\s+)*"
    r"(?P<kind>def|class|func|function|fn|fun|struct|interface)\s+(?:\([^)]*\)\s*)?(?P<name>[\w.?!]+|`[^`\n]*`|)"
    r"|(?:test|describe|it|scenario|feature) +(?P<quoted>\"[^\"\n]*\").* do$"
    r"|(?P<call>\w+(?:\.\w+)*)\s*\(\s*(?:name=)?['\"`](?P<title>[^'\"`]*)['\"`]"
    r"|.*?\b(?:void|Task|int|bool|boolean|String|Unit|auto)\s+(?P<method>\w+)\s*\(|.*(?P<lambda>=>|\bfunc\s*\(|\blambda\b|->)\s*.*\{?\s*$)"
)
_DOUBLE = lazily(
    r"fake|mock|stub|dummy|slow|hang|block|handler|callback|\bcb\b|worker|sleepy|stall|stuck|hung",
    re.IGNORECASE,
)
_WAITING = lazily(
    r"wait|ready|poll|settle|pause|start|set_?up|tear|stop|before|after|clean|main|fixture", re.IGNORECASE
)
_HTTP = lazily(
    r"http\.ResponseWriter|\breq(?:uest)?\b.*\bres(?:ponse)?\b|request:|web\.Request|HttpExchange|ctx\.Request"
)


_WORK = frozenset({"run", "call", "get", "apply", "accept", "subscribe", "invoke", "execute", "Run", "Execute"})
_WORKS_ASIDE = lazily(r"Thread|Process|Worker|Runnable|Executor|Actor|Task\b|Job\b|Command\b|Callback|Handler")
_STARTED_ASIDE = lazily(
    r"\bgo func\b|\bnew Thread\(|\bThread\.new\b|\bTask\.Run\(|\.submit\(|\bRunnable\b|\bCallable\b|\bsupplyAsync\(|\brunAsync\("
)
_ASSERTION = lazily(r"\s*(?:self\.)?(?:assert|expect|Assert\.|verify|check|require|ensure|should)\w*", re.IGNORECASE)


class _Scope(NamedTuple):
    kind: str
    name: str
    line: str


def has_no_condition(sleep: Sleep, repository: Repository) -> bool:
    """True where the name of the file or test, the enclosing function or the lines around show that only time can do it."""
    file = sleep.place.path.rsplit("/", 1)[-1]
    if (
        _RUNS_OUT.search(file.replace("_", " "))
        or _MEASURED.search(file.rsplit(".", 1)[0])
        or _MEASURED_CAMEL.search(file)
    ):
        return True
    if sleep.seconds >= HUNG_SECONDS or (sleep.seconds >= HUNG_ASYNC_SECONDS and "asyncio" in sleep.api):
        return True
    source = repository.read(sleep.place.path)
    if source is None:
        return False
    before = source.text[: sleep.place.span.start].split("\n")
    after = source.text[sleep.place.span.end :].split("\n")
    return _told_around(before, after) or _told_by_scopes(_scopes(before), sleep)


def _told_around(before: list[str], after: list[str]) -> bool:
    own, near_before = before[-1], [line for line in before[-_LINES_AROUND - 1 : -1] if line.strip()]
    near_after = [line for line in after[1 : _LINES_AROUND + 1] if line.strip()]
    around = "\n".join((*near_before, own, after[0], *near_after))
    if _RUNS_OUT.search(around) or _PLAYED.search(around) or _HANDED_ON.search(own):
        return True
    comments = "\n".join(line for line in (*near_before[-1:], after[0]) if re.search(r"#|//|/\*|\*", line))
    if re.search(r"time.?out|debounce|throttl|elaps|deadline", comments, re.IGNORECASE) or _CONFIGURED.search(comments):
        return True
    if _same_before_and_after(before, after) or any(_GIVEN_UP.search(line) for line in near_after):
        return True
    return any(_NOT_REACHED.search(line) for line in near_after[:2]) or bool(_NEVER.search("\n".join(near_after)))


def _same_before_and_after(before: list[str], after: list[str]) -> bool:
    """True where one assertion stands on both sides: nothing may have changed meanwhile."""
    last = next((line.strip() for line in reversed(before[:-1]) if line.strip()), "")
    first = next((line.strip() for line in after[1:] if line.strip()), "")
    length = max(12, min(len(last), len(first)) - 30)
    return bool(_ASSERTION.match(last)) and last[:length].rstrip(");") == first[:length].rstrip(");")


def _plays_work(inner: _Scope, scopes: list[_Scope]) -> bool:
    """True in the body of a worker that a test starts aside: the sleep is the work, and the test does not sit it out."""
    if _STARTED_ASIDE.search(inner.line):
        return True
    outer = [scope for scope in scopes if scope is not inner and scope.name]
    if inner.kind == "def":  # a test's own class may well have a method `run`
        outer = [scope for scope in outer if scope.kind != "class" or _WORKS_ASIDE.search(scope.line)]
    return inner.name in _WORK and bool(outer)


def _scopes(before: list[str]) -> list[_Scope]:
    """The functions, classes and test blocks around the end of these lines, innermost first, told by their indentation."""
    depth = len(before[-1]) - len(before[-1].lstrip())
    found: list[_Scope] = []
    for line in reversed(before[-_FAR_BACK:-1]):
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent >= depth or line.lstrip().startswith(("#", "//", "*", ")", "}", "]", "{")):
            continue
        depth = indent
        match = _SCOPE.match(line)
        if match is not None:
            name = match["name"] or match["title"] or match["quoted"] or match["method"] or ""
            found.append(_Scope(match["kind"] or ("call" if match["call"] else "function"), name, line))
        if depth == 0:
            break
    return found


def _told_by_scopes(scopes: list[_Scope], sleep: Sleep) -> bool:
    if any(_TIME_TESTED.search(scope.name) for scope in scopes):
        return True
    if sleep.language != "dart" and any(scope.name in {"TestMain", "main", "Main"} for scope in scopes):
        return True  # in Dart every test stands in `main`
    functions = [scope for scope in scopes if scope.kind != "class"]
    if not functions:
        return False
    inner = functions[0]
    if _HTTP.search(inner.line) or _plays_work(inner, scopes):
        return True
    if sleep.language != "python" or inner.name.startswith("test") or _WAITING.search(inner.name):
        return False
    nested = any(scope.kind == "def" for scope in functions[1:])
    in_double = any(scope.kind == "class" and _DOUBLE.search(scope.name) for scope in scopes)
    return nested or in_double or (inner.kind == "def" and bool(_DOUBLE.search(inner.name)))
