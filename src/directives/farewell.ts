/**
 * The event of a subscription that tells its caller of the end of the session: the one answer that
 * passes although the session is over. What its subscription demanded was judged when it began; what
 * lies below its field is judged as ever.
 */
export class Farewell<T> {
  constructor(readonly event: T) {}
}
