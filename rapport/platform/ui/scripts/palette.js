// The search palette by keyboard. Records and pages come from the server as one types; what can be done on the page
// behind it, with the marked rows or the open record, is read from its own buttons, so it is always what the page allows.
import { behave } from "./behave.js"
import { name } from "./shortcuts.js"

const DOINGS = "[role=toolbar]:not([hidden]) :is(button, a), .r-bar-actions :is(button, a), #panel:not([hidden]) header :is(button, a), .r-user-menu :is(button, a)"
const MANY = 6

behave("palette", (root, signal) => {
  const box = root.querySelector("input[type=search]")
  const list = root.querySelector("[role=listbox]")
  const here = root.querySelector("[data-here]")
  const options = () => [...list.querySelectorAll("[role=option]")]
  const doings = here && root.closest("dialog") ? commands() : []
  const point = (option) => {
    // Named here and not by the server: htmx gives an element that comes back under its old name its old attributes too.
    options().forEach((o, place) => {
      o.id = `hit-${place}`
      o.setAttribute("aria-selected", o === option)
    })
    if (option) {
      box.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    } else box.removeAttribute("aria-activedescendant")
  }
  const fill = () => {
    if (!here) return
    const text = box.value.trim()
    const bare = fold(text.replace(/^[>@#?]/, ""))
    const wanted = /^[@#?]/.test(text) ? [] : doings.filter((one) => bare.split(" ").every((word) => one.words.includes(word)))
    const shown = text ? wanted : wanted.filter((one) => one.first)
    // Commands lead where one asks for them; behind what a word finds otherwise.
    if (!text || text.startsWith(">")) list.prepend(here)
    else list.append(here)
    here.replaceChildren(...(shown.length ? [heading(here.dataset.here), ...shown.slice(0, text.startsWith(">") ? 50 : MANY).map((one) => one.row)] : []))
    here.hidden = !shown.length
  }
  const open = (option, event) => {
    if (!option) return
    if (option.dataset.scope) {
      box.value = option.dataset.scope
      box.dispatchEvent(new Event("input", { bubbles: true }))
      box.focus()
    } else if (option.href && (event?.ctrlKey || event?.metaKey)) window.open(option.href, "_blank", "noopener")
    else option.click()
  }
  box.addEventListener("keydown", (event) => {
    const all = options()
    const at = all.findIndex((o) => o.getAttribute("aria-selected") === "true")
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (all.length) point(all.at((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length))
    } else if (event.key === "Escape") {
      // A search box would only empty itself.
      event.preventDefault()
      // Until the next frame the box would still take the keys, though nobody sees it any more.
      box.blur()
      root.closest("dialog")?.close()
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault()
      open(all[at], event)
    }
  }, { signal })
  box.addEventListener("input", fill, { signal })
  root.addEventListener("click", (event) => {
    const option = event.target.closest("[data-scope]")
    if (!option) return
    event.preventDefault()
    open(option)
  }, { signal })
  root.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]")
    if (option && option.getAttribute("aria-selected") !== "true") point(option)
  }, { signal })
  fill()
  const watcher = new MutationObserver(() => point(options()[0]))
  watcher.observe(list, { childList: true, subtree: true })
  signal.addEventListener("abort", () => watcher.disconnect())
  point(options()[0])
})

function commands() {
  const seen = new Set()
  // Marked rows first of all, then the record: both are what one has just been looking at.
  const rank = (target) => (target.closest("[role=toolbar]") ? 0 : target.closest(".r-user-menu") ? 2 : 1)
  const found = [...document.querySelectorAll(DOINGS)].sort((a, b) => rank(a) - rank(b))
  return found.flatMap((target) => {
    const label = name(target)
    if (!label || seen.has(label) || target.disabled || target.closest("dialog, summary")) return []
    seen.add(label)
    const row = document.createElement("div")
    row.className = "r-palette-hit"
    row.setAttribute("role", "option")
    row.setAttribute("aria-selected", "false")
    const icon = target.querySelector("svg.icon")?.cloneNode(true)
    const text = Object.assign(document.createElement("span"), { className: "cut", textContent: label })
    row.append(...(icon ? [icon] : []), text)
    if (target.dataset.shortcut) {
      const keys = Object.assign(document.createElement("span"), { className: "r-spread muted small" })
      keys.append(Object.assign(document.createElement("kbd"), { textContent: target.dataset.shortcut.toUpperCase() }))
      row.append(keys)
    }
    row.addEventListener("click", () => {
      document.getElementById("dialog").close()
      target.click()
    })
    return [{ row, words: fold(label), first: !target.closest(".r-user-menu") }]
  })
}

function heading(text) {
  return Object.assign(document.createElement("p"), { className: "r-palette-group", textContent: text })
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/g, " ")
