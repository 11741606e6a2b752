export { secondFactorRoutes } from './routes.ts';
export { SecondFactors } from './second-factors.ts';
