"""The log of a critical value's loop, its call list, and what the register shows of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tianmu.foundation.db.keys
import tianmu.foundation.db.sealed
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.db.operations import refuse


def begin_logs(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write the log of the alerts that are here, from what their rows say."""
    alert, step = apps.get_model("ecg", "Alert"), apps.get_model("ecg", "AlertStep")
    for row in alert.objects.order_by("id").iterator():
        lines = [("raise", row.raised_at, "ecg engine", "")]
        if row.state == "rejected":
            lines.append(("reject", row.decided_at, row.decided_by, row.reason))
        elif row.decided_at:
            row.notified_at, row.notified_by = row.decided_at, ["message"]
            lines += [("confirm", row.decided_at, row.decided_by, ""), ("notify", row.decided_at, "ecg alerts", "")]
            row.state = "notified" if row.state == "confirmed" else row.state
        if row.acknowledged_at:
            lines.append(("acknowledge", row.acknowledged_at, row.acknowledged_by, row.read_back))
        if row.state == "closed":
            row.disposed_at = row.charted_at = row.closed_at
            row.charted_by = row.disposed_by
            lines.append(("dispose", row.closed_at, row.disposed_by, row.disposal))
            lines.append(("chart", row.closed_at, row.disposed_by, row.disposal))
        if row.state in {"closed", "rejected"}:
            row.due_at = None
        row.save()
        step.objects.bulk_create(
            step(id=uuid7(), alert_id=row.pk, at=at, step=kind, actor=by, text=text) for kind, at, by, text in lines
        )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_purposes"),
        ("ecg", "0004_live_sessions"),
        ("rulesets", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("purpose", models.CharField(choices=[("notify", "通报"), ("escalate", "升级")], max_length=12)),
                ("level", models.CharField(default="", max_length=40)),
                ("to_name", models.CharField(max_length=80)),
                ("to_phone", tianmu.foundation.db.sealed.SealedTextField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待拨打"), ("answered", "已接通"), ("unneeded", "无需拨打")],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_by", models.CharField(default="", max_length=120)),
                ("done_at", models.DateTimeField(null=True)),
                ("spoke_to", models.CharField(default="", max_length=80)),
                ("read_back", models.CharField(default="", max_length=400)),
                ("note", models.CharField(default="", max_length=400)),
                ("once", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="AlertStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("step", models.CharField(max_length=16)),
                ("actor", models.CharField(max_length=120)),
                ("stage", models.CharField(default="", max_length=16)),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                ("level", models.CharField(default="", max_length=40)),
                ("means", models.CharField(default="", max_length=16)),
                ("to_whom", models.CharField(default="", max_length=200)),
                ("text", models.CharField(default="", max_length=400)),
                ("once", models.CharField(max_length=80, default="")),
            ],
        ),
        migrations.AddField(
            model_name="alert",
            name="chart_note",
            field=models.CharField(default="", max_length=400),
        ),
        migrations.AddField(
            model_name="alert",
            name="charted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="charted_by",
            field=models.CharField(default="", max_length=120),
        ),
        migrations.AddField(
            model_name="alert",
            name="close_asked_by",
            field=models.CharField(default="", max_length=120),
        ),
        migrations.AddField(
            model_name="alert",
            name="close_reason",
            field=models.CharField(default="", max_length=400),
        ),
        migrations.AddField(
            model_name="alert",
            name="disposed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="escalated_to",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="alert",
            name="inputs_sha256",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="alert",
            name="late",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="loop_rules",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rulesets.rulesetversion"
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="next_call_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="notified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="notified_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="reviewed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="reviewed_by",
            field=models.CharField(default="", max_length=120),
        ),
        migrations.AddField(
            model_name="alert",
            name="taken_by",
            field=models.CharField(default="", max_length=120),
        ),
        migrations.AddField(
            model_name="alert",
            name="verdict",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AlterField(
            model_name="alert",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="alert",
            name="state",
            field=models.CharField(
                choices=[
                    ("raised", "机器报警"),
                    ("confirmed", "已确认"),
                    ("rejected", "已排除"),
                    ("notified", "已通报"),
                    ("acknowledged", "已接收"),
                    ("disposed", "已处置"),
                    ("closed", "已闭环"),
                ],
                default="raised",
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("next_call_at__isnull", False)), fields=["next_call_at"], name="ecg_alert_next_call"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["-raised_at", "-id"], name="ecg_alert_register"),
        ),
        migrations.AddField(
            model_name="alertcall",
            name="alert",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="ecg.alert"),
        ),
        migrations.AddField(
            model_name="alertstep",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
            ),
        ),
        migrations.AddField(
            model_name="alertstep",
            name="alert",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="ecg.alert"),
        ),
        migrations.AddIndex(
            model_name="alertcall",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["due_at", "id"], name="ecg_alert_calls_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="alertcall",
            constraint=models.UniqueConstraint(fields=("alert", "once"), name="ecg_alert_call_once"),
        ),
        migrations.AddIndex(
            model_name="alertstep",
            index=models.Index(fields=["alert", "id"], name="ecg_alert_log"),
        ),
        migrations.AddConstraint(
            model_name="alertstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", ""), _negated=True),
                fields=("alert", "once"),
                name="ecg_alert_step_once",
            ),
        ),
        refuse(
            "ecg_alertstep",
            "UPDATE OR DELETE",
            "true",
            "The log of a critical value is only appended.",
            name="ecg_alert_log_kept",
        ),
        migrations.RunPython(begin_logs, migrations.RunPython.noop),
    ]
