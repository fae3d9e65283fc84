export {
  AuditOutcome,
  type Compared,
  DIFFERENCES_SHOWN_MAX,
  type Difference,
  SPAN_KINDS,
  type SpanKind,
} from './audit-outcome.ts'
export { channelIdByLogin, isKnownChannel } from './find-channel.ts'
export { type AuditOptions, runAudit } from './run-audit.ts'
export { storeAudit } from './store-audit.ts'
