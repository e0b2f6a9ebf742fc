/** An AWS API on loopback. */
export interface Emulator {
  /** For AWS_ENDPOINT_URL, such as `http://127.0.0.1:34259`. An IP address makes S3 clients use paths, not host names. */
  readonly url: string
  /** What answers: `moto` or `localstack`. */
  readonly kind: 'moto' | 'localstack'
  /** Forgets every resource. */
  reset(): Promise<void>
  /** Ends the emulator; safe twice. */
  stop(): Promise<void>
  /** The process group to signal in order to end it from outside; null where a container engine holds it. */
  readonly groupId: number | null
}
