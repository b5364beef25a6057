// Arrows go from card to card and from column to column; one card at a time can be reached by Tab.
import { typing } from "./rapport.js"

const CARD = "[data-card]"

/** The cards of a column that are there, in order. */
export const cardsOf = (lane) => [...lane.querySelectorAll(CARD)]

/** Columns in the order of reading. */
export const lanesOf = (board) => [...board.querySelectorAll("[data-lane]")]

/** Gives a card the focus and makes it the one that Tab comes back to. */
export function focusOn(board, card) {
  if (!card) return
  board.querySelectorAll(`${CARD}[tabindex="0"]`).forEach((other) => (other.tabIndex = -1))
  card.tabIndex = 0
  card.focus({ preventScroll: true })
  card.scrollIntoView({ block: "nearest", inline: "nearest" })
}

/** The card beside this one: in the next column that has any, at about the same height. */
function beside(board, card, step) {
  const lanes = lanesOf(board)
  const height = card.getBoundingClientRect().top
  for (let at = lanes.indexOf(card.closest("[data-lane]")) + step; lanes[at]; at += step) {
    const all = cardsOf(lanes[at])
    const near = (one) => Math.abs(one.getBoundingClientRect().top - height)
    if (all.length) return all.reduce((best, one) => (near(one) < near(best) ? one : best))
  }
  return null
}

/** Connects the keys. `move(card, step)` puts the card into the column before or after. */
export function keys(board, signal, move) {
  const entrance = () => {
    const all = board.querySelectorAll(CARD)
    if (all.length && !board.querySelector(`${CARD}[tabindex="0"]`)) all[0].tabIndex = 0
  }
  entrance()
  new MutationObserver(entrance).observe(board, { childList: true, subtree: true })
  board.addEventListener("focusin", (event) => {
    const card = event.target.closest(CARD)
    if (!card || card.tabIndex === 0) return
    board.querySelectorAll(`${CARD}[tabindex="0"]`).forEach((other) => (other.tabIndex = -1))
    card.tabIndex = 0
  }, { signal })
  // Who comes to a board and has not chosen anything yet takes hold of the first card with any arrow.
  document.addEventListener("keydown", (event) => {
    const idle = !document.activeElement || document.activeElement === document.body
    if (!idle || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return
    event.preventDefault()
    focusOn(board, board.querySelector(`${CARD}[tabindex="0"]`) ?? board.querySelector(CARD))
  }, { signal })
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest(CARD)
    if (!card || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight"
    const sideways = ["ArrowLeft", "ArrowRight"].includes(event.key)
    const step = event.key === onward ? 1 : -1
    const all = cardsOf(card.closest("[data-lane]"))
    const at = all.indexOf(card)
    let to = null
    if (sideways && event.shiftKey) move(card, step)
    else if (event.shiftKey) return
    else if (sideways) to = beside(board, card, step)
    else if (event.key === "ArrowDown") to = all[at + 1]
    else if (event.key === "ArrowUp") to = all[at - 1]
    else if (event.key === "Home") to = all[0]
    else if (event.key === "End") to = all.at(-1)
    else if (event.key === "Enter" && event.target === card) card.querySelector("a[data-open]")?.click()
    else return
    event.preventDefault()
    focusOn(board, to)
  }, { signal })
}
