/** Writes the documents that are made from code: `node test/tidy/write-documents.ts`. */
import { documents, readDocument, writeDocument } from './documents.ts'

for (const { path, wanted } of documents) writeDocument(path, wanted(readDocument(path)))
