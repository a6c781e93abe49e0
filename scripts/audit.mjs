// `npm audit --json | node scripts/audit.mjs`: fails on what is high or critical, of development too. A
// registry that answers no audits, as mirrors do, is said to have answered none.
import { text } from 'node:stream/consumers';

const report = JSON.parse(await text(process.stdin));

if (report.vulnerabilities === undefined) {
  const why = report.message ?? report.error?.summary ?? 'no reason given';
  console.log(`No audit: the registry answered none (${why}).`);
} else {
  const found = Object.values(report.vulnerabilities);
  const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  for (const { name, severity, range } of grave) console.log(`${severity}: ${name} ${range}`);
  console.log(`${grave.length} high or critical, ${found.length - grave.length} below that.`);
  if (grave.length > 0) process.exitCode = 1;
}
