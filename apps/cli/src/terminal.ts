/** Lines for the person at the terminal; they go to standard error, so that logs on standard output stay JSON. */
export interface Terminal {
  /** One line, or several. */
  say(text: string): void
}

export const terminal: Terminal = {
  say(text) {
    process.stderr.write(`${text}\n`)
  },
}
