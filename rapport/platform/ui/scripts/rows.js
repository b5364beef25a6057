// A table by keyboard: arrows (or j and k) move, Enter opens the record, e edits the first cell that can be, x marks the row.
import { behave, typing } from "./behave.js"

behave("rows", (table, signal) => {
  const rows = () => [...table.querySelectorAll("tbody tr[data-row]")]
  const link = (row) => row?.querySelector("a[data-open]")
  const here = () => document.activeElement?.closest?.("tr[data-row]")
  const go = (row) => {
    const anchor = link(row)
    if (!anchor) return
    anchor.focus({ preventScroll: true })
    row.scrollIntoView({ block: "nearest" })
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    if (document.querySelector("dialog[open]")) return
    const inside = table.contains(event.target)
    const all = rows()
    const at = all.indexOf(here())
    const down = event.key === "j" || (inside && event.key === "ArrowDown")
    const up = event.key === "k" || (inside && event.key === "ArrowUp")
    if (down || up) {
      event.preventDefault()
      go(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + (down ? 1 : -1)))])
    } else if (inside && at >= 0 && event.key === "x") {
      event.preventDefault()
      all[at].querySelector("input[type=checkbox]")?.click()
    } else if (inside && at >= 0 && event.key === "e") {
      event.preventDefault()
      all[at].querySelector("[data-edit]")?.click()
    }
  }, { signal })
})
