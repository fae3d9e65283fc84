import { DEFAULT_MOMENT_THRESHOLDS } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { createSettingsBook } from './settings-book.ts'

const settings = {
  bots: ['nightbot', 'Moobot'],
  optOut: ['someone'],
  channels: [{ name: 'big', bots: ['bigbot'], commandPrefix: '?' }, { name: 'small' }],
}

describe('the settings book', () => {
  it('tells the settings of a channel once, its own bots and prefix included', () => {
    const book = createSettingsBook(settings)
    expect(book.ensure('11', 'big')).toEqual({
      channelId: '11',
      channelLogin: 'big',
      bots: ['bigbot', 'moobot', 'nightbot'],
      commandPrefix: '?',
      optOut: ['someone'],
      moments: null,
    })
    expect(book.ensure('11', 'big')).toBeNull()
    expect(book.ensure('12', 'other')).toMatchObject({ bots: ['moobot', 'nightbot'], commandPrefix: '!' })
  })

  it('tells only what a change of settings changes, and only for channels it has met', () => {
    const book = createSettingsBook(settings)
    book.ensure('11', 'big')
    book.ensure('12', 'other')
    expect(book.update(settings)).toEqual([])
    const changed = book.update({ ...settings, channels: [{ name: 'big' }] })
    expect(changed.map(({ channelId }) => channelId)).toEqual(['11'])
    expect(book.update({ ...settings, channels: [{ name: 'big' }], bots: [] })).toHaveLength(2)
    expect(book.update({ ...settings, channels: [{ name: 'big' }], bots: [] })).toEqual([])
  })

  it('tells when something is a moment, and when that changes', () => {
    const book = createSettingsBook({ ...settings, moments: DEFAULT_MOMENT_THRESHOLDS })
    expect(book.ensure('11', 'small')?.moments).toEqual(DEFAULT_MOMENT_THRESHOLDS)
    const moments = { ...DEFAULT_MOMENT_THRESHOLDS, gifts: 50 }
    expect(book.update({ ...settings, moments })).toMatchObject([{ channelId: '11', moments }])
  })

  it('looks again when a channel has a new name', () => {
    const book = createSettingsBook(settings)
    book.ensure('11', 'small')
    expect(book.ensure('11', 'big')).toMatchObject({ commandPrefix: '?' })
    expect(book.ensure('11', 'big')).toBeNull()
  })
})
