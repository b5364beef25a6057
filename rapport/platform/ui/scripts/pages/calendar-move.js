// What a moved entry sends to the server. Days and times are of the viewer's clock; the server knows the zone.
const pad = (n) => String(n).padStart(2, "0")

/** The day so many days and quarters of an hour after a day and a time; plus.time is the time then. */
export function plus(day, days, time, quarters = 0) {
  const [year, month, date] = day.split("-").map(Number)
  const [hour, minute] = (time ?? "0:0").split(":").map(Number)
  // Counted in UTC, where every day has 24 hours: it is the wall clock that moves.
  const then = new Date(Date.UTC(year, month - 1, date + days, hour, minute + quarters * 15))
  plus.time = `${pad(then.getUTCHours())}:${pad(then.getUTCMinutes())}`
  return `${then.getUTCFullYear()}-${pad(then.getUTCMonth() + 1)}-${pad(then.getUTCDate())}`
}

/** How long an entry is shown, in minutes: its classes say from which quarter to which. */
export function minutes(entry) {
  const of = (letter) => Number([...entry.classList].find((c) => new RegExp(`^${letter}\\d+$`).test(c))?.slice(1))
  return (of("e") - of("s")) * 15
}

/** Puts an entry's piece on other quarters, by its classes. */
export function place(entry, start, end) {
  for (const c of [...entry.classList]) if (/^[se]\d+$/.test(c)) entry.classList.remove(c)
  entry.classList.add(`s${start}`, `e${end}`)
}

/** Opens a form in the dialog. The element says to the server where its answer goes; a bare call would not. */
export function ask(root, address) {
  const errand = document.createElement("i")
  errand.hidden = true
  errand.setAttribute("hx-target", "#dialog")
  root.append(errand)
  return window.htmx.ajax("GET", address, { source: errand, target: "#dialog", swap: "innerHTML" }).finally(() => errand.remove())
}

/** Sends a move; the calendar then fetches itself, and the focus goes back to the entry. */
export async function send(entry, values) {
  const address = entry.dataset.move
  const focused = entry.contains(document.activeElement)
  try {
    await window.htmx.ajax("POST", address, { source: entry.closest("#calendar"), target: entry.closest("#calendar"), swap: "none", values })
  } finally {
    if (focused) again(address)
    // Also after a refusal: then it stands where it was.
    document.body.dispatchEvent(new CustomEvent("calendar-moved"))
  }
}

// A move is followed by more than one fetch: one's own, and those that hear of it live. Each may make the entry anew.
let kept = null

function again(address) {
  kept = { address, until: performance.now() + 4000 }
}

document.addEventListener("htmx:after:swap", () => {
  if (!kept || performance.now() > kept.until || document.activeElement !== document.body) return
  document.querySelector(`[data-move="${kept.address}"]`)?.focus({ preventScroll: true })
})
