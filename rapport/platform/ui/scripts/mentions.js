import { behave } from "./behave.js"
behave("mentions", () => {})
