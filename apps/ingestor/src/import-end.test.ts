import { DAY_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { endOfImport } from './import-end.ts'

const AT = Date.UTC(2024, 0, 8, 12)
const channel = { channelId: '11', login: 'one', run: 'import:x', ingestorId: 'import' }
const finished = { kind: 'importFinished', value: { channelId: '11', run: 'import:x' } }

/** The claims, and that the end of the run stands behind them. */
function claims(from: number, to: number): (readonly [number, number])[] {
  const records = endOfImport({ ...channel, from, to })
  expect(records.at(-1)).toEqual(finished)
  return records.slice(0, -1).map(({ kind, value }) => {
    if (kind !== 'coverage') throw new Error(`a ${kind} stands before the end`)
    expect(value).toMatchObject({ channelId: '11', channelLogin: 'one', origin: 'imported', ended: null })
    return [value.from, value.to] as const
  })
}

test('an import covers what it counted in one claim, nothing when it counted nothing', () => {
  expect(claims(AT, AT + 1)).toEqual([[AT, AT + 1]])
  expect(claims(0, 0)).toEqual([])
})

test('years are claimed in pieces that meet and that the fold believes', () => {
  const to = AT + 1_000 * DAY_MS
  const pieces = claims(AT, to)
  expect(pieces.length).toBe(3)
  expect(pieces[0]?.[0]).toBe(AT)
  expect(pieces.at(-1)?.[1]).toBe(to)
  for (const [index, [from, until]] of pieces.entries()) {
    expect(until - from).toBeLessThanOrEqual(400 * DAY_MS)
    if (index > 0) expect(from).toBe(pieces[index - 1]?.[1])
  }
})
