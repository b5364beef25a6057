// The search of the settings by keyboard: arrows go through what was found, Enter in the box opens the first.
import { behave } from "./behave.js"

behave("settings-search", (form, signal) => {
  const box = form.querySelector("input[type=search]")
  const results = document.getElementById(form.dataset.results)
  const links = () => [...results.querySelectorAll("a[href]")]
  const go = (event) => {
    const all = links()
    const at = all.indexOf(document.activeElement)
    const inside = at >= 0 || document.activeElement === box
    if (!inside || (event.key !== "ArrowDown" && event.key !== "ArrowUp") || !all.length) return
    event.preventDefault()
    const to = at + (event.key === "ArrowDown" ? 1 : -1)
    if (to < 0) box.focus()
    else all[Math.min(to, all.length - 1)].focus()
  }
  form.addEventListener("keydown", go, { signal })
  results.addEventListener("keydown", go, { signal })
  form.addEventListener("submit", (event) => {
    const first = results.querySelector(".r-settings-hits a")
    if (!box.value.trim() || !first) return
    event.preventDefault()
    first.click()
  }, { signal })
})
