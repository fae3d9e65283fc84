import { PipelineError } from '@smacktalk/ports'

/** Another program listens on the port. */
export class PortInUseError extends PipelineError {
  override readonly name = 'PortInUseError'
  override readonly retriable = false

  constructor(host: string, port: number, cause?: unknown) {
    super(
      `Port ${port} of ${host} is in use by another program.`,
      'Stop that program, or choose another port, with PORT or --port; 0 is any free one.',
      cause,
    )
  }
}
