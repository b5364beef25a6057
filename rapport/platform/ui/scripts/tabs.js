// Tabs after the ARIA pattern: arrows move, the panel follows.
import { behave } from "./behave.js"

behave("tabs", (root, signal) => {
  const tabs = [...root.querySelectorAll("[role=tab]")]
  const show = (tab, focus) => {
    for (const other of tabs) {
      const on = other === tab
      other.setAttribute("aria-selected", on)
      other.tabIndex = on ? 0 : -1
      const panel = document.getElementById(other.getAttribute("aria-controls"))
      if (panel) panel.hidden = !on
    }
    if (focus) tab.focus()
  }
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]")
    if (tab && tabs.includes(tab)) show(tab, true)
  }, { signal })
  root.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target)
    if (at < 0) return
    const forward = getComputedStyle(root).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
    const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight"
    const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    show(tabs.at(to % tabs.length), true)
  }, { signal })
})
