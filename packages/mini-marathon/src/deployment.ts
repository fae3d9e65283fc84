/** From what runs to what is wanted, in steps: what needs others comes after them. Pure. */
import type { App } from './definition.ts'
import { DefinitionError } from './errors.ts'

export type Step =
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'reach'; readonly apps: readonly App[] }

/**
 * First what is not wanted any more goes, dependents before what they need; then what is new or changed comes, each
 * step when everything of the one before is up. Dependencies that are not among the wanted are ignored, as Marathon
 * does.
 * @throws {DefinitionError} when apps need each other in a circle.
 */
export function planSteps(running: readonly App[], wanted: readonly App[]): Step[] {
  const kept = new Set(wanted.map(({ id }) => id))
  const gone = running.filter(({ id }) => !kept.has(id))
  const before = new Map(running.map((app) => [app.id, app]))
  const changed = new Set(
    wanted
      .filter((app) => {
        const was = before.get(app.id)
        return was?.configuration !== app.configuration || was.instances !== app.instances
      })
      .map(({ id }) => id),
  )
  const removals = layers(gone)
    .toReversed()
    .map((layer): Step => ({ kind: 'remove', ids: layer.map(({ id }) => id) }))
  const arrivals = layers(wanted)
    .map((layer) => layer.filter(({ id }) => changed.has(id)))
    .filter((layer) => layer.length > 0)
    .map((layer): Step => ({ kind: 'reach', apps: layer }))
  return [...removals, ...arrivals]
}

/** Each layer needs nothing but those before it. */
function layers(apps: readonly App[]): App[][] {
  const result: App[][] = []
  let left = [...apps]
  while (left.length > 0) {
    const waiting = new Set(left.map(({ id }) => id))
    const layer = left.filter(({ dependencies }) => !dependencies.some((id) => waiting.has(id)))
    if (layer.length === 0) throw new DefinitionError(`${[...waiting].join(', ')} need each other.`)
    result.push(layer)
    left = left.filter((app) => !layer.includes(app))
  }
  return result
}

export function idsOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => (step.kind === 'remove' ? step.ids : step.apps.map(({ id }) => id)))
}
