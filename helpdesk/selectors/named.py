"""Finding people by what somebody typed of them."""

from django.db.models import Q

from helpdesk.models import User

MOST = 10
"""So many people at once can be looked for; a shorter word that fits more is asked to be made longer."""

SYSTEM = frozenset({"system", "the system"})
"""The words for nobody: what no person did was done by it."""


def people_named(text: str) -> list[int]:
    """The ids of whom the words may mean: a whole e-mail or user name, else a part of the name; one more than `MOST` at most.

    Somebody whose whole name it is comes alone, however many others have it within theirs.
    """
    exact = Q(email__iexact=text) | Q(username=text) | Q(name__iexact=text)
    found = list(User.objects.filter(exact).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if found:
        return found
    return list(User.objects.filter(name__icontains=text).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
