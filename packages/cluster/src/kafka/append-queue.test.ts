import { expect, test } from 'vitest'
import { Append, AppendQueue, QUEUE_RECORDS_MAX, type Taken } from './append-queue.ts'
import { GROUP_RECORDS_MAX } from './record-group.ts'

function append(count: number, name = 'x'): Append {
  const records = Array.from({ length: count }, (_, index) => ({
    key: name,
    value: Buffer.from(String(index)),
  }))
  const partitions = records.map((_, index) => index % 64)
  return new Append('chat', records, partitions, 0)
}

function acknowledge(taken: Taken | null): void {
  for (const { append: each, count } of taken?.parts ?? []) each.acknowledge(count)
}

async function isDone({ done }: Append): Promise<boolean> {
  return await Promise.race([
    done.then(() => true),
    new Promise<false>((resolve) => setImmediate(resolve, false)),
  ])
}

test('appends go out in the order of their calls, several in a group', async () => {
  const queue = new AppendQueue()
  const appends = [append(10, 'a'), append(20, 'b'), append(30, 'c')]
  for (const each of appends) queue.add(each)
  const taken = queue.take()
  expect(taken?.parts.map(({ append: { records }, count }) => [records[0]?.key, count])).toEqual([
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ])
  expect(queue.take()).toBe(null)
  expect(queue.empty).toBe(true)
  acknowledge(taken)
  await Promise.all(appends.map(({ done }) => done))
})

test('an append that is too long for one group is done when its last record is', async () => {
  const queue = new AppendQueue()
  const long = append(2 * GROUP_RECORDS_MAX + 5, 'long')
  const short = append(3, 'short')
  queue.add(long)
  queue.add(short)
  const counts: number[][] = []
  for (let taken = queue.take(); taken !== null; taken = queue.take()) {
    counts.push(taken.parts.map(({ count }) => count))
    expect(await isDone(long)).toBe(false)
    acknowledge(taken)
  }
  expect(counts).toEqual([[GROUP_RECORDS_MAX], [GROUP_RECORDS_MAX], [5, 3]])
  await Promise.all([long.done, short.done])
})

test('beyond its size the queue takes nothing until there is room, and then in order', () => {
  const queue = new AppendQueue()
  for (let index = 0; index < 4; index++) queue.add(append(QUEUE_RECORDS_MAX / 2, `${index}`))
  expect(queue.records).toBe(QUEUE_RECORDS_MAX)
  const keys: (string | undefined)[] = []
  for (let taken = queue.take(); taken !== null; taken = queue.take()) {
    expect(queue.records).toBeLessThanOrEqual(QUEUE_RECORDS_MAX)
    keys.push(...taken.parts.map(({ append: { records } }) => records[0]?.key))
  }
  expect([...new Set(keys)]).toEqual(['0', '1', '2', '3'])
})

test('what was given up is not sent any more', async () => {
  const queue = new AppendQueue()
  const first = append(GROUP_RECORDS_MAX + 10, 'first')
  const second = append(1, 'second')
  queue.add(first)
  queue.add(second)
  queue.take()
  const given: Append[] = []
  queue.rejectOverdue(
    (each) => each === first,
    (each) => {
      given.push(each)
      each.reject(new Error('given up'))
    },
  )
  expect(given).toEqual([first])
  await expect(first.done).rejects.toThrow('given up')
  expect(queue.take()?.parts.map(({ append: { records } }) => records[0]?.key)).toEqual(['second'])
})
