/**
 * The gateway's clock as this page knows it: charts of "now" follow the server, because a reader's clock may be
 * minutes off. Calibrated by answers that carry the server's time.
 */
let offsetMs = 0
let bestRoundTripMs = Number.POSITIVE_INFINITY
/** A calibration grows stale: its round trip counts for this much more with every one that follows, ms. */
const STALE_PER_CALIBRATION_MS = 20

/** Server time now, ms. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

/** Server time at a time of the local clock, ms. */
export function serverTime(localMs: number): number {
  return localMs + offsetMs
}

/** Learns from an answer that said `serverMs`, asked at `askedMs` and received at `receivedMs` of the local clock. */
export function calibrate(serverMs: number, askedMs: number, receivedMs: number): void {
  const roundTripMs = receivedMs - askedMs
  if (!Number.isFinite(serverMs) || roundTripMs < 0) return
  bestRoundTripMs += STALE_PER_CALIBRATION_MS
  if (roundTripMs > bestRoundTripMs) return
  bestRoundTripMs = roundTripMs
  offsetMs = serverMs + roundTripMs / 2 - receivedMs
}
