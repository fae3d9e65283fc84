import type { PartitionHandler, RecordBatch } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { OwnedPartitions } from './owned-partitions.ts'

/** A handler whose openings wait until they are let through; everything is written down. */
class GatedHandler implements PartitionHandler {
  readonly calls: string[] = []
  readonly gates = new Map<number, PromiseWithResolvers<number>>()
  readonly batches = new Map<number, PromiseWithResolvers<void>>()
  openAtOnce = 0
  openAtOnceMax = 0

  async open(partition: number, signal: AbortSignal): Promise<number> {
    this.calls.push(`open ${partition}`)
    this.openAtOnceMax = Math.max(this.openAtOnceMax, ++this.openAtOnce)
    const gate = Promise.withResolvers<number>()
    this.gates.set(partition, gate)
    signal.addEventListener('abort', () => this.calls.push(`${partition} was told to stop`))
    try {
      return await gate.promise
    } finally {
      this.openAtOnce--
    }
  }

  async batch({ partition, records }: RecordBatch): Promise<void> {
    this.calls.push(`batch ${partition} at ${records[0]?.offset}`)
    const gate = Promise.withResolvers<void>()
    this.batches.set(partition, gate)
    await gate.promise
    this.calls.push(`batch ${partition} done`)
  }

  async close(partition: number): Promise<void> {
    this.calls.push(`close ${partition}`)
  }

  opened(partition: number, from: number): void {
    this.gates.get(partition)?.resolve(from)
  }
}

interface Subject {
  readonly handler: GatedHandler
  readonly owned: OwnedPartitions
  /** What was let be read, as `partition@position`. */
  readonly ready: string[]
  readonly stop: AbortController
  assign(...partitions: number[]): void
}

function subject(): Subject {
  const handler = new GatedHandler()
  const stop = new AbortController()
  const owned = new OwnedPartitions({
    handler,
    signal: stop.signal,
    checkStart: async () => {},
    report: () => {},
  })
  const ready: string[] = []
  return {
    handler,
    owned,
    ready,
    stop,
    assign: (...partitions) => owned.assign(partitions, (partition, at) => ready.push(`${partition}@${at}`)),
  }
}

const batchAt = (partition: number, offset: number): RecordBatch => ({
  partition,
  end: offset + 1,
  records: [{ partition, offset, appendMs: 0, key: 'k', value: Buffer.alloc(0) }],
})

test('a partition is read from where its handler says, once it has been opened', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(3)
  expect(handler.calls).toEqual(['open 3'])
  expect(owned.positionOf(3)).toBe(null)
  expect(await owned.deliver(batchAt(3, 5))).toBe(false)
  handler.opened(3, 5)
  await vi.waitFor(() => expect(ready).toEqual(['3@5']))
  expect(owned.positionOf(3)).toBe(5)
})

test('a partition that stays is not opened again, and goes on in the very turn of the join', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(3)
  handler.opened(3, 5)
  await vi.waitFor(() => expect(ready).toEqual(['3@5']))
  const delivering = owned.deliver(batchAt(3, 5))
  handler.batches.get(3)?.resolve()
  expect(await delivering).toBe(true)
  assign(3)
  expect(ready).toEqual(['3@5', '3@6'])
  expect(handler.calls.filter((call) => call.startsWith('open'))).toEqual(['open 3'])
})

test('an opening that ends after the partition has moved away is closed, and never read', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(3)
  assign()
  expect(handler.calls).toContain('3 was told to stop')
  handler.opened(3, 5)
  await vi.waitFor(() => expect(handler.calls.at(-1)).toBe('close 3'))
  expect(ready).toEqual([])
  expect(owned.positionOf(3)).toBe(null)
})

test('one that moved away while it was opened and came back is opened only once at a time', async () => {
  const { handler, ready, assign } = subject()
  assign(3)
  assign()
  assign(3)
  handler.opened(3, 5)
  await vi.waitFor(() => expect(ready).toEqual(['3@5']))
  expect(handler.calls.filter((call) => call === 'open 3').length).toBe(1)
})

test('a partition that moves away is closed when its batch is done, not before', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(3)
  handler.opened(3, 0)
  await vi.waitFor(() => expect(ready.length).toBe(1))
  const delivering = owned.deliver(batchAt(3, 0))
  assign()
  await new Promise((resolve) => setImmediate(resolve))
  expect(handler.calls).not.toContain('close 3')
  handler.batches.get(3)?.resolve()
  await delivering
  await vi.waitFor(() => expect(handler.calls.slice(-2)).toEqual(['batch 3 done', 'close 3']))
})

test('one that is kept while its batch runs is read on from behind that batch', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(3)
  handler.opened(3, 0)
  await vi.waitFor(() => expect(ready.length).toBe(1))
  const delivering = owned.deliver(batchAt(3, 0))
  assign(3)
  expect(ready).toEqual(['3@0'])
  handler.batches.get(3)?.resolve()
  await delivering
  await vi.waitFor(() => expect(ready).toEqual(['3@0', '3@1']))
})

test('openings go a limited number at a time', async () => {
  const { handler, ready, assign } = subject()
  assign(...Array.from({ length: 64 }, (_, partition) => partition))
  while (ready.length < 64) {
    for (const partition of [...handler.gates.keys()]) handler.opened(partition, 0)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(handler.openAtOnceMax).toBe(16)
})

test('at the end what is open is closed after its batch, and what is being opened is not left open', async () => {
  const { handler, owned, ready, stop, assign } = subject()
  assign(1, 2)
  handler.opened(1, 0)
  await vi.waitFor(() => expect(ready.length).toBe(1))
  const delivering = owned.deliver(batchAt(1, 0))
  stop.abort()
  const closed = owned.closeAll()
  handler.opened(2, 0)
  handler.batches.get(1)?.resolve()
  await Promise.all([delivering, closed])
  expect(handler.calls.filter((call) => call.startsWith('close')).sort()).toEqual(['close 1', 'close 2'])
  expect(await owned.deliver(batchAt(1, 1))).toBe(false)
})

test('a call that throws breaks its partition alone; the first failure is the one that counts', async () => {
  const { handler, owned, ready, assign } = subject()
  assign(1, 2)
  handler.opened(2, 0)
  await vi.waitFor(() => expect(ready.length).toBe(1))
  handler.gates.get(1)?.reject(new Error('no checkpoint'))
  await owned.failed
  owned.fail(new Error('later'))
  expect(owned.failure?.error).toEqual(new Error('no checkpoint'))
  expect(await owned.deliver(batchAt(2, 0))).toBe(false)
  await owned.closeAll()
  expect(handler.calls.filter((call) => call.startsWith('close'))).toEqual(['close 2'])
})
