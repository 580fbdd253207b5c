"""The first tables"""

import sqlalchemy as sa
from alembic import op

import kaohe.db.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adoptions",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_adoptions")),
        sa.UniqueConstraint("tenant_id", "scheme_code", name=op.f("uq_adoptions_tenant_id_scheme_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", kaohe.db.types.Instant(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_attempts_tenant_id_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "persons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_persons")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_persons_tenant_id_number")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(
            "ix_persons_initials",
            ["tenant_id", "initials"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_persons_name", ["tenant_id", "name"], unique=False, sqlite_where=None, postgresql_where=None
        )

    op.create_table(
        "settings",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", kaohe.db.types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_settings")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_settings_tenant_id_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant_sectors",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", kaohe.db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_sectors")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_tenant_sectors_tenant_id_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "units",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"], ["units.tenant_id", "units.id"], name=op.f("fk_units_parent_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_units")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(
            "ix_units_parent_id_place",
            ["tenant_id", "parent_id", "place"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_units_path", ["tenant_id", "path"], unique=False, sqlite_where=None, postgresql_where=None
        )

    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("density", sa.Text(), nullable=False),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_accounts_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_accounts_tenant_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attributes",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", kaohe.db.types.Json(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_attributes_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_attributes_recorded_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attributes")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attributes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attributes_person_id_name_starts_on",
            ["tenant_id", "person_id", "name", "starts_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "audit_rows",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=True),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_audit_rows_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_rows")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("audit_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_rows_at", ["tenant_id", "at"], unique=False, sqlite_where=None, postgresql_where=None
        )
        batch_op.create_index(
            "ix_audit_rows_object_id",
            ["tenant_id", "object_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_audit_rows_person_id_at",
            ["tenant_id", "person_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "earlier_results",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("score", kaohe.db.types.Points(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_earlier_results_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_earlier_results")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "scheme_code",
            "starts_on",
            name=op.f("uq_earlier_results_tenant_id_person_id_scheme_code_starts_on"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "files",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "uploaded_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_files_uploaded_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_files")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_files_sha256", ["tenant_id", "sha256"], unique=False, sqlite_where=None, postgresql_where=None
        )

    op.create_table(
        "import_drafts",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", kaohe.db.types.Json(), nullable=False),
        sa.Column("choices", kaohe.db.types.Json(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("written_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("outcome", kaohe.db.types.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_import_drafts_created_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_drafts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("import_drafts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_import_drafts_kind_created_at",
            ["tenant_id", "kind", "created_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("args", kaohe.db.types.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", kaohe.db.types.Json(), nullable=True),
        sa.Column("result", kaohe.db.types.Json(), nullable=True),
        sa.Column("error", kaohe.db.types.Json(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("started_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("beat_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("ended_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_jobs_created_by")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_jobs")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jobs_created_by_created_at",
            ["tenant_id", "created_by", "created_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_jobs_state_created_at",
            ["tenant_id", "state", "created_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "leaves",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["persons.tenant_id", "persons.id"], name=op.f("fk_leaves_person_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_leaves")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(
            "ix_leaves_person_id_starts_on",
            ["tenant_id", "person_id", "starts_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "memberships",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_memberships_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_memberships_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_memberships")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(
            "ix_memberships_person_id_starts_on",
            ["tenant_id", "person_id", "starts_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_memberships_unit_id_starts_on",
            ["tenant_id", "unit_id", "starts_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "revisions",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("adoption_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("settled", kaohe.db.types.Json(), nullable=False),
        sa.Column("changes", kaohe.db.types.Json(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("adopted_by", sa.BigInteger(), nullable=True),
        sa.Column("adopted_at", kaohe.db.types.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "adopted_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_revisions_adopted_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "adoption_id"],
            ["adoptions.tenant_id", "adoptions.id"],
            name=op.f("fk_revisions_adoption_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_revisions_created_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_revisions")),
        sa.UniqueConstraint(
            "tenant_id", "adoption_id", "number", name=op.f("uq_revisions_tenant_id_adoption_id_number")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "subjects",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_subjects_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_subjects_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_subjects")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "acknowledgements",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_acknowledgements_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["revisions.tenant_id", "revisions.id"],
            name=op.f("fk_acknowledgements_revision_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "tenant_id",
            "revision_id",
            "person_id",
            name=op.f("uq_acknowledgements_tenant_id_revision_id_person_id"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "activation_slips",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("expires_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("used_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_activation_slips_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "issued_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_activation_slips_issued_by"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_activation_slips")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("activation_slips", schema=None) as batch_op:
        batch_op.create_index(
            "ix_activation_slips_account_id",
            ["tenant_id", "account_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "audit_details",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("detail", kaohe.db.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["audit_rows.tenant_id", "audit_rows.id"], name=op.f("fk_audit_details_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_details")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_links",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("sealed_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "row_id"],
            ["audit_rows.tenant_id", "audit_rows.id"],
            name=op.f("fk_audit_links_row_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("tenant_id", "place", name=op.f("uq_audit_links_tenant_id_place")),
        sa.UniqueConstraint("tenant_id", "row_id", name=op.f("uq_audit_links_tenant_id_row_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("audit_links", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_links_sealed_at",
            ["tenant_id", "sealed_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "grants",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("deputy_of", sa.BigInteger(), nullable=True),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("given_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_grants_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "deputy_of"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_grants_deputy_of"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "given_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_grants_given_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_grants_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_grants")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(
            "ix_grants_account_id",
            ["tenant_id", "account_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_grants_unit_id",
            ["tenant_id", "unit_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "periods",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("adoption_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("entries_until", sa.Date(), nullable=False),
        sa.Column("published_until", sa.Date(), nullable=False),
        sa.Column("final_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "adoption_id"],
            ["adoptions.tenant_id", "adoptions.id"],
            name=op.f("fk_periods_adoption_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["revisions.tenant_id", "revisions.id"],
            name=op.f("fk_periods_revision_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_periods")),
        sa.UniqueConstraint(
            "tenant_id", "adoption_id", "code", name=op.f("uq_periods_tenant_id_adoption_id_code")
        ),
        sa.UniqueConstraint(
            "tenant_id", "adoption_id", "starts_on", name=op.f("uq_periods_tenant_id_adoption_id_starts_on")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("periods", schema=None) as batch_op:
        batch_op.create_index(
            "ix_periods_state_starts_on",
            ["tenant_id", "state", "starts_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "sign_ins",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("seen_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("expires_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_sign_ins_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_sign_ins_tenant_id_token_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_ins_account_id",
            ["tenant_id", "account_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "period_steps",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_period_steps_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_period_steps_period_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_period_steps")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("period_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_period_steps_period_id_at",
            ["tenant_id", "period_id", "at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "runs",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("engine_version", sa.BigInteger(), nullable=False),
        sa.Column("subjects", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("effects", kaohe.db.types.Json(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_runs_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_runs_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["revisions.tenant_id", "revisions.id"],
            name=op.f("fk_runs_revision_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_runs")),
        sa.UniqueConstraint(
            "tenant_id", "period_id", "number", name=op.f("uq_runs_tenant_id_period_id_number")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(
            "uq_runs_standing",
            ["tenant_id", "period_id"],
            unique=True,
            sqlite_where=sa.text("standing"),
            postgresql_where=sa.text("standing"),
        )

    op.create_table(
        "sheets",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("done_at", kaohe.db.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_sheets_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_sheets_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_sheets_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_sheets_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sheets")),
        sa.UniqueConstraint(
            "tenant_id",
            "period_id",
            "subject_id",
            "form",
            "happened_on",
            "recorded_by",
            name=op.f("uq_sheets_tenant_id_period_id_subject_id_form_happened_on_recorded_by"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("occurrence", sa.BigInteger(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("before", kaohe.db.types.Json(), nullable=True),
        sa.Column("after", kaohe.db.types.Json(), nullable=True),
        sa.Column("acts_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_decisions_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_decisions_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposed_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_decisions_proposed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name=op.f("fk_decisions_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_decisions_subject_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "tenant_id",
            "period_id",
            "subject_id",
            "clause_id",
            "occurrence",
            "effect",
            "source",
            name=op.f("uq_decisions_tenant_id_period_id_subject_id_clause_id_occurrence_effect_source"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("clause_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", kaohe.db.types.Quantity(), nullable=False),
        sa.Column("points", kaohe.db.types.Points(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("found_late", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("form_token", sa.Text(), nullable=True),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_entries_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["persons.tenant_id", "persons.id"],
            name=op.f("fk_entries_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sheet_id"], ["sheets.tenant_id", "sheets.id"], name=op.f("fk_entries_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_entries_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_entries_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entries")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entries_period_id_recorded_at",
            ["tenant_id", "period_id", "recorded_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_period_id_unit_id_recorded_at",
            ["tenant_id", "period_id", "unit_id", "recorded_at"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_replaced_by",
            ["tenant_id", "replaced_by"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_sheet_id",
            ["tenant_id", "sheet_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_standing",
            [
                "tenant_id",
                "period_id",
                "subject_id",
                "clause_id",
                "sheet_id",
                "quantity",
                "points",
                "replaced_by",
            ],
            unique=False,
            sqlite_where=sa.text("replaced_by IS NULL"),
            postgresql_where=sa.text("replaced_by IS NULL"),
        )
        batch_op.create_index(
            "ix_entries_subject_id_happened_on",
            ["tenant_id", "subject_id", "happened_on"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "uq_entries_form_token",
            ["tenant_id", "form_token"],
            unique=True,
            sqlite_where=sa.text("form_token IS NOT NULL"),
            postgresql_where=sa.text("form_token IS NOT NULL"),
        )

    op.create_table(
        "results",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("score", kaohe.db.types.Points(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("standing_word", sa.Text(), nullable=False),
        sa.Column("rank_unit", sa.BigInteger(), nullable=True),
        sa.Column("tied_unit", sa.BigInteger(), nullable=True),
        sa.Column("rank_all", sa.BigInteger(), nullable=True),
        sa.Column("tied_all", sa.BigInteger(), nullable=True),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["periods.tenant_id", "periods.id"], name=op.f("fk_results_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name=op.f("fk_results_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_id"],
            ["subjects.tenant_id", "subjects.id"],
            name=op.f("fk_results_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["units.tenant_id", "units.id"], name=op.f("fk_results_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_results")),
        sa.UniqueConstraint(
            "tenant_id", "run_id", "subject_id", name=op.f("uq_results_tenant_id_run_id_subject_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("results", schema=None) as batch_op:
        batch_op.create_index(
            "ix_results_run_id_score_subject_id",
            ["tenant_id", "run_id", "score", "subject_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_results_subject_id_period_id",
            ["tenant_id", "subject_id", "period_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "entry_reasons",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["entries.tenant_id", "entries.id"], name=op.f("fk_entry_reasons_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evidence",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", kaohe.db.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "added_by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_evidence_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entries.tenant_id", "entries.id"], name=op.f("fk_evidence_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name=op.f("fk_evidence_file_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "tenant_id", "entry_id", "file_id", name=op.f("uq_evidence_tenant_id_entry_id_file_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_file_id",
            ["tenant_id", "file_id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    op.create_table(
        "withdrawals",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", kaohe.db.types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"], ["persons.tenant_id", "persons.id"], name=op.f("fk_withdrawals_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"],
            ["entries.tenant_id", "entries.id"],
            name=op.f("fk_withdrawals_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["periods.tenant_id", "periods.id"],
            name=op.f("fk_withdrawals_period_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("tenant_id", "entry_id", name=op.f("uq_withdrawals_tenant_id_entry_id")),
        sqlite_with_rowid=False,
    )
