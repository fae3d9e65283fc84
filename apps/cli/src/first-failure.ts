/** A role that ends well says nothing; the first that fails says why. */
export function firstFailure(running: readonly Promise<unknown>[]): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  for (const role of running) role.catch(reject)
  return promise
}
