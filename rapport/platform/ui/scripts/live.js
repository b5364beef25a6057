// One stream of "topic changed" per tab; elements listen with hx-trigger="live-<topic> from:body" and fetch with their own rights.
import { behave } from "./behave.js"

const BREATH = 700

behave("live", (body, signal) => {
  if (!body.dataset.live) return
  const waiting = new Map()
  let opened = false
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
  const topics = () => {
    const listening = [...document.querySelectorAll("[hx-trigger*='live-']")].map((e) => e.getAttribute("hx-trigger"))
    return new Set(listening.join(" ").match(/(?<=\blive-)[\w-]+/g) ?? [])
  }
  const connect = () => {
    const stream = new EventSource(body.dataset.live)
    stream.addEventListener("message", (event) => event.data && poke(event.data))
    stream.addEventListener("open", () => {
      // What happened while the line was down is unknown, so everything that listens fetches again.
      if (opened) topics().forEach(poke)
      opened = true
    })
    return stream
  }
  let stream = connect()
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && stream.readyState === EventSource.CLOSED) stream = connect()
  }, { signal })
  addEventListener("pagehide", () => stream.close(), { signal })
  signal.addEventListener("abort", () => stream.close())
})
