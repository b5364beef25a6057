// The calendar: entries are dragged by mouse and finger, moved by keys, and an empty place makes a new one.
import { behave, pressed, typing } from "./rapport.js"
import { drag } from "./calendar-drag.js"
import { ask, plus, send, minutes } from "./calendar-move.js"

const MORNING = 7 * 4

behave("calendar", (root, signal) => {
  const entry = (event) => event.target.closest?.(".r-cal-entry[data-move]")
  // Who opens it on a phone without having chosen sees the agenda.
  if (root.dataset.small && matchMedia("(max-width: 47.99rem)").matches && root.dataset.span !== "agenda") {
    location.replace(root.dataset.small)
    return
  }
  const hours = root.querySelector(".r-cal-hours")
  if (hours && !hours.scrollTop) {
    const grid = hours.querySelector(".r-cal-grid")
    hours.scrollTop = (grid.offsetHeight * MORNING) / 96
    // On a phone the week is wider than the screen, and it is today that one opens it for.
    const today = hours.querySelector(".head.today")?.getBoundingClientRect()
    if (today && hours.scrollWidth > hours.clientWidth) {
      const frame = hours.getBoundingClientRect()
      const clock = hours.querySelector(".r-cal-clock").offsetWidth
      hours.scrollLeft += document.dir === "rtl" ? today.right - frame.right + clock : today.left - frame.left - clock
    }
  }
  root.addEventListener("change", (event) => event.target.form?.matches(".r-cal-who") && event.target.form.submit(), { signal })
  root.addEventListener("keydown", (event) => {
    const at = entry(event)
    if (!at || typing(event.target)) return
    const month = root.dataset.span === "month" || root.dataset.span === "agenda"
    const timed = at.dataset.at && !month
    const by = (days, quarters) => send(at, { day: plus(at.dataset.on, days, at.dataset.at, timed ? quarters : 0), time: timed ? plus.time : "" })
    const length = (quarters) => "resizes" in at.dataset && send(at, { minutes: Math.max(15, minutes(at) + quarters * 15) })
    const wanted =
      pressed(event, "calendar.shorter") ? () => length(-1)
      : pressed(event, "calendar.longer") ? () => length(1)
      : pressed(event, "calendar.earlier") ? () => by(timed ? 0 : -7, -1)
      : pressed(event, "calendar.later") ? () => by(timed ? 0 : 7, 1)
      : pressed(event, "calendar.day_before") ? () => by(document.dir === "rtl" ? 1 : -1, 0)
      : pressed(event, "calendar.day_after") ? () => by(document.dir === "rtl" ? -1 : 1, 0)
      : pressed(event, "calendar.move") ? () => ask(root, `${at.dataset.move}/move`)
      : null
    if (!wanted) return
    event.preventDefault()
    event.stopPropagation()
    wanted()
  }, { signal })
  root.addEventListener("click", (event) => {
    const place = event.target.closest("[data-create]")
    if (!place || event.target.closest("a, button") || root.dataset.dragged) return
    let address = place.dataset.create
    if ("quarters" in place.dataset) {
      const box = place.getBoundingClientRect()
      const half = Math.max(0, Math.min(47, Math.floor(((event.clientY - box.top) / box.height) * 48)))
      const clock = (n) => `${String(Math.floor(n / 2)).padStart(2, "0")}:${n % 2 ? "30" : "00"}`
      const day = place.dataset.drop
      const [endDay, end] = half + 2 > 47 ? [day, "23:59"] : [day, clock(half + 2)]
      address = `/meetings/new?at=${day}T${clock(half)}&ends_at=${endDay}T${end}`
    }
    ask(root, address)
  }, { signal })
  drag(root, signal)
})
