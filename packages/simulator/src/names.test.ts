import { describe, expect, it } from 'vitest'
import { makePerson, newLoginOf } from './names.ts'

const SEED = 17

describe('invented people', () => {
  it('have ids and logins of their own, renamed or not', () => {
    const ids = new Set<string>()
    const logins = new Set<string>()
    const count = 60_000
    for (let number = 0; number < count; number++) {
      const person = makePerson(SEED, number)
      ids.add(person.id)
      logins.add(person.login)
      if (number % 50 === 0) logins.add(newLoginOf(person, 0)).add(newLoginOf(person, 1))
    }
    expect(ids.size).toBe(count)
    expect(logins.size).toBe(count + (count / 50) * 2)
    expect([...ids].filter((id) => !/^[1-9]\d+$/.test(id))).toEqual([])
    expect([...logins].filter((login) => !/^[a-z0-9_]{1,25}$/.test(login))).toEqual([])
  })

  it('are the same for the same seed and number, and others for another seed', () => {
    expect(makePerson(SEED, 4_711)).toEqual(makePerson(SEED, 4_711))
    expect(makePerson(SEED + 1, 4_711).login).not.toBe(makePerson(SEED, 4_711).login)
  })
})
