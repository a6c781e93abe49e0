/**
 * Lua that reads ARGV[1] as "now": milliseconds, or nothing for Redis's own clock, which all nodes
 * share. Moments are whole numbers that a double holds exactly.
 */
export const NOW = `
  local now = tonumber(ARGV[1])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local function text(moment)
    return string.format('%.0f', moment)
  end
`;
