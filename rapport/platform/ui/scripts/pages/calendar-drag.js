// Dragging an entry to another day or time, and its lower edge to another length; a finger has to rest on it first.
import { minutes, place, plus, send } from "./calendar-move.js"

const FAR = 5
const REST = 320
const EDGE = 7

export function drag(root, signal) {
  let held = null
  const row = (day) => day.getBoundingClientRect().height / 96
  const quarter = (day, y) => Math.max(0, Math.min(95, Math.floor((y - day.getBoundingClientRect().top) / row(day))))
  const begin = () => {
    held.moving = true
    root.dataset.dragging = "1"
    held.entry.classList.add("dragging")
    held.entry.setPointerCapture?.(held.id)
  }
  const end = () => {
    clearTimeout(held?.timer)
    held?.entry.classList.remove("dragging")
    delete root.dataset.dragging
    held = null
  }
  const back = () => {
    if (!held) return
    held.entry.className = held.css
    held.home.insertBefore(held.entry, held.next)
    end()
  }
  root.addEventListener("pointerdown", (event) => {
    const entry = event.target.closest(".r-cal-entry[data-move]")
    if (!entry || event.button || held) return
    const box = entry.getBoundingClientRect()
    const day = entry.closest("[data-quarters]")
    const resizing = "resizes" in entry.dataset && day && event.clientY > box.bottom - EDGE
    held = {
      entry, resizing, id: event.pointerId, x: event.clientX, y: event.clientY, css: entry.className, home: entry.parentNode,
      next: entry.nextSibling, grip: day ? quarter(day, event.clientY) - quarter(day, box.top + 1) : 0, length: day ? minutes(entry) / 15 : 0,
    }
    if (event.pointerType !== "mouse") held.timer = setTimeout(begin, REST)
  }, { signal })
  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return
    if (!held.moving) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return
      // A finger that moves before it has rested scrolls.
      if (event.pointerType !== "mouse") return end()
      begin()
    }
    event.preventDefault()
    const over = document.elementsFromPoint(event.clientX, event.clientY).find((e) => e.matches?.("[data-drop]") && root.contains(e))
    if (held.resizing) {
      const day = held.home
      const start = Number([...held.entry.classList].find((c) => /^s\d+$/.test(c)).slice(1))
      held.end = Math.max(start + 1, quarter(day, event.clientY) + 1)
      place(held.entry, start, held.end)
      held.minutes = (held.end - start) * 15
      return
    }
    if (!over) return
    held.over = over
    if (held.entry.parentNode !== over) over.append(held.entry)
    if ("quarters" in over.dataset) {
      held.start = Math.max(0, Math.min(95, quarter(over, event.clientY) - held.grip))
      held.entry.classList.remove(...[...held.entry.classList].filter((c) => /^[lw]\d+$/.test(c)))
      held.entry.classList.add("l1", "w12")
      place(held.entry, held.start, Math.min(96, held.start + (held.length || 2)))
    }
  }, { signal, passive: false })
  document.addEventListener("touchmove", (event) => held?.moving && event.preventDefault(), { signal, passive: false })
  document.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return
    const { entry, moving, over, start, resizing } = held
    const length = held.minutes
    end()
    if (!moving) return
    // The click that follows a drag is none.
    root.dataset.dragged = "1"
    setTimeout(() => delete root.dataset.dragged, 50)
    if (resizing) {
      if (length) send(entry, { minutes: length })
    } else if (over) {
      const timed = "quarters" in over.dataset
      plus(over.dataset.drop, 0, "0:0", timed ? start : 0)
      const whole = "whole" in over.dataset && entry.matches(".tasks") ? { whole: "1" } : {}
      send(entry, { day: over.dataset.drop, time: timed ? plus.time : "", ...whole })
    }
  }, { signal })
  document.addEventListener("pointercancel", back, { signal })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !held?.moving) return
    event.preventDefault()
    event.stopPropagation()
    back()
  }, { signal, capture: true })
  root.addEventListener("click", (event) => {
    if (!root.dataset.dragged) return
    event.preventDefault()
    event.stopPropagation()
  }, { signal, capture: true })
  root.addEventListener("contextmenu", (event) => held && event.preventDefault(), { signal })
  // Nobody's drag is disturbed by what others do; it is fetched when it is over.
  root.addEventListener("htmx:before:request", (event) => root.dataset.dragging && event.target === root && event.preventDefault(), { signal })
}
