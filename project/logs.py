"""What the log keeps of a request that was refused."""

import logging


class ShortRefusals(logging.Filter):
    """Keeps the line of a refused request (4xx) and drops its traceback: a refusal is no error; a 500 keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True
