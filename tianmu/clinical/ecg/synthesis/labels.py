"""Which statement-library codes are true of a scenario: the truth that tests and benchmarks score against."""

from tianmu.clinical.ecg.synthesis.scenario import (
    AvBlock,
    Chamber,
    Conduction,
    Ectopy,
    Repolarisation,
    Rhythm,
    Scenario,
)

_RHYTHM: dict[Rhythm, tuple[str, ...]] = {
    Rhythm.SINUS_PAUSE: ("sinus_rhythm", "sinus_pause"),
    Rhythm.SINUS_ARRHYTHMIA: ("sinus_rhythm", "sinus_arrhythmia"),
    Rhythm.ATRIAL_FIBRILLATION: ("atrial_fibrillation",),
    Rhythm.ATRIAL_FLUTTER: ("atrial_flutter",),
    Rhythm.ATRIAL_TACHYCARDIA: ("atrial_tachycardia",),
    Rhythm.SUPRAVENTRICULAR_TACHYCARDIA: ("svt",),
    Rhythm.VENTRICULAR_TACHYCARDIA: ("ventricular_tachycardia",),
    Rhythm.TORSADES: ("torsades",),
    Rhythm.VENTRICULAR_FIBRILLATION: ("ventricular_fibrillation",),
    Rhythm.PACED_ATRIAL: ("pacing_atrial",),
    Rhythm.PACED_VENTRICULAR: ("pacing_ventricular",),
    Rhythm.PACED_SEQUENTIAL: ("pacing_sequential",),
    Rhythm.ASYSTOLE: ("asystole",),
}
_BLOCK = {
    AvBlock.NONE: (),
    AvBlock.FIRST: ("av_block_1",),
    AvBlock.WENCKEBACH: ("av_block_2_mobitz_1",),
    AvBlock.MOBITZ_2: ("av_block_2_mobitz_2",),
    AvBlock.TWO_TO_ONE: ("av_block_2_1",),
    AvBlock.HIGH_GRADE: ("av_block_high_grade",),
    AvBlock.THIRD: ("av_block_3",),
}
_CONDUCTION = {
    Conduction.NORMAL: (),
    Conduction.RBBB: ("rbbb",),
    Conduction.IRBBB: ("irbbb",),
    Conduction.LBBB: ("lbbb",),
    Conduction.LAFB: ("lafb",),
    Conduction.LPFB: ("lpfb",),
    Conduction.RBBB_LAFB: ("rbbb", "lafb"),
    Conduction.IVCD: ("ivcd",),
    Conduction.WPW_A: ("preexcitation",),
    Conduction.WPW_B: ("preexcitation",),
}
_ECTOPY = {
    Ectopy.NONE: (),
    Ectopy.PAC: ("atrial_premature",),
    Ectopy.PVC: ("ventricular_premature",),
    Ectopy.COUPLET: ("ventricular_premature", "ventricular_couplet"),
    Ectopy.RUN: ("ventricular_premature", "ventricular_run"),
    Ectopy.BIGEMINY: ("ventricular_premature", "ventricular_bigeminy"),
    Ectopy.TRIGEMINY: ("ventricular_premature", "ventricular_trigeminy"),
    Ectopy.MULTIFORM: ("ventricular_premature", "ventricular_multiform"),
}
_REPOLARISATION = {
    Repolarisation.T_INVERSION_ANTERIOR: "t_inversion",
    Repolarisation.T_INVERSION_LATERAL: "t_inversion",
    Repolarisation.T_INVERSION_INFERIOR: "t_inversion",
    Repolarisation.FLAT_T: "t_flat",
    Repolarisation.ST_DEPRESSION: "st_depression",
    Repolarisation.HYPERKALAEMIA: "hyperkalaemia",
    Repolarisation.HYPOKALAEMIA: "hypokalaemia",
    Repolarisation.EARLY_REPOLARISATION: "early_repolarisation",
    Repolarisation.BRUGADA: "brugada_type_1",
}
_CHAMBER = {
    Chamber.NONE: (),
    Chamber.LVH: ("lvh",),
    Chamber.LVH_STRAIN: ("lvh", "lvh_strain"),
    Chamber.RVH: ("rvh",),
    Chamber.LAE: ("lae",),
    Chamber.RAE: ("rae",),
}
ADULT_YEARS = 16.0
_SINUS_RHYTHMS = {Rhythm.SINUS, Rhythm.SINUS_ARRHYTHMIA, Rhythm.SINUS_PAUSE}


def _rhythm_codes(scenario: Scenario) -> set[str]:
    if scenario.rhythm is Rhythm.JUNCTIONAL:
        rate = scenario.rate
        return {
            "junctional_escape" if rate < 60 else "junctional_accelerated" if rate <= 100 else "junctional_tachycardia"
        }
    if scenario.rhythm is Rhythm.IDIOVENTRICULAR:
        return {"idioventricular_accelerated" if scenario.rate >= 50 else "ventricular_escape"}
    if scenario.rhythm not in {Rhythm.SINUS, Rhythm.SINUS_ARRHYTHMIA}:
        return set(_RHYTHM[scenario.rhythm])
    if scenario.av_block is AvBlock.THIRD:
        return set()
    rate = scenario.rate
    codes = set(_RHYTHM.get(scenario.rhythm, ("sinus_rhythm",)))
    if scenario.av_block in {AvBlock.NONE, AvBlock.FIRST} and scenario.age_years >= ADULT_YEARS:
        codes |= {"sinus_tachycardia"} if rate > 101 else {"sinus_bradycardia"} if rate < 59 else set()
    return codes


def true_statements(scenario: Scenario, longest_rr_s: float | None) -> frozenset[str]:
    """Return the library codes that a reader should find in this scenario (`longest_rr_s` of the drawn beats)."""
    codes = _rhythm_codes(scenario)
    chaos = scenario.rhythm in {
        Rhythm.VENTRICULAR_FIBRILLATION, Rhythm.VENTRICULAR_TACHYCARDIA, Rhythm.ASYSTOLE, Rhythm.TORSADES,
    }  # fmt: skip
    if chaos:
        return frozenset(codes)
    if scenario.rhythm in _SINUS_RHYTHMS:
        codes |= set(_BLOCK[scenario.av_block])
    codes |= set(_CONDUCTION[scenario.conduction]) | set(_ECTOPY[scenario.ectopy]) | set(_CHAMBER[scenario.chamber])
    if scenario.repolarisation in _REPOLARISATION:
        codes.add(_REPOLARISATION[scenario.repolarisation])
    if scenario.acute is not None:
        codes.add(f"stemi_{scenario.acute.value}")
    if scenario.old is not None:
        codes.add(f"old_mi_{scenario.old.value}")
    if scenario.qtc_ms >= 480.0:
        codes.add("long_qt")
    if scenario.qrs_gain <= 0.4:
        codes.add("low_voltage_limb")
    if longest_rr_s is not None and longest_rr_s >= 3.0:
        codes.add("long_pause")
    return frozenset(codes)
