"""Reading our own source as trees: the checkers behind tests/house/test_architecture.py, each from one file's text to findings."""

import ast
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("workflow", "storage", "helpdesk", "reports", "project")

Checker = Callable[[str], Iterator[str]]


def sources(*folders: str, tests: bool = False) -> list[Path]:
    """Our Python files below these folders; migrations never, tests when asked for."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [p for p in found if "migrations" not in p.parts and (tests or "tests" not in p.relative_to(ROOT).parts)]


def templates() -> list[Path]:
    """The pages' templates; mails are another matter: mail programs know no style sheets."""
    found = (path for folder in ("helpdesk", "project", "reports") for path in sorted((ROOT / folder).rglob("*.html")))
    return [path for path in found if "email" not in path.parts]


def findings(paths: list[Path], checker: Checker) -> list[str]:
    """What a checker says about these files, each line with the file's name before it."""
    return [f"{path.relative_to(ROOT)}:{said}" for path in paths for said in checker(path.read_text())]


def status_updates(text: str) -> Iterator[str]:
    """Writing a status past the state machine: `.update(status=...)` or `bulk_update(..., ["status"])` (T3)."""
    for call in _calls(text):
        if not isinstance(call.func, ast.Attribute):
            continue
        name = call.func.attr
        named = {keyword.arg for keyword in call.keywords}
        if (name in {"update", "aupdate"} and "status" in named and _is_queryset(call.func.value)) or (
            name == "bulk_update" and "'status'" in ast.dump(call)
        ):
            yield f"{call.lineno}: status written by {name}()"


def _is_queryset(value: ast.expr) -> bool:
    """Whether `.update()` is called on rows: anything that went through a manager or a query."""
    return bool(
        re.search(r"objects|filter\(|exclude\(|all\(\)|queryset|rows|tickets", ast.unparse(value), re.IGNORECASE)
    )


def inline_imports(text: str) -> Iterator[str]:
    """An import inside a function: in a house without circles there is no need for one."""
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield f"{node.lineno}: import inside {function.name}()"


CLOCKS = re.compile(
    r"^(timezone\.now|datetime\.(now|utcnow|today)|datetime\.datetime\.(now|utcnow|today)|date\.today|time\.time|Now)$"
)
SQL_CLOCK = re.compile(r"\b(now\(\)|clock_timestamp\(\)|current_timestamp|transaction_timestamp\(\))", re.IGNORECASE)


def own_clocks(text: str) -> Iterator[str]:
    """A clock read that is not helpdesk.clock.now(): Python's, Django's or SQL's."""
    tree = ast.parse(text)
    for call in _calls(text):
        if CLOCKS.match(ast.unparse(call.func)):
            yield f"{call.lineno}: reads {ast.unparse(call.func)}()"
    said_only = _docstrings(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in said_only
            and SQL_CLOCK.search(node.value)
        ):
            yield f"{node.lineno}: SQL reads its own clock"
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield f"{node.value.lineno}: {node.arg} reads the clock of the web server"


PLANNED = re.compile(r"(^|\.)(due_at|due_from|due_to|starts_at|finish_at|free_at)$")


def own_due_times(text: str) -> Iterator[str]:
    """A planned time made by adding or taking away a span of the clock, past the engineer's working hours (C10)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            sides = (ast.unparse(node.left), ast.unparse(node.right))
            if any(PLANNED.search(one) for one in sides) and any("timedelta" in one for one in sides):
                yield f"{node.lineno}: reckons {ast.unparse(node)}"


def signals(text: str) -> Iterator[str]:
    """A rule of ours hidden in a signal."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module in {"django.dispatch", "django.db.models.signals"}:
            yield f"{node.lineno}: imports {node.module}"


def get_actions(text: str) -> Iterator[str]:
    """A button of the staff desk without a dialog (it would run on GET) or without a permission (for any staff)."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func).split(".")[-1] == "action":
                missing = {"dialog", "permissions"} - {str(keyword.arg) for keyword in mark.keywords}
                if missing:
                    yield f"{node.lineno}: action {node.name} without {' and '.join(sorted(missing))}"


OUTSIDE = (
    "boto3",
    "requests",
    "smtplib",
    "urllib",
    "django.core.mail",
    "storage.s3",
    "helpdesk.notifications.delivery",
)


def reaching_out(text: str) -> Iterator[str]:
    """A service that could talk to another machine while it holds locks."""
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if any(name == outside or name.startswith(f"{outside}.") for outside in OUTSIDE):
                yield f"{node.lineno}: imports {name}"
                break


ASKING = frozenset({"of_desk", "instream"})
"""The calls by which the services of files ask the bucket and the virus scanner."""


def outside_in_transaction(text: str) -> Iterator[str]:
    """The bucket or the scanner asked while a transaction is open, by a function itself or by one it calls."""
    tree = ast.parse(text)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    asking = set(ASKING)
    while more := {name for name, node in functions.items() if name not in asking and _called(node) & asking}:
        asking |= more
    for node in ast.walk(tree):
        opens = isinstance(node, ast.With) and any("atomic" in ast.unparse(one.context_expr) for one in node.items)
        opens |= isinstance(node, ast.FunctionDef) and any("atomic" in ast.unparse(one) for one in node.decorator_list)
        if opens and (asked := _called(node) & asking):
            yield f"{node.lineno}: asks by {', '.join(sorted(asked))} in a transaction"


def _called(node: ast.AST) -> set[str]:
    """The names of everything called in it."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
    return {ast.unparse(call.func).split(".")[-1] for call in calls}


def inline_in_page(text: str) -> Iterator[str]:
    """Script or style inside a page: the content security policy refuses both."""
    reader = _InlineReader()
    reader.feed(text)
    yield from reader.found


class _InlineReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        line = self.getpos()[0]
        is_data = given.get("type") in {"application/json", "speculationrules"}
        if tag == "script" and "src" not in given and not is_data:
            self.found.append(f"{line}: script inside the page")
        if tag == "style":
            self.found.append(f"{line}: style inside the page")
        for name in given:
            if name == "style" or re.match(r"^on[a-z]+$", name):
                self.found.append(f"{line}: attribute {name} on <{tag}>")

    handle_startendtag = handle_starttag


def _calls(text: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def _docstrings(tree: ast.Module) -> set[int]:
    """Strings that stand alone as a statement: said to people, not to the database."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
