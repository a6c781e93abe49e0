/**
 * Milliseconds. A second is promised; the rest is for a machine that has much else to do. What had no
 * bound of its own would take the six seconds of any other statement, or for ever.
 */
export const WITHIN_A_SECOND = 3_000;
