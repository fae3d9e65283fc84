/** Parts of tmi.js 1.8.5 that its types leave out and this package relies on. */
export interface TmiInternals {
  server: string
  /** Text here may hold a path too: the address is `scheme://server:port/`. */
  port: number | string
  secure: boolean
  pingLoop: ReturnType<typeof setInterval> | null
  reconnect: boolean
  _openConnection(): void
  _onMessage(event: { data: unknown }): void
}
