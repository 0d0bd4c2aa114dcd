"""The files of an installation: closed to others, made once, missed when they are gone."""

from __future__ import annotations

import json
import stat

import pytest

from jaga.app.directories import prepare, remove_sockets, sole_use
from jaga.app.paths import DataDir
from jaga.app.refusals import DataDirInUse, SecretMissing
from jaga.app.secrets import Secrets


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path):
    secrets = Secrets(tmp_path / "secrets")
    assert secrets.text("one") == secrets.text("one") != secrets.text("other")
    assert len(secrets.key("key")) == 32
    assert {mode(path) for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_a_secret_that_once_existed_is_missed_and_not_made_anew(tmp_path):
    secrets = Secrets(tmp_path / "secrets")
    secrets.require_all()  # before the first start there is nothing to miss
    secrets.key("ledger")
    secrets.remember()
    secrets.require_all()
    (tmp_path / "secrets/ledger").unlink()
    with pytest.raises(SecretMissing, match="secrets/ledger is missing"):
        secrets.require_all()


def test_what_is_remembered_grows_and_never_shrinks(tmp_path):
    secrets = Secrets(tmp_path / "secrets")
    secrets.text("first")
    secrets.remember()
    (tmp_path / "secrets/first").unlink()
    secrets.text("second")
    secrets.remember()
    assert json.loads((tmp_path / "secrets/manifest.json").read_bytes()) == ["first", "second"]


def test_only_names_can_be_learned_on_the_way_to_the_database(tmp_path):
    data = DataDir(tmp_path / "data")
    prepare(data)
    assert (mode(data.root), mode(data.run)) == (0o711, 0o711)
    assert (mode(data.secrets), mode(data.logs)) == (0o700, 0o700)


def test_one_directory_is_for_one_jaga(tmp_path):
    data = DataDir(tmp_path)
    prepare(data)
    with sole_use(data), pytest.raises(DataDirInUse), sole_use(data):
        pass
    with sole_use(data):
        pass


def test_below_a_long_path_the_sockets_are_elsewhere_and_go_with_the_stop(tmp_path):
    data = DataDir(tmp_path / ("x" * 100))
    prepare(data)
    assert len(str(data.postgres_sockets / ".s.PGSQL.5432")) < 107
    assert mode(data.sockets) == 0o711
    remove_sockets(data)
    assert not data.sockets.exists()
    near = DataDir(data.sockets.parent / "near")
    assert near.sockets == near.run.resolve()
    remove_sockets(near)
