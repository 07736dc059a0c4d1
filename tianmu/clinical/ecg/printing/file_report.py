"""A recording file as a printed sheet, marked as unsigned: what the file and the machine say (心电图报告单)."""

from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.library import findings, statement_text
from tianmu.clinical.ecg.engine.measure.leads import standard_leads
from tianmu.clinical.ecg.engine.recording import PatientFields, Recording
from tianmu.clinical.ecg.engine.statements.conclude import conclusion_class
from tianmu.clinical.ecg.printing.resting_report import RestingReport, resting_report_pdf
from tianmu.clinical.ecg.printing.waveform import Waveform

SEX = {"zh-CN": {"M": "男", "F": "女"}, "en": {"M": "male", "F": "female"}}
AGE = {"zh-CN": "{:.0f}岁", "en": "{:.0f} y"}


def recording_pdf(recording: Recording, *, printed_at: str, language: str = "zh-CN") -> bytes:
    """Return the sheet of a resting recording: its waveform at true scale, measurements and the machine's statements.

    It bears no signature, so the watermark of a draft lies over it. ValueError without samples.
    """
    patient, device = recording.patient, recording.device
    signals = standard_leads(recording)
    found = analyse(recording, age_years=patient.age_years, sex=patient.sex)
    locale = "zh" if language.startswith("zh") else "en"
    report = RestingReport(
        hospital=device.institution or "",
        fields={
            "patient_name": _name(patient),
            "sex": SEX[language].get(patient.sex or ""),
            "age": AGE[language].format(patient.age_years) if patient.age_years is not None else None,
            "exam_number": patient.identifier,
            "acquired_at": f"{recording.started_at:%Y-%m-%d %H:%M}" if recording.started_at else None,
            "device": " ".join(filter(None, (device.manufacturer, device.model))) or None,
            "quality": found.quality.grade,
        },
        measurements=found.measurements,
        findings=findings(found.measurements, found.statements, locale),
        conclusion="\n".join(statement_text(statement, locale) for statement in found.statements),
        conclusion_class=conclusion_class(found.statements, found.conclusion) or "",
    )
    waveform = Waveform(signals.names, signals.recorded_uv, signals.fs_hz)
    return resting_report_pdf(report, waveform, printed_at=printed_at, language=language)


def _name(patient: PatientFields) -> str | None:
    return " ".join(filter(None, (patient.family_name, patient.given_name))) or None
