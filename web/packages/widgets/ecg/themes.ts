// Paper colours of screen and print (ECG specification, section 9); measured contrast of trace on major grid ≥ 9.7.
import type { PaperTheme } from './model.ts'

export interface PaperColours {
  paper: string
  minor: string
  major: string
  trace: string
  text: string
  /** Calipers, time marks and handles. */
  mark: string
  /** Behind leads that a statement points to. */
  highlight: string
}

export const THEMES: Readonly<Record<PaperTheme, PaperColours>> = {
  pink: {
    paper: '#FFF7F5',
    minor: '#F5C6C6',
    major: '#E59A9A',
    trace: '#101010',
    text: '#1F2933',
    mark: '#084A94',
    highlight: 'rgb(11 99 196 / 12%)',
  },
  green: {
    paper: '#F6FBF4',
    minor: '#CBE6C4',
    major: '#97C98C',
    trace: '#101010',
    text: '#1F2933',
    mark: '#084A94',
    highlight: 'rgb(11 99 196 / 12%)',
  },
  grey: {
    paper: '#FFFFFF',
    minor: '#E4E4E4',
    major: '#BDBDBD',
    trace: '#101010',
    text: '#1F2933',
    mark: '#084A94',
    highlight: 'rgb(11 99 196 / 12%)',
  },
  dark: {
    paper: '#0B1F14',
    minor: '#133324',
    major: '#1D4D36',
    trace: '#7CFC9A',
    text: '#D8F5E2',
    mark: '#FBBF24',
    highlight: 'rgb(251 191 36 / 18%)',
  },
}

/** Width of a trace on paper, mm. */
export const TRACE_WIDTH_MM = 0.3
