// Reads a text aloud with the browser's own voice, slowly; stops when the page is left.
import { onBeforeUnmount, ref } from 'vue'
import { language } from '@tianmu/ui'

const slowRate = 0.85

export function useSpeech() {
  const speaking = ref(false)
  const able = typeof window !== 'undefined' && 'speechSynthesis' in window

  function stop() {
    if (able) window.speechSynthesis.cancel()
    speaking.value = false
  }
  function speak(text: string) {
    if (!able) return
    stop()
    const utterance = new SpeechSynthesisUtterance(text)
    utterance.lang = language()
    utterance.rate = slowRate
    utterance.onend = () => (speaking.value = false)
    utterance.onerror = () => (speaking.value = false)
    speaking.value = true
    window.speechSynthesis.speak(utterance)
  }
  onBeforeUnmount(stop)
  return { able, speaking, speak, stop }
}
