/** A plain IRC-over-WebSocket client for tests: Node's own WebSocket, lines split on CRLF, nothing understood. */
export class LineClient implements Disposable {
  readonly lines: string[] = []
  /** Lines per WebSocket message. */
  readonly frames: number[] = []
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  readonly #socket: WebSocket
  readonly #waiters = new Set<() => void>()

  constructor(url: string) {
    this.#socket = new WebSocket(url, 'irc')
    this.#socket.addEventListener('message', ({ data }) => {
      const lines = String(data).split('\r\n')
      if (lines.pop() !== '') throw new Error('A message does not end with CRLF.')
      this.lines.push(...lines)
      this.frames.push(lines.length)
      for (const wake of this.#waiters) wake()
    })
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener('close', ({ code }) => resolve(code))
    })
    // The close that follows an error says enough.
    this.#socket.addEventListener('error', () => this.#waiters.clear())
  }

  get protocol(): string {
    return this.#socket.protocol
  }

  async opened(): Promise<this> {
    if (this.#socket.readyState === WebSocket.OPEN) return this
    await new Promise((resolve) => this.#socket.addEventListener('open', resolve))
    return this
  }

  say(...lines: string[]): void {
    this.#socket.send(lines.map((line) => `${line}\r\n`).join(''))
  }

  /** Resolves when a line that fits has come, at once if it is there already. */
  async until(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.lines.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiters.delete(wake)
          resolve()
        }
        this.#waiters.add(wake)
      })
    }
  }

  /** Logs in as an anonymous reader and joins. */
  async login(...channels: string[]): Promise<this> {
    await this.opened()
    this.say('CAP REQ :twitch.tv/tags twitch.tv/commands', 'PASS x', 'NICK justinfan42')
    await this.until((line) => line.includes(' 376 '))
    for (const channel of channels) {
      this.say(`JOIN #${channel}`)
      await this.until((line) => line.endsWith(` ROOMSTATE #${channel}`))
    }
    return this
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }
}
