type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** What the source says about itself; any structured logger fits. */
export interface SourceLog {
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
}
