/** Embedded data belong to the product that works on them: it is asked instead. */
import { type Finding, fail, ok, warn } from '@smacktalk/backend'
import type { PipelineAnswer } from '@smacktalk/contract'
import type { Settings } from '@smacktalk/runtime'

/** A product that works answers at once. */
const ANSWER_MS = 5_000

/** @param lockedSays who works on the data */
export async function checkProduct({ http }: Pick<Settings, 'http'>, lockedSays: string): Promise<Finding[]> {
  const running = ok('data', `${lockedSays}.`)
  if (http.port === 0) {
    return [running, warn('product', 'Its port is not known here (http.port is 0).', 'See what it printed.')]
  }
  const host = http.host === '0.0.0.0' || http.host === '::' ? 'localhost' : http.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`
  try {
    return [running, await ready(url), ...(await troubles(url))]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const advice = 'Is it the product of these settings? It may also be starting or hang: see its log.'
    return [running, fail('product', `Nobody answers at ${url} (${reason}).`, advice)]
  }
}

async function ready(url: string): Promise<Finding> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) })
  if (answer.status === 200) return ok('product', `It serves at ${url}.`)
  const { reasons = [] } = (await answer.json()) as { readonly reasons?: readonly string[] }
  return fail('product', `It cannot serve: ${reasons.join('; ')}.`, 'See its log.')
}

async function troubles(url: string): Promise<Finding[]> {
  const answer = await fetch(`${url}/api/v1/pipeline`, { signal: AbortSignal.timeout(ANSWER_MS) })
  if (answer.status !== 200) return []
  // What the contract promises for the path.
  const { troubles } = (await answer.json()) as PipelineAnswer
  if (troubles.length === 0) return [ok('pipeline', 'Everything moves.')]
  return troubles.map(({ text, advice, severity }) =>
    severity === 'bad' ? fail('pipeline', `${text}.`, advice) : warn('pipeline', `${text}.`, advice),
  )
}
