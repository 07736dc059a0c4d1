// Colours of beat classes on white paper; the letter stands beside them wherever they are shown.
import type { BeatLetter } from './beats.ts'

export const CLASS_COLOURS: Readonly<Record<BeatLetter, string>> = {
  N: '#1f2933',
  S: '#1d4ed8',
  V: '#c4211b',
  F: '#a65b00',
  P: '#6d28d9',
  Q: '#6b7280',
}

export const colourOf = (letter: string): string =>
  letter in CLASS_COLOURS ? CLASS_COLOURS[letter as BeatLetter] : CLASS_COLOURS.Q

/** Colours of leads in trends, in order. */
export const LEAD_COLOURS = ['#0b63c4', '#a65b00', '#137a3f', '#6d28d9', '#c4211b', '#4b5563'] as const
