"""How a server logs: lines for people, or JSON lines for programs."""

import json
import logging
from typing import Any


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (ISO 8601), level, logger, message and, where there is one, the error."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def log_config(*, as_json: bool) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`: everything to standard error."""
    lines = {"format": "%(asctime)s %(levelname)-7s %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": JsonFormatter} if as_json else lines},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "loggers": {
            name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
            for name in ("uvicorn", "search_api", "graph", "ingest")
        },
    }
