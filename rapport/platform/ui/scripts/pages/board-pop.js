// The one small panel of a board: a card's menu, or what is next with it. It opens beside the button and gives the focus back.
import { laneOf } from "./board-move.js"

const ITEMS = "button:not(:disabled), a[href], input, select, textarea"

export function popover(board, signal, { onMove, onZone }) {
  const pop = () => document.getElementById("board-pop")
  let opener = null
  const place = () => {
    const at = opener.getBoundingClientRect()
    const box = pop().getBoundingClientRect()
    const rtl = document.dir === "rtl"
    const left = rtl ? at.left : at.right - box.width
    const below = at.bottom + 4 + box.height < innerHeight
    pop().style.setProperty("left", `${Math.max(8, Math.min(left, innerWidth - box.width - 8))}px`)
    pop().style.setProperty("top", `${Math.max(8, below ? at.bottom + 4 : at.top - box.height - 4)}px`)
  }
  const open = (button, fill) => {
    opener = button
    pop().replaceChildren()
    fill(pop())
    pop().showPopover()
    button.setAttribute("aria-expanded", "true")
    place()
    pop().querySelector(ITEMS)?.focus()
  }
  const shut = () => pop()?.matches(":popover-open") && pop().hidePopover()
  const menu = (button) => {
    const card = button.closest("[data-card]")
    open(button, (box) => {
      box.append(document.getElementById("board-menu").content.cloneNode(true))
      box.querySelector("[data-page]").href = card.querySelector("a[data-open]").href
      box.querySelectorAll("[data-to]").forEach((item) => (item.disabled = item.dataset.to === card.dataset.key))
    })
    pop().dataset.for = card.id
  }
  const next = async (button) => {
    open(button, () => {})
    pop().dataset.for = button.closest("[data-card]").id
    await window.htmx.ajax("GET", button.dataset.next, { source: button, target: "#board-pop", swap: "innerHTML" })
    if (!pop().matches(":popover-open")) return
    place()
    pop().querySelector("input:not([type=hidden])")?.focus()
  }
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-card-menu], [data-next]")
    if (button) {
      event.preventDefault()
      event.stopPropagation()
      if (button.dataset.next) next(button)
      else menu(button)
      return
    }
    if (!event.target.closest("#board-pop")) return
    const card = document.getElementById(pop().dataset.for)
    const item = event.target.closest("[data-to], [data-zone], [data-shut], [data-done]")
    if (!item) return
    shut()
    if (!card) return
    if (item.dataset.to !== undefined) onMove(card, board.querySelector(`[data-lane="${CSS.escape(item.dataset.to)}"]`))
    else if (item.dataset.zone) onZone(card, item)
  }, { signal, capture: true })
  board.addEventListener("keydown", (event) => {
    if (!event.target.closest("#board-pop") || !["ArrowDown", "ArrowUp"].includes(event.key)) return
    if (event.target.matches("input, select, textarea")) return
    event.preventDefault()
    event.stopPropagation()
    const all = [...pop().querySelectorAll(ITEMS)]
    all.at((all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)) % all.length)?.focus()
  }, { signal, capture: true })
  board.addEventListener("toggle", (event) => {
    if (event.target.id !== "board-pop" || event.newState !== "closed") return
    opener?.setAttribute("aria-expanded", "false")
    const lost = document.activeElement === document.body || event.target.contains(document.activeElement)
    if (lost && opener?.isConnected) opener.focus()
  }, { signal, capture: true })
  document.body.addEventListener("planned", () => {
    shut()
  }, { signal })
  return { isOpen: () => Boolean(pop()?.matches(":popover-open")), laneOf }
}
