import { playShare } from './share.js';

describe('three nodes, clients, admins, thieves and troubles', () => {
  playShare({ scheme: 'refresh', store: 'postgres', seconds: 12 });
});
