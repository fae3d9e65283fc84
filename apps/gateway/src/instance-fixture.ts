import type { Instance, Role } from '@smacktalk/contract'
import { LOG_PARTITIONS } from '@smacktalk/contract'
import { NOW } from './clock-fixture.ts'
import type { Member } from './roster.ts'

export function instanceOf(role: Role, value: Partial<Instance> = {}): Instance {
  return {
    id: `${role}-1`,
    role,
    host: 'box',
    startedAt: NOW - 60_000,
    updatedAt: NOW,
    version: '0.0.0-test',
    troubles: [],
    hops: [],
    partitions: role === 'stream-job' ? partitionsUpTo(LOG_PARTITIONS) : [],
    lastTakeOver: null,
    wanted: null,
    joined: null,
    confirmed: null,
    connections: [],
    emoteSources: [],
    clients: null,
    watched: [],
    ingestor: null,
    ingestGroup: null,
    identity: null,
    stopping: false,
    ...value,
  }
}

export function partitionsUpTo(end: number, from = 0): Instance['partitions'] {
  return Array.from({ length: end - from }, (_, index) => ({
    partition: from + index,
    position: 9,
    end: 10,
    lagMs: 0,
  }))
}

export function memberOf(
  role: Role,
  liveness: Member['liveness'] = 'running',
  value: Partial<Instance> = {},
): Member {
  const stopping = liveness === 'stopping'
  const heardAt = liveness === 'silent' ? NOW - 5_000 : NOW
  return { instance: instanceOf(role, { stopping, ...value }), liveness, heardAt }
}
