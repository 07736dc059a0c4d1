// Gives the focus to a control when it appears; the autofocus attribute works only while the document loads.

/** Directive: `v-focus` on the control that the person uses first. */
export const vFocus = {
  mounted(element: HTMLElement) {
    element.focus({ preventScroll: true })
  },
}
