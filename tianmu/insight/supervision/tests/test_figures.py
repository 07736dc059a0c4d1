"""Figures against rows made by hand: numerators, denominators, minutes, splits, exclusions, rows behind, files."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.engine.recording import Kind
from tianmu.clinical.ecg.models import Device, Order
from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.clinical.ecg.rules.workload import FIGURES
from tianmu.clinical.ecg.selectors.alerts import RegisterQuery, critical_figures
from tianmu.clinical.ecg.selectors.workload import Asked as WorkAsked
from tianmu.clinical.ecg.selectors.workload import figures as workload
from tianmu.clinical.ecg.tests.county import County
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import PurposeNeededError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import Counted, catalogue, value_of
from tianmu.insight.supervision.selectors import files
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.figures import figures, indicator_of, split
from tianmu.insight.supervision.selectors.rows import rows_behind, things_behind, told
from tianmu.insight.supervision.selectors.splitting import diseases
from tianmu.insight.supervision.tests.rows import Maker
from tianmu.registry.residents.models import Resident

TOP = "/ly/"
NIGHT = datetime(2026, 11, 2, 8, 0, tzinfo=ZONE)
MONTH = Asked(NIGHT - timedelta(hours=8), NIGHT + timedelta(days=20))
CRITICAL = {
    "critical_notified": "notified_rate", "critical_in_time": "timely_rate", "critical_disposed": "disposed_rate",
    "critical_false": "false_alarm_rate",
}  # fmt: skip
WORK = {
    "first_reads": "first_reads", "second_reads": "second_reads", "emergency_reads": "emergencies",
    "late_reads": "late", "amendments": "amendments", "returns": "returns",
}  # fmt: skip


def watcher(*rights: str, path: str = TOP, figures_of: tuple[str, ...] = ()) -> Actor:
    """Return somebody with rights at a path; `figures_of` are rights that wait for a purpose."""
    held = dict.fromkeys((Right.VIEW, Right.EXPORT, *rights), (path,))
    return Actor(ActorKind.STAFF, None, "监管", path, held, figures=dict.fromkeys(figures_of, (path,)))


@pytest.fixture
def month(county: County) -> Maker:
    """Make a month in which something of everything happened."""
    made = Maker(county, NIGHT)
    first = made.signed(made.order(0, urgency="emergency"), 10, conclusion="abnormal", printed_at=NIGHT, seen_at=NIGHT)
    second = made.signed(made.order(60 * 24, kind="holter", quality_grade="D"), 40)
    third = made.signed(made.order(60 * 48, origin=county.other_township, quality_grade="B"), 20)
    made.amended(third, NIGHT + timedelta(days=3))
    waiting = made.order(60 * 72, quality_grade="")
    made.returned(waiting, NIGHT + timedelta(days=3, hours=1))
    made.recorded_again(waiting, NIGHT + timedelta(days=3, hours=2), statement_codes=["limb_reversal"])
    void = made.signed(made.order(60 * 24), 10, conclusion="abnormal")
    Order.objects.filter(pk=void.pk).update(state=OrderState.VOID)
    tested = Resident.objects.exclude(pk=county.patient.pk).get()
    Resident.objects.filter(pk=tested.pk).update(
        name="测试患者", name_keys=["测", "测试", "试", "试患", "患", "患者", "者"]
    )
    ignored = made.signed(made.order(60 * 25, patient=tested), 10, conclusion="abnormal")
    at = NIGHT + timedelta(hours=1)
    told_at = {"notified_at": at, "acknowledged_at": at, "disposed_at": at, "decided_at": at}
    made.alert(first, "stemi", state="disposed", **told_at)
    made.alert(second, "vt", state="disposed", late=["acknowledge"], **told_at)
    made.alert(third, "vf", state="rejected", decided_at=at)
    made.alert(waiting, "pause")
    made.alert(void, "stemi", state="disposed", **told_at)
    made.alert(ignored, "stemi", state="disposed", **told_at)
    made.alert(first, "major", state="confirmed", decided_at=at, grade="major")
    made.reviewed(first, "minor", NIGHT + timedelta(days=2))
    made.reviewed(second, "major", NIGHT + timedelta(days=2))
    made.consulted(first, NIGHT, 30)
    made.consulted(second, NIGHT, 90)
    made.consulted(third, NIGHT, None)
    Device.objects.create(organization=county.centre, name="闲置", active=True)
    return made


def counted(actor: Actor, asked: Asked = MONTH) -> dict[str, tuple[float, int]]:
    found = figures(actor, asked, timezone.now())
    return {key: (one.numerator, one.denominator) for key, one in found.items()}


@pytest.mark.usefixtures("month")
def test_every_indicator_counts_what_its_definition_says() -> None:
    found = counted(watcher())
    assert {key: found[key] for key in found if catalogue().indicators[key].measure != "duration"} == {
        "examinations": (4, 4),
        "arrivals": (4, 4),
        "published": (3, 3),
        "positive_rate": (1, 3),
        "report_in_time": (2, 3),
        "critical_values": (2, 2),
        "critical_in_time": (1, 2),
        "critical_notified": (2, 2),
        "critical_disposed": (2, 2),
        "critical_false": (1, 3),
        "consultations": (3, 3),
        "consultation_in_time": (1, 3),
        "referred_up": (3, 4),
        "agreement": (1, 2),
        "amended_rate": (1, 3),
        "returned_rate": (1, 4),
        "again_rate": (1, 4),
        "reversal_rate": (1, 3),
        "image_quality": (3, 4),
        "resident_read": (1, 3),
        "device_use": (2, 3),
        "coverage": (2, 3),
        "first_reads": (3, 3),
        "second_reads": (3, 3),
        "emergency_reads": (1, 1),
        "late_reads": (1, 3),
        "amendments": (1, 1),
        "returns": (1, 1),
        "holter_hours": (0, 1),
    }


@pytest.mark.usefixtures("month")
def test_durations_have_mean_median_and_ninetieth_percentile() -> None:
    found = figures(watcher(), MONTH, timezone.now())
    whole = found["acquire_to_publish"]
    assert (whole.numerator, whole.denominator, whole.median) == (73, 3, 21)
    assert whole.p90 == pytest.approx(21 + 0.8 * 20)
    assert value_of("duration", whole) == pytest.approx(73 / 3)
    assert (found["acquire_to_upload"].numerator, found["acquire_to_upload"].denominator) == (4, 4)
    assert found["open_to_publish"].median == 2
    assert (found["consultation_minutes"].numerator, found["consultation_minutes"].denominator) == (120, 2)
    assert found["publish_to_print"].denominator == 1


def test_the_same_figures_stand_on_the_screens_of_the_ecg_room(month: Maker) -> None:
    head = watcher(EcgRight.VIEW, EcgRight.VIEW_WORKLOAD)
    found = counted(head)
    register = critical_figures(head, RegisterQuery(since=MONTH.since, until=MONTH.until))
    shown = {str(one.index): (one.numerator, one.denominator) for one in register}
    assert {key: found[key] for key in CRITICAL} == {key: shown[index] for key, index in CRITICAL.items()}
    readers = workload(head, WorkAsked(MONTH.since, MONTH.until))
    sums = {str(figure): sum(one.counts[figure] for one in readers) for figure in FIGURES}
    assert {key: found[key][0] for key in WORK} == {key: sums[figure] for key, figure in WORK.items()}
    assert [*found["agreement"]] == [sums["agreed"], sums["reviewed_again"]]
    by_reader = {
        part.key: part.counted.numerator
        for part in split(head, indicator_of("first_reads"), MONTH, "doctor", "", timezone.now())
    }
    assert by_reader == {one.reader: one.counts["first_reads"] for one in readers if one.counts["first_reads"]}
    assert month.county.reader.name in {one.name for one in readers}


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("key", list(catalogue().indicators))
def test_the_parts_of_a_split_make_the_whole_and_the_rows_are_as_many(key: str) -> None:
    one, now, actor = indicator_of(key), timezone.now(), watcher(EcgRight.VIEW)
    whole = figures(actor, MONTH, now, [key])[key]
    for by in one.splits:
        if by == "disease" or (one.measure == "reach" and by in {"day", "week"}):
            continue
        parts = split(actor, one, MONTH, by, "", now)
        assert sum(part.counted.numerator for part in parts) == pytest.approx(whole.numerator), by
    if one.measure == "reach":
        sizes = [len(things_behind(actor, one, MONTH, part, now)) for part in ("counted", "missed", "among")]
        assert sizes == [whole.numerator, whole.denominator - whole.numerator, whole.denominator]
        return
    among = rows_behind(actor, one, MONTH, "among", now).count()
    counts = rows_behind(actor, one, MONTH, "counted", now).count()
    missed = rows_behind(actor, one, MONTH, "missed", now).count()
    assert (among, counts + missed) == (whole.denominator, among)
    if one.measure in {"count", "rate"}:
        assert counts == whole.numerator
    rows = told(one, list(rows_behind(actor, one, MONTH, "counted", now)))
    assert all(row.order is not None for row in rows)
    if one.measure in {"duration", "sum"}:
        assert sum(row.value or 0 for row in rows) == pytest.approx(whole.numerator)


def test_splits_by_time_place_person_and_disease(month: Maker) -> None:
    actor, now, county = watcher(), timezone.now(), month.county
    one = indicator_of("examinations")

    def parts(by: str, also: str = "", asked: Asked = MONTH) -> dict[Any, float]:
        found = split(actor, one, asked, by, also, now)
        return {(part.key, part.also) if also else part.key: part.counted.numerator for part in found}

    assert parts("day") == {"2026-11-02": 1, "2026-11-03": 1, "2026-11-04": 1, "2026-11-05": 1}
    assert parts("week") == {"2026-11-02": 4}
    assert parts("month") == {"2026-11-01": 4}
    assert parts("quarter") == {"2026-10-01": 4}
    assert parts("year") == {"2026-01-01": 4}
    assert parts("weekday", "hour") == {("1", "8"): 1, ("2", "8"): 1, ("3", "8"): 1, ("4", "8"): 1}
    assert parts("organization") == {str(county.township.pk): 3, str(county.other_township.pk): 1}
    assert parts("sex", "age") == {("M", "60-74"): 4}
    assert parts("disease")["rhythm"] == 3
    inside = Asked(MONTH.since, MONTH.until, unit_path=county.other_township.path)
    assert parts("kind", asked=inside) == {"resting": 1}
    assert parts("day", asked=Asked(MONTH.since, MONTH.until, hour=9)) == {}


def test_figures_end_where_the_right_ends_and_persons_need_a_purpose(month: Maker) -> None:
    county, now = month.county, timezone.now()
    there = watcher(path=county.other_township.path)
    assert counted(there)["examinations"] == (1, 1)
    assert counted(there)["coverage"] == (1, 1)
    with pytest.raises(RefusedError):
        figures(county.sender, MONTH, now)
    bureau = watcher(figures_of=(EcgRight.VIEW,))
    assert counted(bureau)["examinations"] == (4, 4)
    with pytest.raises(PurposeNeededError):
        rows_behind(bureau, indicator_of("examinations"), MONTH, "counted", now)
    assert len(things_behind(bureau, indicator_of("device_use"), MONTH, "missed", now)) == 1
    with pytest.raises(PurposeNeededError):
        files.rows_xlsx(bureau, indicator_of("positive_rate"), MONTH, "counted", now)


@pytest.mark.parametrize(
    ("asked", "by", "code"),
    [
        (Asked(NIGHT, NIGHT), "month", "supervision.period"),
        (Asked(NIGHT, NIGHT + timedelta(days=5000)), "month", "supervision.period"),
        (MONTH, "moon", "supervision.split"),
    ],
)
@pytest.mark.usefixtures("county")
def test_what_cannot_be_counted_is_refused(asked: Asked, by: str, code: str) -> None:
    with pytest.raises(TianmuError) as refused:
        split(watcher(), indicator_of("critical_values"), asked, by, "", timezone.now())
    assert refused.value.code == code
    with pytest.raises(TianmuError):
        indicator_of("moon")


def test_files_hold_the_figures_and_each_export_is_written_down(month: Maker) -> None:
    actor, now = watcher(EcgRight.VIEW), timezone.now()
    book = sheet_of(files.figures_xlsx(actor, MONTH, now))
    assert "阳性率" in book
    assert "统计期间：2026-11-02 00:00 至 2026-11-22 08:00" in book
    days = sheet_of(files.figures_xlsx(actor, Asked(MONTH.since, MONTH.since + timedelta(days=2)), now))
    assert "统计期间：2026-11-02 至 2026-11-03" in days
    assert files.figures_pdf(actor, MONTH, now).startswith(b"%PDF")
    assert month.county.other_township.name in sheet_of(
        files.split_xlsx(actor, indicator_of("examinations"), MONTH, "organization", "", now)
    )
    rows = sheet_of(files.rows_xlsx(actor, indicator_of("positive_rate"), MONTH, "counted", now))
    assert month.county.patient.name.replace("<", "&lt;").replace(">", "&gt;") in rows
    lines = AuditLine.objects.filter(action__startswith="supervision.").order_by("id")
    assert [(line.action, (line.new or {})["form"]) for line in lines] == [
        ("supervision.figures.export", "xlsx"),
        ("supervision.figures.export", "xlsx"),
        ("supervision.figures.export", "pdf"),
        ("supervision.figures.export", "xlsx"),
        ("supervision.rows.export", "xlsx"),
    ]
    nobody = Actor(ActorKind.STAFF, None, "无", TOP, {Right.VIEW: (TOP,)})
    for refused in (files.figures_xlsx, files.figures_pdf):
        with pytest.raises(RefusedError):
            refused(nobody, MONTH, now)
    assert AuditLine.objects.filter(action__startswith="supervision.").count() == 5


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_exports_have_a_word_for_every_kind_and_disease(locale: str) -> None:
    text = files.words(locale)
    assert set(text["kinds"]) == {kind.value for kind in Kind}
    assert set(text["diseases"]) == set(diseases())
    assert set(text["units"]) == {one.unit for one in catalogue().indicators.values()}


def sheet_of(data: bytes) -> str:
    """Return the texts of a workbook."""
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml").decode()


def test_one_source_is_one_statement(month: Maker, django_assert_num_queries: Any) -> None:
    actor, now = watcher(), timezone.now()
    with django_assert_num_queries(11):
        figures(actor, MONTH, now)
    for number in range(5):
        month.signed(month.order(number), 5)
    with django_assert_num_queries(11):
        found: dict[str, Counted] = figures(actor, MONTH, now)
    assert found["examinations"].numerator == 9
