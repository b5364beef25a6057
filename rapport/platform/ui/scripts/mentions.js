// In a text, @ and the first letters of a name offer colleagues; arrows choose, Enter or Tab takes, Escape leaves.
import { behave } from "./behave.js"

let made = 0
const OPEN = /(?:^|[\s(])@([^\s@][^@\n]{0,30}|)$/u

behave("mentions", (area, signal) => {
  const host = area.closest("[data-mentions]")
  if (!host) return
  const list = document.createElement("div")
  list.setAttribute("role", "listbox")
  list.id = `mentions-${++made}`
  list.setAttribute("aria-label", "@")
  host.append(list)
  let asked = null
  let typed = ""
  // Names that were chosen: what follows one is text. And letters that nobody is called by: more of them find nobody either.
  const chosen = new Set()
  let nobody = null
  const options = () => [...list.querySelectorAll("[role=option]")]
  const current = () => list.querySelector("[aria-selected=true]")
  const close = () => {
    asked?.abort()
    list.replaceChildren()
    area.removeAttribute("aria-activedescendant")
    area.removeAttribute("aria-controls")
  }
  const point = (option) => {
    options().forEach((o, i) => {
      o.id = `${list.id}-${i}`
      o.setAttribute("aria-selected", o === option)
    })
    if (option) {
      area.setAttribute("aria-controls", list.id)
      area.setAttribute("aria-activedescendant", option.id)
    }
  }
  const take = (option) => {
    const end = area.selectionStart
    chosen.add(`${option.dataset.name} `)
    area.setRangeText(`@${option.dataset.name} `, end - typed.length - 1, end, "end")
    close()
    area.dispatchEvent(new Event("input", { bubbles: true }))
    area.focus()
  }
  const look = async () => {
    const found = area.value.slice(0, area.selectionStart).match(OPEN)
    // After two words nobody is called so any more: the rest is text.
    if (!found || found[1].split(/\s+/).length > 3) return close()
    typed = found[1]
    if ([...chosen].some((name) => typed.startsWith(name)) || (nobody && typed.startsWith(nobody))) return close()
    asked?.abort()
    asked = new AbortController()
    try {
      const url = new URL(host.dataset.mentions, location.href)
      url.searchParams.set("q", typed)
      const answer = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true", "HX-Target": list.id } })
      if (!answer.ok) return close()
      // Our own server's HTML, escaped by its templates like any htmx answer.
      list.innerHTML = await answer.text()
      if (!options().length) nobody = typed
      point(options()[0])
    } catch (error) {
      if (error.name !== "AbortError") close()
    }
  }
  area.addEventListener("input", look, { signal })
  area.addEventListener("keydown", (event) => {
    const all = options()
    if (!all.length) return
    const at = all.indexOf(current())
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      point(all.at((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length))
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && current()) {
      event.preventDefault()
      event.stopPropagation()
      take(current())
    } else if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }, { signal })
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]")
    if (!option) return
    event.preventDefault()
    take(option)
  }, { signal })
  area.addEventListener("blur", close, { signal })
})
