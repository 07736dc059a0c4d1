"""Time the printed resting report on one core: 12 leads of 10 s at 500 Hz, Chinese text, QR code; mark 10 per s."""

import argparse
import dataclasses
import json
import os
import resource
import sys
import time

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.printing.resting_report import RestingReport, Signature, resting_report_pdf
from tianmu.clinical.ecg.printing.waveform import Waveform

LIMIT_PER_SECOND = 10.0
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")


def sample() -> tuple[RestingReport, Waveform]:
    """Return a report of ordinary length and a noisy made-up signal."""
    random = np.random.default_rng(1)
    time_s = np.arange(5000) / 500
    beat = np.exp(-((((time_s % 0.83) - 0.3) / 0.012) ** 2)) + 0.25 * np.exp(-((((time_s % 0.83) - 0.58) / 0.05) ** 2))
    uv = np.outer(np.linspace(-900, 1500, 12), beat) + random.normal(0, 12, (12, 5000))
    report = RestingReport(
        hospital="县人民医院区域心电诊断中心",
        fields={"patient_name": "欧阳建国", "sex": "男", "age": "58 岁", "exam_number": "E-0042", "device": "A-01"},
        measurements=Measurements(ventricular_rate=72, pr_ms=162, qrs_ms=92, qt_ms=398),
        findings="窦性心律，心率 72 次/分，P 波形态及时限正常，各导联 ST 段未见明显偏移。",
        conclusion="窦性心律\n正常心电图",
        conclusion_class="正常心电图",
        reader=Signature("赵明"),
        signed_at="2026-11-23 08:21",
        verify_url="https://ecg.example.org/verify/019aa3d0-3f6e-7c43-a2f7-1d5b1f1f3c7e",
    )
    return report, Waveform(LEADS, uv, 500.0)


def main() -> None:
    """Print reports per second; leave with 1 below the mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    report, waveform = sample()
    resting_report_pdf(report, waveform, printed_at="-")
    started, started_cpu, size = time.perf_counter(), time.process_time(), 0
    for index in range(arguments.count):
        each = dataclasses.replace(report, fields={**report.fields, "exam_number": f"E-{index}"})
        signal = Waveform(LEADS, waveform.uv + index, 500.0)
        size += len(resting_report_pdf(each, signal, printed_at=f"2026-11-23 08:{index % 60:02}"))
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    result = {
        "reports_per_second": arguments.count / wall_s,
        "reports_per_cpu_second": arguments.count / cpu_s,
        "bytes_each": size / arguments.count,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:24} {value:10.1f}")
    sys.exit(0 if result["reports_per_second"] >= LIMIT_PER_SECOND else 1)


if __name__ == "__main__":
    main()
