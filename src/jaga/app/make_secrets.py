"""Makes what processes are handed and cannot make themselves; a process of its own, started by `jaga up` once."""

from __future__ import annotations

from jaga.app.installation import Installation
from jaga.app.keys import evidence_keys, joining_key
from jaga.app.ledger_files import ledger_signer
from jaga.app.logs import set_up_logs
from jaga.app.process import installation_of_command_line
from jaga.homeserver.configuration import joining_token


def make(installation: Installation) -> None:
    ledger_signer(installation)
    evidence_keys(installation)
    joining_key(installation)
    joining_token(installation.data.secrets)


if __name__ == "__main__":
    set_up_logs()
    make(installation_of_command_line())
