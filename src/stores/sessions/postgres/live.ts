/** Every condition of a live session, with `s`, `u`, `g` and `n` as in the statements that use it. */
export const LIVE = `
    s.ended_at IS NULL AND s.expires_at > n.now
    AND s.token_epoch >= u.token_epoch AND s.global_epoch >= g.epoch
    AND (u.disabled_at IS NULL OR u.disabled_until <= n.now)`;
