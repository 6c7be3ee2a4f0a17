"""Run by Alembic: the steps on the connection that `app.jobs.database` has opened."""

from alembic import context

from app.jobs.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
