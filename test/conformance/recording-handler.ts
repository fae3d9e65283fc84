import type { LogRecord, PartitionHandler, RecordBatch } from '@smacktalk/ports'
import { textsOf } from './records.ts'

export interface RecordingHandlerOptions {
  /** Where to start; 0 unless given. */
  readonly start?: (partition: number) => number | Promise<number>
  readonly batch?: (batch: RecordBatch, signal: AbortSignal) => Promise<void>
  readonly close?: (partition: number) => Promise<void>
}

/** A handler that remembers what it was called with, and objects by itself to calls out of order. */
export class RecordingHandler implements PartitionHandler {
  readonly opened = new Set<number>()
  readonly closed: number[] = []
  readonly batches: RecordBatch[] = []
  readonly wrong: string[] = []
  readonly #running = new Set<number>()
  readonly #positions = new Map<number, number>()
  readonly #options: RecordingHandlerOptions

  constructor(options: RecordingHandlerOptions = {}) {
    this.#options = options
  }

  get records(): LogRecord[] {
    return this.batches.flatMap(({ records }) => records)
  }

  get texts(): string[] {
    return textsOf(this.records)
  }

  textsIn(partition: number): string[] {
    return textsOf(this.records.filter((record) => record.partition === partition))
  }

  async open(partition: number): Promise<number> {
    if (this.opened.has(partition)) this.wrong.push(`${partition} opened twice`)
    const start = (await this.#options.start?.(partition)) ?? 0
    this.opened.add(partition)
    this.#positions.set(partition, start)
    return start
  }

  async batch(batch: RecordBatch, signal: AbortSignal): Promise<void> {
    this.#check(batch)
    this.batches.push(batch)
    this.#running.add(batch.partition)
    try {
      await this.#options.batch?.(batch, signal)
    } finally {
      this.#running.delete(batch.partition)
    }
  }

  async close(partition: number): Promise<void> {
    if (!this.opened.delete(partition)) this.wrong.push(`${partition} closed without being open`)
    if (this.#running.has(partition)) this.wrong.push(`${partition} closed while a batch of it was running`)
    this.closed.push(partition)
    await this.#options.close?.(partition)
  }

  #check({ partition, records, end }: RecordBatch): void {
    if (!this.opened.has(partition)) this.wrong.push(`a batch of ${partition}, which is not open`)
    if (this.#running.has(partition)) this.wrong.push(`two batches of ${partition} at once`)
    if (records.length === 0) this.wrong.push(`an empty batch of ${partition}`)
    for (const record of records) {
      const expected = this.#positions.get(partition)
      if (record.partition !== partition || record.offset !== expected) {
        this.wrong.push(`${record.partition}/${record.offset} where ${partition}/${expected} was next`)
      }
      this.#positions.set(partition, record.offset + 1)
    }
    const last = records.at(-1)
    if (last !== undefined && end <= last.offset) this.wrong.push(`end ${end} is not behind ${last.offset}`)
  }
}
