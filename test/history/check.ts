import { checkAgreement } from './check-agreement.js';
import { checkContract } from './check-contract.js';
import { checkLineage } from './check-lineage.js';
import { checkLoyalty } from './check-loyalty.js';
import { checkRevocation } from './check-revocation.js';
import { Endings } from './endings.js';
import type { History, Rules, Violation } from './history.js';
import { Losses } from './losses.js';

/** All that is wrong with a history. Pure: it only looks at what was recorded. */
export function checkHistory(history: History, rules: Rules): Violation[] {
  if (rules.loses !== true) return checkAll(history, rules);
  const losses = new Losses(history);
  return checkAll(losses.history, rules).filter((violation) => !losses.explains(violation));
}

function checkAll(history: History, rules: Rules): Violation[] {
  const endings = new Endings(history.operations, rules.refreshGrace);
  return [
    ...checkRevocation(history, endings, rules),
    ...checkLineage(history),
    ...checkLoyalty(history, endings),
    ...checkAgreement(history, endings, rules),
    ...checkContract(history, rules),
  ];
}
