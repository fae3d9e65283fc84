/** What began lately: processes that started, partitions that were taken over. */
import type { PipelineInstance, Role } from '@smacktalk/contract'
import { count, plural } from '../format/numbers.ts'
import { millis } from './flow-model.ts'

export interface Start {
  readonly key: string
  /** ms. */
  readonly at: number
  readonly title: string
  readonly text: string
  readonly result: string
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  ingestor: 'Ingestor',
  'stream-job': 'Stream job',
  gateway: 'Gateway',
}

/** Lines shown; older ones are of no interest. */
const STARTS_MAX = 12

/** Newest first. */
export function startsOf(instances: readonly PipelineInstance[]): Start[] {
  const starts = instances.flatMap((instance) => {
    const { id, role, host, version, started, lastTakeOver } = instance
    const words = ROLE_WORDS[role]
    const began: Start = {
      key: `${id} started`,
      at: Date.parse(started),
      title: `${words} started`,
      text: `on ${host}, version ${version}`,
      result: instance.state === 'running' ? 'running' : instance.state,
    }
    if (lastTakeOver === null) return [began]
    const { at, partitions, tookMs, readBack } = lastTakeOver
    const took: Start = {
      key: `${id} took over`,
      at: Date.parse(at),
      title: `${words} took over ${plural(partitions, 'partition')}`,
      text: `on ${host}; ${count(readBack)} records read back, so that none counts twice`,
      result: `${millis(tookMs)} until the first new record`,
    }
    return [took, began]
  })
  return starts.sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1)).slice(0, STARTS_MAX)
}
