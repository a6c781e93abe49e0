type Suite = (title: string, body: () => void) => void;

/**
 * `describe`; where something is missing that cannot be had everywhere, such as a browser, a skip whose
 * title says so. With TEST_NO_SKIP, as `.ci/run` sets it, nothing is left out: the suite fails there.
 */
export function describeUnless(missing: string | undefined): Suite {
  if (missing === undefined || process.env['TEST_NO_SKIP'] !== undefined) return describe;
  // A machine without Debian's packages can still run everything else, and is told what it left out.
  return (title, body) => describe.skip(`${title} (skipped: ${missing})`, body);
}
