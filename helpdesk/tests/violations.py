"""For each constraint of promises, extensions, SLA records, escalations and mails a statement that breaks just this one."""

VIOLATIONS = {
    "assignment_one_active_per_ticket": "UPDATE helpdesk_assignment SET ticket_id = (SELECT min(ticket_id) FROM helpdesk_assignment)",
    "assignment_place_once": "UPDATE helpdesk_assignment SET place = 1",
    "assignment_place_only_while_waiting": "UPDATE helpdesk_assignment SET started_at = committed_at",
    "assignment_ended_iff_inactive": "UPDATE helpdesk_assignment SET ended_at = assigned_at",
    "assignment_promise_is_whole": "UPDATE helpdesk_assignment SET resolution_minutes = NULL",
    "assignment_level_known": "UPDATE helpdesk_assignment SET assigned_level = 'sm3'",
    "helpdesk_assignment_expected_minutes_check": "UPDATE helpdesk_assignment SET expected_minutes = -1",
    "helpdesk_assignment_extra_minutes_check": "UPDATE helpdesk_assignment SET extra_minutes = -1",
    "helpdesk_assignment_version_check": "UPDATE helpdesk_assignment SET version = -1",
    "extension_decided_iff_not_pending": "UPDATE helpdesk_extensionrequest SET status = 'rejected'",
    "extension_approved_by_both": "UPDATE helpdesk_extensionrequest SET status = 'approved', decided_at = requested_at",
    "extension_status_known": "UPDATE helpdesk_extensionrequest SET status = 'perhaps', decided_at = requested_at",
    "extension_vote_level_known": (
        "INSERT INTO helpdesk_extensionvote (extension_id, level, voter_id, approves, comment, voted_at)"
        " SELECT extension_id, 'sm3', (SELECT requested_by_id FROM helpdesk_extensionrequest LIMIT 1), true, '', voted_at"
        " FROM helpdesk_extensionvote"
    ),
    "extension_some_time": "UPDATE helpdesk_extensionrequest SET requested_time_delta = 0",
    "helpdesk_extensionrequest_ticket_id_key": (
        "UPDATE helpdesk_extensionrequest SET ticket_id = (SELECT min(ticket_id) FROM helpdesk_extensionrequest)"
    ),
    "extension_one_vote_per_level": (
        "INSERT INTO helpdesk_extensionvote (extension_id, level, voter_id, approves, comment, voted_at)"
        " SELECT extension_id, level, (SELECT requested_by_id FROM helpdesk_extensionrequest LIMIT 1), true, '', voted_at"
        " FROM helpdesk_extensionvote"
    ),
    "extension_two_different_people": (
        "INSERT INTO helpdesk_extensionvote (extension_id, level, voter_id, approves, comment, voted_at)"
        " SELECT extension_id, 'sm2', voter_id, true, '', voted_at FROM helpdesk_extensionvote"
    ),
    "helpdesk_slarecord_assignment_id_key": (
        "UPDATE helpdesk_slarecord SET assignment_id = (SELECT min(assignment_id) FROM helpdesk_slarecord)"
    ),
    "sla_breached_with_time": "UPDATE helpdesk_slarecord SET breached = true",
    "sla_extension_of_a_promise": (
        "UPDATE helpdesk_slarecord SET extended_due_time = original_due_time, original_due_time = NULL"
    ),
    "helpdesk_escalation_ticket_id_key": (
        "INSERT INTO helpdesk_escalation (ticket_id, assignment_id, escalated_at, due_at, reason, email_sent)"
        " SELECT ticket_id, id, due_at, due_at, 'It passed.', false FROM helpdesk_assignment, generate_series(1, 2)"
    ),
    "helpdesk_notification_key_key": "UPDATE helpdesk_notification SET key = 'one for all'",
    "helpdesk_notification_attempts_check": "UPDATE helpdesk_notification SET attempts = -1",
    "notification_sent_with_time": "UPDATE helpdesk_notification SET state = 'sent'",
}
"""Constraint -> a statement that breaks it and no other, on a desk with two promises, two requests and one vote."""

STRICTER_ELSEWHERE = {
    "helpdesk_assignment_place_check",
    "helpdesk_assignment_resolution_minutes_check",
    "helpdesk_extensionrequest_requested_time_delta_check",
}
"""Not below 0, of columns that another constraint wants to be 1 or more."""
