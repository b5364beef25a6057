// A form in the dialog: the first field has the focus, Ctrl+Enter saves, and what was typed is not lost by a slip.
import { behave } from "./behave.js"

behave("create", (form, signal) => {
  const dialog = form.closest("dialog")
  const box = form.querySelector(".r-dialog-body")
  const filled = () => JSON.stringify([...new FormData(form)].map(([k, v]) => [k, typeof v === "string" ? v : v.name]))
  const before = filled()
  let sent = false
  const first = box.querySelector("[aria-invalid=true]") ?? box.querySelector("input:not([type=hidden]), textarea, select")
  first?.focus()
  box.querySelectorAll("details:has([aria-invalid=true], .r-error)").forEach((folded) => (folded.open = true))
  form.addEventListener("submit", () => (sent = true), { signal })
  form.addEventListener("htmx:finally:request", () => (sent = false), { signal })
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.requestSubmit(form.querySelector("footer .btn:last-child"))
    }
  }, { signal })
  if (!dialog) return
  // A click beside the dialog closes it only while nothing is typed; Escape and the button ask.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && filled() !== before) event.stopImmediatePropagation()
    else if (event.target.closest("[data-close]") && !leave()) event.stopImmediatePropagation()
  }, { signal, capture: true })
  dialog.addEventListener("cancel", (event) => leave() || event.preventDefault(), { signal })
  const leave = () => sent || filled() === before || confirm(form.dataset.leave)
})
