"""What calls send: every field is named, and one that is not is refused by its name."""

from typing import Any

from rest_framework import serializers


class Body(serializers.Serializer):
    """The body of a call. Unknown fields are refused, so that a misspelt one is never silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name[:100]: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)
