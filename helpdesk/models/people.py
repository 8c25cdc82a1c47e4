"""Who there is and which roles they hold (P1-P5)."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from helpdesk.models.history import History
from workflow.roles import Role as RoleName


class UserQuerySet(models.QuerySet["User"]):
    """People, found by the roles they hold now."""

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def holding(self, *roles: RoleName) -> "UserQuerySet":
        """Everybody to whom one of the roles is granted, active or not."""
        held = UserRole.objects.filter(user=models.OuterRef("pk"), role_id__in=roles, is_granted=True)
        return self.filter(models.Exists(held))

    def locked(self, pk: int) -> "User":
        """The person, held until the end of the transaction: the lock of their roles and of their queue."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class UserManager(BaseUserManager["User"]):
    """Makes people; a person from Entra ID has no password here."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def holding(self, *roles: RoleName) -> UserQuerySet:
        return self.get_queryset().holding(*roles)

    def locked(self, pk: int) -> "User":
        return self.get_queryset().locked(pk)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def create_user(self, username: str, *, name: str, email: str = "", **fields: object) -> "User":
        user = self.model(username=username, name=name, email=self.normalize_email(email), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person (P1): an identity of Entra ID, known by tenant and object id, never by e-mail."""

    username = models.CharField(max_length=150, unique=True)
    azure_ad_id = models.CharField("Entra object id", max_length=36, blank=True)
    tenant_id = models.CharField("Entra tenant", max_length=36, blank=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField("active", default=True)
    reporting_authority = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engineers",
        help_text="Hears of it when a promise of this engineer is broken (P5).",
    )
    time_zone = models.CharField(max_length=64, blank=True)
    working_calendar = models.ForeignKey(
        "helpdesk.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        help_text="Working hours of their own; the desk's where there are none (C10).",
    )
    last_workspace = models.CharField(max_length=20, blank=True)
    sessions_ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()
    _history_date: datetime
    _history_user: "User | None"
    history = History(excluded_fields=["password", "last_login", "last_workspace", "sessions_ended_at"])

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]

    class Meta:
        ordering = ("name", "pk")
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "azure_ad_id"), condition=~Q(azure_ad_id=""), name="user_one_per_entra_identity"
            ),
            models.CheckConstraint(
                condition=Q(reporting_authority__isnull=True) | ~Q(reporting_authority=F("id")),
                name="user_not_own_reporting_authority",
                violation_error_message="Nobody is their own reporting authority.",
            ),
        )
        indexes = (models.Index(fields=("reporting_authority",), name="user_reporting_authority"),)

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of the person is checked against at each request: ending them changes it."""
        ended = self.sessions_ended_at
        of_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{of_password}.{ended.timestamp()}" if ended else of_password

    @property
    def initials(self) -> str:
        """Up to two letters that stand for the person beside their name."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class Role(models.Model):
    """One of the six roles of the desk (P2); the table is filled by a migration and never edited."""

    id = models.CharField(primary_key=True, max_length=10, choices=[(role.value, role.label) for role in RoleName])
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class UserRole(models.Model):
    """What Entra ID claims and what an admin decided about one person and one role (P3); the decision wins."""

    class Decision(models.TextChoices):
        GIVEN = "given", "given by an admin"
        WITHDRAWN = "withdrawn", "withdrawn by an admin"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="user_roles")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="user_roles")
    is_claimed = models.BooleanField("claimed by Entra ID", default=False)
    decision = models.CharField(max_length=10, choices=Decision.choices, null=True, blank=True)  # noqa: DJ001
    is_granted = models.GeneratedField(
        expression=Coalesce(Q(decision="given"), F("is_claimed")),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role"), name="user_role_once"),)
        indexes = (models.Index(fields=("role", "user"), condition=Q(is_granted=True), name="user_role_granted"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.role_id}"

    @property
    def source(self) -> str:
        """Where the grant or its absence comes from: `admin` or `azure` (P3)."""
        return "admin" if self.decision else "azure"


class RoleMapping(models.Model):
    """Which value of which claim of Entra ID gives which role (P3); an admin edits the table."""

    class Claim(models.TextChoices):
        ROLES = "roles", "app role"
        GROUPS = "groups", "group id"

    claim = models.CharField(max_length=6, choices=Claim.choices, default=Claim.ROLES)
    value = models.CharField(max_length=120, help_text="The app role's value, as Lineup.SM1, or the group's object id.")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="mappings")

    history = History()

    class Meta:
        ordering = ("claim", "value")
        verbose_name = "role mapping"
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "value", "role"),
                name="role_mapping_once",
                violation_error_message="This value gives the role already.",
            ),
            models.CheckConstraint(condition=~Q(value=""), name="role_mapping_of_a_value"),
        )

    def __str__(self) -> str:
        return f"{self.claim} {self.value}"
