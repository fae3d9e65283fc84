import { expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { SETTLE_MS, SurePosition } from './sure-position.ts'

test('claims what was committed until rows are read that hold everything from before', () => {
  const sure = new SurePosition()
  sure.listen(NOW)
  expect(sure.claim(90)).toBe(-1)
  sure.read(NOW + 10, 80, false)
  expect([sure.claim(95), sure.settled]).toEqual([80, false])
  sure.read(NOW + SETTLE_MS, 85, false)
  expect([sure.claim(97), sure.settled]).toEqual([97, true])
})

test('claims everything at once when nothing was on its way to the store', () => {
  const sure = new SurePosition()
  sure.listen(NOW)
  sure.read(NOW, 80, true)
  expect(sure.claim(90)).toBe(90)
})

test('claims nothing beyond what was committed while it does not listen', () => {
  const sure = new SurePosition()
  sure.read(NOW, 80, true)
  expect(sure.claim(90)).toBe(80)
})

test('never falls, and stands still after a break until everything is known again', () => {
  const sure = new SurePosition()
  sure.listen(NOW)
  sure.read(NOW + SETTLE_MS, -1, false)
  expect(sure.claim(100)).toBe(100)
  sure.listen(NOW + 60_000)
  expect(sure.claim(120)).toBe(100)
  sure.read(NOW + 60_000, 90, false)
  expect(sure.claim(120)).toBe(100)
  sure.read(NOW + 60_000 + SETTLE_MS, 110, false)
  expect(sure.claim(121)).toBe(121)
})
