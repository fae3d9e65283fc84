/** Choices kept in this browser. Storage may be forbidden or full: then a choice lasts as long as the page. */
const PREFIX = 'smacktalk.'
const fallback = new Map<string, string>()

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name) ?? fallback.get(name) ?? null
  } catch {
    return fallback.get(name) ?? null
  }
}

export function writeStored(name: string, value: string): void {
  fallback.set(name, value)
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // Kept in memory above.
  }
}
