import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { round } from './numbers.mjs';

/** Ticks of /proc a second; what sysconf(_SC_CLK_TCK) says on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of processor time that a process has used, all its threads together; NaN where nobody tells. */
export function cpuSeconds(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return NaN;
  }
}

/** Ticks of all cores: in all, idle, and taken away by the host. */
function ticks() {
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user, nice, system, idle, wait, irq, soft, steal] = line.split(/\s+/).slice(1).map(Number);
  return { all: user + nice + system + idle + wait + irq + soft + steal, idle: idle + wait, steal };
}

const BUSY = 0.1;
const STOLEN = 0.02;
const MILLISECONDS = 1_000;

/**
 * Looks how much others use the machine: before anything of ours runs, and how much the host takes away
 * until `verdict` is called.
 */
export async function watchMachine() {
  const before = ticks();
  await delay(MILLISECONDS);
  const began = ticks();
  const busy = 1 - (began.idle - before.idle) / (began.all - before.all);
  return {
    /** @returns what makes the figures doubtful; empty where nothing does. */
    verdict: (spread) => {
      const now = ticks();
      const stolen = (now.steal - began.steal) / (now.all - began.all);
      const doubts = [
        ...(busy > BUSY ? [`others used ${percent(busy)} of the machine before it began`] : []),
        ...(stolen > STOLEN ? [`the host took ${percent(stolen)} of the time away`] : []),
        ...spread,
      ];
      return { busyBefore: round(busy, 3), stolen: round(stolen, 3), doubts };
    },
  };
}

export const percent = (share) => `${round(share * 100, 1)} %`;
