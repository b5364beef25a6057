// The list of the search palette by keyboard; its content comes from the server as one types.
import { behave } from "./behave.js"

behave("palette", (root, signal) => {
  const box = root.querySelector("input[type=search]")
  const options = () => [...root.querySelectorAll("[role=option]")]
  const point = (option) => {
    // Named here and not by the server: htmx gives an element that comes back under its old name its old attributes too.
    options().forEach((o, place) => {
      o.id = `hit-${place}`
      o.setAttribute("aria-selected", o === option)
    })
    if (option) {
      box.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    } else box.removeAttribute("aria-activedescendant")
  }
  box.addEventListener("keydown", (event) => {
    const all = options()
    const at = all.findIndex((o) => o.getAttribute("aria-selected") === "true")
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (all.length) point(all.at((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length))
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault()
      if (event.ctrlKey || event.metaKey) open(all[at].href, "_blank", "noopener")
      else all[at].click()
    }
  }, { signal })
  root.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]")
    if (option && option.getAttribute("aria-selected") !== "true") point(option)
  }, { signal })
  const watcher = new MutationObserver(() => point(options()[0]))
  watcher.observe(root.querySelector("[role=listbox]"), { childList: true })
  signal.addEventListener("abort", () => watcher.disconnect())
  point(options()[0])
})
