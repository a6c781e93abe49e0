/** Bounds on what a request may cost before anybody has looked at what it asks. Durations in milliseconds. */
export const HTTP_LIMITS = {
  /** Bytes of a body. */
  bodyLimit: 100 * 1024,
  /** From the first byte to the last. */
  requestTimeout: 30_000,
  /** Between two requests of a connection. */
  keepAliveTimeout: 72_000,
  http: {
    headersTimeout: 10_000,
    // Node looks every 30 s otherwise, which would give a slow sender twice the time.
    connectionsCheckingInterval: 5_000,
    /** Bytes of all headers, the address of the request among them. */
    maxHeaderSize: 16 * 1024,
  },
};
