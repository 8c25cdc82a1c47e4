"""One ticket of the worked example of the rules, as the document shows it in requests and answers."""

from typing import Any

Example = dict[str, Any]

ASHA: Example = {"id": 12, "name": "Asha Nair"}
MASTER: Example = {"id": 7, "name": "Maya Iyer"}
REPORTER: Example = {"id": 31, "name": "Tom Reed"}

RAISE: Example = {
    "application": "EXP",
    "title": "The export stops at page 3",
    "description": "Every export of more than two pages stops there.",
    "priority": "high",
}
ASSIGN: Example = {
    "assignee_id": 12,
    "assigned_by_id": 7,
    "assigned_level": "SM1",
    "comment": "Knows the export.",
    "assign_override": False,
}
FRESH_ROW: Example = {
    "id": 4711,
    "case_id": "N-EXP-1001",
    "title": RAISE["title"],
    "priority": "high",
    "status": "unassigned",
    "withdrawn": False,
    "application": {"code": "EXP", "name": "Expenses"},
    "reporter": REPORTER,
    "reported_date": "2025-11-11",
    "created_at": "2025-11-11T08:40:00Z",
    "updated_at": "2025-11-11T08:40:00Z",
    "resolved_at": None,
    "assignment": None,
}
ROW: Example = FRESH_ROW | {
    "status": "assigned",
    "updated_at": "2025-11-11T09:10:00Z",
    "assignment": {
        "engineer": ASHA,
        "level": "SM1",
        "assigned_by": MASTER,
        "assigned_at": "2025-11-11T09:00:00Z",
        "starts_at": "2025-11-11T09:00:00Z",
        "due_at": "2025-11-11T11:00:00Z",
        "committed": True,
        "resolution_minutes": 120,
        "extra_minutes": 0,
    },
}
COMMITTED: Example = ROW | {"due_at": "2025-11-11T11:00:00Z"}
EXTENSION: Example = {
    "id": 5,
    "status": "pending",
    "extra_minutes": 30,
    "comment": "The fix needs a release.",
    "requested_by": ASHA,
    "requested_at": "2025-11-11T10:15:00Z",
    "decisions": [
        {"level": "SM1", "approved": True, "by": MASTER, "comment": "", "at": "2025-11-11T10:18:00Z"},
    ],
}
FILE: Example = {
    "id": 88,
    "filename": "page 3.png",
    "size": 20480,
    "content_type": "image/png",
    "state": "confirmed",
    "internal": False,
    "uploaded_by": REPORTER,
    "uploaded_at": "2025-11-11T08:41:00Z",
}
ANNOUNCE: Example = {
    "case_id": "N-EXP-1001",
    "filename": "page 3.png",
    "content_type": "image/png",
    "size": 20480,
    "sha256": "sf+cjqOngLrQmzRsQj0tDkaBWSaHmxjoQdkoN2qUZkA=",
}
UPLOAD: Example = {
    "id": 88,
    "key": "2025/11/11/N-EXP-1001/6f9619ff-8b86-4d01-b42d-00cf4fc964ff-page_3.png",
    "method": "PUT",
    "url": "https://bucket.example/2025/11/11/N-EXP-1001/6f9619ff-8b86-4d01-b42d-00cf4fc964ff-page_3.png?X-Amz-Signature=...",
    "headers": {"Content-Type": "image/png", "x-amz-checksum-sha256": ANNOUNCE["sha256"], "If-None-Match": "*"},
    "fields": {},
    "expires_at": "2025-11-11T08:56:00Z",
}
DOWNLOAD: Example = {
    "url": "https://bucket.example/2025/11/11/N-EXP-1001/6f9619ff-8b86-4d01-b42d-00cf4fc964ff-page_3.png?X-Amz-Signature=...",
    "expires_at": "2025-11-11T09:00:00Z",
}
ME: Example = {
    "id": 7,
    "name": "Maya Iyer",
    "email": "maya.iyer@corp.example",
    "roles": ["reporter", "sm1"],
    "workspaces": ["my_tickets", "triage_sm1"],
}
TICKET: Example = ROW | {
    "description": RAISE["description"],
    "resolution_note": None,
    "withdrawal": None,
    "assignment": ROW["assignment"] | {"forecast_at": "2025-11-11T11:00:00Z", "at_risk": False, "behind": None},
    "sla": {"original_due_at": "2025-11-11T11:00:00Z", "extended_due_at": None, "breached": False},
    "extension": EXTENSION,
    "attachments": [FILE],
    "actions": [
        {"name": "reassign", "allowed": True, "reason": ""},
        {"name": "start", "allowed": False, "reason": "Only the assignee of N-EXP-1001 can do this."},
    ],
}
COMMENT: Example = {
    "id": 301,
    "author": REPORTER,
    "body": "It happens on Fridays only.",
    "internal": False,
    "created_at": "2025-11-11T09:20:00Z",
}
EVENT: Example = {
    "id": 902,
    "action": "ticket_committed",
    "label": "Resolution time given",
    "actor": ASHA,
    "at": "2025-11-11T09:10:00Z",
    "data": {"resolution_minutes": 120, "starts_at": "2025-11-11T09:00:00Z", "due_at": "2025-11-11T11:00:00Z"},
}
