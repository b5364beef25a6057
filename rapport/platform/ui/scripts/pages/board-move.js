// Moving a card: at once on the page, then on the server; what the server refuses goes back to where it was.
import { say } from "./rapport.js"
import { focusOn, lanesOf } from "./board-keys.js"
import { answered, send } from "./board-send.js"

/** Fills {name} and {column} into a sentence. */
const told = (text, values) => text.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "")

/** Says something to those who listen. */
export function announce(text) {
  const place = document.getElementById("board-said")
  if (place) place.textContent = text
}

/** The column a card stands in. */
export const laneOf = (card) => card.closest("[data-lane]")

/** Whether a card may come into a column. */
export const takes = (lane) => lane && lane.dataset.closed === undefined

/** Puts a card into a column and remembers where it was; returns what brings it back. */
function put(card, lane) {
  const list = lane.querySelector("[data-cards]")
  const before = { list: card.parentElement, next: card.nextElementSibling, focused: card.contains(document.activeElement) }
  if (before.list !== list) list.prepend(card)
  return () => {
    if (!card.isConnected) return
    before.list.insertBefore(card, before.next?.parentElement === before.list ? before.next : null)
  }
}

/** Moves a card to a column. `back` brings it back where something has put it already, as dragging does. */
export async function move(board, card, lane, back) {
  const values = { name: card.dataset.name, column: lane.dataset.name }
  if (card.dataset.fixed !== undefined) {
    announce(told(board.dataset.fixed, values))
    back?.()
    return
  }
  const from = card.dataset.key
  if (from === lane.dataset.lane) return
  const focused = card.contains(document.activeElement)
  const restore = back ?? put(card, lane)
  card.dataset.key = lane.dataset.lane
  card.classList.add("pending")
  if (focused) focusOn(board, card)
  announce(told(board.dataset.moving, values))
  board.dataset.busy = Number(board.dataset.busy || 0) + 1
  const status = await send("POST", `/${board.dataset.entity}/${card.dataset.card}/move`, {
    by: board.dataset.by, from, to: lane.dataset.lane, within: board.dataset.within,
  })
  const fine = (status >= 200 && status < 300) || (status === 422 && (await answered("board-moved")))
  board.dataset.busy = Number(board.dataset.busy) - 1
  const now = document.getElementById(card.id) ?? card
  now.classList.remove("pending")
  if (!fine) {
    card.dataset.key = from
    restore()
    if (focused) focusOn(board, card)
    const column = laneOf(card)?.dataset.name ?? ""
    announce(told(board.dataset.stays, { ...values, column }))
    if (!status) say(told(board.dataset.failed, { ...values, column }))
  }
  board.dispatchEvent(new CustomEvent("board-refresh"))
}

/** Moves a card one column on (1) or back (-1), over those that take no cards. */
export function step(board, card, by) {
  const lanes = lanesOf(board)
  let at = lanes.indexOf(laneOf(card)) + by
  while (lanes[at] && !takes(lanes[at])) at += by
  if (lanes[at]) return move(board, card, lanes[at])
  announce(board.dataset.edge)
}

/** Does what a zone stands for: won at once, lost with its form, into the bin. */
export async function doZone(board, card, zone) {
  const url = zone.dataset.url.replace("/0/", `/${card.dataset.card}/`)
  card.classList.add("pending")
  const status = await send(zone.dataset.asks === undefined ? "POST" : "GET", url)
  if (status === 200 && zone.dataset.asks !== undefined) await answered("board-moved")
  document.getElementById(card.id)?.classList.remove("pending")
}
