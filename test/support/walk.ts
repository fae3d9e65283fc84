/**
 * Keeps account of a walk through the page: which controls there were, screen by screen, and which of them somebody
 * has worked. A control that is new and never worked is so found by the walk that goes by it.
 */
import type { Page } from 'playwright-core'

/** Names of a control that hold data: the same control whatever the data are. */
const SAME: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^Pin \S+$/, 'Pin …'],
  [/^Remove \S+$/, 'Remove …'],
  [/^Add \d+ channels?$/, 'Add … channels'],
  [/^Add (?!channels?$|again$)[a-z0-9_]+$/, 'Add …'],
  [/^Copied$/, 'Copy address'],
  [/^From \d\d:\d\d:\d\d.*$/, 'From …'],
  [/^(Messages per second)\b.*$/, '$1'],
  [/^(Queued|Joining|Joined|Gap|Suspended|Refused|Not found|Paused)$/, 'a state'],
]

export class Walk {
  readonly #seen = new Set<string>()
  readonly #worked = new Set<string>()

  /** Accounts for everything that is done on the page from its next address on. */
  static async on(...pages: readonly Page[]): Promise<Walk> {
    const walk = new Walk()
    for (const page of pages) await walk.join(page)
    return walk
  }

  /** Another page belongs to the same walk. */
  async join(page: Page): Promise<void> {
    await page.exposeFunction('noteControl', (scope: string, role: string, name: string, worked: boolean) => {
      const key = `${scope}: ${role} ${plain(name)}`.trim()
      this.#seen.add(key)
      if (worked) this.#worked.add(key)
    })
    await page.addInitScript(WATCH)
  }

  /** Controls of some places that were there and that nobody worked, in order. */
  untouched(places: readonly string[]): string[] {
    return [...this.#seen].filter((key) => !this.#worked.has(key) && places.includes(placeOf(key))).sort()
  }

  /** Every place that was passed. */
  places(): string[] {
    return [...new Set([...this.#seen].map(placeOf))].sort()
  }

  /** All that was worked, in order. */
  worked(): string[] {
    return [...this.#worked].sort()
  }
}

const placeOf = (key: string): string => key.slice(0, key.indexOf(': '))

function plain(name: string): string {
  const found = SAME.find(([pattern]) => pattern.test(name))
  return found === undefined ? name : name.replace(found[0], found[1])
}

/**
 * Runs in the page. A control's name is what is written on it without what is data: names of others (`bdi`), numbers
 * that change, times. A click counts only when it came by pointer or key and not from a script.
 */
const WATCH = `(() => {
  if (!location.protocol.startsWith('http')) return
  const CONTROLS = 'a[href], button, input, select, textarea, [role=option], [tabindex="0"]'
  const DATA = 'bdi, kbd, time, small, .chip-number, .pill > span, option'
  /** Lines of a list: all of a kind are one control. */
  const LINES = [['.moment-list button', 'a moment'], ['.partition-channels a', 'a channel'],
    ['.legend a', 'a channel'], ['.channel-name a', 'a channel'], ['.card-words a', 'a channel'],
    ['.people-name, .people-found a', 'a person'], ['.people .who a', 'a channel'],
    ['.rank a', 'a person'], ['.user-bars a', 'a channel'], ['[role=option]', 'a result'],
    ['.switch [aria-haspopup=dialog]', 'Custom'], ['.notice p:not(.notice-actions) a', 'the name meant']]
  const ROLES = { A: 'link', BUTTON: 'button', SELECT: 'select', TEXTAREA: 'textarea' }

  const text = (node) => {
    if (node.nodeType === 3) return node.data
    if (node.nodeType !== 1 || node.matches(DATA) || node.getAttribute('aria-hidden') === 'true') return ''
    if (!node.checkVisibility()) return ''
    return [...node.childNodes].map(text).join('')
  }
  const nameOf = (control) => {
    const line = LINES.find(([selector]) => control.matches(selector))
    if (line !== undefined) return line[1]
    const label = control.getAttribute('aria-label')
    if (label !== null) return label
    const own = ['SELECT', 'TEXTAREA'].includes(control.tagName) ? '' : text(control)
    const field = control.labels?.[0]
    const name = own.trim() !== '' ? own
      : field ? text(field.querySelector('.field-label') ?? field) : (control.placeholder ?? '')
    const failed = control.closest('.notice[role=alert]')?.querySelector('h1, h3')
    return (failed ? text(failed) + ', ' : '') + name
  }
  const roleOf = (control) => control.getAttribute('role')
    ?? ROLES[control.tagName] ?? (control.tagName === 'INPUT' ? control.type : 'region')
  const pageOf = (path) => {
    const first = path.split('/')[1]
    return { '': 'overview', channels: 'channel', user: 'person', users: 'users', pipeline: 'pipeline', overlays: 'overlays',
      overlay: 'overlay' }[first] ?? 'nowhere'
  }
  const scopeOf = (control) => {
    const phone = innerWidth <= 860 ? 'phone ' : ''
    const dialog = control.closest('dialog')
    if (dialog) return phone + 'dialog ' + text(dialog.querySelector('h2'))
    if (control.closest('.toasts')) return phone + 'toasts'
    if (control.closest('.banners, .source-bar')) return phone + 'banners'
    if (control.closest('header.top, .bottom-tabs, .skip')) return phone + 'shell'
    const notice = control.closest('.page-notice') ? ' notice' : ''
    return phone + pageOf(location.pathname) + notice
  }
  const told = new Set()
  const note = (control, worked) => {
    const [scope, role, name] = [scopeOf(control), roleOf(control), nameOf(control).replace(/\\s+/g, ' ').trim()]
    const key = [scope, role, name, worked].join('|')
    if (told.has(key)) return
    told.add(key)
    window.noteControl(scope, role, name, worked)
  }
  const look = () => {
    for (const control of document.querySelectorAll(CONTROLS)) {
      if (!control.disabled && control.checkVisibility({ visibilityProperty: true })) note(control, false)
    }
  }
  let waiting = false
  const soon = () => {
    if (waiting) return
    waiting = true
    setTimeout(() => { waiting = false; look() }, 100)
  }
  const work = (event) => {
    if (!(event.target instanceof Element)) return
    const control = event.target.closest(CONTROLS)
    if (control) note(control, true)
  }
  addEventListener('click', (event) => { look(); if (event.isTrusted) work(event) }, true)
  addEventListener('input', work, true)
  addEventListener('change', work, true)
  addEventListener('keydown', (event) => {
    // What is no button is worked by the keys it takes.
    if (event.target instanceof Element && event.target.matches('[tabindex="0"], [role=combobox]')) work(event)
  }, true)
  new MutationObserver(soon).observe(document, { childList: true, subtree: true })
})()`
