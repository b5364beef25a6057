// The heads of a list: dragging an edge (or Shift with left and right on a head) makes a column wider, dragging a head (or
// Ctrl+Shift with left and right) moves it, and Shift with a click adds it to the sort. Widths are kept for the user.
import { behave } from "./behave.js"

const STEP = 16
const LEAST = 48
const MOST = 1200
const PATIENCE = 500

behave("columns", (table, signal) => {
  const cols = () => new Map([...table.querySelectorAll("col[data-col]")].map((c) => [c.dataset.col, c]))
  const heads = () => [...table.querySelectorAll("thead th[data-name]")]
  const changed = new Map()
  let timer
  let carried = null
  const rtl = () => getComputedStyle(table).direction === "rtl"
  const width = (name) => Number(cols().get(name)?.getAttribute("width")) || 0
  /** Where the columns that stay begin: behind the one with the boxes and behind each other. */
  const stay = () => {
    let from = table.querySelector("th.check")?.offsetWidth ?? 0
    heads().filter((h) => h.classList.contains("kept")).forEach((head, i) => {
      table.style.setProperty(`--kept-${i}`, `${from}px`)
      table.dataset.last = i
      from += width(head.dataset.name)
    })
  }
  // What scrolls away under the columns that stay is told by an edge.
  const wrap = table.parentElement
  const shift = () => table.toggleAttribute("data-shifted", wrap.scrollLeft !== 0)
  wrap.addEventListener("scroll", shift, { signal, passive: true })
  shift()
  const keep = () => {
    clearTimeout(timer)
    if (!changed.size) return
    const body = new URLSearchParams([...changed].map(([name, px]) => [name, String(px)]))
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["x-csrftoken"]
    changed.clear()
    fetch(table.dataset.widths, { method: "POST", headers: { "x-csrftoken": token }, body, keepalive: true })
  }
  const resize = (name, px) => {
    const fit = Math.round(Math.max(LEAST, Math.min(MOST, px)))
    cols().get(name)?.setAttribute("width", fit)
    changed.set(name, fit)
    stay()
    clearTimeout(timer)
    if (!("resizing" in table.dataset)) timer = setTimeout(keep, PATIENCE)
  }
  const reorder = (names) => {
    keep()
    const url = new URL(location.href)
    url.searchParams.set("view", table.dataset.view)
    url.searchParams.set("columns", names.join(","))
    url.searchParams.delete("after")
    location.assign(url)
  }
  table.addEventListener("pointerdown", (event) => {
    const edge = event.target.closest?.("[data-edge]")
    if (!edge || event.button) return
    event.preventDefault()
    const name = edge.closest("th").dataset.name
    const [from, x] = [width(name), event.clientX]
    edge.setPointerCapture(event.pointerId)
    table.dataset.resizing = ""
    const move = (e) => resize(name, from + (e.clientX - x) * (rtl() ? -1 : 1))
    const end = () => {
      edge.removeEventListener("pointermove", move)
      delete table.dataset.resizing
      keep()
    }
    edge.addEventListener("pointermove", move)
    edge.addEventListener("lostpointercapture", end, { once: true })
  }, { signal })
  table.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-edge]")) return event.preventDefault()
    const link = event.target.closest?.("thead a[data-add]")
    if (link && event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      location.assign(link.dataset.add)
    }
  }, { signal })
  table.addEventListener("keydown", (event) => {
    const head = event.target.closest?.("thead th[data-name]")
    if (!head || !event.shiftKey || event.altKey || event.metaKey) return
    if (event.key === "Enter") {
      const link = head.querySelector("a[data-add]")
      if (link) {
        event.preventDefault()
        location.assign(link.dataset.add)
      }
      return
    }
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
    event.preventDefault()
    event.stopPropagation()
    const forward = (event.key === "ArrowRight") !== rtl()
    const name = head.dataset.name
    if (!event.ctrlKey) return resize(name, width(name) + (forward ? STEP : -STEP))
    const names = heads().map((h) => h.dataset.name)
    const at = names.indexOf(name)
    const to = at + (forward ? 1 : -1)
    if (to < 0 || to >= names.length) return
    names.splice(to, 0, ...names.splice(at, 1))
    sessionStorage.setItem("column-moved", name)
    reorder(names)
  }, { signal })
  table.addEventListener("dragstart", (event) => {
    const head = event.target.closest?.("thead th[data-name]")
    if (!head) return
    if ("resizing" in table.dataset) return event.preventDefault()
    carried = head
    event.dataTransfer.effectAllowed = "move"
    event.dataTransfer.setData("text/plain", head.dataset.name)
  }, { signal })
  table.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("thead th[data-name]")
    if (!carried || !over) return
    event.preventDefault()
    heads().forEach((h) => h.toggleAttribute("data-over", h === over && h !== carried))
  }, { signal })
  table.addEventListener("drop", (event) => {
    const over = event.target.closest?.("thead th[data-name]")
    if (!carried || !over) return
    event.preventDefault()
    const names = heads().map((h) => h.dataset.name)
    const [from, to] = [names.indexOf(carried.dataset.name), names.indexOf(over.dataset.name)]
    if (from === to) return
    names.splice(to, 0, ...names.splice(from, 1))
    reorder(names)
  }, { signal })
  table.addEventListener("dragend", () => {
    carried = null
    heads().forEach((h) => h.removeAttribute("data-over"))
  }, { signal })
  addEventListener("pagehide", keep, { signal })
  // A page that is drawn into this one brings other columns.
  document.addEventListener("htmx:after:swap", stay, { signal })
  stay()
  const moved = sessionStorage.getItem("column-moved")
  if (moved) {
    sessionStorage.removeItem("column-moved")
    heads().find((h) => h.dataset.name === moved)?.querySelector("a, [tabindex]")?.focus()
  }
})
