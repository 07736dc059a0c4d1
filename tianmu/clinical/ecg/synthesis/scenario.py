"""What a synthetic ECG shall show: rhythm, conduction, damage, noise, age and sex (ecg.md sections 5 and 10)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Rhythm(StrEnum):
    """The rhythm that drives the ventricles."""

    SINUS = "sinus"
    SINUS_ARRHYTHMIA = "sinus_arrhythmia"
    SINUS_PAUSE = "sinus_pause"
    ATRIAL_FIBRILLATION = "atrial_fibrillation"
    ATRIAL_FLUTTER = "atrial_flutter"
    ATRIAL_TACHYCARDIA = "atrial_tachycardia"
    SUPRAVENTRICULAR_TACHYCARDIA = "svt"
    JUNCTIONAL = "junctional"
    VENTRICULAR_TACHYCARDIA = "ventricular_tachycardia"
    TORSADES = "torsades"
    VENTRICULAR_FIBRILLATION = "ventricular_fibrillation"
    IDIOVENTRICULAR = "idioventricular"
    PACED_ATRIAL = "paced_atrial"
    PACED_VENTRICULAR = "paced_ventricular"
    PACED_SEQUENTIAL = "paced_sequential"
    ASYSTOLE = "asystole"


class Conduction(StrEnum):
    """How the ventricles are activated by a beat from above."""

    NORMAL = "normal"
    RBBB = "rbbb"
    IRBBB = "irbbb"
    LBBB = "lbbb"
    LAFB = "lafb"
    LPFB = "lpfb"
    RBBB_LAFB = "rbbb_lafb"
    IVCD = "ivcd"
    WPW_A = "wpw_a"
    WPW_B = "wpw_b"


class AvBlock(StrEnum):
    """Block between atria and ventricles."""

    NONE = "none"
    FIRST = "first"
    WENCKEBACH = "wenckebach"
    MOBITZ_2 = "mobitz_2"
    TWO_TO_ONE = "two_to_one"
    HIGH_GRADE = "high_grade"
    THIRD = "third"


class Ectopy(StrEnum):
    """Premature beats laid over the rhythm."""

    NONE = "none"
    PAC = "pac"
    PVC = "pvc"
    COUPLET = "couplet"
    RUN = "run"
    BIGEMINY = "bigeminy"
    TRIGEMINY = "trigeminy"
    MULTIFORM = "multiform"


class Territory(StrEnum):
    """Part of the left ventricle that is hurt."""

    ANTEROSEPTAL = "anteroseptal"
    ANTERIOR = "anterior"
    EXTENSIVE_ANTERIOR = "extensive_anterior"
    LATERAL = "lateral"
    INFERIOR = "inferior"
    POSTERIOR = "posterior"


class Repolarisation(StrEnum):
    """ST-T and U changes that are no infarction."""

    NORMAL = "normal"
    T_INVERSION_ANTERIOR = "t_inversion_anterior"
    T_INVERSION_LATERAL = "t_inversion_lateral"
    T_INVERSION_INFERIOR = "t_inversion_inferior"
    FLAT_T = "flat_t"
    ST_DEPRESSION = "st_depression"
    HYPERKALAEMIA = "hyperkalaemia"
    HYPOKALAEMIA = "hypokalaemia"
    EARLY_REPOLARISATION = "early_repolarisation"
    BRUGADA = "brugada"


class Chamber(StrEnum):
    """Enlargement."""

    NONE = "none"
    LVH = "lvh"
    LVH_STRAIN = "lvh_strain"
    RVH = "rvh"
    LAE = "lae"
    RAE = "rae"


class Reversal(StrEnum):
    """Swapped cables; each value names the two that were exchanged."""

    NONE = "none"
    RA_LA = "RA_LA"
    RA_LL = "RA_LL"
    LA_LL = "LA_LL"
    RA_RL = "RA_RL"
    V1_V2 = "V1_V2"
    V2_V3 = "V2_V3"
    V1_V6 = "V1_V6"
    V4_V5 = "V4_V5"


@dataclass(frozen=True, slots=True)
class Noise:
    """Disturbance in µV: mains as amplitude, wander as peak, muscle and white as RMS; leads that are off."""

    mains_uv: float = 0.0
    wander_uv: float = 0.0
    muscle_uv: float = 0.0
    white_uv: float = 3.0
    lead_off: tuple[str, ...] = ()
    mains_hz: float = 50.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One synthetic ECG to draw.

    Rates in 1/min, times in ms, `st_uv` the largest ST displacement, `qtc_ms` after Fridericia, `qrs_gain` and `p_gain`
    scale the voltages, `rotation_deg` turns the heart in the frontal plane (positive is to the right).
    """

    rhythm: Rhythm = Rhythm.SINUS
    rate: float = 72.0
    age_years: float = 45.0
    sex: str = "M"
    conduction: Conduction = Conduction.NORMAL
    av_block: AvBlock = AvBlock.NONE
    ectopy: Ectopy = Ectopy.NONE
    ectopic_beats: int = 1
    acute: Territory | None = None
    old: Territory | None = None
    st_uv: float = 300.0
    repolarisation: Repolarisation = Repolarisation.NORMAL
    chamber: Chamber = Chamber.NONE
    pr_ms: float = 160.0
    qtc_ms: float = 405.0
    qrs_gain: float = 1.0
    p_gain: float = 1.0
    rotation_deg: float = 0.0
    individual: float = 1.0
    noise: Noise = field(default_factory=Noise)
    reversal: Reversal = Reversal.NONE
    duration_s: float = 10.0
    fs_hz: float = 500.0
    uv_per_lsb: float = 2.5
