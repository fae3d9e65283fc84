/** A headless Chromium for tests and screenshots: whichever is there, none is ever downloaded. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium as playwright } from 'playwright-core'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** Where Debian's package puts it. */
const SYSTEM_CHROMIUM = '/usr/bin/chromium'

/**
 * Pages are drawn in plain software. The software that stands in for a graphics card otherwise makes a page with a
 * canvas wait for its drawing, for seconds when the machine is busy.
 */
const NO_GRAPHICS_CARD = '--disable-gpu'

export interface OpenBrowser extends AsyncDisposable {
  readonly browser: Browser
}

/**
 * Launches it: `CHROMIUM_PATH` if set, else the system's, else the one from the npm package. Throws when none can be
 * had.
 */
export async function openBrowser(): Promise<OpenBrowser> {
  const installed = process.env['CHROMIUM_PATH'] ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : null)
  return installed === null ? openPackaged() : openInstalled(installed)
}

/**
 * For suites that are to be skipped without a browser: null then, and the reason said aloud. In CI a missing browser
 * is a failure.
 */
export async function openBrowserIfAny(): Promise<OpenBrowser | null> {
  try {
    return await openBrowser()
  } catch (error) {
    if (process.env['SMACKTALK_CI'] === '1') throw error
    console.warn(`SKIPPED: no browser can be started; set CHROMIUM_PATH. ${String(error)}`)
    return null
  }
}

async function openInstalled(executablePath: string): Promise<OpenBrowser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', NO_GRAPHICS_CARD]
  const browser = await playwright.launch({ executablePath, args, headless: true })
  return { browser, [Symbol.asyncDispose]: () => browser.close() }
}

async function openPackaged(): Promise<OpenBrowser> {
  const folder = temporaryFolder()
  try {
    const browser = await launchPackaged(folder)
    return {
      browser,
      async [Symbol.asyncDispose]() {
        await browser.close()
        folder[Symbol.dispose]()
      },
    }
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
}

/**
 * The package's own flags switch the same-origin rules off, but what is tested here is a page with them; and in one
 * process the end of a page would be the end of the browser.
 */
const UNWANTED: ReadonlySet<string> = new Set(['--disable-web-security', '--single-process'])

/** What the package reads or sets when it is loaded and unpacked; none of it may reach the programs under test. */
const ITS_VARIABLES = ['TMPDIR', 'AWS_EXECUTION_ENV', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'] as const

/** The package unpacks itself into the temporary folder; one of its own, so that two at once do not meet. */
async function launchPackaged({ path }: TemporaryFolder): Promise<Browser> {
  const before = new Map(ITS_VARIABLES.map((name) => [name, process.env[name]]))
  process.env['TMPDIR'] = path
  // With this it brings the libraries that a bare machine lacks.
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x'
  try {
    const { default: packaged } = await import('@sparticuz/chromium')
    const executablePath = await packaged.executablePath()
    writeFileSync(join(path, 'fonts/fonts.conf'), fontSettings(path))
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter((entry) => entry[1] !== undefined)),
      LD_LIBRARY_PATH: join(path, 'al2023/lib'),
      FONTCONFIG_PATH: join(path, 'fonts'),
    }
    const args = [...packaged.args.filter((arg) => !UNWANTED.has(arg)), NO_GRAPHICS_CARD]
    return await playwright.launch({ executablePath, args, headless: true, env })
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

/** Its fonts and the system's, with a cache that leaves together with them. */
function fontSettings(path: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path}/fonts-cache</cachedir>
</fontconfig>
`
}
