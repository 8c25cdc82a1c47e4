"""The mail about a comment."""

from __future__ import annotations

from helpdesk.notifications.registry import Message, Quote, register
from workflow.audience import Kind
from workflow.facts import CommentAdded


@register
class Commented(Message):
    kind = Kind.COMMENTED
    purpose = "Somebody wrote a comment, for all or for the staff only."
    tells = (CommentAdded,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by, "is_internal": bool(self.payload["internal"])}

    def quotes(self) -> list[Quote]:
        """The comment; an internal one only to those who may read it, whatever the row says (T6, P9)."""
        comment = self.letter.comment(self.payload["comment_id"])
        if comment.is_internal and not self.letter.sees_internal:
            return []
        return [Quote(label="Internal comment" if comment.is_internal else "Comment", text=comment.body)]
