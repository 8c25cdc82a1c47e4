"""What production would have written to its log, read back."""

import io
import json
import logging

from project.logs import JsonLines


class Log:
    """What production would have written, read back."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(JsonLines())
        self.count = 0
        self.handler.addFilter(self._counted)

    def _counted(self, record: logging.LogRecord) -> bool:
        self.count += 1
        return True

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self) -> list[dict]:
        """Every line parsed; as many as there were records."""
        found = [json.loads(line) for line in self.text.splitlines()]
        assert len(found) == self.count == self.text.count("\n")
        return found


def breaks(logger: logging.Logger, hostile: str) -> None:
    """Log an error of this text with its traceback and stack."""
    try:
        raise ValueError(hostile)
    except ValueError:
        logger.exception("It broke", stack_info=True)
