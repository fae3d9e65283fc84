import { expect, test } from 'vitest'
import { Gate } from './gate.ts'

test('work passes until the gate is full, then in the order of asking', async () => {
  const gate = new Gate(3)
  const passed: string[] = []
  const enter = async (name: string, weight: number): Promise<void> => {
    await gate.enter(weight)
    passed.push(name)
  }
  await enter('a', 2)
  const waiting = [enter('b', 2), enter('c', 1)]
  await Promise.resolve()
  expect(passed).toEqual(['a'])
  gate.leave(2)
  await Promise.all(waiting)
  expect(passed).toEqual(['a', 'b', 'c'])
  expect(gate.used).toBe(3)
})

test('what is heavier than the gate passes alone', async () => {
  const gate = new Gate(3)
  const held = await gate.enter(1)
  const heavy = gate.enter(1_000)
  gate.leave(held)
  expect(await heavy).toBe(3)
  gate.leave(3)
  expect(gate.used).toBe(0)
})
