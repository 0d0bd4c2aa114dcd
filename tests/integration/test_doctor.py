"""`jaga doctor` on one installation of its own: all good at first, then sabotaged in four ways, and it names each."""

from __future__ import annotations

import asyncio
import json
import os
import signal

import pytest
from tests.helpers.members import Door
from tests.helpers.postgres import superuser
from tests.helpers.stack import run_cli, running_stack

from jaga.app.doctor.examine import LOOKS, Patience, examine
from jaga.app.doctor.findings import failures
from jaga.app.installation import Installation

# Every Python process of the installation reads this before its own code. Nothing changes until the flag is there.
SABOTAGE = """
import pathlib
flag = pathlib.Path(__file__).with_name("sabotage")

def _opened_route():
    import jaga.web.front_door_routes as routes
    from jaga.web.front_door_routes import Pass, Row
    routes.ROUTES = (Row((), "/_synapse/{rest}", Pass()), *routes.ROUTES)

def _other_configuration():
    import jaga.homeserver.configuration as configuration
    whole, quiet = configuration.homeserver_configuration, configuration.log_configuration

    def without_guard(settings):
        content = whole(settings)
        if flag.exists():
            content["modules"] = [m for m in content["modules"] if "SealedSide" not in m["module"]]
        return content

    def talkative(*settings):
        content = quiet(*settings)
        if flag.exists():
            content["root"]["level"] = "DEBUG"
        return content

    configuration.homeserver_configuration, configuration.log_configuration = without_guard, talkative

_other_configuration()
if flag.exists():
    _opened_route()
"""


@pytest.fixture(scope="module")
def overlay(tmp_path_factory):
    place = tmp_path_factory.mktemp("overlay")
    (place / "sitecustomize.py").write_text(SABOTAGE)
    return place


@pytest.fixture(scope="module")
def patient(tmp_path_factory, overlay):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(overlay), os.environ.get("PYTHONPATH", "")]))
        with running_stack(tmp_path_factory.mktemp("doctor") / "data") as stack:
            patch.undo()
            yield stack


def examined(stack) -> tuple[int, dict[str, dict]]:
    done = run_cli("doctor", "--data", str(stack.data), "--json")
    assert done.stdout, done.stderr
    return done.returncode, {line["name"]: line for line in json.loads(done.stdout)}


def failing(lines: dict[str, dict]) -> dict[str, str]:
    return {name: line["detail"]["en"] for name, line in lines.items() if line["result"] == "fail"}


def test_a_healthy_server_is_all_good_and_nothing_of_the_visit_stays(patient):
    status, lines = examined(patient)
    assert (failing(lines), status) == ({}, 0)
    assert {
        "walls",
        "configuration",
        "log-level",
        "rooms",
        "keys",
        "clocks",
        "disk",
        "backups",
    } <= lines.keys()
    assert {
        "representative",
        "versions",
        "ledger",
        "send-text",
        "route-admin",
        "create-public",
    } <= lines.keys()
    with superuser(Door(patient).server, "synapse") as connection:
        guests = connection.execute("SELECT deactivated FROM users WHERE name LIKE '@periksa-%'").fetchall()
        inside = connection.execute("SELECT count(*) FROM room_memberships m JOIN current_state_events c USING (event_id)"
                                    " WHERE m.membership = 'join'").fetchone()  # fmt: skip
        kept = connection.execute(
            "SELECT count(*) FROM devices WHERE user_id LIKE '@periksa-%' AND NOT hidden"
        )
        assert guests == [(1,), (1,)]
        assert inside == (0,)
        assert kept.fetchone() == (0,)


def test_people_read_a_table_of_one_line_each_in_their_language(patient):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "id_ID.UTF-8")
        done = run_cli("doctor", "--data", str(patient.data))
    assert done.returncode == 0
    assert all(line[:4] in {"ok  ", "note"} for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) > 50
    assert "Pesan terbuka" in done.stdout


async def test_a_server_that_hangs_does_not_hold_it_up(patient):
    """Synapse and the detector stop in the middle of everything, and answer nobody."""
    pids = [patient.pids()[name] for name in ("synapse", "detector")]
    clock = asyncio.get_running_loop().time
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    began = clock()
    try:
        lines = await examine(Installation.open(patient.data), Patience(one=2, looking=6, whole=7))
    finally:
        took = clock() - began
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    # What it may take is set above; the rest is what one question that is under way costs.
    assert took < 20
    failed = {line.name: line.finding.detail.en for line in failures(lines)}
    assert "Not finished in time" in failed["attempts"]
    assert {name for name, _, _ in LOOKS} <= {line.name for line in lines}
    assert "processes" not in failed  # asked after one that hung


def test_after_sabotage_it_names_each(patient, overlay):
    """Last in this file: the guard taken out, bodies logged, a route opened, a room without encryption."""
    with superuser(Door(patient).server, "synapse") as connection:
        connection.execute(
            "INSERT INTO rooms (room_id, is_public, creator) VALUES ('!zqkabo', false, '@x:y')"
        )
        connection.execute(
            "INSERT INTO current_state_events (event_id, room_id, type, state_key)"
            " VALUES ('$zqkabo', '!zqkabo', 'm.room.create', '')"
        )
    (overlay / "sabotage").touch()
    patient.replace("synapse")
    patient.replace("web")
    status, lines = examined(patient)
    found = failing(lines)
    assert status == 1
    assert "jaga.homeserver.module.SealedSide" in found["configuration"]
    assert "log.yaml: root" in found["log-level"]
    assert "synapse.log" in found["log-level"]
    assert "!zqkabo" in found["rooms"]
    assert "M_FORBIDDEN" in found["route-admin"]
    assert "IT GOES THROUGH" in found["send-text"]
    assert "IT GOES THROUGH" in found["guard-synapse"]
    assert "IT GOES THROUGH" in found["state-topic"]
    # What the sabotage did not touch is still in order.
    assert not {"walls", "keys", "roles", "ledger", "route-search", "neighbors"} & found.keys()


def test_without_a_running_server_it_says_so(tmp_path):
    done = run_cli("doctor", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no Jaga in" in done.stderr
