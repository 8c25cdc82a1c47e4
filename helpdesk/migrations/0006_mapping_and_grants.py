"""The shipped mapping of app roles, and the grants of the tickets that exist (P3, P9)."""

from django.db import migrations

MAPPING = {
    "Lineup.Reporter": "reporter",
    "Lineup.SM1": "sm1",
    "Lineup.SM2": "sm2",
    "Lineup.Engineer": "engineer",
    "Lineup.RA": "ra",
    "Lineup.Admin": "admin",
}

PERMISSIONS = {
    "report_ticket": "reported it",
    "work_on_ticket": "works on it",
    "read_ticket": "worked on it and reads it",
}

GRANTS = """
INSERT INTO helpdesk_ticketuserobjectpermission (user_id, permission_id, content_object_id)
SELECT t.reporter_id, p.id, t.id FROM helpdesk_ticket t CROSS JOIN auth_permission p
WHERE p.codename = 'report_ticket'
UNION
SELECT DISTINCT a.assigned_to_id, p.id, a.ticket_id FROM helpdesk_assignment a
JOIN auth_permission p ON p.codename = CASE WHEN a.is_active THEN 'work_on_ticket' ELSE 'read_ticket' END
WHERE a.is_active OR NOT EXISTS (
    SELECT 1 FROM helpdesk_assignment now
    WHERE now.ticket_id = a.ticket_id AND now.assigned_to_id = a.assigned_to_id AND now.is_active)
ON CONFLICT DO NOTHING
"""


def fill(apps, schema_editor):
    RoleMapping = apps.get_model("helpdesk", "RoleMapping")
    RoleMapping.objects.bulk_create(
        RoleMapping(claim="roles", value=value, role_id=role) for value, role in MAPPING.items()
    )
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    ticket, _ = ContentType.objects.get_or_create(app_label="helpdesk", model="ticket")
    for codename, name in PERMISSIONS.items():
        Permission.objects.get_or_create(content_type=ticket, codename=codename, defaults={"name": name})
    schema_editor.execute(GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0005_access_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
