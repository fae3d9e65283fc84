/** What can go wrong here: the fact, and where there is one a sentence about what to do. */
export abstract class MarathonError extends Error {
  abstract override readonly name: string
  readonly hint: string

  constructor(message: string, hint = '', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

/** A group, an app or a job cannot be run as it is written. */
export class DefinitionError extends MarathonError {
  override readonly name = 'DefinitionError'
}

/** A deployment has the app; `force` ends that deployment. */
export class LockedError extends MarathonError {
  override readonly name = 'LockedError'
}

/** There is no app, group or task of that name. */
export class UnknownError extends MarathonError {
  override readonly name = 'UnknownError'
}

/** The machine does not let us: a user that does not exist, a checkout it cannot read, a job that failed. */
export class MachineError extends MarathonError {
  override readonly name = 'MachineError'
}

/** The command line asks for something that does not exist. */
export class ArgumentError extends MarathonError {
  override readonly name = 'ArgumentError'
}
