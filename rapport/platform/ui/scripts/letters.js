// A list to choose from with one key each: its letter, or the arrows and Enter.
import { behave, typing } from "./behave.js"

behave("letters", (list, signal) => {
  const links = () => [...list.querySelectorAll("[data-letter]")]
  links()[0]?.focus()
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    const open = document.querySelector("dialog[open]")
    if (open && !open.contains(list)) return
    const all = links()
    const at = all.indexOf(document.activeElement)
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      all.at((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length)?.focus()
      return
    }
    const chosen = all.find((one) => one.dataset.letter === event.key.toLowerCase())
    if (!chosen) return
    event.preventDefault()
    event.stopImmediatePropagation()
    chosen.click()
  }, { signal, capture: true })
})
