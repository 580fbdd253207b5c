"""What every sector leans on"""

import sqlalchemy as sa
from alembic import op

import kaohe.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_numbers",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case_numbers")),
        sa.UniqueConstraint("tenant_id", "year", name=op.f("uq_case_numbers_tenant_id_year")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar_days",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_calendar_days_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar_days")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_days_day",
            ["tenant_id", "day"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "calendar_years",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_calendar_years_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar_years")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("calendar_years", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_years_year",
            ["tenant_id", "year"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "contacts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("muted", kaohe.db.types.Json(), nullable=False),
        sa.Column("changed_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("confirmed_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("link_hash", sa.Text(), nullable=True),
        sa.Column("asked_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_contacts_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_contacts_tenant_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=False),
        sa.Column("done_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("counts", kaohe.db.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "done_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_erasures_done_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_erasures_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_erasures_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_erasures_tenant_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "merges",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=False),
        sa.Column("done_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("moved", kaohe.db.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "done_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_merges_done_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "gone_id"], ["persons.tenant_id", "persons.id"], name=op.f("fk_merges_gone_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "kept_id"], ["persons.tenant_id", "persons.id"], name=op.f("fk_merges_kept_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_merges")),
        sa.UniqueConstraint("tenant_id", "gone_id", name=op.f("uq_merges_tenant_id_gone_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(
            "ix_merges_kept_id",
            ["tenant_id", "kept_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.Column("link_values", kaohe.db.types.Json(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("read_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_messages_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "tenant_id", "about", "person_id", name=op.f("uq_messages_tenant_id_about_person_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_person_id_created_at_id",
            ["tenant_id", "person_id", "created_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_messages_unread",
            ["tenant_id", "person_id", "kind"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "robots",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("kinds", kaohe.db.types.Json(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("added_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("removed_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "added_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_robots_added_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_robots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cases",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("circumstance", sa.Text(), nullable=False),
        sa.Column("fields", kaohe.db.types.Json(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("due_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("logged_by", sa.BigInteger(), nullable=False),
        sa.Column("logged_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("form_token", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"], ["units.tenant_id", "units.id"], name=op.f("fk_cases_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "logged_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_cases_logged_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["persons.tenant_id", "persons.id"], name=op.f("fk_cases_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["revisions.tenant_id", "revisions.id"],
            name=op.f("fk_cases_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_cases_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_cases_tenant_id_number")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_closed_due_at_id",
            ["tenant_id", "closed", "due_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_cases_holder_id_closed",
            ["tenant_id", "holder_id", "closed"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_cases_kind_logged_at",
            ["tenant_id", "kind", "logged_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_cases_form_token",
            ["tenant_id", "form_token"],
            unique=True,
            sqlite_where=sa.text("form_token IS NOT NULL"),
            postgresql_where=sa.text("form_token IS NOT NULL"),
        )

    op.create_table(
        "deliveries",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("robot_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("ended_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("error", kaohe.db.types.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"],
            ["messages.tenant_id", "messages.id"],
            name=op.f("fk_deliveries_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "robot_id"], ["robots.tenant_id", "robots.id"], name=op.f("fk_deliveries_robot_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_created_at_id",
            ["tenant_id", "created_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_deliveries_due",
            ["tenant_id", "next_try_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_deliveries_message_id",
            ["tenant_id", "message_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_deliveries_mail",
            ["tenant_id", "message_id"],
            unique=True,
            sqlite_where=sa.text("robot_id IS NULL"),
            postgresql_where=sa.text("robot_id IS NULL"),
        )
        batch_op.create_index(
            "uq_deliveries_robot",
            ["tenant_id", "robot_id", "about"],
            unique=True,
            sqlite_where=sa.text("robot_id IS NOT NULL"),
            postgresql_where=sa.text("robot_id IS NOT NULL"),
        )

    op.create_table(
        "merge_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["merges.tenant_id", "merges.id"], name=op.f("fk_merge_reasons_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_merge_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "money_accounts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("bounded", sa.Boolean(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_money_accounts_holder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_money_accounts_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_money_accounts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("money_accounts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_money_accounts_subject_id",
            ["tenant_id", "subject_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_money_accounts_common",
            ["tenant_id", "kind", "holder_id"],
            unique=True,
            sqlite_where=sa.text("subject_id IS NULL"),
            postgresql_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "uq_money_accounts_own",
            ["tenant_id", "kind", "holder_id", "subject_id"],
            unique=True,
            sqlite_where=sa.text("subject_id IS NOT NULL"),
            postgresql_where=sa.text("subject_id IS NOT NULL"),
        )

    op.create_table(
        "movements",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("settles", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("posted_by", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "posted_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_movements_posted_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reverses"],
            ["movements.tenant_id", "movements.id"],
            name=op.f("fk_movements_reverses"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "settles"],
            ["movements.tenant_id", "movements.id"],
            name=op.f("fk_movements_settles"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_movements_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_movements_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_movements")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_movements_tenant_id_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("movements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_movements_happened_on_id",
            ["tenant_id", "happened_on", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_movements_origin_id",
            ["tenant_id", "origin_id"],
            unique=False,
            sqlite_where=sa.text("origin_id IS NOT NULL"),
            postgresql_where=sa.text("origin_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_movements_subject_id_happened_on_id",
            ["tenant_id", "subject_id", "happened_on", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_movements_reverses",
            ["tenant_id", "reverses"],
            unique=True,
            sqlite_where=sa.text("reverses IS NOT NULL"),
            postgresql_where=sa.text("reverses IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_movements_settles",
            ["tenant_id", "settles", "round"],
            unique=True,
            sqlite_where=sa.text("settles IS NOT NULL"),
            postgresql_where=sa.text("settles IS NOT NULL"),
        )

    op.create_table(
        "case_files",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "added_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_case_files_added_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_case_files_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name=op.f("fk_case_files_file_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case_files")),
        sa.UniqueConstraint(
            "tenant_id", "case_id", "file_id", name=op.f("uq_case_files_tenant_id_case_id_file_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_files_file_id",
            ["tenant_id", "file_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "case_steps",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("is_note", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reported_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("happened_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("own_word", sa.Boolean(), nullable=False),
        sa.Column("form_token", sa.Text(), nullable=True),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_case_steps_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_case_steps_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "taken_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_case_steps_taken_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_case_steps_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case_steps")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_steps", schema=None) as batch_op:
        batch_op.create_index(
            "uq_case_steps_case_id_place",
            ["tenant_id", "case_id", "place"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )
        batch_op.create_index(
            "uq_case_steps_form_token",
            ["tenant_id", "form_token"],
            unique=True,
            sqlite_where=sa.text("form_token IS NOT NULL"),
            postgresql_where=sa.text("form_token IS NOT NULL"),
        )

    op.create_table(
        "dues",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filing", sa.Text(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("due_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("filed_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("missed_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("counted_through", sa.Date(), nullable=True),
        sa.Column("settled_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_dues_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_dues_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_dues_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dues")),
        sa.UniqueConstraint(
            "tenant_id",
            "period_id",
            "filing",
            "subject_id",
            "starts_on",
            name=op.f("uq_dues_tenant_id_period_id_filing_subject_id_starts_on"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("dues", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_filing_due_at",
            ["tenant_id", "filing", "due_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_dues_subject_id_due_at",
            ["tenant_id", "subject_id", "due_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_dues_unit_id_due_at",
            ["tenant_id", "unit_id", "due_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_dues_waiting",
            ["tenant_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "exemptions",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_exemptions_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "set_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_exemptions_set_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_exemptions_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exemptions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("exemptions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_exemptions_subject_id",
            ["tenant_id", "subject_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_exemptions_standing",
            ["tenant_id", "period_id", "subject_id"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "money_balances",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("lowest_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["money_accounts.tenant_id", "money_accounts.id"],
            name=op.f("fk_money_balances_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_money_balances")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "movement_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["movements.tenant_id", "movements.id"], name=op.f("fk_movement_reasons_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_movement_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "postings",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("movement_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("debit_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_id"],
            ["money_accounts.tenant_id", "money_accounts.id"],
            name=op.f("fk_postings_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "debit_id"],
            ["money_accounts.tenant_id", "money_accounts.id"],
            name=op.f("fk_postings_debit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "movement_id"],
            ["movements.tenant_id", "movements.id"],
            name=op.f("fk_postings_movement_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_postings")),
        sa.UniqueConstraint(
            "tenant_id", "movement_id", "number", name=op.f("uq_postings_tenant_id_movement_id_number")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_postings_credit_id_happened_on_amount_fen",
            ["tenant_id", "credit_id", "happened_on", "amount_fen"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_postings_debit_id_happened_on_amount_fen",
            ["tenant_id", "debit_id", "happened_on", "amount_fen"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "rating_rounds",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("due_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("made_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("counted_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("closed_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_rating_rounds_period_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating_rounds")),
        sa.UniqueConstraint(
            "tenant_id", "period_id", "role", name=op.f("uq_rating_rounds_tenant_id_period_id_role")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_rounds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rating_rounds_due_at",
            ["tenant_id", "due_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "surveys",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=True),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("says_zh", sa.Text(), nullable=False),
        sa.Column("says_en", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("questions", kaohe.db.types.Json(), nullable=False),
        sa.Column("plan", kaohe.db.types.Json(), nullable=False),
        sa.Column("answered_by", kaohe.db.types.Json(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_surveys_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "started_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_surveys_started_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_surveys")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index(
            "ix_surveys_sector_declared_year",
            ["tenant_id", "sector", "declared", "year"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_surveys_state_closes_on",
            ["tenant_id", "state", "closes_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "case_step_words",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fields", kaohe.db.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["case_steps.tenant_id", "case_steps.id"], name=op.f("fk_case_step_words_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case_step_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "due_moves",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("before", kaohe.db.types.Instant(), nullable=False),
        sa.Column("after", kaohe.db.types.Instant(), nullable=False),
        sa.Column("moved_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "due_id"], ["dues.tenant_id", "dues.id"], name=op.f("fk_due_moves_due_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "moved_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_due_moves_moved_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_due_moves")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("due_moves", schema=None) as batch_op:
        batch_op.create_index(
            "ix_due_moves_due_id_at",
            ["tenant_id", "due_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "exemption_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["exemptions.tenant_id", "exemptions.id"],
            name=op.f("fk_exemption_reasons_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exemption_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filing_drafts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("typed", kaohe.db.types.Json(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "due_id"], ["dues.tenant_id", "dues.id"], name=op.f("fk_filing_drafts_due_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saved_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_filing_drafts_saved_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_filing_drafts")),
        sa.UniqueConstraint("tenant_id", "due_id", name=op.f("uq_filing_drafts_tenant_id_due_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filings",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", kaohe.db.types.Json(), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("form_token", sa.Text(), nullable=True),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "due_id"], ["dues.tenant_id", "dues.id"], name=op.f("fk_filings_due_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "filed_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_filings_filed_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_filings")),
        sa.UniqueConstraint("tenant_id", "due_id", "number", name=op.f("uq_filings_tenant_id_due_id_number")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.create_index(
            "uq_filings_form_token",
            ["tenant_id", "form_token"],
            unique=True,
            sqlite_where=sa.text("form_token IS NOT NULL"),
            postgresql_where=sa.text("form_token IS NOT NULL"),
        )

    op.create_table(
        "rating_assignments",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("rater_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("ended_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "assigned_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_assignments_assigned_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rater_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_assignments_rater_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_rounds.tenant_id", "rating_rounds.id"],
            name=op.f("fk_rating_assignments_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_assignments_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating_assignments")),
        sa.UniqueConstraint(
            "tenant_id",
            "round_id",
            "rater_id",
            "subject_id",
            name=op.f("uq_rating_assignments_tenant_id_round_id_rater_id_subject_id"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_assignments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rating_assignments_rater_id_round_id",
            ["tenant_id", "rater_id", "round_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "rating_moves",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("before", kaohe.db.types.Instant(), nullable=False),
        sa.Column("after", kaohe.db.types.Instant(), nullable=False),
        sa.Column("moved_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "moved_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_moves_moved_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_rounds.tenant_id", "rating_rounds.id"],
            name=op.f("fk_rating_moves_round_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating_moves")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_moves", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rating_moves_round_id_at",
            ["tenant_id", "round_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "rating_remarks",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("rater_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rater_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_remarks_rater_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_rounds.tenant_id", "rating_rounds.id"],
            name=op.f("fk_rating_remarks_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_rating_remarks_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating_remarks")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_remarks", schema=None) as batch_op:
        batch_op.create_index(
            "uq_rating_remarks_standing",
            ["tenant_id", "round_id", "subject_id", "rater_id"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "ratings",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("rater_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("value", kaohe.db.types.Quantity(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rater_id"], ["persons.tenant_id", "persons.id"], name=op.f("fk_ratings_rater_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_rounds.tenant_id", "rating_rounds.id"],
            name=op.f("fk_ratings_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_ratings_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ratings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ratings_rater_id_round_id",
            ["tenant_id", "rater_id", "round_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_ratings_standing",
            ["tenant_id", "round_id", "subject_id", "clause_id", "rater_id"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "signatures",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signed_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_signatures_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name=op.f("fk_signatures_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "signed_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_signatures_signed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_signatures_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_signatures")),
        sa.UniqueConstraint(
            "tenant_id", "run_id", "subject_id", name=op.f("uq_signatures_tenant_id_run_id_subject_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signatures_subject_id_period_id",
            ["tenant_id", "subject_id", "period_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "survey_decisions",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_survey_decisions_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_survey_decisions_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_decisions_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_decisions")),
        sa.UniqueConstraint(
            "tenant_id",
            "survey_id",
            "subject_id",
            name=op.f("uq_survey_decisions_tenant_id_survey_id_subject_id"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_steps",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_survey_steps_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_steps_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_steps")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_steps_survey_id_at",
            ["tenant_id", "survey_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "survey_subjects",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_survey_subjects_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_subjects_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_subjects")),
        sa.UniqueConstraint(
            "tenant_id",
            "survey_id",
            "subject_id",
            name=op.f("uq_survey_subjects_tenant_id_survey_id_subject_id"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_units",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_units_survey_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_survey_units_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_units")),
        sa.UniqueConstraint(
            "tenant_id", "survey_id", "unit_id", name=op.f("uq_survey_units_tenant_id_survey_id_unit_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_values",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_survey_values_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_values_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_values")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_values", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_values_survey_id_id",
            ["tenant_id", "survey_id", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "survey_voters",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_survey_voters_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_voters_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_voters")),
        sa.UniqueConstraint(
            "tenant_id", "survey_id", "person_id", name=op.f("uq_survey_voters_tenant_id_survey_id_person_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeals",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("thing_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entries.tenant_id", "entries.id"], name=op.f("fk_appeals_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "filed_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_appeals_filed_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_appeals_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name=op.f("fk_appeals_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_appeals_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_appeals_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appeals")),
        sa.UniqueConstraint(
            "tenant_id",
            "subject_id",
            "thing_id",
            "attempt",
            name=op.f("uq_appeals_tenant_id_subject_id_thing_id_attempt"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appeals_entry_id",
            ["tenant_id", "entry_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_appeals_filed_at_id",
            ["tenant_id", "filed_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_appeals_period_id_filed_at",
            ["tenant_id", "period_id", "filed_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "case_clocks",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("due_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stopped_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urges", sa.Boolean(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("urged_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("look_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_id", sa.BigInteger(), nullable=True),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_case_clocks_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"],
            ["entries.tenant_id", "entries.id"],
            name=op.f("fk_case_clocks_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"], ["units.tenant_id", "units.id"], name=op.f("fk_case_clocks_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_case_clocks_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_case_clocks")),
        sa.UniqueConstraint(
            "tenant_id",
            "case_id",
            "clock",
            "place",
            name=op.f("uq_case_clocks_tenant_id_case_id_clock_place"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_clocks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_clocks_holder_id_started_at",
            ["tenant_id", "holder_id", "started_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_case_clocks_look",
            ["tenant_id", "look_at", "case_id"],
            unique=False,
            sqlite_where=sa.text("look_at IS NOT NULL"),
            postgresql_where=sa.text("look_at IS NOT NULL"),
        )

    op.create_table(
        "proposals",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("occurrence", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("doc", kaohe.db.types.Json(), nullable=False),
        sa.Column("reasons", kaohe.db.types.Json(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entries.tenant_id", "entries.id"], name=op.f("fk_proposals_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_proposals_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposed_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_proposals_proposed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name=op.f("fk_proposals_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_proposals_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "undoes"], ["proposals.tenant_id", "proposals.id"], name=op.f("fk_proposals_undoes")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_proposals_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("tenant_id", "key", "round", name=op.f("uq_proposals_tenant_id_key_round")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_proposals_entry_id",
            ["tenant_id", "entry_id"],
            unique=False,
            sqlite_where=sa.text("entry_id IS NOT NULL"),
            postgresql_where=sa.text("entry_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_proposals_open",
            ["tenant_id", "proposed_at", "id"],
            unique=False,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )
        batch_op.create_index(
            "ix_proposals_period_id_subject_id",
            ["tenant_id", "period_id", "subject_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_proposals_subject_id_proposed_at",
            ["tenant_id", "subject_id", "proposed_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_proposals_undoes",
            ["tenant_id", "undoes"],
            unique=False,
            sqlite_where=sa.text("undoes IS NOT NULL"),
            postgresql_where=sa.text("undoes IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_proposals_standing",
            ["tenant_id", "key"],
            unique=True,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )

    op.create_table(
        "signature_remarks",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["signatures.tenant_id", "signatures.id"],
            name=op.f("fk_signature_remarks_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_signature_remarks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_tokens",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.tenant_id", "surveys.id"],
            name=op.f("fk_survey_tokens_survey_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "withdrawn_id"],
            ["survey_steps.tenant_id", "survey_steps.id"],
            name=op.f("fk_survey_tokens_withdrawn_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey_tokens")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_survey_tokens_tenant_id_token_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_tokens", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_tokens_survey_id_group_code_used",
            ["tenant_id", "survey_id", "group_code", "used"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "appeal_files",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "added_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_appeal_files_added_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appeal_id"],
            ["appeals.tenant_id", "appeals.id"],
            name=op.f("fk_appeal_files_appeal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name=op.f("fk_appeal_files_file_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appeal_files")),
        sa.UniqueConstraint(
            "tenant_id", "appeal_id", "file_id", name=op.f("uq_appeal_files_tenant_id_appeal_id_file_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("appeal_files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appeal_files_file_id",
            ["tenant_id", "file_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "appeal_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("late", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["appeals.tenant_id", "appeals.id"], name=op.f("fk_appeal_reasons_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appeal_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeal_steps",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("done_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("clause_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", kaohe.db.types.Quantity(), nullable=True),
        sa.Column("points", kaohe.db.types.Points(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appeal_id"],
            ["appeals.tenant_id", "appeals.id"],
            name=op.f("fk_appeal_steps_appeal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "done_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_appeal_steps_done_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"],
            ["entries.tenant_id", "entries.id"],
            name=op.f("fk_appeal_steps_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_appeal_steps_period_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appeal_steps")),
        sa.UniqueConstraint(
            "tenant_id", "appeal_id", "step", name=op.f("uq_appeal_steps_tenant_id_appeal_id_step")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("appeal_steps", schema=None) as batch_op:
        batch_op.create_index(
            "uq_appeal_steps_ended",
            ["tenant_id", "appeal_id"],
            unique=True,
            sqlite_where=sa.text("step IN ('upheld', 'rejected', 'withdrawn')"),
            postgresql_where=sa.text("step IN ('upheld', 'rejected', 'withdrawn')"),
        )

    op.create_table(
        "proposal_withdrawals",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_proposal_withdrawals_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["proposals.tenant_id", "proposals.id"],
            name=op.f("fk_proposal_withdrawals_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_proposal_withdrawals")),
        sa.UniqueConstraint(
            "tenant_id", "proposal_id", name=op.f("uq_proposal_withdrawals_tenant_id_proposal_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawal_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["withdrawals.tenant_id", "withdrawals.id"],
            name=op.f("fk_withdrawal_reasons_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_withdrawal_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeal_step_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["appeal_steps.tenant_id", "appeal_steps.id"],
            name=op.f("fk_appeal_step_reasons_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appeal_step_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision_acts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.BigInteger(), nullable=True),
        sa.Column("before", kaohe.db.types.Json(), nullable=True),
        sa.Column("after", kaohe.db.types.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decision_id"],
            ["decisions.tenant_id", "decisions.id"],
            name=op.f("fk_decision_acts_decision_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_decision_acts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("decision_acts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_decision_acts_decision_id",
            ["tenant_id", "decision_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal_id", sa.BigInteger(), nullable=True))
        batch_op.alter_column("run_id", existing_type=sa.BIGINT(), nullable=True)
        batch_op.drop_constraint(
            batch_op.f("uq_decisions_tenant_id_period_id_subject_id_clause_id_occurrence_effect_source"),
            type_="unique",
        )
        batch_op.create_index(
            "ix_decisions_period_id_subject_id",
            ["tenant_id", "period_id", "subject_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_decisions_subject_id_at",
            ["tenant_id", "subject_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_decisions_proposal",
            ["tenant_id", "proposal_id"],
            unique=True,
            sqlite_where=sa.text("proposal_id IS NOT NULL"),
            postgresql_where=sa.text("proposal_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_decisions_proposal_id"),
            "proposals",
            ["tenant_id", "proposal_id"],
            ["tenant_id", "id"],
        )

    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amount_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("origin_id", sa.BigInteger(), nullable=True))
        batch_op.alter_column("recorded_by", existing_type=sa.BIGINT(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_entries_period_id_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_entries_period_id_unit_id_recorded_at"))
        batch_op.create_index(
            "ix_entries_origin_id",
            ["tenant_id", "origin_id"],
            unique=False,
            sqlite_where=sa.text("origin_id IS NOT NULL"),
            postgresql_where=sa.text("origin_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_entries_period_id_recorded_at_id",
            ["tenant_id", "period_id", "recorded_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_period_id_unit_id_recorded_at_id",
            ["tenant_id", "period_id", "unit_id", "recorded_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_files_uploaded_by_uploaded_at",
            ["tenant_id", "uploaded_by", "uploaded_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    with op.batch_alter_table("sheets", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=sa.BIGINT(), nullable=True)

    # why an entry was taken back moves to a side row, where it can be erased; the owner reads all tenants for it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE withdrawals NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO withdrawal_reasons (tenant_id, id, words) SELECT tenant_id, id, reason FROM withdrawals"
    )
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.alter_column("by", existing_type=sa.BIGINT(), nullable=True)
        batch_op.drop_column("reason")
