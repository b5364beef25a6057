// Dragging by mouse and by touch: a card follows the pointer into another column or into a zone.
import Sortable, { AutoScroll } from "sortablejs"
import { doZone, move, takes } from "./board-move.js"

Sortable.mount(new AutoScroll())

const zoneAt = (point) => point && document.elementsFromPoint(point.clientX, point.clientY).find((e) => e.closest("[data-zone]"))?.closest("[data-zone]")

/** Makes a column's list one between which cards can be dragged; returns what undoes it. */
export function draggable(board, list) {
  const zones = () => board.querySelector(".r-zones")
  let home = null
  let point = null
  const follow = (event) => {
    point = event.touches?.[0] ?? event
    const under = zoneAt(point)
    zones().querySelectorAll("[data-zone]").forEach((zone) => zone.classList.toggle("over", zone === under))
  }
  return Sortable.create(list, {
    group: { name: "cards", put: () => takes(list.closest("[data-lane]")) },
    draggable: "[data-card]:not([data-fixed])",
    filter: "button, input",
    preventOnFilter: false,
    sort: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
    // The browser's own drag knows no touch and cannot be styled; this one is the same for both.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    // A finger that moves at once scrolls; one that rests takes the card.
    delay: 220,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    ghostClass: "ghost",
    dragClass: "dragged",
    onStart({ item }) {
      home = { list: item.parentElement, next: item.nextElementSibling }
      board.dataset.dragging = ""
      zones().hidden = false
      addEventListener("pointermove", follow)
      addEventListener("touchmove", follow, { passive: true })
    },
    onEnd({ item, to }) {
      delete board.dataset.dragging
      removeEventListener("pointermove", follow)
      removeEventListener("touchmove", follow)
      const zone = zoneAt(point)
      zones().hidden = true
      const start = home
      const back = () => start.list.insertBefore(item, start.next?.parentElement === start.list ? start.next : null)
      if (zone) {
        back()
        doZone(board, item, zone)
      } else {
        const lane = to.closest("[data-lane]")
        if (lane.dataset.lane !== item.dataset.key) move(board, item, lane, back)
      }
      board.dispatchEvent(new CustomEvent("board-rest"))
    },
  })
}
