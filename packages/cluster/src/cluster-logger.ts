/** What this package has to say to its operator: facts first, then the sentence, as pino takes them. */
export interface ClusterLogger {
  debug(facts: object, text: string): void
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}
