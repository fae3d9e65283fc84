/** A gateway in real time, over a log and a store that can be taken away, among processes that can be killed. */
import {
  type ClientToServer,
  type Instance,
  LOG_PARTITIONS,
  type PipelineNews,
  type Role,
  type ServerToClient,
} from '@smacktalk/contract'
import { type Announcement, announce } from '@smacktalk/instances'
import { type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished, vi } from 'vitest'
import { openTestGateway, type TestGateway } from './gateway-fixture.ts'
import { partitionsUpTo } from './instance-fixture.ts'
import { replacing } from './replacing-fixture.ts'

/** Of a machine that runs every test at once. */
const PATIENCE = { timeout: 60_000, interval: 20 }

const ROLES: readonly Role[] = ['ingestor', 'stream-job', 'gateway']
const FIGURES: Partial<Record<Role, Partial<Instance>>> = {
  'stream-job': { partitions: partitionsUpTo(LOG_PARTITIONS) },
  ingestor: { wanted: 1, joined: 1 },
}

export interface Process {
  /** As SIGKILL: its rows are no longer written, without a word. */
  kill(): void
  /** As SIGTERM. */
  stop(): Promise<void>
}

export function startProcess(store: RowStore, role: Role, id = `${role}-1`): Process {
  let dead = false
  const mortal = {
    write: async (rows: Parameters<RowStore['write']>[0]) => {
      if (!dead) await store.write(rows)
    },
  }
  const announcement: Announcement = announce({
    ...{ store: mortal, clock: systemClock, logger: silentLogger, id, role, version: '0.0.0-test' },
    figures: () => FIGURES[role] ?? {},
  })
  // The store may be away when the test ends.
  announcement.finished.catch(() => {})
  const stop = async () => announcement[Symbol.asyncDispose]()
  onTestFinished(stop)
  return {
    kill: () => {
      dead = true
    },
    stop,
  }
}

export interface Cluster {
  readonly gateway: TestGateway
  readonly processes: Record<Role, Process>
  readonly down: { log: boolean; store: boolean }
}

/** A gateway in real time over a log and a store that can be taken away, and everybody else's signs of life. */
export async function openCluster(roles: readonly Role[] = ROLES): Promise<Cluster> {
  const down = { log: false, store: false }
  const processes = {} as Record<Role, Process>
  const gateway = await openTestGateway(
    async () => {},
    { clock: systemClock },
    (parts) => {
      const failing = async <T>(call: () => Promise<T>): Promise<T> => {
        if (down.store) throw new StoreUnavailableError('The store does not answer.', 'Wait.')
        return call()
      }
      const store = replacing(parts.store, {
        load: (table, partition) => failing(() => parts.store.load(table, partition)),
        loadRange: (...key) => failing(() => parts.store.loadRange(...key)),
        write: (rows) => failing(() => parts.store.write(rows)),
      })
      const log = replacing(parts.log, {
        // A broker that is gone may also just say nothing.
        extent: (topic, partition) =>
          down.log ? new Promise<never>(() => {}) : parts.log.extent(topic, partition),
      })
      for (const role of roles) processes[role] = startProcess(store, role)
      return { log, store }
    },
  )
  return { gateway, processes, down }
}

export interface Listener {
  readonly told: PipelineNews[]
  /** Resolves when the newest news fit. */
  until(fits: (news: PipelineNews) => boolean): Promise<void>
}

export async function listen({ gateway }: TestGateway): Promise<Listener> {
  const socket: Socket<ServerToClient, ClientToServer> = io(gateway.url, {
    transports: ['websocket'],
    reconnection: false,
  })
  onTestFinished(() => {
    socket.disconnect()
  })
  const told: PipelineNews[] = []
  socket.on('pipeline', (news) => told.push(news))
  await vi.waitUntil(() => told.length > 0, PATIENCE)
  return {
    told,
    async until(fits) {
      await vi.waitFor(() => expect(told.at(-1)).toSatisfy(fits), PATIENCE)
    },
  }
}

export const isWell = ({ troubles, asOf }: PipelineNews): boolean => troubles.length === 0 && asOf === null
export const names =
  (...parts: string[]) =>
  ({ troubles }: PipelineNews): boolean =>
    troubles.map(({ part }) => part).join() === parts.join()
