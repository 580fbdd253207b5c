"""The table of the minimal application, and how it is laid."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The floor's tables."""


class Row(Base):
    """An entry, as bare as can be."""

    __tablename__ = "floor_rows"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    clause_id: Mapped[int] = mapped_column(BigInteger)
    points: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)


def prepare(url: str, app_role: str | None = None) -> None:
    """Create the table, with row security on PostgreSQL, and two hundred rows."""
    made = create_engine(url)
    Base.metadata.drop_all(made)
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add_all(
            Row(tenant_id=1, id=n, subject_id=n, clause_id=91, points=-50, reason="基准")
            for n in range(1, 201)
        )
        session.commit()
    if app_role:
        with made.begin() as connection:
            run = connection.exec_driver_sql
            run("ALTER TABLE floor_rows ENABLE ROW LEVEL SECURITY")
            run("ALTER TABLE floor_rows FORCE ROW LEVEL SECURITY")
            run("CREATE POLICY wall ON floor_rows USING (tenant_id = current_setting('app.tenant')::bigint)")
            run(f'GRANT SELECT, INSERT ON floor_rows TO "{app_role}"')
    made.dispose()
