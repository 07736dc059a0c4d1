// The text of the field an input event came from.
export function inputText(event: Event): string {
  const { target } = event
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.value : ''
}
