"""The schema of a database in a form that can be compared."""

import re
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import ReflectedIndex


def shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return each table's columns, constraints and indexes, with names but without the order of columns."""
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {
        table: {
            "columns": {
                column["name"]: (column["type"].compile(connection.dialect), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["name"] or "", *key["constrained_columns"], key["referred_table"], *key["referred_columns"])
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(
                (key["name"] or "", *key["column_names"]) for key in inspector.get_unique_constraints(table)
            ),
            "checks": sorted(str(check["sqltext"]) for check in inspector.get_check_constraints(table)),
            "indexes": sorted(map(_index, inspector.get_indexes(table))),
            "options": inspector.get_table_options(table),
        }
        for table in tables
    }


def _index(index: ReflectedIndex) -> tuple[str, str, bool, str]:
    options = index.get("dialect_options", {})
    where = str(options.get("sqlite_where", options.get("postgresql_where", "")))
    columns = ",".join(str(name) for name in index["column_names"])
    return str(index["name"]), columns, bool(index["unique"]), re.sub(r"\s+", " ", where)
