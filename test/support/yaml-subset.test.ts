import { expect, test } from 'vitest'
import { readYaml } from './yaml-subset.ts'

test('mappings, sequences, scalars and comments', () => {
  const yaml = `
# a comment
name: x # another
"quoted key": "a # b: \\"c\\""
port: 127.0.0.1:9092:9092
address: http://a:1/b
number: 12
minus: -1.5
version: 1.2.3
yes: true
nothing:
empty: []
flow: [CMD, "a, b", 3]
list:
  - one
  - "2"
deep:
  deeper:
    - CONTROLLER://:29093,INSIDE://:19092
folded: >-
  one
  two
after: end
`
  expect(readYaml(yaml)).toEqual({
    name: 'x',
    'quoted key': 'a # b: "c"',
    port: '127.0.0.1:9092:9092',
    address: 'http://a:1/b',
    number: 12,
    minus: -1.5,
    version: '1.2.3',
    yes: true,
    nothing: null,
    empty: [],
    flow: ['CMD', 'a, b', 3],
    list: ['one', '2'],
    deep: { deeper: ['CONTROLLER://:29093,INSIDE://:19092'] },
    folded: 'one two',
    after: 'end',
  })
})

test('anchors stand for what they name; what is said beside a merge wins', () => {
  const yaml = `
x: &x
  a: 1
  b: 2
y:
  <<: *x
  b: 3
z: *x
`
  expect(readYaml(yaml)).toEqual({ x: { a: 1, b: 2 }, y: { a: 1, b: 3 }, z: { a: 1, b: 2 } })
})

test.each([
  ['a tab', 'a:\n\tb: 1', 'line 2'],
  ['a key twice', 'a: 1\na: 2', 'line 2'],
  ['an alias of nothing', 'a: *b', 'line 1'],
  ['a single-quoted text', "a: 'b'", 'line 1'],
  ['a literal text', 'a: |\n  b', 'line 1'],
  ['a flow mapping', 'a: {b: 1}', 'line 1'],
  ['a text over several lines', 'a: b\n  c', 'line 2'],
  ['a mapping in a sequence', 'a:\n  - b: 1', 'line 2'],
  ['half a quote', 'a: "b', 'line 1'],
])('%s is refused with its line', (_what, yaml, line) => {
  expect(() => readYaml(yaml)).toThrow(line)
})
