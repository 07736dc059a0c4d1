// A value as it stands once it has not changed for a while.
import { onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

export function useSettled<T>(value: Ref<T>, afterMs: number): ShallowRef<T> {
  const settled = shallowRef(value.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(value, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = now), afterMs)
  })
  onBeforeUnmount(() => clearTimeout(timer))
  return settled
}
