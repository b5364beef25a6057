// Which key does what stands in one list of the server; behaviours ask here by name, never for a letter.
let known = null

function registry() {
  known ??= JSON.parse(document.getElementById("shortcut-keys")?.dataset.keys ?? "{}")
  return known
}

/** Whether the event is one of the keys registered under the name. Sequences ("g>p") are not asked here. */
export function pressed(event, name) {
  return (registry()[name] ?? "").split(" ").some((combination) => fits(event, combination))
}

/** The single keys registered under each of the names, with what they do: {"rows.next": go} gives {"j": go}. */
export function single(doings) {
  return Object.fromEntries(Object.entries(doings).flatMap(([name, does]) =>
    (registry()[name] ?? "").split(" ").filter((key) => key.length === 1).map((key) => [key, does])))
}

function fits(event, combination) {
  if (!combination) return false
  const parts = combination === "+" ? ["+"] : combination.split("+")
  const key = parts.pop()
  const wanted = (name) => parts.includes(name)
  if (wanted("mod") !== (event.ctrlKey || event.metaKey) || wanted("alt") !== event.altKey) return false
  const given = event.key === " " ? "Space" : event.key
  // A capital or a sign may need Shift to be typed at all, so Shift only counts with named keys and where it is asked for.
  if (wanted("shift") !== event.shiftKey && (wanted("shift") || key.length > 1)) return false
  return given === key || (key.length === 1 && given.toLowerCase() === key)
}
