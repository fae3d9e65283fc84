/** The one file of kafkajs 2.2.4 that has to be mended and brings no types: what kafka-client.ts touches of it. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: Readonly<Record<string, unknown>>)
    /** Requests that wait for their turn; empty on an idle connection. */
    readonly pending: readonly unknown[]
    /** Epoch ms until which the broker has asked for silence; -1 when it never has. */
    readonly throttledUntil: number
    scheduleCheckPendingRequests(): void
    checkPendingRequests(): void
  }
}
