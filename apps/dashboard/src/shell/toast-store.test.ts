import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TOAST_MS, toastStore } from './toast-store.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  for (const { id } of toastStore.all()) toastStore.dismiss(id)
  vi.useRealTimers()
})

const titles = (): string[] => toastStore.all().map(({ title }) => title)
const undo = { label: 'Undo', run: () => {} }

test('of more than three what nobody has to see gives way first, then what can be undone, an error last', () => {
  toastStore.show({ kind: 'error', title: 'refused', text: '' })
  toastStore.show({ kind: 'done', title: 'left', text: '', action: undo })
  toastStore.show({ kind: 'done', title: 'copied', text: '' })
  toastStore.show({ kind: 'done', title: 'left too', text: '', action: undo })
  expect(titles()).toEqual(['refused', 'left', 'left too'])
  toastStore.show({ kind: 'warning', title: 'slow', text: '' })
  expect(titles()).toEqual(['refused', 'left too', 'slow'])
})

test('all leave by themselves but errors', () => {
  toastStore.show({ kind: 'error', title: 'refused', text: '' })
  toastStore.show({ kind: 'done', title: 'copied', text: '' })
  vi.advanceTimersByTime(TOAST_MS)
  expect(titles()).toEqual(['refused'])
})
