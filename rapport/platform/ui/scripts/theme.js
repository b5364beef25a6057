// Light, dark or as the system. The form works without this file; with it nothing has to load.
import { behave, remember } from "./behave.js"

behave("theme", (form, signal) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const chosen = event.submitter?.value ?? ""
    remember("rapport_theme", chosen)
    if (chosen) document.documentElement.dataset.theme = chosen
    else delete document.documentElement.dataset.theme
    // Kept with the user, so that the other machines have it, too.
    const body = new FormData(form)
    body.set("theme", chosen)
    body.set("quiet", "1")
    fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {})
    form.querySelectorAll("[name=theme]").forEach((b) => b.setAttribute("aria-pressed", b.value === chosen))
  }, { signal })
})
