/** Writes the documents that are made from code: `node test/tidy/write-documents.ts`. */
import { execFileSync } from 'node:child_process'
import { documents, readDocument, writeDocument } from './documents.ts'
import { ROOT } from './tree.ts'

const FORMATTER = 'node_modules/@biomejs/biome/bin/biome'

for (const { path, wanted } of documents) writeDocument(path, wanted(readDocument(path)))

const formatted = documents.map(({ path }) => path).filter((path) => path.endsWith('.json'))
execFileSync(process.execPath, [FORMATTER, 'format', '--write', ...formatted], {
  cwd: ROOT,
  stdio: 'inherit',
})
