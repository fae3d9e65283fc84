/** The page of users, control by control. */
import type { TopUsersAnswer } from '@smacktalk/contract'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { beginWalk, WALKED_CHANNELS } from '../support/walked-product.ts'

/** Places whose every control is worked here. */
const PLACES = ['users']

const walked = await beginWalk({ seed: 17 })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking over the users', () => {
  if (walked === null) return
  const { page, shown, world, address, walk, query, heading } = walked
  const table = page.getByRole('region', { name: 'Most active' })
  const names = () => table.locator('.people-name').allTextContents()

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  it('lists who writes most in all channels, as REST tells, and leads to them', async () => {
    await page.goto(`${address}/users`)
    const { users } = await eventually('somebody has written', async () => {
      const answer = await world.product.ask<TopUsersAnswer>('/users?limit=70')
      return answer.users.length > 0 && answer.channels === WALKED_CHANNELS.length && answer
    })
    const told = new Set(users.map(({ displayName }) => displayName))
    const listed = await eventually('they are listed', async () => {
      const all = await names()
      return all.length > 0 && all
    })
    expect(listed.filter((name) => !told.has(name))).toEqual([])
    // By name: the first may be another one by now.
    const [name = ''] = listed
    await table.getByRole('link', { name, exact: true }).click()
    await heading(name).waitFor()
    expect(await page.locator('.top-nav [aria-current]').allTextContents()).toEqual(['Users'])
    await page.goBack()
    await table.locator('.who a').first().click()
    await eventually('the channel is shown', () => page.url().includes('/channels/'))
    await page.goBack()
  })

  it('shows the last hour or today, by button and by key, and holds it in the address', async () => {
    await page.goto(`${address}/users`)
    await page.getByRole('button', { name: 'Today' }).click()
    expect(query()).toBe('?span=today')
    await table.getByText('today, since midnight UTC').waitFor()
    await page.keyboard.press('1')
    expect(query()).toBe('')
    await page.keyboard.press('2')
    expect(query()).toBe('?span=today')
    await page.getByRole('button', { name: 'Last hour' }).click()
    expect(query()).toBe('')
  })

  it('finds people by the beginning of a name, says when there is nobody, and holds it in the address', async () => {
    await page.goto(`${address}/users`)
    const [name = ''] = await eventually('somebody is listed', async () => {
      const all = await names()
      return all.length > 0 && all
    })
    const search = page.getByRole('region', { name: 'Find a person' })
    await search.getByRole('searchbox').fill(name)
    await search.getByRole('link').filter({ hasText: name }).first().waitFor()
    expect(query()).toContain(`find=${name}`)
    await page.reload()
    await search.getByRole('link').filter({ hasText: name }).first().click()
    await heading(name).waitFor()
    await page.goBack()
    await search.getByRole('searchbox').fill('nobody_at_all')
    await search.getByText('Nobody called “nobody_at_all”.').waitFor()
    await search.getByRole('searchbox').fill('')
    await search.getByText('A whole name is always found').waitFor()
  })

  it('has worked every control that it came by', () => {
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})
