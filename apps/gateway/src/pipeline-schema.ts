/** JSON schema of `GET /pipeline`, and of what is wrong, which `/status` tells too. */
import { ROLES, TROUBLE_PARTS } from '@smacktalk/contract'
import {
  channelRef,
  type JsonSchema,
  list,
  numberOrNull,
  object,
  text,
  textOrNull,
  time,
  timeOrNull,
  whole,
  wholeOrNull,
} from './schema-parts.ts'

const positionOrNull: JsonSchema = { type: ['integer', 'null'], minimum: -1 }
const role: JsonSchema = { type: 'string', enum: [...ROLES] }
const takeOver = { at: time, partitions: whole, tookMs: whole, readBack: whole } as const
const trouble = object({
  part: { type: 'string', enum: [...TROUBLE_PARTS] },
  severity: {
    type: 'string',
    enum: ['bad', 'warning'],
    description: '`bad`: it keeps all from counting or reading.',
  },
  since: time,
  text: { ...text, description: 'What is wrong.' },
  advice: { ...text, description: 'What it means and what still holds.' },
})
export const wrong = {
  troubles: { ...list(trouble), description: 'The worst first; empty when all is well.' },
  asOf: { ...timeOrNull, description: 'Live figures are as of then; null: as of now.' },
} as const

const hop = object({
  name: { type: 'string', enum: ['append', 'fold', 'view', 'frame', 'store'] },
  recordsPerSecond: numberOrNull,
  p50Ms: wholeOrNull,
  p99Ms: wholeOrNull,
})

function orNothing(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

export const PipelineAnswer: JsonSchema = object({
  now: time,
  ...wrong,
  partitions: list(
    object({
      partition: whole,
      channels: list(object(channelRef)),
      logStart: wholeOrNull,
      logEnd: {
        ...wholeOrNull,
        description: 'Offset of the next record; null while the log does not answer.',
      },
      position: {
        ...positionOrNull,
        description: 'Last folded, as the owner says; -1 before the first record.',
      },
      committed: positionOrNull,
      lag: { ...wholeOrNull, description: 'Records that wait.' },
      lagMs: { ...wholeOrNull, description: 'Age of the last folded record when it was folded.' },
      owner: { ...textOrNull, description: 'Id of the stream job that works on it.' },
    }),
  ),
  hops: {
    ...list(hop),
    description:
      'Over the last minute; of several processes the highest latency. `view` and `frame` are those of this gateway. ' +
      '`store` counts rows, not records.',
  },
  instances: list(
    object({
      id: text,
      role,
      host: text,
      version: text,
      started: time,
      updated: time,
      state: { type: 'string', enum: ['running', 'silent', 'stopping'] },
      silentMs: whole,
      troubles: list(text),
      hops: {
        ...list(hop),
        description: 'What this process measures of its own steps, over the last minute.',
      },
      partitions: list(whole),
      lastTakeOver: orNothing(object(takeOver)),
      group: { ...textOrNull, description: 'Ingestors: those of one group share the channels.' },
      wanted: wholeOrNull,
      joined: wholeOrNull,
      confirmed: wholeOrNull,
      connections: {
        ...list(
          object({
            link: whole,
            state: { type: 'string', enum: ['waiting', 'connecting', 'open', 'overlapping'] },
            since: time,
            restarts: whole,
            reason: textOrNull,
            channels: whole,
          }),
        ),
        description:
          'Connections of an ingestor to chat. `overlapping`: the server asked for a new one, and the old one is ' +
          'heard until that has taken over.',
      },
      clients: wholeOrNull,
    }),
  ),
  instancesAt: timeOrNull,
  lastRestart: orNothing(object({ at: time, id: text, role })),
  lastTakeOver: orNothing(object({ ...takeOver, id: text })),
  audit: orNothing(
    object({
      at: time,
      from: timeOrNull,
      to: timeOrNull,
      channels: whole,
      spans: whole,
      records: whole,
      differences: whole,
    }),
  ),
})
