import { DROP_REASONS, emptyPoint, OTHER_NOTICES } from '@smacktalk/contract'
import { EXPORTS, type ExportRow } from '@smacktalk/gateway'
import { assert, constantFrom, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from './export-columns.ts'
import { rowText } from './export-text.ts'
import { readCsv } from './testing/read-csv.ts'

const EVENT = { source: 'twitch', channelId: '1', channel: 'a', id: 'x', at: 'now', kind: 'sub' }

function csvOf(name: (typeof EXPORTS)[number], ...rows: ExportRow[]): string {
  const text = rowText('csv', name)
  return text.head + rows.map((row) => text.row(row)).join('')
}

describe('CSV', () => {
  it('gives back any text, whatever strangers write', () => {
    const nasty = constantFrom(
      '"',
      ',',
      '\r',
      '\n',
      '=1+1',
      '@x',
      '-',
      '+',
      '\t',
      '💜',
      '\u0000',
      "'",
      '＝',
      '',
    )
    assert(
      property(tuple(nasty, string({ unit: 'binary' }), nasty), (parts) => {
        const displayName = parts.join('')
        const [row] = readCsv(csvOf('events', { ...EVENT, displayName }))
        expect(row?.['displayName']?.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')).toBe(
          displayName.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, ''),
        )
      }),
      { numRuns: 300 },
    )
  })

  it.each(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'lets no spreadsheet run %j',
    (displayName) => {
      const [row] = readCsv(csvOf('events', { ...EVENT, displayName }))
      expect(row?.['displayName']).toBe(`'${displayName}`)
    },
  )

  it('keeps numbers numbers, negative ones too, and leaves nothing empty', () => {
    const [row] = readCsv(csvOf('events', { ...EVENT, amount: -1, months: 0, plan: null }))
    expect(row).toMatchObject({ amount: '-1', months: '0', plan: '', mode: '' })
  })

  it('has the same columns whatever is in the rows', () => {
    const heads = EXPORTS.map((name) => columnsOf(name).map(({ title }) => title))
    for (const head of heads) {
      expect(head.slice(0, 3)).toEqual(['source', 'channelId', 'channel'])
      expect(new Set(head).size).toBe(head.length)
    }
    const [minutes = []] = heads
    for (const kind of OTHER_NOTICES) expect(minutes).toContain(`otherNoticesByKind.${kind}`)
    for (const reason of DROP_REASONS) expect(minutes).toContain(`droppedByReason.${reason}`)
  })

  it('counts kinds that this build does not know as other, so that sums hold', () => {
    const point = { ...emptyPoint(0, 60_000), otherNoticesByKind: { ritual: 2, other: 1, 'of-tomorrow': 4 } }
    const [row] = readCsv(csvOf('minutes', { source: 'twitch', channelId: '1', channel: 'a', ...point }))
    expect(row).toMatchObject({
      'otherNoticesByKind.ritual': '2',
      'otherNoticesByKind.unraid': '0',
      'otherNoticesByKind.other': '5',
    })
  })

  it('has no number at all where nobody was', () => {
    const [row] = readCsv(
      csvOf('minutes', { source: 'twitch', channelId: '1', channel: 'a', ...emptyPoint(0, 0) }),
    )
    const filled = Object.entries(row ?? {}).filter(([, cell]) => cell !== '')
    expect(Object.fromEntries(filled)).toEqual({
      ...{ source: 'twitch', channelId: '1', channel: 'a' },
      ...{ t: '1970-01-01T00:00:00.000Z', coveredMs: '0' },
    })
  })
})
