export * from './broken-bytes-error.ts'
export * from './wire.ts'
