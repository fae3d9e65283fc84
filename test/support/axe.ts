/** What axe finds on a page: every rule of WCAG 2.2 up to AA that a program can check. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Places told of one finding; the rest are like them. */
const PLACES_TOLD = 4

interface Finding {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
}

/** One sentence per finding, with the places; empty when there is none. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const options = JSON.stringify({ runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] })
  const { violations } = await page.evaluate<{ violations: Finding[] }>(`axe.run(document, ${options})`)
  return violations.map(({ id, help, nodes }) => {
    const places = nodes
      .slice(0, PLACES_TOLD)
      .map(
        ({ target, failureSummary }) =>
          `${target.join(' ')} (${(failureSummary ?? '').replaceAll('\n', ' ')})`,
      )
    return `${id}, ${nodes.length} times: ${help}: ${places.join('; ')}`
  })
}
