// What is seen of an examination before it is sent: by the engine where it answers, else by the station itself.
import { asProblem, type ImportPreview } from '@tianmu/api'
import { previewImport } from '@tianmu/api/queries/imports.ts'
import type { EcgSignal } from '@tianmu/widgets/ecg/model.ts'
import { judge } from './judge.ts'
import type { Traces } from './leads.ts'
import { readWfdb } from './wfdb.ts'

/** `engine`: the server looked; `station`: this browser did; `nobody`: a format that only the server reads. */
export type Judge = 'engine' | 'station' | 'nobody'

export type Look = ImportPreview & { judgedBy: Judge; localSignal: EcgSignal | null }

const MISSING = -32768
const UV_PER_LSB = 1

/** Traces as the viewer draws them: whole microvolts, holes kept. */
export function signalOf(traces: Traces): EcgSignal {
  const leads = traces.names.map((name, index) => {
    const row = Int16Array.from(traces.uv[index] ?? [], (uv) =>
      Number.isNaN(uv) ? MISSING : Math.max(-32767, Math.min(32767, Math.round(uv / UV_PER_LSB))),
    )
    return { name, uvPerLsb: UV_PER_LSB, low: row, high: row }
  })
  return { fsHz: traces.fsHz, level: 0, firstSample: 0, length: leads[0]?.low.length ?? 0, leads }
}

function unseen(files: readonly File[]): Look {
  return {
    format: files[0]?.name.split('.').pop()?.toUpperCase() ?? '',
    leads: [],
    fs_hz: 0,
    duration_s: 0,
    started_at: null,
    patient: {},
    warnings: [],
    quality: {},
    duplicate_of: null,
    matches: [],
    signal_b64: '',
    judgedBy: 'nobody',
    localSignal: null,
  }
}

/** Judge traces in this browser. */
export function stationLook(files: readonly File[], traces: Traces, startedAt: string | null): Look {
  return {
    ...unseen(files),
    format: 'WFDB',
    leads: [...traces.names],
    fs_hz: traces.fsHz,
    duration_s: (traces.uv[0]?.length ?? 0) / traces.fsHz,
    started_at: startedAt,
    quality: judge(traces),
    judgedBy: 'station',
    localSignal: signalOf(traces),
  }
}

const gone = new Set([0, 502, 503, 504])

/** Ask the engine; without an answer the station judges what it can read itself. */
export async function lookAt(
  files: readonly File[],
  known: { traces: Traces; startedAt: string } | null = null,
): Promise<Look> {
  try {
    return { ...(await previewImport(files)), judgedBy: 'engine', localSignal: null }
  } catch (error) {
    if (!gone.has(asProblem(error).status)) throw error
  }
  if (known) return stationLook(files, known.traces, known.startedAt)
  const bodies = await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  )
  const traces = readWfdb(bodies)
  return traces ? stationLook(files, traces, null) : unseen(files)
}
