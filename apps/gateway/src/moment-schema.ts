/** JSON schemas of moments and of what is usual. */
import { MOMENT_CAUSES, WEEK_HOURS } from '@smacktalk/contract'
import {
  type JsonSchema,
  list,
  numberOrNull,
  object,
  orNull,
  ref,
  share,
  text,
  textOrNull,
  time,
  timeOrNull,
  whole,
} from './schema-parts.ts'

const cause: JsonSchema = { type: 'string', enum: [...MOMENT_CAUSES] }

export const causeCounts: JsonSchema = {
  type: 'object',
  properties: Object.fromEntries(MOMENT_CAUSES.map((name) => [name, whole])),
  additionalProperties: false,
  description: 'Moments that began in the range, over all channels, by cause.',
}

export const MomentsAnswer: JsonSchema = object(
  {
    moments: list(ref('Moment')),
    momentsOmitted: { ...whole, description: 'How many of the oldest are left out of a long list.' },
    usual: orNull(ref('Usual')),
  },
  'momentsOmitted',
)

export const Moment: JsonSchema = object({
  id: { ...text, description: 'Unique in its channel; sorted as text it is sorted by time.' },
  from: time,
  peakAt: { ...time, description: 'Start of the second with most messages.' },
  to: { ...timeOrNull, description: 'Null while it goes on.' },
  cause,
  size: { ...numberOrNull, description: 'Its busiest ten seconds in times of the baseline.' },
  baseline: { ...numberOrNull, description: 'Messages per minute just before it.' },
  peakPerSecond: whole,
  messages: { ...whole, description: 'Without bots and copies from other rooms.' },
  imported: { type: 'boolean' },
  evidence: object({
    questionShare: share,
    emote: orNull(object({ key: text, label: text, share })),
    command: orNull(object({ key: text, share })),
    sameTextShare: share,
    raid: orNull(object({ login: textOrNull, viewers: whole })),
    gifts: orNull(object({ bombs: whole, gifts: whole })),
    bans: whole,
    timeouts: whole,
    chatClears: whole,
    mode: orNull(object({ mode: text, value: { type: 'integer' } })),
  }),
})

export const Usual: JsonSchema = {
  ...object({
    hours: { type: 'array', items: numberOrNull, minItems: WEEK_HOURS, maxItems: WEEK_HOURS },
    lastDay: numberOrNull,
  }),
  description:
    'Mean messages per covered minute: `hours` by hour of the week, Monday 00:00 UTC first, of the last four ' +
    'weeks, null where fewer than two such hours were heard; then `lastDay`, the last 24 hours, stands for it.',
}
