// A column's own doings: fold it, and add cards one after the other by their names.
export function columns(board, signal) {
  const show = (lane, open) => {
    const form = lane.querySelector(".r-quick")
    if (!form) return
    form.hidden = !open
    lane.querySelector("[data-add]")?.setAttribute("aria-expanded", String(open))
    if (open) form.querySelector("input[name=name]").focus()
    else lane.querySelector("[data-add]")?.focus()
  }
  const folds = new Map()
  const shape = (lane, folded) => {
    lane.classList.toggle("folded", folded)
    lane.querySelector("[data-fold]").setAttribute("aria-expanded", String(!folded))
  }
  const fold = (lane) => {
    const folded = !lane.classList.contains("folded")
    folds.set(lane.dataset.lane, folded)
    shape(lane, folded)
    const body = new URLSearchParams({ by: board.dataset.by, key: lane.dataset.lane, folded: folded ? "1" : "" })
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")
    fetch(`/${board.dataset.entity}/board/fold${location.search}`, { method: "POST", body, headers: { ...token, "HX-Request": "true" } })
  }
  board.addEventListener("click", (event) => {
    const lane = event.target.closest("[data-lane]")
    if (!lane) return
    const button = event.target.closest("[data-fold]")
    if (button || (lane.classList.contains("folded") && !event.target.closest("button, a"))) fold(lane)
    else if (event.target.closest("[data-add]")) show(lane, lane.querySelector(".r-quick")?.hidden)
  }, { signal })
  // A fresh board may have been on its way before a column was folded.
  board.addEventListener("htmx:after:swap", () => {
    board.querySelectorAll("[data-lane]").forEach((lane) => folds.has(lane.dataset.lane) && shape(lane, folds.get(lane.dataset.lane)))
  }, { signal })
  board.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest(".r-quick")) return
    event.stopPropagation()
    show(event.target.closest("[data-lane]"), false)
  }, { signal })
  // What was added is on its way: the line is ready for the next name.
  let used = null
  board.addEventListener("submit", (event) => (used = event.target.closest(".r-quick") ?? used), { signal })
  document.body.addEventListener("board-added", () => {
    const box = used?.querySelector("input[name=name]")
    if (box) {
      box.value = ""
      box.focus()
    }
  }, { signal })
}
