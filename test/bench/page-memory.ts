/** What a page that stays open holds, looked at again and again after everything that can be let go was let go. */
import type { CDPSession } from 'playwright-core'

/** A look at the memory of a page after a forced collection. */
export interface MemoryLook {
  /** Since the first look, s. */
  readonly atSeconds: number
  readonly heapMb: number
  /** DOM nodes and event listeners of the page, detached ones that are still held among them. */
  readonly nodes: number
  readonly listeners: number
}

const MB = 1_048_576

/** Looks at the beginning and then every so often until the time is over. */
export async function memoryOver(
  devTools: CDPSession,
  seconds: number,
  everySeconds: number,
  sleep: (ms: number) => Promise<void>,
): Promise<MemoryLook[]> {
  await devTools.send('HeapProfiler.enable')
  const began = performance.now()
  const looks: MemoryLook[] = []
  for (;;) {
    await devTools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devTools.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await devTools.send('Memory.getDOMCounters')
    const atSeconds = (performance.now() - began) / 1_000
    looks.push({ atSeconds, heapMb: usedSize / MB, nodes, listeners: jsEventListeners })
    const leftMs = (seconds - atSeconds) * 1_000
    if (leftMs <= 0) return looks
    await sleep(Math.min(leftMs, everySeconds * 1_000))
  }
}

/**
 * The least memory in each third of the time, MB. A collection that meets a drawing on its way finds more than stays,
 * so the least tells whether anything is kept for good.
 */
export function leastOfThirds(looks: readonly MemoryLook[]): number[] {
  const third = Math.ceil(looks.length / 3)
  return [0, 1, 2].map((index) =>
    Math.min(...looks.slice(index * third, (index + 1) * third).map(({ heapMb }) => heapMb)),
  )
}
