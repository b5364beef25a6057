// Groups of a list: a head unfolds its rows, which are fetched the first time. A live update asks for what is unfolded and
// shown, so that nothing folds or scrolls away under somebody's eyes.
import { behave } from "./behave.js"

const FIRST = 50
const ROOM = 280

/** The rows of a group that are on the page: everything up to the next head. */
function rowsOf(head) {
  const found = []
  for (let row = head.nextElementSibling; row && row.dataset.group === undefined; row = row.nextElementSibling) found.push(row)
  return found
}

behave("groups", (table, signal) => {
  table.addEventListener("click", (event) => {
    const button = event.target.closest("tr[data-group] [aria-expanded]")
    if (!button || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const head = button.closest("tr")
    const unfold = button.getAttribute("aria-expanded") !== "true"
    button.setAttribute("aria-expanded", unfold)
    const rows = rowsOf(head)
    if (unfold && !rows.length) window.htmx.ajax("GET", head.dataset.url, { source: head, target: head, swap: "afterend" })
    else rows.forEach((row) => (row.hidden = !unfold))
  }, { signal })
  table.addEventListener("toggle", (event) => {
    const figure = event.target.closest?.(".r-figure")
    if (!figure) return
    const room = figure.getBoundingClientRect().top - table.parentElement.getBoundingClientRect().top
    figure.classList.toggle("down", room < ROOM)
  }, { signal, capture: true })
  const list = table.closest("#list")
  list?.addEventListener("htmx:config:request", (event) => {
    if (event.target !== list) return
    const request = event.detail.ctx.request
    const url = new URL(request.action, location.href)
    const heads = [...table.querySelectorAll("tr[data-group]")]
    if (heads.length) {
      // With none unfolded this says so; without a word the first ones would be.
      url.searchParams.set("open", "")
      for (const head of heads.filter((h) => h.querySelector("[aria-expanded=true]"))) {
        url.searchParams.append("open", `${rowsOf(head).filter((r) => r.dataset.row).length}:${head.dataset.group}`)
      }
    } else {
      const shown = table.querySelectorAll("tbody tr[data-row]").length
      if (shown > FIRST) url.searchParams.set("shown", shown)
    }
    request.action = url.pathname + url.search
  }, { signal })
})
