import type { Coverage } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../test/support/random.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { BacklogHistory, type Happened } from './testing/backlog-history.ts'
import type { Item } from './testing/naive-backlog.ts'

/** More with SMACKTALK_HISTORIES. */
const HISTORIES = Number(process.env['SMACKTALK_HISTORIES'] ?? 40)
const FIRST_SEED = 1
const LOST_CAUSES = ['spool full', 'log unreachable for too long']

function played(seed: number, kills: boolean): Happened {
  using folder = temporaryFolder()
  return new BacklogHistory(new Random(seed), folder.path).play({ kills })
}

const numbers = (items: Iterable<Item>): Set<number | null> => new Set([...items].map(({ line }) => line))
const channelsOf = ({ sent }: Happened): string[] => [...new Set(sent.map(({ key }) => key))]

function loggedLines({ log }: Happened, key: string): number[] {
  return log.flatMap((record) =>
    record.kind === 'broken' && record.value.channelId === key ? [record.value.line] : [],
  )
}

function coverageOf({ log }: Happened, key: string): Coverage[] {
  return log.flatMap((record) =>
    record.kind === 'coverage' && record.value.channelId === key ? [record.value] : [],
  )
}

/** Disjoint, ascending. */
function claimsOf(happened: Happened, key: string): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = []
  const claims = coverageOf(happened, key).filter(({ from, to }) => to > from)
  for (const { from, to } of claims.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

/** What is wrong with a history, one sentence each. */
function faultsOf(happened: Happened): string[] {
  const { differences, sent, gone, killed, uncertain, counted } = happened
  if (differences.length > 0) return [...differences]
  const faults: string[] = []
  const heard = new Set(channelsOf(happened).flatMap((key) => loggedLines(happened, key)))
  const chat = sent.filter(({ kind }) => kind === 'chat')
  const [goneLines, killedLines, uncertainLines] = [numbers(gone), numbers(killed), numbers(uncertain)]
  for (const { line, key, from } of chat) {
    const isHeard = heard.has(line!)
    const isGone = goneLines.has(line) || killedLines.has(line)
    if (!isHeard && !isGone) faults.push(`line ${line} is missing, and nobody counted it`)
    if (isHeard && isGone && !uncertainLines.has(line))
      faults.push(`line ${line} is there, and counted as gone`)
    if (!isHeard && claimsOf(happened, key).some((claim) => claim.from <= from && from < claim.to)) {
      faults.push(`line ${line} is missing from time that is claimed as heard`)
    }
  }
  for (const key of channelsOf(happened)) {
    const first = [...new Set(loggedLines(happened, key))]
    if (first.some((line, at) => at > 0 && line < first[at - 1]!))
      faults.push(`the order of ${key} is broken`)
    const dropped = gone.filter((item) => item.key === key && item.kind === 'chat').length
    if (dropped !== (counted.get(key) ?? 0)) {
      faults.push(`${key}: counted ${counted.get(key)} where ${dropped} were dropped`)
    }
    faults.push(...gapFaults(happened, key), ...claimFaults(happened, key))
  }
  return faults
}

/** Every gap begins with a mark of its cause and holds something that went; else it is the time between processes. */
function gapFaults(happened: Happened, key: string): string[] {
  const marks = coverageOf(happened, key).filter(({ ended }) => LOST_CAUSES.includes(ended ?? ''))
  const gone = happened.gone.filter((item) => item.key === key)
  const claims = claimsOf(happened, key)
  return claims.slice(1).flatMap(({ from: end }, index) => {
    const begin = claims[index]!.to
    if (happened.starts.some((at) => begin <= at && at <= end)) return []
    const isMarked = marks.some(({ from }) => from === begin)
    const isTrue = gone.some(({ from, to }) => from < end && to > begin)
    return isMarked && isTrue ? [] : [`${key}: the gap from ${begin} to ${end} has no mark or no reason`]
  })
}

/** What is as good as told is told once a process, and coverage of which nothing went is claimed whole. */
function claimFaults(happened: Happened, key: string): string[] {
  const { sent, gone, killed, uncertain, starts } = happened
  const claims = claimsOf(happened, key)
  const lost = [...gone, ...killed, ...uncertain].filter((item) => item.key === key)
  const unclaimed = sent.filter(({ key: of, kind, from, to }) => {
    if (of !== key || kind !== 'coverage' || from === to) return false
    // A record may be as old as the end of the claim that follows it.
    if (lost.some((item) => item.from <= to && item.to > from)) return false
    return !claims.some((claim) => claim.from <= from && to <= claim.to)
  })
  const told = new Map<string, number>()
  for (const { from, ended, ingestor } of coverageOf(happened, key)) {
    if (!LOST_CAUSES.includes(ended ?? '')) continue
    const mark = `${from} by ${ingestor}: ${ended}`
    told.set(mark, (told.get(mark) ?? 0) + 1)
  }
  // What goes from the spool and what goes from memory may begin at the same moment.
  const repeated = [...told].filter(([, times]) => times > starts.length + 1)
  return [
    ...unclaimed.map(({ from, to }) => `${key}: nothing went from ${from} to ${to}, and it is not claimed`),
    ...repeated.map(([mark, times]) => `${key}: ${mark} is marked ${times} times`),
  ]
}

describe('a backlog', () => {
  it.each([
    ['restarts', false],
    ['restarts and kills', true],
  ])('keeps its promises in every history with %s', (_what, kills) => {
    const seen = { gone: 0, causes: new Set<string>(), killed: 0, uncertain: 0 }
    for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      const happened = played(seed, kills)
      expect(faultsOf(happened), `seed ${seed}`).toEqual([])
      seen.gone += happened.gone.length
      seen.killed += happened.killed.length
      seen.uncertain += happened.uncertain.length
      for (const record of happened.log) {
        if (record.kind === 'coverage' && record.value.ended !== null) seen.causes.add(record.value.ended)
      }
    }
    // The faults did happen.
    expect(seen.gone).toBeGreaterThan(HISTORIES * 10)
    expect([...seen.causes]).toEqual(expect.arrayContaining(LOST_CAUSES))
    if (kills) expect(Math.min(seen.killed, seen.uncertain)).toBeGreaterThan(HISTORIES)
  })
})
