export { routeOAuth } from './routes.js';
