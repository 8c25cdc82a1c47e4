"""The sheet of people: what its columns are called, how a row is read, and what goes out again."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from import_export.fields import Field
from import_export.results import Result, RowResult

from helpdesk.admin.resources import SafeResource, plain_text
from helpdesk.admin.sheets import SheetRefused
from helpdesk.models import User, UserRole
from helpdesk.services.import_plan import PersonRow, Planned, plan_import
from helpdesk.services.people_import import Applied, import_people
from workflow.roles import Role
from workflow.texts import clean_line

OBJECT_ID = "Entra object id"
NAME = "Name"
EMAIL = "E-mail"
GIVEN = "Roles given"
WITHDRAWN = "Roles withdrawn"
AUTHORITY = "Reporting authority id"
AUTHORITY_NAME = "Reporting authority name"
ROLES_NOW = "Roles now"
ACTIVE = "Active"

READ = (OBJECT_ID, NAME, EMAIL, GIVEN, WITHDRAWN, AUTHORITY)
FOR_READING = (AUTHORITY_NAME, ROLES_NOW, ACTIVE)
"""Columns that go out for people to read; coming in they are passed over."""

_ROLES = {word.lower(): role for role in Role for word in (role.value, role.label)}


class PeopleRowResult(RowResult):
    """What would become of one row, with the plan that says why."""

    planned: Planned


class PeopleResource(SafeResource):
    """People of one tenant by their object id; coming in, the service judges and applies the sheet as a whole."""

    azure_ad_id = Field(attribute="azure_ad_id", column_name=OBJECT_ID)
    name = Field(attribute="name", column_name=NAME)
    email = Field(attribute="email", column_name=EMAIL)
    given = Field(column_name=GIVEN)
    withdrawn = Field(column_name=WITHDRAWN)
    authority = Field(column_name=AUTHORITY)
    authority_name = Field(column_name=AUTHORITY_NAME)
    roles_now = Field(column_name=ROLES_NOW)
    is_active = Field(attribute="is_active", column_name=ACTIVE)

    class Meta:
        model = User
        fields = (
            "azure_ad_id",
            "name",
            "email",
            "given",
            "withdrawn",
            "authority",
            "authority_name",
            "roles_now",
            "is_active",
        )
        export_order = fields
        import_id_fields = ("azure_ad_id",)
        use_transactions = True
        # No savepoint per row: rows write nothing themselves.
        use_bulk = True
        batch_size = None
        clean_model_instances = False
        chunk_size = 2000

    def __init__(self, *, tenant_id: str, **act: Any) -> None:
        super().__init__()
        self.tenant_id = tenant_id
        self.act = act
        self.planned: list[Planned] = []
        self.applied: Applied | None = None

    def get_queryset(self) -> QuerySet[User]:
        """Everybody of the tenant; a local account has no object id and stays out."""
        known = User.objects.filter(tenant_id=self.tenant_id).exclude(azure_ad_id="")
        return known.select_related("reporting_authority").prefetch_related("user_roles").order_by("name", "pk")

    def dehydrate_given(self, person: User) -> str:
        return _decided(person, UserRole.Decision.GIVEN)

    def dehydrate_withdrawn(self, person: User) -> str:
        return _decided(person, UserRole.Decision.WITHDRAWN)

    def dehydrate_authority(self, person: User) -> str:
        return person.reporting_authority.azure_ad_id if person.reporting_authority else ""

    def dehydrate_authority_name(self, person: User) -> str:
        return person.reporting_authority.name if person.reporting_authority else ""

    def dehydrate_roles_now(self, person: User) -> str:
        return _in_words(grant.role_id for grant in person.user_roles.all() if grant.is_granted)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        check_columns(dataset.headers)
        rows = [person_row(number, row) for number, row in enumerate(dataset.dict, 2)]
        self.planned = plan_import(rows, self.tenant_id)

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> PeopleRowResult:
        """What the plan says of the row; what is written is written once, for all rows, by the service."""
        planned = self.planned[kwargs["row_number"] - 1]
        result = PeopleRowResult()
        result.planned = planned
        if planned.errors:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            result.validation_error = ValidationError(list(planned.errors))
        elif planned.changes:
            result.import_type = RowResult.IMPORT_TYPE_UPDATE if planned.person else RowResult.IMPORT_TYPE_NEW
        else:
            result.import_type = RowResult.IMPORT_TYPE_SKIP
        return result

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        if self.planned and not result.has_errors() and not result.has_validation_errors():
            rows = [one.row for one in self.planned]
            self.applied = import_people(rows=rows, tenant_id=self.tenant_id, **self.act)


def check_columns(headers: list[str]) -> None:
    """Refuse a sheet whose columns are not ours, before any row is read."""
    unknown = [one for one in headers if one not in {*READ, *FOR_READING}]
    if unknown:
        raise SheetRefused(f"Unknown column: {', '.join(one or '(no name)' for one in unknown[:5])}.")
    if OBJECT_ID not in headers:
        raise SheetRefused(f'The column "{OBJECT_ID}" is missing; people are known by it alone.')
    if (GIVEN in headers) != (WITHDRAWN in headers):
        raise SheetRefused(f'The columns "{GIVEN}" and "{WITHDRAWN}" belong together; one of them is missing.')


def person_row(number: int, cells: Mapping[str, Any]) -> PersonRow:
    """One row in the words of the service; what cannot be read is said in sentences."""
    errors: list[str] = []
    text = {name: clean_line(plain_text(cells[name])) for name in READ if name in cells}
    object_id = _object_id(text[OBJECT_ID], OBJECT_ID, errors, is_needed=True)
    authority = _object_id(text[AUTHORITY], AUTHORITY, errors) if AUTHORITY in text else None
    return PersonRow(
        number=number,
        object_id=object_id,
        name=_name(text.get(NAME, ""), errors),
        email=_email(text.get(EMAIL, ""), errors),
        given=_roles(text[GIVEN], errors) if GIVEN in text else None,
        withdrawn=_roles(text[WITHDRAWN], errors) if WITHDRAWN in text else None,
        authority_id=authority,
        errors=tuple(errors),
    )


def _object_id(text: str, column: str, errors: list[str], *, is_needed: bool = False) -> str:
    if not text:
        errors.extend([f"{column} is empty."] if is_needed else [])
        return ""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        errors.append(f'{column}: "{text[:60]}" is not an object id of Entra ID.')
        return ""


def _name(text: str, errors: list[str]) -> str:
    if len(text) > 200:
        errors.append("The name has more than 200 characters.")
    return text[:200]


def _email(text: str, errors: list[str]) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        errors.append(f'E-mail: "{text[:60]}" is not an address.')
    return text[:254]


def _roles(text: str, errors: list[str]) -> frozenset[Role]:
    words = [word.strip() for word in re.split("[,;]", text) if word.strip()]
    unknown = [word for word in words if word.lower() not in _ROLES]
    if unknown:
        known = ", ".join(role.label for role in Role)
        errors.append(f"Unknown role: {', '.join(unknown)[:100]}. The roles are {known}.")
    return frozenset(_ROLES[word.lower()] for word in words if word.lower() in _ROLES)


def _decided(person: User, decision: str) -> str:
    return _in_words(grant.role_id for grant in person.user_roles.all() if grant.decision == decision)


def _in_words(names: Any) -> str:
    held = set(names)
    return ", ".join(role.label for role in Role if role.value in held)
