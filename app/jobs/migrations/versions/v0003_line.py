"""Whose question it was: the line of studies that a job's study stands in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; jobs asked before stand in no line."""
    op.add_column("jobs", sa.Column("line", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("jobs", "line")
