import { expect, test } from 'vitest'
import { compact, count, estimate, figure, growth, percent, plural, rate, removal } from './numbers.ts'

test('a missing number is a dash and never zero', () => {
  for (const write of [count, compact, figure, rate, percent, removal]) {
    expect(write(null)).toBe('–')
    expect(write(undefined)).toBe('–')
    expect(write(Number.NaN)).toBe('–')
  }
})

test('counts carry separators and a real minus', () => {
  expect(count(1284)).toBe('1,284')
  expect(count(-1284)).toBe('−1,284')
  expect(count(0)).toBe('0')
})

test('compact numbers change their unit before they would show four digits of it', () => {
  expect(compact(9_999)).toBe('9,999')
  expect(compact(10_000)).toBe('10.0k')
  expect(compact(12_400)).toBe('12.4k')
  expect(compact(999_949)).toBe('999.9k')
  expect(compact(999_950)).toBe('1.00M')
  expect(compact(71_420_000)).toBe('71.42M')
  expect(compact(1_200_000_000)).toBe('1.20B')
})

test('key figures keep every digit below a million', () => {
  expect(figure(402_117)).toBe('402,117')
  expect(figure(71_420_000)).toBe('71.42M')
})

test('rates are whole from ten and never look like zero when they are not', () => {
  expect(rate(0)).toBe('0')
  expect(rate(0.01)).toBe('<0.1')
  expect(rate(0.26)).toBe('0.3')
  expect(rate(9.94)).toBe('9.9')
  expect(rate(9.96)).toBe('10')
  expect(rate(1284.4)).toBe('1,284')
})

test('a share below one never rounds up to 100%', () => {
  expect(percent(1, 2)).toBe('100%')
  expect(percent(0.999999, 2)).toBe('99.99%')
  expect(percent(0.9996)).toBe('99.9%')
  expect(percent(0.4126)).toBe('41.3%')
  expect(percent(0.1, 0)).toBe('10%')
})

test('only an estimate carries the approximate sign', () => {
  expect(estimate(5204, 0.01625)).toBe('≈5,204')
  expect(estimate(5204, 0)).toBe('5,204')
  expect(estimate(null, 0.01625)).toBe('–')
})

test('a change is told by its sign, also when there is none', () => {
  expect(growth(0.384)).toBe('+38%')
  expect(growth(-0.04)).toBe('−4%')
  expect(growth(0.002)).toBe('±0%')
  expect(growth(12.4)).toBe('+1,240%')
  expect(growth(null)).toBe('–')
})

test('removed numbers carry a minus, nothing removed included', () => {
  expect(removal(9218)).toBe('−9,218')
  expect(removal(0)).toBe('−0')
})

test('one is singular', () => {
  expect(plural(1, 'channel')).toBe('1 channel')
  expect(plural(1200, 'channel')).toBe('1,200 channels')
})
