// Loaded before a subject: SIGUSR2 begins to look at what it does, the next one writes down what was seen.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Microseconds between two looks at the stack, and bytes between two at what is allocated. */
const INTERVAL = 250;
const SAMPLE = 16_384;
const RESOLUTION = 1;

const session = new Session();
session.connect();
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
let kind;

const begin = {
  cpu: async () => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
    await session.post('Profiler.start');
  },
  allocations: () =>
    session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLE,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    }),
  delay: () => Promise.resolve(delay.reset(), delay.enable()),
};
const end = {
  cpu: async () => (await session.post('Profiler.stop')).profile,
  allocations: async () => (await session.post('HeapProfiler.stopSampling')).profile,
  delay: () => {
    delay.disable();
    const of = (nanoseconds) => nanoseconds / 1e6;
    return { p50: of(delay.percentile(50)), p99: of(delay.percentile(99)), max: of(delay.max) };
  },
};
const KINDS = Object.keys(begin);

process.on('SIGUSR2', async () => {
  if (kind === undefined) {
    kind = KINDS.shift();
    KINDS.push(kind);
    await begin[kind]();
  } else {
    const seen = await end[kind]();
    writeFileSync(process.env.PROFILE_FILE, JSON.stringify({ kind, seen }));
    kind = undefined;
  }
  console.log('signalled');
});
