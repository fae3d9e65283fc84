/** Runs a bench in a process of its own, so that its CPU and memory are nobody else's. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BenchResult } from './bench-result.ts'

const APART = fileURLToPath(new URL('./apart.ts', import.meta.url))

export async function runApart(name: string, records: number): Promise<BenchResult> {
  const child = fork(APART, [name, String(records)], { serialization: 'advanced' })
  let result: BenchResult | null = null
  // The other end is `apart.ts`, which says exactly one thing.
  child.on('message', (message) => {
    result = message as BenchResult
  })
  const [code] = await once(child, 'exit')
  if (result === null) throw new Error(`The bench ${name} ended with code ${code} and without a result.`)
  return result
}
