"""Pages of long lists."""

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet


class Pages(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Finds the rows of a page by their ids first; what stands in a row is then joined for these and not for every match.

    The rows keep the order of the list, which must be whole (end with the key).
    """

    object_list: QuerySet[Model]

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = self.count if first + self.per_page + self.orphans >= self.count else first + self.per_page
        shown = list(self.object_list.values_list("pk", flat=True)[first:last])
        return Page(self.rows(shown), number, self)

    def rows(self, shown: list[int]) -> QuerySet[Model]:
        """What stands in these rows, in the order of the list; a subclass may add to it what no other row needs."""
        return self.object_list.filter(pk__in=shown)
