import { expect, test } from 'vitest'
import { documents, readDocument } from './documents.ts'

test.each(documents)(
  '$path agrees with the code; `node test/tidy/write-documents.ts` writes it',
  (document) => {
    const content = readDocument(document.path)
    expect(normal(content)).toBe(normal(document.wanted(content)))
  },
)

/** A formatter may lay JSON out in its own way. */
function normal(content: string): string {
  return content.startsWith('{') ? JSON.stringify(JSON.parse(content)) : content
}
