"""The application for a WSGI server: `gunicorn kaohe.wsgi:app`. Jobs need `kaohe worker` beside it."""

from __future__ import annotations

from kaohe.app import create_app
from kaohe.config import Config

app = create_app(Config.from_environment())
