/** By name and at once, so that the bundle keeps the names: of what is imported later it keeps the default alone. */
export { Context, Liquid, toValueSync } from 'liquidjs';
