export { WebhookDeliveries, cleanUpDeliveries } from './deliveries.js';
export { WebhookOutbox } from './outbox.js';
