// A scanned paper that was chosen in a form, as the server takes it: base64 and its name.
export async function readPaper(event: Event): Promise<{ paper: string; paper_name: string }> {
  const { target } = event
  const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined
  if (!file) return { paper: '', paper_name: '' }
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return { paper: btoa(text), paper_name: file.name }
}
