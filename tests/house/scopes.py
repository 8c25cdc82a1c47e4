"""Reading our own source for ways around the scope of tickets: the checkers behind tests/house/test_scopes.py (P9)."""

import ast
from collections.abc import Iterator

TICKET_TABLES = frozenset(
    {
        "Ticket", "Assignment", "AssigneeLoad", "Attachment", "Comment", "Escalation", "ExtensionRequest", "ExtensionVote",
        "Notification", "SLARecord", "TicketEvent", "TicketUserObjectPermission", "UserObjectPermission",
    }
)  # fmt: skip
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager", "history"})
SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"})


def unscoped_rows(text: str) -> Iterator[str]:
    """Rows of tickets, or of what hangs on them, that do not come from the selectors.

    A subquery on the row it stands in (`OuterRef("pk")`) is scoped by the query around it.
    """
    tree = ast.parse(text)
    beside_a_row = {id(node) for call in _correlated(tree) for node in ast.walk(call)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in MANAGERS
            and ast.unparse(node.value).split(".")[-1] in TICKET_TABLES
            and id(node) not in beside_a_row
        ):
            yield f"{node.lineno}: reads {ast.unparse(node)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SHORTCUTS | {"get_model"}:
            yield f"{node.lineno}: calls {ast.unparse(node.func)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("objects.raw", "connection.cursor")):
            yield f"{node.lineno}: writes SQL of its own"


def _correlated(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of `filter` that name the row around them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "filter":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(ast.unparse(one) in {"OuterRef('pk')", "OuterRef('ticket')"} for one in given):
                yield node


def asks_guardian(text: str) -> Iterator[str]:
    """A question to django-guardian or to Django's permissions: both know no roles, and give to the inactive."""
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name.split(".")[0] == "guardian":
                yield f"{node.lineno}: imports {name}"
        if isinstance(node, ast.Attribute) and node.attr in {"has_perm", "has_perms", "has_module_perms"}:
            yield f"{node.lineno}: asks {node.attr}()"
