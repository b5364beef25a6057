// The side panel: anything with data-peek="/people/7" opens that record in #panel, beside what is on the page.
// Space opens the row or card that has the focus; j and k, or Ctrl with the arrows, go to the next and the one before.
import { behave, typing } from "./behave.js"
import { pressed } from "./keys.js"
import { say } from "./toast.js"

const PRESSABLE = "a, button, input, select, textarea, label, summary, [contenteditable=true]"

behave("peek", (panel, signal) => {
  let shown = ""
  let opener = null
  let asked = null
  const all = () => {
    const found = new Map()
    document.querySelectorAll("[data-peek]").forEach((e) => {
      // On a phone the row has no button of its own, but stands in the order all the same.
      const seen = (e.closest("tr, li, article") ?? e).getClientRects().length
      if (!panel.contains(e) && seen && !found.has(e.dataset.peek)) found.set(e.dataset.peek, e)
    })
    return found
  }
  const place = () => {
    const keys = [...all().keys()]
    const at = keys.indexOf(shown)
    const text = panel.querySelector("[data-peek-place]")
    // While more of the list waits to be loaded nobody knows how many there are.
    const more = [...document.querySelectorAll(".more[hx-get]")].some((e) => !panel.contains(e))
    if (text) text.textContent = at < 0 || more ? "" : `${at + 1} / ${keys.length}`
    const button = (name, off) => {
      const found = panel.querySelector(`[data-peek-${name}]`)
      if (found) found.disabled = off
    }
    button("previous", at <= 0)
    button("next", at < 0 || at === keys.length - 1)
    document.querySelectorAll("[data-peeked]").forEach((e) => e.removeAttribute("data-peeked"))
    const element = all().get(shown)
    const host = element?.closest("tr, li, article") ?? element
    host?.setAttribute("data-peeked", "")
    return host
  }
  const remember = () => {
    const url = new URL(location.href)
    if (shown) url.searchParams.set("peek", shown.slice(1))
    else url.searchParams.delete("peek")
    // Slashes may stand in a query as they are; so the address stays readable.
    history.replaceState(history.state, "", url.href.replace(/peek=([^&#]*)/, (_all, value) => `peek=${decodeURIComponent(value)}`))
  }
  const close = () => {
    asked?.abort()
    const back = all().get(shown)
    shown = ""
    panel.hidden = true
    panel.replaceChildren()
    document.body.classList.remove("peeking")
    place()
    remember()
    const target = opener?.isConnected && opener.dataset?.peek !== undefined && !back ? opener : focusable(back) ?? opener
    opener = null
    if (target?.isConnected) target.focus()
  }
  const open = async (path, { focus = true } = {}) => {
    if (!/^\/[a-z-]+\/\d+$/.test(path)) return
    asked?.abort()
    asked = new AbortController()
    try {
      const answer = await fetch(`${path}/panel`, { signal: asked.signal, headers: { "HX-Request": "true", "HX-Target": "panel", "HX-Current-URL": location.href } })
      if (answer.redirected || !answer.ok) {
        if (answer.redirected) location.reload()
        else say(panel.dataset.missing)
        return
      }
      const text = await answer.text()
      if (panel.hidden && !opener) opener = document.activeElement
      // Our own server's HTML, escaped by its templates like any htmx answer.
      panel.innerHTML = text
      window.htmx.process(panel)
      shown = path
      panel.hidden = false
      document.body.classList.add("peeking")
      panel.setAttribute("aria-label", panel.querySelector("[data-peek-name]")?.dataset.peekName ?? "")
      place()?.scrollIntoView({ block: "nearest" })
      remember()
      if (focus) panel.focus({ preventScroll: true })
    } catch (error) {
      if (error.name !== "AbortError") say(panel.dataset.missing)
    }
  }
  const step = (by) => {
    const keys = [...all().keys()]
    const next = keys[keys.indexOf(shown) + by]
    if (shown && next && keys.includes(shown)) open(next)
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const host = event.target.closest?.("[data-peek]")
    if (!host || panel.contains(host)) return
    const pressed = event.target.closest(PRESSABLE)
    if (pressed && pressed !== host && host.contains(pressed)) return
    if (!getSelection().isCollapsed && host !== pressed) return
    event.preventDefault()
    opener = host
    open(host.dataset.peek)
  }, { signal })

  // Before all others: while the panel is open, j and k mean its records and Escape means the panel.
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return
    const inside = panel.contains(event.target)
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey
    const moves = pressed(event, "panel.next") ? 1 : pressed(event, "panel.previous") ? -1 : 0
    const free = !typing(event.target)
    const wanted =
      pressed(event, "panel.open") && free ? beside(event.target, inside)
      : !shown ? null
      : moves && (free || event.key.length > 1) ? () => step(moves)
      : plain && free && inside && pressed(event, "panel.whole") ? () => location.assign(shown)
      : null
    if (!wanted) return
    event.preventDefault()
    event.stopPropagation()
    wanted()
  }, { signal, capture: true })
  const beside = (element, inside) => {
    if (inside || element.matches?.("button, input, summary, [role=button], [role=option]") && !element.matches("[data-peek]")) return null
    const row = element.closest?.("tr[data-row], [data-peek]")
    const host = row?.matches("[data-peek]") ? row : row?.querySelector("[data-peek]")
    return host ? () => { opener = element; open(host.dataset.peek) } : null
  }
  // Last of all: an editor, a menu or a list of options takes its own Escape first.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !shown || document.querySelector("dialog[open]")) return
    if (typing(event.target) && !panel.contains(event.target)) return
    event.preventDefault()
    // What is being typed is not thrown away by one key: the first Escape leaves the text, the second the panel.
    if (typing(event.target)) panel.focus()
    else close()
  }, { signal })
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-peek-close]")) close()
    else if (event.target.closest("[data-peek-next]")) step(1)
    else if (event.target.closest("[data-peek-previous]")) step(-1)
  }, { signal })
  // The list beneath may have been drawn anew or have got more rows.
  document.addEventListener("htmx:after:swap", () => shown && place(), { signal })

  const asks = new URLSearchParams(location.search).get("peek")
  if (asks) open(`/${asks}`, { focus: false })
})

/** Where the focus goes when the panel is left: the row's own link, or whatever opens the panel. */
function focusable(element) {
  return element?.closest("tr[data-row]")?.querySelector("a[data-open]") ?? element
}
