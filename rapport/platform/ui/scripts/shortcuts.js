// data-shortcut="g p" on a link or button: the keys press it. Its tooltip says them, and so does the list under ?.
import { behave, typing } from "./behave.js"
import { pressed } from "./keys.js"

const PATIENCE = 1500

behave("shortcuts", (body, signal) => {
  let held = ""
  let timer
  const targets = () => [...document.querySelectorAll("[data-shortcut]")]
  // What stands later on the page is nearer to the work: its own button before the sidebar's, and the seen before the folded.
  const find = (keys) => {
    const all = targets().filter((t) => t.dataset.shortcut === keys && !t.disabled)
    return all.findLast((t) => t.checkVisibility()) ?? all.at(-1)
  }
  document.addEventListener("keydown", (event) => {
    if (pressed(event, "palette")) {
      event.preventDefault()
      const dialog = document.getElementById("dialog")
      // In an open form it would throw away what was typed; in the palette it closes it again.
      if (dialog?.open) dialog.querySelector(".r-palette") && dialog.close()
      else click(document.querySelector("[data-palette]"))
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return
    if (document.querySelector("dialog[open]") || event.key.length !== 1) return
    const key = event.key.toLowerCase()
    const keys = held ? `${held} ${key}` : key
    clearTimeout(timer)
    held = ""
    const target = find(keys)
    if (target) {
      event.preventDefault()
      if (target.matches("input, textarea, select")) target.focus()
      else click(target)
    } else if (!keys.includes(" ") && targets().some((t) => t.dataset.shortcut.startsWith(`${key} `))) {
      held = key
      timer = setTimeout(() => (held = ""), PATIENCE)
    }
  }, { signal })
  for (const moment of ["pointerover", "focusin"]) body.addEventListener(moment, (event) => {
    const target = event.target.closest?.("[data-shortcut]")
    if (!target || target.ariaKeyShortcuts) return
    target.ariaKeyShortcuts = target.dataset.shortcut
    if (!target.matches("input, textarea")) target.title = `${target.title || name(target)} (${target.dataset.shortcut.toUpperCase()})`
  }, { signal })
})

// The list itself comes from the server; the buttons of this very page are added to it.
behave("shortcut-list", (list) => {
  if (!list.closest("dialog")) return
  const said = new Set([...list.querySelectorAll("dd")].map((dd) => caps(dd)))
  const here = [...document.querySelectorAll("main [data-shortcut], .r-bar [data-shortcut]")].filter((t) => {
    const keys = t.dataset.shortcut.toUpperCase()
    return !said.has(keys.replace(/ /g, "")) && said.add(keys.replace(/ /g, ""))
  })
  if (!here.length) return
  const section = document.createElement("section")
  section.append(Object.assign(document.createElement("h2"), { textContent: list.dataset.here }))
  const body = section.appendChild(Object.assign(document.createElement("dl"), { className: "r-shortcuts" }))
  for (const target of here) {
    const value = document.createElement("dd")
    for (const key of target.dataset.shortcut.split(" ")) {
      value.append(Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() }), " ")
    }
    body.append(Object.assign(document.createElement("dt"), { textContent: name(target) }), value)
  }
  list.firstElementChild.after(section)
})

const caps = (dd) => [...dd.querySelectorAll("kbd")].map((k) => k.textContent.trim().toUpperCase()).join("")

/** What a link or button is called, without its key caps. */
export function name(target) {
  const copy = target.cloneNode(true)
  copy.querySelectorAll("kbd, .r-hidden, .avatar").forEach((k) => k.remove())
  return (target.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim()
}

/** Clicks it, once htmx has taken it up: that happens a moment after the page is there, and keys may be quicker. */
function click(target, tries = 50) {
  if (tries && target?.matches("[hx-get], [hx-post]") && !("htmxPowered" in target.dataset)) setTimeout(() => click(target, tries - 1), 20)
  else target?.click()
}
