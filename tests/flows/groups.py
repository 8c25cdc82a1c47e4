"""In which order the stories are told, and which of them a second worker tells meanwhile on a demo of its own."""

ORDER = (
    "test_doors",
    "test_happy",
    "test_double",
    "test_assign_whatif",
    "test_board",
    "test_dashboard",
    "test_access",
    "test_logs",
    "test_reports",
    "test_files_outages",
    "test_files",
    "test_outages",
    "test_working_hours",
    "test_late",
    "test_extension",
    "test_guide",
    "test_client",
    "test_xss",
)
"""The desk's clock only goes forward: what looks at the sample data as it is comes first, what moves days later; programs need neither."""

SECOND = frozenset(
    (
        "test_happy",
        "test_assign_whatif",
        "test_board",
        "test_dashboard",
        "test_logs",
        "test_reports",
        "test_files_outages",
        "test_files",
        "test_late",
        "test_extension",
        "test_client",
    )
)
"""About half of the time; the order holds among them too, as each demo has its own clock."""


def group_of(story: str) -> str:
    """The name of the group that tells the stories of this module, always the same ones one after the other."""
    return "stories 2" if story in SECOND else "stories 1"
