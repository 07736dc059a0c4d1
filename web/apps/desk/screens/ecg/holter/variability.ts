// Indices of heart rate variability as the page lists them; keys are the engine's own names.
export interface HrvIndex {
  key: string
  label: string
  unit: string
  digits: number
}

const index = (key: string, label: string, unit: string, digits = 0): HrvIndex => ({ key, label, unit, digits })

export const timeIndices: readonly HrvIndex[] = [
  index('mean_nn_ms', 'meanNN', 'ms'),
  index('sdnn_ms', 'SDNN', 'ms'),
  index('sdann_ms', 'SDANN', 'ms'),
  index('sdnn_index_ms', 'SDNN index', 'ms'),
  index('rmssd_ms', 'RMSSD', 'ms'),
  index('nn50', 'NN50', ''),
  index('pnn50_pct', 'pNN50', '%', 1),
  index('triangular_index', 'HRV index', '', 1),
  index('tinn_ms', 'TINN', 'ms'),
]

export const frequencyIndices: readonly HrvIndex[] = [
  index('ulf_ms2', 'ULF', 'ms²'),
  index('vlf_ms2', 'VLF', 'ms²'),
  index('lf_ms2', 'LF', 'ms²'),
  index('hf_ms2', 'HF', 'ms²'),
  index('lf_hf', 'LF/HF', '', 2),
  index('lf_nu_pct', 'LFnu', '%', 1),
]

export const nonlinearIndices: readonly HrvIndex[] = [
  index('sd1_ms', 'SD1', 'ms', 1),
  index('sd2_ms', 'SD2', 'ms', 1),
  index('sample_entropy', 'SampEn', '', 2),
  index('alpha1', 'DFA α1', '', 2),
  index('alpha2', 'DFA α2', '', 2),
]
