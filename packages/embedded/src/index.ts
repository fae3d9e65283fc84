export * from './errors.ts'
export type { EmbeddedLogger } from './logger.ts'
export { type Embedded, type EmbeddedOptions, openEmbedded } from './open-embedded.ts'
