import { expect, test } from 'vitest'
import { checkDelete, checkRow } from './row-checks.ts'

const ROW = {
  table: 'minutes',
  partition: 'v1/1',
  row: '',
  position: 0,
  writtenAt: 1,
  value: new Uint8Array(0),
} as const

test('an ordinary row passes, with an empty row key and an empty value too', () => {
  expect(() => checkRow(ROW)).not.toThrow()
})

test.each(['ü', 'a\n', '\u0000', '💜', '\x7f'])('the row key %j is refused: not printable ASCII', (row) => {
  expect(() => checkRow({ ...ROW, row })).toThrow(/of minutes "v1\/1": a row key is printable ASCII/)
  expect(() => checkDelete({ ...ROW, row })).toThrow(/printable ASCII/)
})

test('a missing key is refused', () => {
  expect(() => checkRow({ ...ROW, row: JSON.parse('null') })).toThrow(/row key/)
  expect(() => checkRow({ ...ROW, partition: JSON.parse('null') })).toThrow(/partition/)
})

test('a value that is no bytes is refused', () => {
  expect(() => checkRow({ ...ROW, value: JSON.parse('null') })).toThrow(/must be bytes/)
})
