/** What can go wrong with servers on this machine: the fact, and one sentence about what a person can do. */
export abstract class LocalClusterError extends Error {
  abstract override readonly name: string
  readonly hint: string

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

/** Java or Maven is not there, does not start, or has a version that the servers do not run on. */
export class MissingToolError extends LocalClusterError {
  override readonly name = 'MissingToolError'
}

/** Maven ended without having fetched the jars. */
export class FetchError extends LocalClusterError {
  override readonly name = 'FetchError'
}

/** Another program listens on a port that was asked for. */
export class PortTakenError extends LocalClusterError {
  override readonly name = 'PortTakenError'
}

/** A server ended that should be running; its last lines are in the message. */
export class ServerEndedError extends LocalClusterError {
  override readonly name = 'ServerEndedError'
}

/** A server runs but did not answer in time; its last lines are in the message. */
export class NotReadyError extends LocalClusterError {
  override readonly name = 'NotReadyError'
}

/** The data folder is in use, was made for another kind of cluster, or is not ours to delete. */
export class ClusterFolderError extends LocalClusterError {
  override readonly name = 'ClusterFolderError'
}

/** The command line asks for something that does not exist. */
export class ArgumentError extends LocalClusterError {
  override readonly name = 'ArgumentError'
}
