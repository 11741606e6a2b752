export { passkeyRoutes } from './passkey-routes.ts';
export { secondFactorRoutes } from './routes.ts';
export { SecondFactors } from './second-factors.ts';
