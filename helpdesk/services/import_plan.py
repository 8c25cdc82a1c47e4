"""What a sheet of people would change, and what is wrong with it; nothing is written here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk.models import User, UserRole
from workflow.roles import Role


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One row of a sheet, read; `None` where the sheet has no such column, which leaves things as they are.

    The two columns of roles come together or not at all. `errors` is what could not even be read. An empty `authority_id` means nobody in particular.
    """

    number: int
    object_id: str
    name: str = ""
    email: str = ""
    given: frozenset[Role] | None = None
    withdrawn: frozenset[Role] | None = None
    authority_id: str | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One row with the person it is about (nobody yet: they are new), what would change, and what is wrong."""

    row: PersonRow
    person: User | None
    decisions: Mapping[Role, str | None] = field(default_factory=dict)
    is_led_anew: bool = False
    changes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Desk:
    """What the rows are judged against, read in three statements, and the roles as they will be after the import."""

    people: dict[str, User]
    decided: dict[int, dict[Role, str | None]]
    claimed: dict[int, set[Role]]
    times: Counter[str]
    rows: dict[str, PersonRow]

    def will_lead(self, object_id: str) -> bool:
        """Whether somebody holds `ra` and is active once the import is done."""
        person, row = self.people.get(object_id), self.rows.get(object_id)
        if person is not None and not person.is_active:
            return False
        decision = (wanted(row) if row else {}).get(Role.RA, self.decision_of(person, Role.RA))
        if decision is not None:
            return decision == UserRole.Decision.GIVEN
        return person is not None and Role.RA in self.claimed.get(person.pk, set())

    def decision_of(self, person: User | None, role: Role) -> str | None:
        return self.decided.get(person.pk, {}).get(role) if person else None


def plan_import(rows: Sequence[PersonRow], tenant_id: str) -> list[Planned]:
    """Every row with what it would change and every reason against it, in the order of the sheet."""
    desk = _read(rows, tenant_id)
    return [_plan(desk, row) for row in rows]


def _read(rows: Sequence[PersonRow], tenant_id: str) -> _Desk:
    ids = {row.object_id for row in rows} | {row.authority_id for row in rows if row.authority_id}
    found = User.objects.filter(tenant_id=tenant_id, azure_ad_id__in=ids).select_related("reporting_authority")
    people = {one.azure_ad_id: one for one in found if one.azure_ad_id}
    desk = _Desk(
        people=people,
        decided={},
        claimed={},
        times=Counter(row.object_id for row in rows if row.object_id),
        rows={row.object_id: row for row in rows},
    )
    for grant in UserRole.objects.filter(user__in=[one.pk for one in people.values()]):
        desk.decided.setdefault(grant.user_id, {})[Role(grant.role_id)] = grant.decision
        if grant.is_claimed:
            desk.claimed.setdefault(grant.user_id, set()).add(Role(grant.role_id))
    return desk


def wanted(row: PersonRow) -> dict[Role, str | None]:
    """The decisions the sheet asks for: a role named in neither column is left to Entra ID."""
    if row.given is None or row.withdrawn is None:
        return {}
    asked: dict[Role, str | None] = dict.fromkeys(Role)
    asked.update(dict.fromkeys(row.withdrawn, UserRole.Decision.WITHDRAWN.value))
    asked.update(dict.fromkeys(row.given, UserRole.Decision.GIVEN.value))
    return asked


def _plan(desk: _Desk, row: PersonRow) -> Planned:
    person = desk.people.get(row.object_id)
    errors = _errors(desk, row, person)
    if errors:
        return Planned(row=row, person=person, errors=errors)
    decisions = {role: decision for role, decision in wanted(row).items() if decision != desk.decision_of(person, role)}
    authority = desk.people.get(row.authority_id) if row.authority_id else None
    present = person.reporting_authority if person else None
    present_id = present.azure_ad_id if present else ""
    led = row.authority_id is not None and row.authority_id != present_id
    changes = ["New person"] if person is None else []
    changes += [_said(role, decision) for role, decision in decisions.items()]
    if led:
        changes.append(f"Reporting authority: {_name(desk, row.authority_id, authority)}")
    return Planned(row=row, person=person, decisions=decisions, is_led_anew=led, changes=tuple(changes))


def _said(role: Role, decision: str | None) -> str:
    words = {UserRole.Decision.GIVEN.value: "given", UserRole.Decision.WITHDRAWN.value: "withdrawn"}
    return f"{role.label} {words[decision]}" if decision else f"{role.label} left to Entra ID"


def _name(desk: _Desk, object_id: str | None, person: User | None) -> str:
    if not object_id:
        return "nobody in particular"
    return person.name if person else desk.rows[object_id].name


def _errors(desk: _Desk, row: PersonRow, person: User | None) -> tuple[str, ...]:
    said = list(row.errors)
    if row.object_id and desk.times[row.object_id] > 1:
        said.append("This object id stands in more than one row.")
    both = (row.given or frozenset()) & (row.withdrawn or frozenset())
    if both:
        said.append(f"{', '.join(sorted(role.label for role in both))}: given and withdrawn at once.")
    if row.object_id and person is None and not row.name:
        said.append("Nobody here has this object id; a new person needs a name.")
    if row.authority_id:
        said += _authority_errors(desk, row)
    return tuple(said)


def _authority_errors(desk: _Desk, row: PersonRow) -> list[str]:
    if row.authority_id == row.object_id:
        return ["Nobody is their own reporting authority."]
    if row.authority_id not in desk.people and row.authority_id not in desk.rows:
        return [f"The reporting authority {row.authority_id} is neither on the desk nor in this sheet."]
    if not desk.will_lead(row.authority_id or ""):
        return ["The reporting authority does not hold the role Reporting authority, or is not active."]
    return []
