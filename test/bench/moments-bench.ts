/** How well moments are found: seeded worlds of three hours, whose labels say what happened. */
import { HOUR_MS } from '@smacktalk/contract'
import { type Finding, playWorld, type Score, scoreOf, WORLD_KINDS } from '../moments/moment-worlds.ts'
import type { BenchResult } from './bench-result.ts'
import { peakRssBytes, Stopwatch } from './stopwatch.ts'

const DURATION_MS = 3 * HOUR_MS
/** What is promised: found in time, with the right cause, and false ones per channel and three hours. */
const RECALL_MIN = 0.9
const CAUSE_MIN = 0.9
const FALSE_MAX = 1
/** A channel whose rate only drifts has none at all. */
const FALSE_MAX_DRIFTING = 0

export async function benchMoments(worlds: number): Promise<BenchResult> {
  const watch = new Stopwatch()
  const findings: Finding[] = []
  for (let index = 0; index < worlds; index++) {
    const kind = WORLD_KINDS[index % WORLD_KINDS.length]!
    await watch.time(() => {
      findings.push(playWorld(kind, 1 + Math.floor(index / WORLD_KINDS.length), DURATION_MS))
    })
  }
  const differences: string[] = []
  for (const kind of WORLD_KINDS) {
    const some = findings.filter((finding) => finding.kind === kind)
    if (some.length === 0) continue
    const score = scoreOf(some, DURATION_MS)
    process.stdout.write(`${kind.padEnd(9)} ${scoreText(score)}\n`)
    const falseMax = kind === 'drifting' ? FALSE_MAX_DRIFTING : FALSE_MAX
    differences.push(...shortcomings(score, falseMax).map((text) => `${kind}: ${text}`))
  }
  const all = scoreOf(findings, DURATION_MS)
  process.stdout.write(`${'all'.padEnd(9)} ${scoreText(all)}\n${causesText(findings)}\n`)
  differences.push(...shortcomings(all, FALSE_MAX).map((text) => `all: ${text}`))
  return {
    name: 'moments',
    work: `${worlds} seeded worlds of three channels and three hours, made, folded and compared with their labels.`,
    records: findings.reduce((sum, { records }) => sum + records, 0),
    seconds: watch.seconds,
    cpuSeconds: watch.cpuSeconds,
    peakRssBytes: peakRssBytes(),
    times: { what: 'from beginning to known', ms: delaysOf(findings) },
    differences,
  }
}

function delaysOf(findings: readonly Finding[]): number[] {
  return findings.flatMap(({ found }) => [...found].map(([label, { knownAt }]) => knownAt - label.fromMs))
}

function scoreText(score: Score): string {
  const { labels, found, rightCause, moments, falseOnes, falseRate } = score
  const recall = labels === 0 ? 'no labels' : `recall ${percent(found / labels)} of ${labels}`
  const cause = found === 0 ? '' : `, cause right ${percent(rightCause / found)}`
  const precision =
    moments === 0 ? '' : `, precision ${percent((moments - falseOnes) / moments)} of ${moments}`
  return `${recall}${cause}${precision}, false ones ${falseRate.toFixed(2)} per channel and 3 h`
}

function causesText(findings: readonly Finding[]): string {
  const byKind = new Map<string, { labels: number; found: number }>()
  for (const { labels, found } of findings) {
    for (const label of labels) {
      const sum = byKind.get(label.kind) ?? { labels: 0, found: 0 }
      sum.labels++
      if (found.has(label)) sum.found++
      byKind.set(label.kind, sum)
    }
  }
  return [...byKind].map(([kind, { labels, found }]) => `${kind} ${found}/${labels}`).join('  ')
}

function shortcomings({ labels, found, rightCause, falseRate }: Score, falseMax: number): string[] {
  const short: string[] = []
  if (labels > 0 && found / labels < RECALL_MIN) short.push(`only ${percent(found / labels)} were found`)
  if (found > 0 && rightCause / found < CAUSE_MIN)
    short.push(`only ${percent(rightCause / found)} of causes are right`)
  if (falseRate > falseMax) short.push(`${falseRate.toFixed(2)} false ones per channel and 3 h`)
  return short
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
