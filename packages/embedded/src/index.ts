export * from './errors.ts'
export type { EmbeddedLogger } from './logger.ts'
export { type Embedded, type EmbeddedOptions, openEmbedded, openEmbeddedToRead } from './open-embedded.ts'
