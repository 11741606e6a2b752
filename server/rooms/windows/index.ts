export type { Opening } from './windows.ts';
export { isOpen, nextOpening } from './windows.ts';
