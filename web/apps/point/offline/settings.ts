// Addresses of the devices beside this station; they are of this machine only and hold nothing of a patient.
import { reactive, watch } from 'vue'
import { isLoopback } from '../acquire/sources.ts'

const storageName = 'tianmu-point-devices'

export interface DeviceSettings {
  cardReader: string
  ecgService: string
}

const standard: DeviceSettings = {
  cardReader: 'http://127.0.0.1:18889/card',
  ecgService: 'ws://127.0.0.1:18890/ecg',
}

function stored(): DeviceSettings {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(storageName) ?? '{}')
    const said = typeof found === 'object' && found !== null ? (found as Partial<DeviceSettings>) : {}
    return {
      cardReader: isLoopback(said.cardReader ?? '', ['http:']) ? (said.cardReader ?? '') : standard.cardReader,
      ecgService: isLoopback(said.ecgService ?? '', ['ws:']) ? (said.ecgService ?? '') : standard.ecgService,
    }
  } catch {
    return { ...standard }
  }
}

export const devices = reactive<DeviceSettings>(stored())

watch(devices, (now) => localStorage.setItem(storageName, JSON.stringify(now)))
