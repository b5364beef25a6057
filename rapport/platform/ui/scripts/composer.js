// The composer: what is typed is kept on the server as a draft, Ctrl+Enter saves, and a key of its own leads to each form.
import { behave } from "./behave.js"
import { bring, hold, release } from "./unsent.js"

const BREATH = 600

behave("composer", (root, signal) => {
  const waiting = new Map()
  const note = (form, text) => {
    const state = form.querySelector("[data-draft-state]")
    if (state) state.textContent = text
  }
  const keep = async (form) => {
    clearTimeout(waiting.get(form))
    waiting.delete(form)
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true })
      if (!answer.ok) return
      release(form)
      if (form.isConnected) note(form, root.dataset.kept)
    } catch {
      // Without the server the text is still in its field; the next key tries again.
      note(form, "")
    }
  }
  root.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]")
    if (!form) return
    note(form, "")
    clearTimeout(waiting.get(form))
    waiting.set(form, setTimeout(() => keep(form), BREATH))
  }, { signal })
  root.addEventListener("submit", (event) => {
    clearTimeout(waiting.get(event.target))
    waiting.delete(event.target)
  }, { signal, capture: true })
  const leave = () => [...waiting.keys()].forEach((form) => (hold(form), keep(form)))
  addEventListener("pagehide", leave, { signal })
  // The panel goes on to the next record, or closes, while a draft waits.
  signal.addEventListener("abort", leave)
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      event.target.closest("form")?.requestSubmit()
    }
  }, { signal })
  const first = (tab) => document.getElementById(tab.getAttribute("aria-controls"))?.querySelector("input:not([type=hidden]), textarea, select")
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]")
    // A click or a shortcut, not a key on the tab itself: one wants to write at once.
    if (tab && (event.detail > 0 || !event.isTrusted)) queueMicrotask(() => first(tab)?.focus())
  }, { signal })
  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-compose]")
    const tab = wanted && root.querySelector(`#tab-${CSS.escape(wanted.dataset.compose)}`)
    if (!tab) return
    event.preventDefault()
    tab.click()
    first(tab)?.focus()
  }, { signal })
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (bring(form)) root.querySelector(`#${form.parentElement.getAttribute("aria-labelledby")}`)?.click()
  }
  if ("saved" in root.dataset) root.querySelector("[role=tab][aria-selected=true]")?.focus()
})
