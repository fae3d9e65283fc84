import { expect, test } from 'vitest'
import { runApart } from './run-apart.ts'

test.each(['fold', 'decode-fold'])('the bench %s counts what was sent, on a small log', async (name) => {
  const { records, differences, times } = await runApart(name, 5_000)
  expect(differences).toEqual([])
  expect(records).toBeGreaterThanOrEqual(5_000)
  expect(times.ms.length).toBeGreaterThan(10)
})

test('the bench import counts what is in the file, on a small file', async () => {
  const { records, differences } = await runApart('import', 5_000)
  expect(differences).toEqual([])
  expect(records).toBeGreaterThanOrEqual(5_000)
})

test('a bench that cannot run says so', async () => {
  await expect(runApart('no-such-bench', 1)).rejects.toThrow('no-such-bench')
})
