// The editor of one value: Enter or leaving saves, Escape brings the old value back, nothing changed means nothing is sent.
import { behave } from "./behave.js"

behave("inline-edit", (form, signal) => {
  const inputs = () => [...form.querySelectorAll("input:not([type=hidden]), select, textarea")]
  const value = () => JSON.stringify([...new FormData(form)].map(([k, v]) => [k, typeof v === "string" ? v : v.name]))
  const before = value()
  let done = false
  const cancel = () => {
    done = true
    form.querySelector("[data-cancel]")?.click()
  }
  const save = () => {
    if (done) return
    if (value() === before) return cancel()
    if (!form.reportValidity()) return
    done = true
    form.requestSubmit()
  }
  const first = inputs()[0]
  first?.focus()
  if (first?.select && !first.matches("[type=checkbox], [type=date], select")) first.select()
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      cancel()
    } else if (event.key === "Enter" && !event.defaultPrevented && (!event.target.matches("textarea") || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      save()
    }
  }, { signal })
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=file], [type=hidden]")) save()
  }, { signal })
  form.addEventListener("focusout", (event) => {
    // A click inside the form, e.g. on an option, moves the focus but does not end the edit.
    if (!form.contains(event.relatedTarget)) setTimeout(() => form.isConnected && !form.contains(document.activeElement) && save(), 120)
  }, { signal })
  // A refusal (422) keeps the editor, so it may be tried again.
  form.addEventListener("htmx:finally:request", () => (done = false), { signal })
})
