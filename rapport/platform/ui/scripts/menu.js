// <details class="r-menu">: closes on Escape, on a click elsewhere and after a choice; arrows move.
import { behave } from "./behave.js"

const CHOICES = "a[href], button:not(:disabled), input:not([type=hidden]), select"

const EDGE = 8

behave("menu", (menu, signal) => {
  const summary = menu.querySelector("summary")
  const choices = () => [...menu.querySelectorAll(`.r-menu-list :is(${CHOICES})`)].filter((c) => !c.closest("[hidden]"))
  const close = (refocus) => {
    if (!menu.open) return
    menu.open = false
    if (refocus) summary.focus()
  }
  /** Moves a list that would reach beyond the window back into it. */
  const fit = () => {
    const list = menu.querySelector(".r-menu-list")
    list?.style.removeProperty("translate")
    if (!menu.open || !list) return
    const { left, right } = list.getBoundingClientRect()
    const by = right > innerWidth - EDGE ? innerWidth - EDGE - right : Math.max(0, EDGE - left)
    if (by) list.style.setProperty("translate", `${Math.round(by)}px`)
  }
  menu.addEventListener("toggle", () => {
    summary.setAttribute("aria-expanded", menu.open)
    fit()
  }, { signal })
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation()
      close(true)
    } else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) && !event.target.matches("input, select")) {
      event.preventDefault()
      const shut = !menu.open
      menu.open = true
      const all = choices()
      const at = all.indexOf(document.activeElement)
      const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[event.key]
      const chosen = all.at(to % all.length)
      // What was shut a moment ago can take the focus only when it has been drawn.
      if (shut) requestAnimationFrame(() => requestAnimationFrame(() => chosen?.focus()))
      else chosen?.focus()
    }
  }, { signal })
  menu.addEventListener("click", (event) => {
    if (event.target.closest(".r-menu-list :is(a, button):not([aria-pressed])")) close(false)
  }, { signal })
  document.addEventListener("pointerdown", (event) => menu.contains(event.target) || close(false), { signal })
  menu.addEventListener("focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close(false), { signal })
})
