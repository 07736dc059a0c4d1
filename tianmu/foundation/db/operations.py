"""Migration operations of our own: a table partitioned by its time-ordered key, and rows that cannot be changed."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel, RunSQL
from django.db.migrations.state import ProjectState


class CreatePartitionedModel(CreateModel):
    """Create a table PARTITION BY RANGE (id), with a default partition named `<table>_rest`."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the parent and its default partition."""
        editor: Any = schema_editor
        plain = editor.sql_create_table
        editor.sql_create_table = f"{plain} PARTITION BY RANGE (id)"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            editor.sql_create_table = plain
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table  # noqa: SLF001 - Django's documented way
        schema_editor.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")


def refuse(table: str, events: str, condition: str, message: str, *, name: str) -> RunSQL:
    """Refuse row changes in the database itself: `events` such as UPDATE OR DELETE, where `condition` holds."""
    forward = f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
    """
    return RunSQL(forward, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")


def refuse_truncate(table: str, message: str, *, name: str) -> RunSQL:
    """Refuse TRUNCATE of a table and of the partitions it has; partitions made later inherit it (see partitions.py)."""
    forward = f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';
        END $$;
        DO $$
        DECLARE one regclass;
        BEGIN
            FOR one IN SELECT '{table}'::regclass
                UNION ALL SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '{table}'::regclass
            LOOP
                EXECUTE format(
                    'CREATE TRIGGER {name} BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION {name}()', one
                );
            END LOOP;
        END $$;
    """  # noqa: S608 - table and names come from migrations
    return RunSQL(forward, f"DROP FUNCTION {name}() CASCADE")
