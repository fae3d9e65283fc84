/**
 * Reads the part of YAML that our own files are written in: block mappings and sequences, one-line flow sequences,
 * quoted and plain scalars, folded texts (`>-`), anchors, aliases and merges. Anything else is an error, so that
 * nothing is read differently than a full reader would.
 */
export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml }

interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

const KEY = /^("(?:[^"\\]|\\.)*"|[^\s:#&*!|>'"%@`,[\]{}-][^:#]*?|<<):(?:\s+(.*))?$/

/** @throws with the number of the line that is not understood. */
export function readYaml(content: string): Yaml {
  const reader = new Reader(content)
  return reader.document()
}

class Reader {
  readonly #lines: Line[]
  readonly #anchors = new Map<string, Yaml>()
  #at = 0

  constructor(content: string) {
    this.#lines = content.split('\n').flatMap((raw, index) => {
      const text = withoutComment(raw).trimEnd()
      if (text.includes('\t')) throw new Error(`line ${index + 1}: a tab`)
      const indent = text.length - text.trimStart().length
      return text.trim() === '' ? [] : [{ number: index + 1, indent, text: text.trim() }]
    })
  }

  document(): Yaml {
    const value = this.#block(0)
    const left = this.#lines[this.#at]
    if (left !== undefined) throw new Error(`line ${left.number}: unexpected indentation: ${left.text}`)
    return value
  }

  #block(indent: number): Yaml {
    const line = this.#lines[this.#at]
    if (line === undefined || line.indent !== indent) return null
    return line.text === '-' || line.text.startsWith('- ') ? this.#sequence(indent) : this.#mapping(indent)
  }

  #sequence(indent: number): Yaml[] {
    const items: Yaml[] = []
    for (;;) {
      const line = this.#lines[this.#at]
      if (line === undefined || line.indent !== indent || !line.text.startsWith('- ')) return items
      const rest = line.text.slice(2).trim()
      if (KEY.test(rest) && !rest.startsWith('"')) throw this.#not(line, 'a mapping in a sequence')
      this.#at += 1
      items.push(this.#scalar(rest, line))
    }
  }

  #mapping(indent: number): { [key: string]: Yaml } {
    const own: { [key: string]: Yaml } = {}
    const merged: { [key: string]: Yaml } = {}
    for (;;) {
      const line = this.#lines[this.#at]
      if (line === undefined || line.indent !== indent) return { ...merged, ...own }
      const [, rawKey = '', rest = ''] = KEY.exec(line.text) ?? []
      if (rawKey === '') throw this.#not(line, line.text)
      this.#at += 1
      const value = this.#value(rest, indent, line)
      const key = rawKey.startsWith('"') ? String(JSON.parse(rawKey)) : rawKey
      if (key === '<<') {
        if (!isMapping(value)) throw this.#not(line, 'a merge of something else than a mapping')
        Object.assign(merged, value)
      } else if (key in own) throw this.#not(line, `${key} for the second time`)
      else own[key] = value
    }
  }

  #value(rest: string, indent: number, line: Line): Yaml {
    const [, anchor, behind = rest] = /^&([\w-]+)\s*(.*)$/.exec(rest) ?? []
    const value =
      behind === ''
        ? this.#nested(indent)
        : behind === '>-'
          ? this.#folded(indent)
          : this.#scalar(behind, line)
    if (anchor !== undefined) this.#anchors.set(anchor, value)
    return value
  }

  #nested(indent: number): Yaml {
    const next = this.#lines[this.#at]
    return next !== undefined && next.indent > indent ? this.#block(next.indent) : null
  }

  /** A comment sign in it would have been taken for a comment: ours have none. */
  #folded(indent: number): string {
    const parts: string[] = []
    for (;;) {
      const line = this.#lines[this.#at]
      if (line === undefined || line.indent <= indent) return parts.join(' ')
      parts.push(line.text)
      this.#at += 1
    }
  }

  #scalar(text: string, line: Line): Yaml {
    const alias = /^\*([\w-]+)$/.exec(text)?.[1]
    if (alias !== undefined) {
      const value = this.#anchors.get(alias)
      if (value === undefined) throw this.#not(line, `*${alias}, which is no anchor so far`)
      return value
    }
    if (text.startsWith('[') && text.endsWith(']')) return this.#flow(text.slice(1, -1), line)
    if (/^"(?:[^"\\]|\\.)*"$/.test(text)) return String(JSON.parse(text))
    if (/^[&*!|>'"%@`[\]{},#]/.test(text) || /:\s|:$/.test(text)) throw this.#not(line, text)
    if (text === 'true' || text === 'false') return text === 'true'
    if (text === 'null' || text === '~') return null
    return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text
  }

  #flow(inside: string, line: Line): Yaml[] {
    if (inside.trim() === '') return []
    const parts = inside.match(/"(?:[^"\\]|\\.)*"|[^",[\]{}]+/g) ?? []
    return parts.filter((part) => part.trim() !== '').map((part) => this.#scalar(part.trim(), line))
  }

  #not(line: Line, what: string): Error {
    return new Error(`line ${line.number}: this reader does not know ${what}`)
  }
}

/** From a `#` that begins the line or follows a space, outside of double quotes. */
function withoutComment(line: string): string {
  let quoted = false
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"' && line[at - 1] !== '\\') quoted = !quoted
    if (!quoted && line[at] === '#' && (at === 0 || line[at - 1] === ' ')) return line.slice(0, at)
  }
  return line
}

export function isMapping(value: unknown): value is { [key: string]: Yaml } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
