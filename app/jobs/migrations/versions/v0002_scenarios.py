"""Scenarios that somebody saved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "scenarios",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("study", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("saved", sa.Float, nullable=False),
    )
    op.create_index("scenarios_study_saved", "scenarios", ["study", "saved"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("scenarios_study_saved", "scenarios")
    op.drop_table("scenarios")
