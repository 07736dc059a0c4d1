"""What reports may read of the ECG room: examinations, critical values, readings and second readings.

Void orders and those of test patients are no rows (`selectors/counting.py`); what a numerator counts is defined once,
here or where the room's own figures have it (`selectors/alert_figures.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.choices import Agreement, AlertState, ConclusionClass, OrderState, Urgency
from tianmu.clinical.ecg.models import Alert, Order, OrderStep, QualityReview
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.critical_figures import Index
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.alert_figures import CONFIRMED, DECIDED, SHARES
from tianmu.clinical.ecg.selectors.alerts import FIRST_GRADE
from tianmu.clinical.ecg.selectors.counting import counted, counting
from tianmu.clinical.ecg.selectors.workload import SECOND
from tianmu.foundation.dataset_columns import full_years, holds
from tianmu.foundation.datasets import DataSet, Field, Kind, Watch
from tianmu.foundation.documents.models import Signature
from tianmu.registry.organizations.towns import towns
from tianmu.registry.people import Sex

_ENGLISH: Mapping[str, str] = {
    "emergency": "Emergency", "ward": "Ward", "outpatient": "Out-patient", "physical": "Check-up",
    "normal": "Normal", "mostly_normal": "Mostly normal", "borderline": "Borderline", "abnormal": "Abnormal",
    "M": "Male", "F": "Female", "unknown": "Unknown", "full": "Agrees", "minor": "Nearly agrees", "major": "Disagrees",
    "resting": "Resting", "holter": "Holter", "A": "A", "B": "B", "C": "C", "D": "D",
}  # fmt: skip
_LEFT_OUT = ("作废的检查与测试患者", "void orders and test patients")
_KINDS = {"resting": ("常规心电图", "Resting ECG"), "holter": ("动态心电图", "Holter")}
_GRADES = {grade: (grade, grade) for grade in "ABCD"}
_FIRST = Q(role="reader", document_version__number=1)


def _words(choices: type[TextChoices]) -> dict[str, tuple[str, str]]:
    return {
        value: (str(label), _ENGLISH.get(value, value.replace("_", " ").capitalize()))
        for value, label in choices.choices
    }


def _of_order(prefix: str = "", at: str = "acquired_at") -> Sequence[Field]:
    """Return the fields that tell orders apart, for rows that lead to their order by `prefix`."""
    return (
        *_places(prefix, town="origin__town_code"),
        Field("sex", Kind.CODE, "性别", "Sex", f"{prefix}patient__sex", values=_words(Sex)),
        Field(
            "age", Kind.NUMBER, "年龄", "Age", full_years(f"{prefix}patient__birth_date", at), unit="岁",
            meaning="事件当日的周岁", meaning_en="full years on the day of the event",
        ),
        Field("age_group", Kind.TEXT, "年龄段", "Age group", expression="band(age, 7, 18, 45, 60, 75)"),
        *_keys(prefix),
    )  # fmt: skip


def _places(prefix: str, town: str) -> Sequence[Field]:
    return (
        Field("origin", Kind.UNIT, "申请机构", "Sending institution", f"{prefix}origin_id", path="origin_path"),
        Field("town", Kind.CODE, "乡镇", "Town", f"{prefix}{town}", values=_towns()),
        Field("centre", Kind.UNIT, "诊断中心", "Reading centre", f"{prefix}centre_id", path="centre_path"),
        Field("origin_path", Kind.TEXT, "", "", f"{prefix}origin_path", hidden=True),
        Field("centre_path", Kind.TEXT, "", "", f"{prefix}centre_path", hidden=True),
        Field("kind", Kind.CODE, "检查类型", "Kind", f"{prefix}kind", values=_KINDS),
        Field("urgency", Kind.CODE, "紧急程度", "Urgency", f"{prefix}urgency", values=_words(Urgency)),
    )


def _keys(prefix: str) -> Sequence[Field]:
    return (
        Field("number", Kind.TEXT, "检查号", "Order number", f"{prefix}number", person=True),
        Field("order_key", Kind.TEXT, "", "", f"{prefix}id", hidden=True),
        Field("person_key", Kind.TEXT, "", "", f"{prefix}patient_id", hidden=True),
    )


def _towns() -> dict[str, tuple[str, str]]:
    return {code: (one.name, one.name) for code, one in towns().items()}


def _edition(now: datetime) -> str:
    return counting(now).version


def _orders(now: datetime) -> QuerySet[Order]:
    return Order.objects.filter(counted(counting(now)))


EXAMINATIONS = DataSet(
    key="ecg.examinations",
    name="心电检查",
    name_en="ECG examinations",
    counts="每行一次心电检查",
    counts_en="one row for each ECG",
    left_out=_LEFT_OUT[0],
    left_out_en=_LEFT_OUT[1],
    right=Right.VIEW,
    paths=("origin_path", "centre_path"),
    time="acquired_at",
    rows=_orders,
    edition=_edition,
    watches=(Watch("residents.Resident", "patient"),),
    link="ecg_order",
    subject="order_key",
    about="person_key",
    fields=(
        *_of_order(),
        Field("state", Kind.CODE, "状态", "State", "state", values=_words(OrderState)),
        Field("department", Kind.TEXT, "申请科室", "Department", "department"),
        Field("device", Kind.TEXT, "采集设备", "Device", "device__name"),
        Field("registered_at", Kind.INSTANT, "登记时间", "Registered", "registered_at"),
        Field("acquired_at", Kind.INSTANT, "采集时间", "Recorded", "acquired_at"),
        Field("uploaded_at", Kind.INSTANT, "上传时间", "Uploaded", "uploaded_at"),
        Field("opened_at", Kind.INSTANT, "打开时间", "Opened", "opened_at"),
        Field("published_at", Kind.INSTANT, "首次发布时间", "First published", "published_at"),
        Field("printed_at", Kind.INSTANT, "首次打印时间", "First printed", "printed_at"),
        Field("due_at", Kind.INSTANT, "报告时限", "Report due", "due_at"),
        Field("heart_rate", Kind.NUMBER, "心率", "Heart rate", "heart_rate", unit="次/分"),
        Field("quality_grade", Kind.CODE, "图像质量", "Trace quality", "quality_grade", values=_GRADES),
        Field(
            "conclusion_class", Kind.CODE, "结论类别", "Conclusion", "conclusion_class", values=_words(ConclusionClass)
        ),
        Field("versions", Kind.NUMBER, "报告版本数", "Report versions", "published_version"),
        Field("reader", Kind.TEXT, "诊断医师", "Reader", "reader", right=Right.VIEW_WORKLOAD),
        Field(
            "seen",
            Kind.BOOLEAN,
            "居民已查看",
            "Read by the resident",
            holds(Q(published_version__gt=0, seen_at__isnull=False)),
        ),
        Field(
            "returned",
            Kind.BOOLEAN,
            "曾退回",
            "Was returned",
            Exists(OrderStep.objects.filter(order=OuterRef("pk"), move=Move.RETURN)),
        ),
        Field("published", Kind.BOOLEAN, "已发布", "Published", holds(Q(published_version__gt=0))),
        Field(
            "positive",
            Kind.BOOLEAN,
            "阳性",
            "Positive",
            expression="published and conclusion_class = 'abnormal'",
            meaning="已发布且结论类别为异常",
            meaning_en="published, and the conclusion class is abnormal",
        ),
        Field(
            "in_time",
            Kind.BOOLEAN,
            "报告及时",
            "Report in time",
            expression="published and published_at <= due_at",
            meaning="首版报告在时限内发布",
            meaning_en="the first version was published within its limit",
        ),
        Field("amended", Kind.BOOLEAN, "已修订", "Amended", expression="versions > 1"),
        Field("graded", Kind.BOOLEAN, "有质量等级", "Graded", expression="quality_grade in ('A', 'B', 'C', 'D')"),
        Field(
            "good_image",
            Kind.BOOLEAN,
            "图像合格",
            "Acceptable trace",
            expression="quality_grade in ('A', 'B', 'C')",
            meaning="质量等级 A、B、C",
            meaning_en="graded A, B or C",
        ),
        Field(
            "report_minutes",
            Kind.NUMBER,
            "出报告时长",
            "Turnaround",
            expression="minutes_between(acquired_at, published_at)",
            unit="分钟",
        ),
        Field(
            "upload_minutes",
            Kind.NUMBER,
            "上传时长",
            "Time to upload",
            expression="minutes_between(acquired_at, uploaded_at)",
            unit="分钟",
        ),
    ),
)


def _alerts(now: datetime) -> QuerySet[Alert]:
    return Alert.objects.filter(counted(counting(now), "order__"), grade=FIRST_GRADE)


CRITICAL_VALUES = DataSet(
    key="ecg.critical_values",
    name="危急值",
    name_en="Critical values",
    counts="每行一条机器报出的危急值",
    counts_en="one row for each critical value that the machine raised",
    left_out=_LEFT_OUT[0],
    left_out_en=_LEFT_OUT[1],
    right=Right.VIEW,
    paths=("origin_path", "centre_path"),
    time="raised_at",
    rows=_alerts,
    edition=_edition,
    watches=(Watch("ecg.Order", "order"), Watch("residents.Resident", "order__patient")),
    link="ecg_order",
    subject="order_key",
    about="person_key",
    fields=(
        *_of_order("order__", "raised_at"),
        Field("code", Kind.TEXT, "危急值类型", "Critical value", "code"),
        Field("state", Kind.CODE, "状态", "State", "state", values=_words(AlertState)),
        Field("raised_at", Kind.INSTANT, "报警时间", "Raised", "raised_at"),
        Field("decided_at", Kind.INSTANT, "判定时间", "Decided", "decided_at"),
        Field("notified_at", Kind.INSTANT, "通报时间", "Notified", "notified_at"),
        Field("acknowledged_at", Kind.INSTANT, "接收时间", "Acknowledged", "acknowledged_at"),
        Field("disposed_at", Kind.INSTANT, "处置时间", "Treated", "disposed_at"),
        Field("decided", Kind.BOOLEAN, "已判定", "Decided by a doctor", holds(DECIDED)),
        Field("confirmed", Kind.BOOLEAN, "已确认", "Confirmed", holds(CONFIRMED)),
        Field(
            "timely",
            Kind.BOOLEAN,
            "处理及时",
            "In time",
            holds(SHARES[Index.TIMELY].counted),
            meaning="确认、通报、接收均在时限内",
            meaning_en="confirmed, notified and acknowledged within the limits",
        ),
        Field("notified", Kind.BOOLEAN, "已通报", "Notified", holds(SHARES[Index.NOTIFIED].counted)),
        Field("disposed", Kind.BOOLEAN, "已处置", "Treated", holds(SHARES[Index.DISPOSED].counted)),
        Field("ruled_out", Kind.BOOLEAN, "已排除", "Ruled out", holds(SHARES[Index.FALSE].counted)),
        Field(
            "confirm_minutes",
            Kind.NUMBER,
            "确认用时",
            "Time to confirm",
            expression="minutes_between(raised_at, decided_at)",
            unit="分钟",
        ),
        Field(
            "answer_minutes",
            Kind.NUMBER,
            "接收用时",
            "Time to acknowledge",
            expression="minutes_between(raised_at, acknowledged_at)",
            unit="分钟",
        ),
    ),
)


def _readings(now: datetime) -> QuerySet[Signature]:
    here = Order.objects.filter(counted(counting(now)), pk=OuterRef("document_version__document__subject_id"))
    names = ("origin_id", "origin_path", "centre_id", "centre_path", "kind", "urgency", "due_at", "number")
    found: dict[str, Any] = {f"of_{name}": Subquery(here.values(name)[:1]) for name in (*names, "patient_id")}
    found["of_town"] = Subquery(here.values("origin__town_code")[:1])
    found["of_id"] = F("document_version__document__subject_id")
    rows = Signature.objects.filter(document_version__document__kind=REPORT).filter(Exists(here))
    return rows.annotate(**found)


READINGS = DataSet(
    key="ecg.readings",
    name="阅图签名",
    name_en="Readings",
    counts="每行一个报告签名",
    counts_en="one row for each signature under a report",
    left_out=_LEFT_OUT[0],
    left_out_en=_LEFT_OUT[1],
    right=Right.VIEW_WORKLOAD,
    paths=("centre_path",),
    time="signed_at",
    rows=_readings,
    edition=_edition,
    watches=(Watch("ecg.Order", "document_version__document__subject_id"),),
    link="ecg_order",
    subject="order_key",
    about="person_key",
    fields=(
        Field("reader", Kind.TEXT, "医师", "Doctor", "name"),
        Field("reader_key", Kind.TEXT, "", "", "account_id", hidden=True),
        Field("signed_at", Kind.INSTANT, "签名时间", "Signed", "signed_at"),
        *_places("of_", town="town"),
        Field("due_at", Kind.INSTANT, "报告时限", "Report due", "of_due_at"),
        Field("first_read", Kind.BOOLEAN, "初诊", "First read", holds(_FIRST)),
        Field("second_read", Kind.BOOLEAN, "审核", "Second read", holds(Q(role__in=SECOND))),
        Field("amendment", Kind.BOOLEAN, "修订", "Amendment", holds(Q(role="reader", document_version__number__gt=1))),
        Field(
            "emergency_read",
            Kind.BOOLEAN,
            "急诊初诊",
            "Emergency first read",
            expression="first_read and urgency = 'emergency'",
        ),
        Field("late_read", Kind.BOOLEAN, "初诊超时", "Late first read", expression="first_read and signed_at > due_at"),
        *_keys("of_"),
    ),
)


def _reviews(now: datetime) -> QuerySet[QualityReview]:
    return QualityReview.objects.filter(counted(counting(now), "order__"), state="done")


SECOND_READINGS = DataSet(
    key="ecg.second_readings",
    name="盲法复读",
    name_en="Blind second readings",
    counts="每行一份完成的盲法复读",
    counts_en="one row for each blind second reading that is done",
    left_out=_LEFT_OUT[0],
    left_out_en=_LEFT_OUT[1],
    right=Right.VIEW_WORKLOAD,
    paths=("centre_path",),
    time="done_at",
    rows=_reviews,
    edition=_edition,
    watches=(Watch("ecg.Order", "order"), Watch("residents.Resident", "order__patient")),
    link="ecg_order",
    subject="order_key",
    about="person_key",
    fields=(
        *_of_order("order__", "done_at"),
        Field("done_at", Kind.INSTANT, "完成时间", "Done", "done_at"),
        Field("first_reader", Kind.TEXT, "初读医师", "First reader", "first_name"),
        Field("agreement", Kind.CODE, "符合程度", "Agreement", "agreement", values=_words(Agreement)),
        Field("image_grade", Kind.CODE, "复评图像质量", "Trace quality, second look", "image_grade", values=_GRADES),
        Field("agreed", Kind.BOOLEAN, "诊断符合", "Agreed", holds(Q(agreement__in=["full", "minor"]))),
    ),
)

DATA_SETS = (EXAMINATIONS, CRITICAL_VALUES, READINGS, SECOND_READINGS)
