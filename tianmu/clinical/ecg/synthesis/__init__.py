"""Synthetic 12-lead ECGs for the demo county, tests and benchmarks: a phase model of the dipole, projected to leads.

`generate(scenario, seed)` draws one ECG with its truth; `population(seed, n)` gives the scenarios of a county's month.
"""

from tianmu.clinical.ecg.synthesis.county import population
from tianmu.clinical.ecg.synthesis.generator import generate
from tianmu.clinical.ecg.synthesis.scenario import Scenario
from tianmu.clinical.ecg.synthesis.truth import Synthetic, Truth

__all__ = ["Scenario", "Synthetic", "Truth", "generate", "population"]
