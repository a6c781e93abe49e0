export { isForeign } from './origin.js';
export { Sockets } from './sockets.js';
export { isUpgrade, routeUpgrades } from './upgrades.js';
