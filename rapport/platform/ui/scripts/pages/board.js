// The board: keys, drag, menus, and fetching itself anew without disturbing what somebody is doing with it.
// Loaded on boards only, because it brings SortableJS.
import { behave } from "./rapport.js"
import { draggable } from "./board-drag.js"
import { cardsOf, focusOn, keys, lanesOf } from "./board-keys.js"
import { doZone, move, step } from "./board-move.js"
import { popover } from "./board-pop.js"
import { columns } from "./board-columns.js"

const FIRST = 15

behave("board", (board, signal) => {
  let waiting = false
  const pop = popover(board, signal, { onMove: (card, lane) => move(board, card, lane), onZone: (card, zone) => doZone(board, card, zone) })
  keys(board, signal, (card, by) => step(board, card, by))
  columns(board, signal)

  // Lists come and go when the board is fetched anew, so each gets its dragging when it is there.
  const lists = new Map()
  const equip = () => {
    for (const [list, sortable] of lists) {
      if (list.isConnected) continue
      sortable.destroy()
      lists.delete(list)
    }
    board.querySelectorAll("[data-cards]").forEach((list) => lists.has(list) || lists.set(list, draggable(board, list)))
  }
  equip()
  new MutationObserver(equip).observe(board, { childList: true, subtree: true })
  signal.addEventListener("abort", () => lists.forEach((sortable) => sortable.destroy()))

  // While a card is dragged, moved or asked about, a fresh board waits.
  const busy = () => board.dataset.dragging !== undefined || Number(board.dataset.busy || 0) > 0 || pop.isOpen()
  const again = () => {
    if (waiting && !busy()) {
      waiting = false
      board.dispatchEvent(new CustomEvent("board-refresh"))
    }
  }
  document.body.addEventListener("board-moved", () => board.dispatchEvent(new CustomEvent("board-refresh")), { signal })
  board.addEventListener("board-rest", again, { signal })
  board.addEventListener("toggle", () => setTimeout(again, 50), { signal, capture: true })
  board.addEventListener("htmx:config:request", (event) => {
    if (event.target !== board) return
    const depth = lanesOf(board).map((lane) => [lane.dataset.lane || "-", cardsOf(lane).length]).filter(([, n]) => n > FIRST)
    const url = new URL(event.detail.ctx.request.action, location.href)
    if (depth.length) url.searchParams.set("depth", depth.map((pair) => pair.join(":")).join(","))
    event.detail.ctx.request.action = url.pathname + url.search
  }, { signal })
  board.addEventListener("htmx:before:request", (event) => {
    if (event.target !== board || !busy()) return
    waiting = true
    event.preventDefault()
  }, { signal })
  // A fresh board that arrives after a drag has begun would pull the card from under the hand.
  let held = ""
  let entrance = ""
  board.addEventListener("htmx:before:swap", (event) => {
    if (event.target !== board) return
    if (busy()) {
      waiting = true
      event.preventDefault()
      return
    }
    entrance = board.querySelector("[data-card][tabindex='0']")?.id ?? ""
    held = document.activeElement?.closest("[data-card]")?.id ?? ""
  }, { signal })
  board.addEventListener("htmx:after:swap", () => {
    const door = entrance && document.getElementById(entrance)
    if (door) {
      board.querySelectorAll("[data-card][tabindex='0']").forEach((other) => (other.tabIndex = -1))
      door.tabIndex = 0
    }
    const card = held && document.getElementById(held)
    held = ""
    if (card && !document.activeElement?.closest("dialog, [data-card]") && document.activeElement === document.body) focusOn(board, card)
  }, { signal })
})
