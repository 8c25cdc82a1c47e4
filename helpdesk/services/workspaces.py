"""Which workspace a person used last, so that they come back to it."""

from helpdesk.models import User
from helpdesk.selectors import people
from workflow.errors import RoleNeeded
from workflow.roles import Workspace, workspaces_of


def open_workspace(*, actor: User, workspace: Workspace) -> Workspace:
    """Remember the workspace somebody opened; one their roles do not give is refused (P7)."""
    if workspace not in workspaces_of(people.roles_of(actor)):
        raise RoleNeeded(needs=workspace.label)
    # No history row: where somebody looks is not a change of the person.
    User.objects.filter(pk=actor.pk).update(last_workspace=workspace.value)
    actor.last_workspace = workspace.value
    return workspace
