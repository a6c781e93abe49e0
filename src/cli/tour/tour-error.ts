/** The tour did not go as told. `message` is one line for people; the command exits with status 1. */
export class TourError extends Error {
  override readonly name = 'TourError';
}
