"""Whether a wall holds, by trying: a program behind it opens a file, as the process itself would have to."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from jaga.app import children
from jaga.app.installation import Installation
from jaga.app.launch import entering


def can_read(name: str, installation: Installation, path: Path) -> bool:
    """Whether the process `name` could read `path`, a file or a directory."""
    program = ["/bin/ls", str(path)] if path.is_dir() else ["/usr/bin/head", "-c1", str(path)]
    launch = children.behind_wall(name, installation, program)
    with launch.in_hand():
        done = subprocess.run(
            program,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            preexec_fn=entering(launch.account, death_signal=signal.SIGKILL, wall=launch.wall),
            timeout=20,
            check=False,
        )
    return done.returncode == 0
