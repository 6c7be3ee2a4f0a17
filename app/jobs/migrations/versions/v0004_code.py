"""Whose answer it is: the hash of the code that was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; jobs asked before were asked of some older code."""
    op.add_column("jobs", sa.Column("code", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("jobs", "code")
