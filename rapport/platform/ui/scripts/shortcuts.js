// data-shortcut="g p" on a link or button: the keys press it. The list under ? is read from the page, so it is always true.
import { behave, typing } from "./behave.js"

const PATIENCE = 900

behave("shortcuts", (body, signal) => {
  let held = ""
  let timer
  const targets = () => [...document.querySelectorAll("[data-shortcut]")]
  const press = (keys) => targets().findLast((t) => t.dataset.shortcut === keys && !t.disabled && t.checkVisibility())
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault()
      click(document.querySelector("[data-palette]"))
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return
    if (document.querySelector("dialog[open]") || event.key.length !== 1) return
    const key = event.key.toLowerCase()
    const keys = held ? `${held} ${key}` : key
    clearTimeout(timer)
    held = ""
    const target = press(keys)
    if (target) {
      event.preventDefault()
      if (target.matches("input, textarea, select")) target.focus()
      else click(target)
    } else if (!keys.includes(" ") && targets().some((t) => t.dataset.shortcut.startsWith(`${key} `))) {
      held = key
      timer = setTimeout(() => (held = ""), PATIENCE)
    }
  }, { signal })
  body.addEventListener("click", (event) => event.target.closest("[data-shortcut-list]") && list(targets()), { signal })
})

/** Clicks it, once htmx has taken it up: that happens a moment after the page is there, and keys may be quicker. */
function click(target, tries = 50) {
  if (tries && target?.matches("[hx-get], [hx-post]") && !("htmxPowered" in target.dataset)) setTimeout(() => click(target, tries - 1), 20)
  else target?.click()
}

function list(targets) {
  const template = document.getElementById("shortcut-list")
  const dialog = document.getElementById("dialog")
  if (!template || !dialog) return
  const page = template.content.cloneNode(true)
  const body = page.querySelector("dl")
  const seen = new Set()
  for (const target of targets) {
    const keys = target.dataset.shortcut
    if (seen.has(keys)) continue
    seen.add(keys)
    const name = document.createElement("dt")
    const label = target.querySelector("span")?.textContent || target.getAttribute("aria-label") || target.title
    name.textContent = (label || [...target.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent).join(" ")).trim()
    const value = document.createElement("dd")
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd")
      cap.textContent = key.toUpperCase()
      value.append(cap, " ")
    }
    body.append(name, value)
  }
  dialog.replaceChildren(page)
}
