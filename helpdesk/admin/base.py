"""The base of every page of the desk: refuses by default, changes nothing by itself, calls services."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin
from unfold.forms import BaseDialogForm
from unfold.views import ChangeList

from helpdesk.selectors import people
from helpdesk.services import audit
from workflow.errors import WorkflowError
from workflow.roles import Role


class DeskPaginator(Paginator):
    """Pages of a list that others shorten meanwhile: a page after the last is the last one."""

    def validate_number(self, number: Any) -> int:
        return super().validate_number(max(1, min(int(number), self.num_pages)))


class DeskChangeList(ChangeList):
    """A list whose own order stays unmarked: only a column somebody chose shows that it is sorted.

    The theme writes the address of every column's order, and the admin where a link leads, anew for each row; here each is
    found once for the page (docs/performance.md).
    """

    page_num: int
    preserved_filters: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._addresses: dict[str, str] | None = None
        super().__init__(*args, **kwargs)
        self._addresses = {}
        self._opened_from, self.preserved_filters = self.preserved_filters, ""

    def get_query_string(self, new_params: dict[str, Any] | None = None, remove: list[str] | None = None) -> str:
        if self._addresses is None:
            return super().get_query_string(new_params, remove)
        asked = repr((new_params, remove))
        if asked not in self._addresses:
            self._addresses[asked] = super().get_query_string(new_params, remove)
        return self._addresses[asked]

    def url_for_result(self, result: Model) -> str:
        """Where a row leads, with the list it is opened from; not left to the admin, which looks the address up again."""
        address = super().url_for_result(result)
        return f"{address}?{self._opened_from}" if self._opened_from else address

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the address asks for, without values no text of the database can hold."""
        chosen = super().get_filters_params(params)
        return {name: value for name, value in chosen.items() if not any("\0" in one for one in value)}

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.page_num = max(1, min(self.page_num, self.paginator.num_pages))

    def get_ordering_field_columns(self) -> dict[int, str]:
        return super().get_ordering_field_columns() if ORDER_VAR in self.params else {}


class DeskModelAdmin(ModelAdmin):
    """A page for the roles it declares, read-only: nobody adds, changes or deletes a row through a form of the admin.

    A class that declares no `viewers` answers 403 to everybody, on every address of it, a dialog without a permission of
    its own included (`helpdesk.admission`). Changes are dialogs that call `run`.
    """

    viewers: ClassVar[frozenset[Role]] = frozenset()

    actions = None
    list_per_page = 25
    list_max_show_all = 25
    paginator = DeskPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter_submit = True
    list_fullwidth = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.viewers & people.roles_of(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskChangeList

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Closed: its rows ignore who may see what; a ticket's history is on its page."""
        raise PermissionDenied

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """A foreign and a missing row answer alike: 404."""
        raise Http404("There is no such page.")

    def _path_from_custom_url(self, custom_url: Any) -> URLPattern:
        """An address of its own belongs to the page and its viewers as every other."""
        pattern = super()._path_from_custom_url(custom_url)
        pattern.callback.model_admin = self
        return pattern

    def page_of(self, obj: Model) -> str:
        """Where one row is shown."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=(obj.pk,))

    def run(
        self,
        request: HttpRequest,
        service: Callable[..., Any],
        *,
        form: BaseDialogForm | None = None,
        done: str | Callable[[Any], str] = "",
        go_to: str = "",
        **given: Any,
    ) -> HttpResponse:
        """Call a service as the signed-in person and answer the dialog.

        A refusal is said in the dialog, beside what was typed, where the form can take it (`refuse`), else on the page.
        After the act the browser goes to `go_to`, else to the page it shows. `done` is what it came to, in words or made
        of what the service returned.
        """
        try:
            result = service(actor=request.user, **given)
        except WorkflowError as error:
            audit.note_refusal(error=error, actor=request.user)
            if form is not None and hasattr(form, "refuse"):
                form.refuse(error)
                return render(request, "unfold/helpers/dialog.html", {"form": form, "dialog": {}})
            messages.error(request, error.sentence)
            return answer(request, "")
        if done:
            messages.success(request, done if isinstance(done, str) else done(result))
        return answer(request, go_to)


def answer(request: HttpRequest, go_to: str) -> HttpResponse:
    """Send the browser on: by header to a dialog, which cannot follow a redirect, else by redirect."""
    target = go_to or page_behind(request) or reverse("admin:index")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def page_behind(request: HttpRequest) -> str:
    """Path and query of the page of the desk the browser shows behind a dialog; empty if it says none of ours."""
    return desk_path(request, request.headers.get("HX-Current-URL", ""))


def desk_path(request: HttpRequest, address: str) -> str:
    """The address as a path of the desk, or nothing: an address sent by a browser is never followed elsewhere."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    if not parts.path.startswith(reverse("admin:index")):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
