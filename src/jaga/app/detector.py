"""The detector process: judges what is to be published, and looks into uploads."""

from __future__ import annotations

import asyncio

import uvloop

from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import end_on_signal, installation_of_command_line
from jaga.detect.inspection import Inspector
from jaga.detect.reload import follow, load_whole
from jaga.detect.service import DetectorService
from jaga.store.banks import Banks
from jaga.store.database import Database


async def main(installation: Installation) -> None:
    """Until cancelled. The socket exists only once the whole bank is in force: before, nothing may pass."""
    data = installation.data
    database = Database(installation.server.url(), pool_size=2)
    banks = Banks(database)
    inspector = Inspector(data.media, largest=installation.config.media_limit_bytes)
    try:
        service = DetectorService(await load_whole(banks.load), inspector)
        server = await service.listen(data.detector_socket)
        async with server, asyncio.TaskGroup() as together:
            together.create_task(follow(service, banks.load, banks.watch))
            together.create_task(server.serve_forever())
    finally:
        data.detector_socket.unlink(missing_ok=True)
        await inspector.close()
        await database.close()


if __name__ == "__main__":
    set_up_logs()
    uvloop.run(end_on_signal(main(installation_of_command_line())))
