import { verifySync } from '@node-rs/bcrypt';
import type { Kind } from './kind.js';
import { malformed, tooCostly } from './phc.js';

/** About a second. */
const MOST_COST = 14;

const SHAPE = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/;

/** `2x` is left out: it marks hashes of a faulty implementation, which differ. */
export const bcrypt: Kind = {
  prefix: /^\$2[a-z]?\$/,
  read: (stored) => {
    const [, cost = ''] = SHAPE.exec(stored) ?? malformed();
    if (Number(cost) > MOST_COST) tooCostly();
    return {
      label: `bcrypt ${cost}`,
      // Whoever made it looked at 72 bytes, or at those before the first NUL where strings end there.
      verify: (password) => {
        if (verifySync(password, stored)) return true;
        const end = password.indexOf(0);
        return end >= 0 && verifySync(password.subarray(0, end), stored);
      },
    };
  },
};
