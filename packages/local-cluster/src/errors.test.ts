import { expect, test } from 'vitest'
import * as errors from './errors.ts'

const { LocalClusterError, ...kinds } = errors

test.each(Object.entries(kinds))(
  '%s is called what it is, and keeps its cause and its hint',
  (name, Kind) => {
    const cause = new Error('why')
    const error = new Kind('what', 'what to do', cause)
    expect(error).toBeInstanceOf(LocalClusterError)
    expect(error).toMatchObject({ name, message: 'what', hint: 'what to do', cause })
  },
)
