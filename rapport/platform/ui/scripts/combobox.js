// A link to another record: type, choose with the arrows, Enter takes. Options come as HTML from data-url?q=….
// Markup: <div class="r-combo" data-behaviour="combobox" data-url="…"><input type=hidden name><input role=combobox><div role=listbox>
import { behave } from "./behave.js"

let made = 0
const GAP = 4
// With less room than this below, the list opens above its box.
const LOW = 160

behave("combobox", (root, signal) => {
  const hidden = root.querySelector("input[type=hidden]")
  const box = root.querySelector("[role=combobox]")
  const list = root.querySelector("[role=listbox]")
  list.id ||= `options-${++made}`
  box.setAttribute("aria-controls", list.id)
  let shown = box.value
  let timer
  let asked = null
  list.popover = "manual"
  const place = () => {
    const at = box.getBoundingClientRect()
    const below = innerHeight - at.bottom - GAP * 2
    const up = below < LOW && at.top > below
    const told = {
      left: `${at.left}px`, width: `${at.width}px`, room: `${(up ? at.top : innerHeight - at.bottom) - GAP * 3}px`,
      top: up ? "auto" : `${at.bottom + GAP}px`, bottom: up ? `${innerHeight - at.top + GAP}px` : "auto",
    }
    for (const [name, value] of Object.entries(told)) list.style.setProperty(`--list-${name}`, value)
  }
  const show = () => {
    place()
    if (!list.matches(":popover-open")) list.showPopover()
  }
  for (const moves of ["scroll", "resize"]) {
    addEventListener(moves, (event) => event.target !== list && list.matches(":popover-open") && place(), { signal, capture: true, passive: true })
  }
  const options = () => [...list.querySelectorAll("[role=option]")]
  const current = () => list.querySelector("[aria-selected=true]")
  const close = () => {
    asked?.abort()
    clearTimeout(timer)
    list.replaceChildren()
    if (list.matches(":popover-open")) list.hidePopover()
    box.setAttribute("aria-expanded", "false")
    box.removeAttribute("aria-activedescendant")
  }
  const point = (option) => {
    options().forEach((o, i) => {
      o.id ||= `${list.id}-${i}`
      o.setAttribute("aria-selected", o === option)
    })
    if (option) {
      box.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    }
  }
  const take = (option) => {
    if (!option) return
    hidden.value = option.dataset.value
    box.value = shown = option.dataset.text ?? option.textContent.trim()
    close()
    hidden.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const ask = async () => {
    asked?.abort()
    asked = new AbortController()
    const url = new URL(root.dataset.url, location.href)
    // What belongs to another field of the form, such as stages to a pipeline, is offered of what is chosen there.
    const of = url.searchParams.get("within")
    const chosen = of && root.closest("form")?.querySelector(`[name="${CSS.escape(of)}"]`)?.value
    if (chosen) url.searchParams.set("of", chosen)
    url.searchParams.set("q", box.value === shown ? "" : box.value.trim())
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true", "HX-Target": list.id } })
      if (!answer.ok) return close()
      // The options are our own server's HTML, escaped by its templates like any htmx answer.
      list.innerHTML = await answer.text()
      show()
      box.setAttribute("aria-expanded", "true")
      // Enter takes what was looked for. Who typed nothing, or emptied the box, has not asked for the first of all.
      const sought = box.value.trim() && box.value !== shown
      point(sought ? options()[0] : options().find((o) => hidden.value && o.dataset.value === hidden.value))
    } catch (error) {
      if (error.name !== "AbortError") close()
    }
  }
  box.addEventListener("input", () => {
    if (!box.value.trim()) hidden.value = ""
    // What was found for the text before is not meant by Enter any more.
    asked?.abort()
    point(null)
    box.removeAttribute("aria-activedescendant")
    clearTimeout(timer)
    timer = setTimeout(ask, 120)
  }, { signal })
  box.addEventListener("focus", () => box.select(), { signal })
  box.addEventListener("click", () => list.childElementCount || ask(), { signal })
  box.addEventListener("keydown", (event) => {
    const all = options()
    const at = all.indexOf(current())
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (!all.length) ask()
      else point(all.at((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length))
    } else if (event.key === "Enter" && current()) {
      event.preventDefault()
      take(current())
    } else if (event.key === "Escape" && all.length) {
      event.preventDefault()
      event.stopPropagation()
      close()
    } else if (event.key === "Tab" && current()) {
      take(current())
    }
  }, { signal })
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault()
    take(event.target.closest("[role=option]"))
  }, { signal })
  box.addEventListener("blur", () => {
    close()
    // What was typed but not chosen names nothing, so the last choice is shown again.
    if (box.value.trim()) box.value = shown
    else shown = ""
  }, { signal })
})
