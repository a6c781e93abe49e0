/** Where the tour takes place. */
export interface Stage {
  readonly url: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** Only of servers that the tour has started itself. */
  readonly own?: {
    /** A second node on the same database. */
    readonly other: string;
    /** REFRESH_GRACE, in milliseconds. */
    readonly grace: number;
  };
}

/** The account that the story is about. */
export interface Stranger {
  readonly email: string;
  readonly password: string;
}
