/** A page of the product in a browser, and everything that went wrong in it. */
import type { Browser, Locator, Page } from 'playwright-core'
import { PATIENCE_MS } from './eventually.ts'

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors on the console, uncaught exceptions, violations of the content security policy, opened dialogs. */
  readonly problems: readonly string[]
  /** Forgets those that were expected. */
  forgetProblems(): void
  /** Errors of the network do not count from now on, or do again. */
  expectOutage(expected: boolean): void
  /** What the test hook of the page says its charts show, by chart. */
  charts(): Promise<Record<string, ShownChart>>
}

/** The part of the page's test hook that tests read; the page's own type stands with its charts. */
export interface ShownChart {
  readonly stepMs: number
  readonly live: boolean
  /** ISO 8601. */
  readonly times: readonly string[]
  readonly series: readonly {
    readonly id: string
    /** Colour; null: the grey of the rest. */
    readonly slot: number | null
    readonly messages: readonly (number | null)[]
  }[]
  /** Index of the first step that is still counting. */
  readonly running: number
  /** Dashed and dotted lines: the rate of each, and where it is, px from the top of the canvas. */
  readonly levels: readonly {
    readonly kind: 'threshold' | 'usual'
    readonly slot: number | null
    readonly rate: number | null
    readonly y: number | null
  }[]
}

export interface PageOptions {
  readonly width: number
  readonly height: number
  readonly deviceScaleFactor?: number
  readonly theme?: 'dark' | 'light'
  /** Whether pictures of emotes are asked for where they are kept; by default nobody but the product is asked. */
  readonly pictures?: boolean
  /** Whether the page greets a reader it does not know; by default it was read before. */
  readonly firstTime?: boolean
}

const NETWORK = /net::ERR_|WebSocket connection to .* failed/

export async function openPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const {
    width,
    height,
    deviceScaleFactor = 1,
    theme = 'dark',
    pictures = false,
    firstTime = false,
  } = options
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const problems: string[] = []
  let outage = false
  await context.addInitScript(`
    if (location.protocol.startsWith('http')) {
      localStorage.setItem('smacktalk.theme', ${JSON.stringify(theme)})
      if (${!pictures}) localStorage.setItem('smacktalk.pictures', 'off')
      if (${!firstTime}) localStorage.setItem('smacktalk.hint', 'seen')
    }
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error('Content security policy: ' + event.violatedDirective + ' ' + event.blockedURI))`)
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  page.on('console', (message) => {
    if (message.type() !== 'error' || (outage && NETWORK.test(message.text()))) return
    problems.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return {
    page,
    problems,
    forgetProblems() {
      problems.length = 0
    },
    expectOutage(expected) {
      outage = expected
    },
    charts: () => page.evaluate('window.smacktalk?.charts() ?? {}'),
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** The value of a key figure, by its name. */
export function figureOf(page: Page, name: string): Locator {
  return page.locator('.figure', { hasText: name }).locator('.figure-value')
}

/** The number in a text like `12,345`; NaN when there is none. */
export function numberIn(text: string | null): number {
  return Number.parseFloat((text ?? '').replaceAll(',', ''))
}
