export type { Ground } from './ground.ts';
export type { Rooms } from './rooms.ts';
export { createRooms } from './rooms.ts';
