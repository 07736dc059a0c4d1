import django.db.models.deletion
from django.db import migrations, models

import tianmu.foundation.db.keys
from tianmu.foundation.db.operations import refuse, refuse_truncate

TABLE = "contracts_noticedelivery"
OUTCOMES = [("signed", "已签收"), ("refused", "拒收"), ("undeliverable", "地址有误退回")]


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("outcome", models.CharField(choices=OUTCOMES, max_length=16)),
                ("delivered_on", models.DateField()),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delivery", to="contracts.notice"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        refuse(TABLE, "UPDATE OR DELETE", "TRUE", "Rows of this table are only added.", name=f"{TABLE}_kept"),
        refuse_truncate(TABLE, "Rows of this table are only added.", name=f"{TABLE}_whole"),
    ]
