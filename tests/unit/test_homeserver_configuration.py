"""What Synapse is told."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
import yaml

from jaga.homeserver.configuration import HomeserverSettings, SealedDatabase, worker_file, write_configuration
from jaga.homeserver.workers import Workers

READ_BACK = """
import json, sys
from synapse.config.homeserver import HomeServerConfig
config = HomeServerConfig.load_config("", ["-c", sys.argv[1]])
print(json.dumps({
    "server_name": config.server.server_name,
    "listeners": [type(listener).__name__ for listener in config.server.listeners],
    "registration": config.registration.enable_registration,
    "guests": config.registration.allow_guest_access,
    "presence": config.server.presence_enabled,
    "federates_with": sorted(config.federation.federation_domain_whitelist),
    "key_servers": len(config.key.key_servers),
    "previews": config.media.url_preview_enabled,
    "delayed_events": config.server.max_event_delay_duration.as_millis(),
    "reports_statistics": config.metrics.report_stats,
    "search": config.server.enable_search,
    "room_list": config.roomdirectory.enable_room_list_search,
    "push_content": config.push.push_include_content,
    "outward_proxy": config.server.proxy_config.http_proxy,
}))
"""


@pytest.fixture
def settings(tmp_path):
    return HomeserverSettings(
        server_name="kampung.localhost",
        public_url="http://127.0.0.1:8420",
        directory=tmp_path / "homeserver",
        secrets=tmp_path / "secrets",
        socket=tmp_path / "s.sock",
        database=SealedDatabase(
            host=str(tmp_path), port=5432, name="synapse", user="synapse", password="made-up"
        ),
        room_member_limit=500,
        media_limit_bytes=52_428_800,
        media_daily_bytes=2_147_483_648,
        media_kept_bytes=21_474_836_480,
        media_unfetched_days=30,
    )


def test_synapse_reads_its_configuration_as_alone_closed_and_silent(settings):
    path = write_configuration(settings)
    read_back = json.loads(
        subprocess.run(
            [sys.executable, "-c", READ_BACK, str(path)],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": ":".join(sys.path), "http_proxy": "http://elsewhere.example:3128"},
        ).stdout
    )
    assert read_back == {
        "server_name": "kampung.localhost",
        "listeners": ["UnixListenerConfig"],
        "registration": False,
        "guests": False,
        "presence": False,
        "federates_with": [],
        "key_servers": 0,
        "previews": False,
        "delayed_events": 0,
        "reports_statistics": False,
        "search": False,
        "room_list": False,
        "push_content": False,
        "outward_proxy": "",
    }


def test_every_written_file_is_private_and_secrets_are_made_once(settings):
    write_configuration(settings)
    before = {path: path.read_bytes() for path in settings.secrets.iterdir()}
    write_configuration(settings)
    assert {path: path.read_bytes() for path in settings.secrets.iterdir()} == before
    for path in [*settings.secrets.iterdir(), *settings.directory.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_listener_has_a_port_and_none_serves_federation(settings):
    content = yaml.safe_load(write_configuration(settings).read_text())
    (listener,) = content["listeners"]
    assert "port" not in listener
    assert listener["resources"] == [{"names": ["client", "openid"], "compress": False}]


READ_WORKER_BACK = """
import json, sys
from synapse.config.homeserver import HomeServerConfig
config = HomeServerConfig.load_config("worker", ["-c", sys.argv[1], "-c", sys.argv[2]])
worker = config.worker
print(json.dumps({
    "name": worker.worker_name,
    "writers": worker.writers.events,
    "listeners": [type(one).__name__ for one in worker.worker_listeners],
    "places": sorted(worker.instance_map),
    "log": worker.worker_log_config,
    "modules": [module.__name__ for module, _ in config.modules.loaded_modules],
}))
"""


def test_synapse_reads_a_worker_as_one_of_three_with_the_same_guard_and_no_port(settings, tmp_path):
    sockets = [tmp_path / "one.sock", tmp_path / "two.sock"]
    three = replace(settings, workers=Workers(sockets=sockets, redis=tmp_path / "redis.sock"))
    main = write_configuration(three)
    command = [
        sys.executable,
        "-c",
        READ_WORKER_BACK,
        str(main),
        str(worker_file(three.directory, "synapse_1")),
    ]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    read_back = json.loads(done.stdout)
    assert "SealedSide" in read_back.pop("modules")
    assert read_back == {
        "name": "synapse_1",
        "writers": ["synapse_1", "synapse_2"],
        "listeners": ["UnixListenerConfig", "UnixListenerConfig"],
        "places": ["master", "synapse_1", "synapse_2"],
        "log": str(three.directory / "log.yaml"),
    }


def test_one_process_knows_nothing_of_redis_or_others(settings):
    content = yaml.safe_load(write_configuration(settings).read_text())
    assert not content.keys() & {"redis", "instance_map", "stream_writers", "worker_replication_secret"}
