// A file may be dropped on its field; its name is shown, and a form that asks for it is sent at once.
import { behave } from "./behave.js"

behave("drop", (field, signal) => {
  const input = field.querySelector("input[type=file]")
  const over = (on) => field.classList.toggle("over", on)
  field.addEventListener("dragover", (event) => {
    event.preventDefault()
    over(true)
  }, { signal })
  field.addEventListener("dragleave", () => over(false), { signal })
  field.addEventListener("drop", (event) => {
    event.preventDefault()
    over(false)
    if (!event.dataTransfer.files.length) return
    input.files = event.dataTransfer.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }, { signal })
  input.addEventListener("change", () => {
    if ("send" in field.dataset && input.files.length) input.form.requestSubmit()
  }, { signal })
})
