// Links that show another view of the same part: the one that was pressed becomes the current one.
import { behave } from "./behave.js"

behave("choose", (nav, signal) => {
  nav.addEventListener("click", (event) => {
    const chosen = event.target.closest("a, button")
    if (!chosen || !nav.contains(chosen)) return
    nav.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"))
    chosen.setAttribute("aria-current", "true")
  }, { signal })
})
