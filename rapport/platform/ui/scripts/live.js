// One stream of "topic changed" per tab; elements listen with hx-trigger="live-<topic> from:body" and fetch with their own rights.
import { behave } from "./behave.js"

const BREATH = 700
// So many single rows are followed at once.
const MOST = 40

behave("live", (body, signal) => {
  if (!body.dataset.live) return
  const waiting = new Map()
  const poke = (topic) => {
    // The first poke goes through at once; a burst is answered once more when it is over.
    if (waiting.has(topic)) {
      waiting.set(topic, true)
      return
    }
    waiting.set(topic, false)
    body.dispatchEvent(new CustomEvent(`live-${topic}`))
    setTimeout(() => {
      const again = waiting.get(topic)
      waiting.delete(topic)
      if (again) poke(topic)
    }, BREATH)
  }
  const listening = () => [...document.querySelectorAll("[hx-trigger*='live-']")]
  const topics = (element) => element.getAttribute("hx-trigger").match(/(?<=\blive-)[\w-]+/g) ?? []
  const everything = () => new Set(listening().flatMap(topics)).forEach(poke)
  const rows = (element) => topics(element).filter((topic) => /-\d+$/.test(topic))

  // Of single rows the server tells only what the page names. When a panel shows another one, a stream with that one takes
  // the place of the stream before, and tells also what was touched since the panel was made.
  let streams = []
  let followed = new Set()
  const connect = (elements, opened = false) => {
    followed = new Set(listening().flatMap(rows))
    const since = Math.min(...elements.map((e) => Number(e.dataset.since) || Infinity))
    const query = new URLSearchParams({ rows: [...followed].slice(-MOST), ...(since < Infinity && { since }) })
    const stream = new EventSource(`${body.dataset.live}?${query}`)
    const before = streams
    streams = [...before, stream]
    stream.addEventListener("message", (event) => {
      // "again": touches may have been missed.
      if (event.data === "again") everything()
      else if (event.data) poke(event.data)
    })
    stream.addEventListener("open", () => {
      // What happened while the line was down is unknown, so everything that listens fetches again.
      if (opened) everything()
      opened = true
      before.splice(0).forEach((one) => one.close())
      streams = streams.filter((one) => one.readyState !== EventSource.CLOSED)
    })
  }
  connect([body, ...listening()])

  let soon
  document.addEventListener("htmx:after:swap", () => {
    clearTimeout(soon)
    soon = setTimeout(() => {
      const fresh = listening().filter((element) => rows(element).some((row) => !followed.has(row)))
      if (fresh.length) connect(fresh)
    }, 100)
  }, { signal })
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && streams.every((one) => one.readyState === EventSource.CLOSED)) connect([], true)
  }, { signal })
  const close = () => {
    clearTimeout(soon)
    streams.forEach((one) => one.close())
  }
  addEventListener("pagehide", close, { signal })
  signal.addEventListener("abort", close)
})
