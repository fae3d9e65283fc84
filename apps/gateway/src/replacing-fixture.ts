/** The same object with some of its functions replaced. */
export function replacing<T extends object>(inner: T, replaced: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const found: unknown = Reflect.get(Reflect.has(replaced, name) ? replaced : target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}
