"""Runs this line's migrations over the connection that `kaohe.db.upgrade` opened."""

from alembic import context

from kaohe.db.schema import metadata_of

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=metadata_of(config.attributes["line"]),
    version_table=config.attributes["version_table"],
    render_as_batch=True,
    render_item=config.attributes.get("render_item"),
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
