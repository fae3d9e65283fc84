import { expect, test } from 'vitest'
import { JobRhythm } from './job-rhythm.ts'

test('hot rows are due each second and everything each five', () => {
  const rhythm = new JobRhythm()
  const due = Array.from({ length: 60 }, (_, index) => rhythm.due(1_000_000 + index * 200))
  expect(due.filter((what) => what === 'flush').length).toBe(9)
  expect(due.flatMap((what, index) => (what === 'commit' ? [index] : []))).toEqual([25, 50])
})
