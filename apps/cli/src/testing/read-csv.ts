/** CSV as RFC 4180 has it, read strictly: every line ends in CR LF, quotes stand where they may. */
export function readCsv(text: string): Record<string, string>[] {
  const lines: string[][] = []
  let cells: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quoted field does not end')
        if (text[at] !== '"') cell += text[at]
        else if (text[++at] === '"') cell += '"'
        else break
      }
      // The character behind the closing quote is looked at next; a doubled one was skipped over.
    } else {
      const end = /[",\r\n]|$/.exec(text.slice(at))!.index + at
      cell = text.slice(at, end)
      at = end
    }
    cells.push(cell)
    if (text[at] === ',') at++
    else if (text.startsWith('\r\n', at)) {
      at += 2
      lines.push(cells)
      cells = []
    } else throw new Error(`neither a comma nor the end of a line at ${at}: ${text.slice(at, at + 20)}`)
  }
  if (cells.length > 0) throw new Error('the last line does not end')
  const [head = [], ...rows] = lines
  return rows.map((row) => {
    if (row.length !== head.length) throw new Error(`a row of ${row.length} fields under ${head.length}`)
    return Object.fromEntries(head.map((title, index) => [title, row[index]!]))
  })
}
