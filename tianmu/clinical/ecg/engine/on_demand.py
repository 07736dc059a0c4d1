"""The engine for processes that seldom need it: its compiled parts are loaded at the first call."""

from pkgutil import resolve_name

from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.criteria import Criteria
from tianmu.clinical.ecg.engine.critical.rules import CriticalRules
from tianmu.clinical.ecg.engine.measure.given import Given
from tianmu.clinical.ecg.engine.recording import Recording


def analyse(
    recording: Recording,
    *,
    age_years: float | None = None,
    sex: str | None = None,
    criteria: Criteria | None = None,
    critical_rules: CriticalRules | None = None,
    given: Given | None = None,
) -> Analysis:
    """Interpret a resting recording as `engine.interpret.analyse` does."""
    result: Analysis = resolve_name("tianmu.clinical.ecg.engine.interpret:analyse")(
        recording, age_years=age_years, sex=sex, criteria=criteria, critical_rules=critical_rules, given=given
    )
    return result
