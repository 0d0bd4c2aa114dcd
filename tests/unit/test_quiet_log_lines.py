"""A line of Synapse's log says what happened, and nothing that anybody sent."""

from __future__ import annotations

import logging
import re

from jaga.homeserver.quiet import Quiet

MARK = "zqkabo-secret"


def line_of(message: str, *values: object, raised: BaseException | None = None) -> str:
    found = None if raised is None else (type(raised), raised, raised.__traceback__)
    return Quiet().format(
        logging.LogRecord("synapse.http", logging.WARNING, "x.py", 1, message, values, found)
    )


def test_the_sentence_stays_and_its_values_go():
    line = line_of("Unable to parse JSON: %s (%r)", MARK, MARK.encode())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \S+ WARNING synapse\.http Unable to parse JSON: %s \(%r\)", line)


def test_of_an_error_its_type_and_place_stay():
    def fails() -> None:
        raise ValueError(MARK)

    try:
        fails()
    except ValueError as error:
        line = line_of("Failed handle request via %r", MARK, raised=error)
    assert MARK not in line
    assert re.search(
        r"\(ValueError at test_quiet_log_lines\.py:\d+ \w+, test_quiet_log_lines\.py:\d+ fails\)", line
    )
    assert "\n" not in line
