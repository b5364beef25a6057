// The one panel below a toolbar button: Filter, Sort, Fields. It opens when something is put into it, beside what asked for it,
// closes on Escape or a click elsewhere, and gives the focus back. A part that is drawn anew keeps the focus where it was.
import { behave } from "./behave.js"

const EDGE = 12
const TYPING = 700

behave("tool-panel", (panel, signal) => {
  const body = panel.querySelector("[data-panel-body]")
  let opener = null
  let before = ""
  let next = ""
  const open = () => panel.matches(":popover-open")
  const place = () => {
    const around = opener?.isConnected ? opener.getBoundingClientRect() : { left: EDGE, right: EDGE, bottom: 120 }
    const rtl = getComputedStyle(panel).direction === "rtl"
    const wide = panel.offsetWidth
    const start = rtl ? innerWidth - around.right : around.left
    panel.style.setProperty("--panel-start", `${Math.max(EDGE, Math.min(start, innerWidth - wide - EDGE))}px`)
    panel.style.setProperty("--panel-top", `${around.bottom + 4}px`)
    panel.style.setProperty("--panel-room", `${Math.max(240, innerHeight - around.bottom - 4 - EDGE)}px`)
  }
  const focus = () => {
    const form = body.querySelector("[data-focus]")
    const wanted = form?.dataset.focus
    const at = wanted && ["_value", "_number", "_field", "_op", "_join"].map((end) => body.querySelector(`#${CSS.escape(wanted + end)}`)).find((e) => e)
    const same = document.getElementById(next) ?? document.getElementById(before)
    const first = body.querySelector("[autofocus]") ?? body.querySelector("select, input:not([type=hidden]):not([hidden]), button:not([tabindex='-1']), a")
    ;(at || (same && body.contains(same) ? same : first))?.focus()
    before = next = ""
  }
  const watcher = new MutationObserver(() => {
    if (!body.childElementCount) return open() && panel.hidePopover()
    if (!open()) {
      before = ""
      const heading = body.querySelector("[aria-label]")?.getAttribute("aria-label")
      if (heading) panel.setAttribute("aria-label", heading)
      panel.showPopover()
    }
    place()
    // When the behaviours of what arrived are connected: one of them may show what it needs.
    queueMicrotask(focus)
  })
  watcher.observe(body, { childList: true })
  signal.addEventListener("abort", () => watcher.disconnect())
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-opens-panel]")
    if (asked) opener = asked
  }, { signal, capture: true })
  document.addEventListener("htmx:before:swap", () => {
    if (body.contains(document.activeElement)) before = document.activeElement.id
  }, { signal })
  panel.addEventListener("toggle", (event) => {
    document.querySelectorAll("[data-opens-panel]").forEach((one) => one.setAttribute("aria-expanded", event.newState === "open" && one === opener))
    if (event.newState !== "closed") return
    body.replaceChildren()
    if (opener?.isConnected && (document.activeElement === document.body || !document.activeElement)) opener.focus()
  }, { signal })
  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-panel-close]")) return
    event.preventDefault()
    panel.hidePopover()
    opener?.focus()
  }, { signal })
  // Whoever types to find a choice of a closed list changes it with each letter: what hangs on it waits for the word's end.
  let typed = 0
  let waiting = null
  let timer
  const flush = () => {
    const select = waiting
    waiting = null
    clearTimeout(timer)
    select?.dispatchEvent(new Event("change", { bubbles: true }))
  }
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      flush()
      return body.querySelector("button[value=apply]")?.click()
    }
    if (!event.target.matches("select") || event.key.length !== 1 || event.ctrlKey || event.metaKey) return
    typed = performance.now()
    if (!waiting) return
    clearTimeout(timer)
    timer = setTimeout(flush, TYPING)
  }, { signal })
  panel.addEventListener("change", (event) => {
    if (!event.isTrusted || !event.target.matches("select[hx-get]") || performance.now() - typed > TYPING) return
    event.stopImmediatePropagation()
    waiting = event.target
    clearTimeout(timer)
    timer = setTimeout(flush, TYPING)
  }, { signal, capture: true })
  panel.addEventListener("focusout", (event) => {
    if (event.target !== waiting) return
    flush()
    // On from the field is how it is asked, which comes with the answer.
    next = event.target.id.replace(/_field$/, "_op")
  }, { signal })
  addEventListener("resize", () => open() && place(), { signal })
})
