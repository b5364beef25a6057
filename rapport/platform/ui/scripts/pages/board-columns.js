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
  const fold = (lane, button) => {
    const folded = lane.classList.toggle("folded")
    button.setAttribute("aria-expanded", String(!folded))
    const body = new URLSearchParams({ by: board.dataset.by, key: lane.dataset.lane, folded: folded ? "1" : "" })
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")
    fetch(`/${board.dataset.entity}/board/fold${location.search}`, { method: "POST", body, headers: { ...token, "HX-Request": "true" } })
  }
  board.addEventListener("click", (event) => {
    const lane = event.target.closest("[data-lane]")
    if (!lane) return
    const button = event.target.closest("[data-fold]")
    if (button || (lane.classList.contains("folded") && !event.target.closest("button, a"))) fold(lane, button ?? lane.querySelector("[data-fold]"))
    else if (event.target.closest("[data-add]")) show(lane, lane.querySelector(".r-quick")?.hidden)
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
