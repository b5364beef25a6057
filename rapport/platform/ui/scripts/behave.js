// data-behaviour="name other" connects the behaviours of these names to an element, now or when htmx brings it.
const known = new Map()
const connected = new WeakMap()

/** Registers a behaviour: connect(element, signal) runs once per element; the signal aborts when the element leaves. */
export function behave(name, connect) {
  known.set(name, connect)
}

function arrive(element) {
  const names = (element.dataset.behaviour || "").split(/\s+/).filter(Boolean)
  const life = connected.get(element) ?? { names: new Set(), leave: new AbortController() }
  connected.set(element, life)
  for (const name of names) {
    if (life.names.has(name)) continue
    life.names.add(name)
    const connect = known.get(name)
    if (connect) connect(element, life.leave.signal)
    else console.warn(`No behaviour is called "${name}"`)
  }
}

function leave(element) {
  connected.get(element)?.leave.abort()
  connected.delete(element)
}

function each(node, visit) {
  if (node.nodeType !== Node.ELEMENT_NODE) return
  if (node.matches("[data-behaviour]")) visit(node)
  node.querySelectorAll("[data-behaviour]").forEach(visit)
}

/** Connects what is on the page and watches for what comes and goes. */
export function start() {
  each(document.documentElement, arrive)
  new MutationObserver((changes) => {
    for (const change of changes) {
      change.removedNodes.forEach((node) => node.isConnected || each(node, leave))
      change.addedNodes.forEach((node) => node.isConnected && each(node, arrive))
      if (change.type === "attributes") arrive(change.target)
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-behaviour"] })
}

/** Keeps a choice for a year in a cookie that the server reads, so that the next page comes right at once. */
export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : ""
  document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax${secure}`
}

/** Whether keys typed now belong to a text. */
export function typing(target) {
  return target.isContentEditable || target.matches?.("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select")
}
