// A span of time in a few words: `12 分钟`, `3 小时 20 分`, `2 天`; in English `12 min`, `3 h 20 min`, `2 d`.
import { language } from '@tianmu/ui'

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const words = {
  zh: { second: '秒', minute: '分钟', short: '分', hour: '小时', day: '天' },
  en: { second: 's', minute: 'min', short: 'min', hour: 'h', day: 'd' },
}

/** Seconds as a short text; the sign is left to the words around it. */
export function spanText(seconds: number): string {
  const word = language() === 'en' ? words.en : words.zh
  const left = Math.abs(Math.round(seconds))
  if (left < minute) return `${left} ${word.second}`
  if (left < hour) return `${Math.floor(left / minute)} ${word.minute}`
  if (left < 2 * day) {
    const minutes = Math.floor((left % hour) / minute)
    const hours = `${Math.floor(left / hour)} ${word.hour}`
    return minutes > 0 ? `${hours} ${minutes} ${word.short}` : hours
  }
  return `${Math.floor(left / day)} ${word.day}`
}
