"""waitress in a thread, on a free port of this machine."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all


class Served:
    """An application that answers from `start` to `stop`.

    Only the thread that looks at the sockets may close them: closed from elsewhere, they are looked at once more.
    """

    def __init__(self, app: Flask, *, threads: int = 4) -> None:
        self._sockets: dict[int, Any] = {}
        self._server = create_server(app, host="127.0.0.1", port=0, threads=threads, map=self._sockets)
        self._thread = threading.Thread(target=self._server.run, name="waitress", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: close_all(self._sockets))
        self._thread.join(5)
        assert not self._thread.is_alive()
