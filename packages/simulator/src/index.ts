export type { LineFault } from './faults.ts'
export { type Happened, LABELS_MAX, type Label, type LabelKind } from './labels.ts'
export type { WorldLine } from './outbox.ts'
export {
  CHANNELS_MAX,
  type Channel,
  createWorld,
  EXTRA_CHANNELS_MAX,
  MESSAGES_PER_SECOND_MAX,
  type World,
  type WorldOptions,
} from './world.ts'
