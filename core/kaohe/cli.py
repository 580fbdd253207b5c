"""The command line of an operator: `kaohe …`.

Settings come from the environment (`KAOHE_DATA`, `KAOHE_DATABASE`, …; see `kaohe --help`). A mistake ends with
one line and exit code 1 or 2, never with a traceback.
"""

from __future__ import annotations

from typing import Any

import click

from kaohe import __version__
from kaohe.commands.auditing import auditing
from kaohe.commands.database import db
from kaohe.commands.installation import in_words
from kaohe.commands.organisations import account, tenant
from kaohe.commands.outcomes import period, result
from kaohe.commands.serving import demo, serve, worker


class Kaohe(click.Group):
    """The commands, with mistakes said in words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        with in_words():
            return super().invoke(ctx)


@click.group(cls=Kaohe, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kaohe")
def main() -> None:
    """Kaohe (考核): the assessment platform that an organisation runs itself.

    \b
    To look around:     kaohe demo
    To start for real:  kaohe tenant create CODE NAME
                        kaohe account create CODE NUMBER --name NAME --admin
                        kaohe serve
    \b
    Settings (environment):
      KAOHE_DATA      folder of the data (default: ./data)
      KAOHE_DATABASE  postgresql:// address of the application's role (default: SQLite files in KAOHE_DATA)
      KAOHE_MIGRATE   postgresql:// address of the migrating role
      KAOHE_HTTPS     1: cookies over HTTPS only
      KAOHE_PROXIES   number of trusted proxies in front
      KAOHE_REACH     hosts inside the network that messages may be sent to
    """


for command in (serve, worker, demo, tenant, account, period, result, auditing, db):
    main.add_command(command)

if __name__ == "__main__":
    main()
