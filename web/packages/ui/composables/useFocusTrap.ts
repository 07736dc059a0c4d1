// Keeps the focus inside a dialog while it is open, also when what had it goes away, and gives it back on closing.
import { nextTick, onBeforeUnmount, watch, type Ref } from 'vue'

const focusable =
  'a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex="0"]'

function reachable(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(focusable)].filter((element) => element.getClientRects().length > 0)
}

/** Trap the focus in `root` while `open`; focuses `[autofocus]` or the first control, again when its holder is removed. */
export function useFocusTrap(
  root: Ref<HTMLElement | null>,
  open: () => boolean,
): { onTab: (event: KeyboardEvent) => void } {
  let before: Element | null = null

  const enter = (element: HTMLElement) => {
    const wanted = element.querySelector<HTMLElement>('[autofocus]') ?? reachable(element)[0] ?? element
    wanted.focus({ preventScroll: true })
  }
  const changes = new MutationObserver(() => {
    const lost = document.activeElement === null || document.activeElement === document.body
    if (root.value && lost) enter(root.value)
  })
  const restore = () => {
    changes.disconnect()
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    before = null
  }

  watch(
    open,
    async (isOpen) => {
      if (!isOpen) return restore()
      before = document.activeElement
      await nextTick()
      const element = root.value
      if (!element) return
      enter(element)
      changes.observe(element, { childList: true, subtree: true })
    },
    { immediate: true },
  )
  onBeforeUnmount(restore)

  function onTab(event: KeyboardEvent) {
    if (!root.value) return
    const stops = reachable(root.value)
    const first = stops[0]
    const last = stops[stops.length - 1]
    if (!first || !last) return event.preventDefault()
    const here = document.activeElement
    if (event.shiftKey && (here === first || here === root.value)) {
      event.preventDefault()
      last.focus()
    } else if (!event.shiftKey && here === last) {
      event.preventDefault()
      first.focus()
    }
  }
  return { onTab }
}
