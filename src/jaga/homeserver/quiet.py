"""How Synapse's log lines are written: what happened and where, never with which values.

Synapse fills its messages with whatever was wrong, as the body that was no JSON. So only the sentence as it stands in
its source is kept, and of an error its type and place; as our own processes do (`jaga.app.logs`).
"""

from __future__ import annotations

import logging
import traceback

from typing_extensions import override

_FRAMES = 6


class Quiet(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.msg}"
        raised = record.exc_info[1] if record.exc_info else None
        return line if raised is None else f"{line} ({_where(raised)})"


def _where(raised: BaseException) -> str:
    frames = traceback.extract_tb(raised.__traceback__)[-_FRAMES:]
    places = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(raised).__name__} at {', '.join(places)}"
