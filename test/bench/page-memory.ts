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

/** Growth per hour, MB: the slope of the line that fits the looks of the later two thirds best. */
export function heapGrowthPerHour(looks: readonly MemoryLook[]): number {
  const settled = looks.slice(Math.floor(looks.length / 3))
  const mean = (of: (look: MemoryLook) => number): number =>
    settled.reduce((sum, look) => sum + of(look), 0) / settled.length
  const [meanAt, meanMb] = [mean(({ atSeconds }) => atSeconds), mean(({ heapMb }) => heapMb)]
  let over = 0
  let under = 0
  for (const { atSeconds, heapMb } of settled) {
    over += (atSeconds - meanAt) * (heapMb - meanMb)
    under += (atSeconds - meanAt) ** 2
  }
  return under === 0 ? 0 : (over / under) * 3_600
}
