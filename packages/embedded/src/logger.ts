/** What this package has to say to its operator; the process's logger fits. */
export interface EmbeddedLogger {
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

/** Used when nobody passed a logger: a process warning, because a failure must never be silent. */
export const WARNING_LOGGER: EmbeddedLogger = {
  warn: (message, facts) => process.emitWarning(withFacts(message, facts)),
  error: (message, facts) => process.emitWarning(withFacts(message, facts)),
}

function withFacts(message: string, facts: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(facts).reduce((text, [name, value]) => `${text} ${name}=${String(value)}`, message)
}
