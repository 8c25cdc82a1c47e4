"""Where numbers and reports stand on the desk: the dashboard first in its workspaces, the reports in the administration's sidebar
and behind the lists of tickets and of the audit trail.
"""

from helpdesk.admin import places
from workflow.roles import Workspace

places.add_landing(
    Workspace.TRIAGE_SM1,
    Workspace.TRIAGE_SM2,
    Workspace.ESCALATIONS,
    Workspace.ADMINISTRATION,
    title="Dashboard",
    icon="monitoring",
    route="dashboard:page",
)
places.add_page(Workspace.ADMINISTRATION, title="Reports", icon="table_view", route="exports:page")
for subject in ("tickets", "audit"):
    places.add_export(subject, route="exports:page")
