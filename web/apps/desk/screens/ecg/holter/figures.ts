// The totals of a recording as labelled figures, the same on the summary and beside earlier recordings.
import type { HolterHrv, HolterInstant, HolterQt, HolterTotals } from '@tianmu/api'
import { formatNumber, notRecorded } from '@tianmu/ui'
import { t } from '../../../text/holter.ts'
import { lengthOf } from './clock.ts'

export interface Figure {
  key: string
  label: string
  text: string
  /** Plain value for comparing; null where it is unknown. */
  value: number | null
  /** Where in the recording it is. */
  atS: number | null
}

interface Said {
  totals: HolterTotals
  qt: Pick<HolterQt, 'qtc_mean_ms' | 'qtc_max_ms'>
  hrv: Pick<HolterHrv, 'time'>
}

function plain(key: string, label: string, value: number | null, text: string): Figure {
  return { key, label, text, value, atS: null }
}

function instant(
  key: string,
  label: string,
  one: HolterInstant | null,
  digits: number,
  unit: string,
  factor = 1,
): Figure {
  const text = one ? `${formatNumber(one.value * factor, digits)} ${unit}` : notRecorded
  return { key, label, text, value: one?.value ?? null, atS: one?.at_s ?? null }
}

function rates(totals: HolterTotals): Figure[] {
  const { totals: w } = t
  return [
    plain('recorded', w.recorded, totals.recorded_hours, lengthOf(totals.recorded_hours * 3600)),
    plain('readable', w.readable, totals.readable_hours, lengthOf(totals.readable_hours * 3600)),
    plain('beats', w.beats, totals.beats, formatNumber(totals.beats)),
    plain('mean', w.mean, totals.rate_mean, `${formatNumber(totals.rate_mean)} bpm`),
    instant('fastest', w.fastest, totals.rate_fastest, 0, 'bpm'),
    instant('slowest', w.slowest, totals.rate_slowest, 0, 'bpm'),
    instant('longest', w.longest, totals.longest_rr_ms, 2, 's', 0.001),
    plain('pauses', w.pauses, totals.pauses[0] ?? null, totals.pauses.join(' / ')),
  ]
}

function ectopy(totals: HolterTotals): Figure[] {
  const { totals: w } = t
  const v = totals.ventricular
  const s = totals.supraventricular
  const load = (pct: number) => w.load(formatNumber(pct, 1))
  return [
    plain('ventricular', w.ventricular, v.beats, `${formatNumber(v.beats)} (${load(totals.ventricular_load_pct)})`),
    plain('v_groups', w.vGroups, v.couplets, `${v.couplets} / ${v.runs}`),
    plain('v_rhythm', w.vRhythm, v.bigeminy, `${v.bigeminy} / ${v.trigeminy}`),
    plain('lown', w.lown, null, totals.lown),
    plain(
      'supraventricular',
      w.supraventricular,
      s.beats,
      `${formatNumber(s.beats)} (${load(totals.supraventricular_load_pct)})`,
    ),
    plain('s_groups', w.vGroups, s.couplets, `${s.couplets} / ${s.runs}`),
    plain(
      'fibrillation',
      w.fibrillation,
      totals.fibrillation_burden_pct,
      `${formatNumber(totals.fibrillation_burden_pct, 1)}% (${lengthOf(totals.fibrillation_minutes * 60)})`,
    ),
    plain('longest_af', w.longestAf, totals.fibrillation_longest_s, lengthOf(totals.fibrillation_longest_s)),
    plain('paced', w.paced, totals.paced_beats, formatNumber(totals.paced_beats)),
  ]
}

export function figuresOf({ totals, qt, hrv }: Said): Figure[] {
  const sdnn = hrv.time['sdnn_ms'] ?? null
  const mean = qt.qtc_mean_ms
  return [
    ...rates(totals),
    ...ectopy(totals),
    {
      ...plain('qtc', t.totals.qtc, mean, `${formatNumber(mean)} / ${formatNumber(qt.qtc_max_ms?.value)} ms`),
      atS: qt.qtc_max_ms?.at_s ?? null,
    },
    plain('sdnn', t.totals.sdnn, sdnn, sdnn === null ? notRecorded : `${formatNumber(sdnn)} ms`),
  ]
}
