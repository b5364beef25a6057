// What was typed in the last moment before a page was left. It is on its way to the server then, and the next page may be
// made before it arrives: that page takes it from the tab's own store.
const SHORTLY = 10000
const OURS = new Set(["csrfmiddlewaretoken", "once"])
const key = (form) => `unsent ${form.dataset.draft}`

/** Keeps what stands in a form for the page that comes next in this tab. */
export function hold(form) {
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OURS.has(name))
  try {
    sessionStorage.setItem(key(form), JSON.stringify({ at: Date.now(), typed }))
  } catch {
    // Full or forbidden. The server gets it all the same, only maybe too late for the next page.
  }
}

/** Forgets it: the server has it. */
export function release(form) {
  try {
    sessionStorage.removeItem(key(form))
  } catch {
    // Forbidden, so there is nothing.
  }
}

/** Puts what was held a moment ago into the form, as if it were typed there; whether anything was missing. */
export function bring(form) {
  let held
  try {
    held = JSON.parse(sessionStorage.getItem(key(form)))
  } catch {
    held = null
  }
  release(form)
  if (!held || Date.now() - held.at > SHORTLY) return false
  const missing = held.typed.filter(([name, value]) => form.elements[name] && form.elements[name].value !== value)
  for (const [name, value] of missing) {
    form.elements[name].value = value
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }))
  }
  return missing.length > 0
}
